// The plan of a week: activities by day, added with repeats, copied, kept as a template, or taken from a calendar's file.

import { openOutbox } from "../shared/outbox.js";
import { _, field, ngettext, put } from "../shared/text.js";
import { stateOf } from "./activities.js";
import { onDay, siteClock, wholeMinute } from "./clock.js";
import { calendarSheet } from "./plan_calendar.js";
import { openRecords } from "./records.js";
import { once, rowButton, showWaiting } from "./rows.js";
import { chosen, sheet, wrong } from "./sheets.js";

const DAY = 86_400_000;
const start = JSON.parse(document.getElementById("start").textContent);
const clock = siteClock(start.time_zone);
const outbox = await openOutbox(start.outbox);
const records = openRecords(start, outbox, () => draw());
const last = clock.plusDays(start.first, 6);
const PLAN = `${start.api}/activity-plan`;

function say(sentence, isWrong = false) {
  for (const [id, shown] of [["said", !isWrong], ["trouble", isWrong]]) {
    const place = document.getElementById(id);
    put(place, shown ? sentence : "");
    place.hidden = !shown || !sentence;
  }
}

function draw() {
  const all = records.list("activities");
  for (const card of document.querySelectorAll(".plan-day")) {
    const ofTheDay = all.filter((one) => clock.day(Date.parse(one.starts_at)) === card.dataset.day);
    card.querySelector(".rows").replaceChildren(...ofTheDay.map(shown));
  }
}

function shown(activity) {
  const row = document.getElementById("plan-row").content.cloneNode(true).firstElementChild;
  const state = stateOf(activity, outbox.now());
  const words = { cancelled: _("cancelled"), ongoing: _("going on"), over: _("not ended"), held: _("held"), late: _("not started") };
  put(field(row, "time"), [activity.starts_at, activity.ends_at].map((at) => clock.clock(Date.parse(at))).join("–"));
  put(field(row, "title"), activity.title);
  put(field(row, "state"), words[state] ?? "");
  field(row, "state").hidden = !words[state];
  showWaiting(row, activity);
  if (state !== "coming") return row;
  row.querySelector(".row-buttons").append(rowButton({
    what: "cancel", name: _("Cancel it"), of: activity.title,
    work: () => records.change("activities", activity.key, { status: "cancelled" }, _("{title}: cancelled", activity)),
  }));
  return row;
}

const itemOf = (activity) => {
  const starts = Date.parse(activity.starts_at);
  const item = {
    weekday: clock.weekday(clock.day(starts)), from: clock.clock(starts), to: clock.clock(Date.parse(activity.ends_at)),
    kind: activity.kind, title: activity.title,
  };
  for (const name of ["space", "organiser"]) if (activity[name]) item[name] = activity[name];
  return item;
};

/** Send a plan, and show the week anew once it is made. */
async function plan(fields, label) {
  const { id } = await outbox.add({ method: "POST", path: PLAN, fields, label });
  const outcome = await outbox.settled(id);
  if (outcome.state === "waiting") say(_("Kept: it is planned when there is contact."));
  else if (outcome.state === "sent") {
    const made = outcome.record?.made?.length ?? 0;
    say(ngettext("{n} activity planned.", "{n} activities planned.", made, { n: made }));
    await records.refresh(start.records_from, start.records_to);
  } else say(_("It couldn't be planned: {why}", { why: outcome.problem?.detail ?? "" }), true);
}

const add = sheet("add", async (form) => {
  const kind = chosen(form, "kind");
  if (!kind) return wrong.kind();
  const [day, from, until] = ["day", "from", "until"].map((name) => form.elements[name].value);
  const word = start.words.activity_kind[kind];
  const title = chosen(form, "title").trim() || word.charAt(0).toUpperCase() + word.slice(1);
  const more = Object.fromEntries(["space", "organiser"].map((name) => [name, chosen(form, name).trim()]).filter(([, value]) => value));
  if (form.elements.repeat.value) {
    if (form.elements.repeat.value < day) return wrong.times();
    const item = { weekday: clock.weekday(day), from, to: until, kind, title, ...more };
    void plan({ items: [item], first: day, until: form.elements.repeat.value }, title);
    return "";
  }
  const starts = clock.moment(day, from);
  const ends = clock.moment(day, until);
  await records.create("activities", {
    kind, title, starts_at: wholeMinute(starts), ends_at: wholeMinute(ends > starts ? ends : ends + DAY), status: "planned", ...more,
  }, title);
  if (day < start.first || day > last) location.assign(onDay(start.addresses.plan, day));
  return "";
});

const apply = sheet("apply", async (form) => {
  const [first, until] = ["first", "until"].map((name) => form.elements[name].value);
  if (until < first) return wrong.times();
  void plan({ template: Number(form.elements.template.value), first, until }, _("From a template"));
  return "";
});

const keep = sheet("save-template", async (form) => {
  const name = chosen(form, "name").trim();
  const items = records.list("activities").filter((one) => one.status !== "cancelled").map(itemOf);
  if (!name) return _("Write what it is called.");
  if (!items.length) return _("The week has no activities.");
  await outbox.add({ method: "POST", path: `${start.api}/activity-templates`, fields: { name, items }, label: name });
  say(_("Kept as a template: {name}", { name }));
  return "";
});

const copy = document.getElementById("copy");
copy.addEventListener("click", () => void once(copy, () => plan(
  { copy_week: start.week_before, first: start.first, until: last }, _("All of last week"),
)));

const ics = calendarSheet({ start, clock, say, again: () => records.refresh(start.records_from, start.records_to) });
const days = (form) => {
  form.elements.first.value = start.first > start.today ? start.first : start.today;
  form.elements.until.value = last > start.today ? last : clock.plusDays(start.today, 90);
};
const sheets = {
  add: () => add.open((form) => { form.elements.day.value = start.today > start.first && start.today <= last ? start.today : start.first; }),
  apply: () => apply.open((form) => { if (form.elements.first) days(form); }),
  "save-template": () => keep.open(),
  ics: () => ics.open(days),
};
for (const button of document.querySelectorAll("[data-sheet]")) {
  button.addEventListener("click", () => sheets[button.dataset.sheet]());
}
await records.sync();
outbox.subscribe(() => void records.sync());
document.documentElement.dataset.ready = "true";
