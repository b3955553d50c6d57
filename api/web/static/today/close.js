// The close of a day: filled in beforehand by what is known, kept in one tap. Everything goes through the outbox.

import { openOutbox } from "../shared/outbox.js";
import { _, field, ngettext, put } from "../shared/text.js";
import { endAfter, siteClock, wholeMinute } from "./clock.js";
import { keepDraft } from "./drafts.js";
import { openRecords } from "./records.js";
import { chosen, wrong } from "./sheets.js";
import { staffRows } from "./staff_rows.js";

const start = JSON.parse(document.getElementById("start").textContent);
const clock = siteClock(start.time_zone);
const at = (id) => document.getElementById(id);
const form = at("close");
const outbox = await openOutbox(start.outbox);
const records = openRecords(start, outbox, () => {});
const [from, to] = [Date.parse(start.day_from), Date.parse(start.day_to)];
const ofTheDay = (kind) => records.list(kind).filter((one) => Date.parse(one.starts_at) >= from && Date.parse(one.starts_at) < to);
const momentOf = (name) => clock.moment(start.day, form.elements[name].value);
const closeOfTheDay = () => records.list("day-closes").find((close) => close.day === start.day);

const draft = keepDraft(
  form, `close-${start.site}-${start.day}-${start.outbox.author ?? ""}`, (name) => !["people", "role", "from", "until"].includes(name),
);

await records.sync();
const staff = staffRows({ start, clock, records, ofTheDay, now: () => outbox.now() });

function fill() {
  const close = closeOfTheDay();
  at("was-closed").hidden = !close;
  const open = start.hours.open.map(([opens, closes]) => [opens, closes].map((time) => clock.clock(Date.parse(time))));
  put(at("planned"), open.map((times) => times.join("–")).join(", "));
  choose("opening", close?.opening ?? "as_planned");
  form.elements.opened_at.value = close?.opened_at ? clock.clock(Date.parse(close.opened_at)) : (open[0]?.[0] ?? "");
  form.elements.closed_at.value = close?.closed_at ? clock.clock(Date.parse(close.closed_at)) : (open.at(-1)?.[1] ?? "");
  form.elements.note.value = close?.note ?? "";
  const noted = ofTheDay("incidents");
  if (noted.length || close) choose("disturbances", noted.length || close.disturbances ? "yes" : "no");
  at("incidents").replaceChildren(...noted.map((incident) => {
    const row = at("text-row").content.cloneNode(true).firstElementChild;
    put(field(row, "time"), clock.clock(Date.parse(incident.starts_at)));
    put(field(row, "title"), [start.words.incident_kind[incident.kind], incident.note].filter(Boolean).join(": "));
    return row;
  }));
  form.elements.incident_at.value = start.day === start.today ? clock.clock(outbox.now()) : (open[0]?.[0] ?? "12:00");
  show();
}

function choose(name, value) {
  const pill = form.querySelector(`[name="${name}"][value="${value}"]`);
  if (pill) pill.checked = true;
}

let wantsMore = false;
function show() {
  at("opened").hidden = chosen(form, "opening") !== "changed";
  const isDisturbed = chosen(form, "disturbances") === "yes";
  const noted = at("incidents").children.length;
  at("incidents").hidden = !isDisturbed;
  at("incident").hidden = !isDisturbed || (noted > 0 && !wantsMore);
  at("more-incidents").hidden = !isDisturbed || noted === 0 || wantsMore;
  at("no-incident").hidden = noted === 0;
}

/** What can't be kept as it is, or "". */
function missing() {
  if (!chosen(form, "disturbances")) return _("Choose whether there were disturbances.");
  if (!at("incident").hidden && !chosen(form, "incident_kind")) return wrong.kind();
  if (chosen(form, "opening") === "changed" && !(form.elements.opened_at.value && form.elements.closed_at.value)) {
    return _("Write when it opened and closed.");
  }
  return "";
}

function closeFields() {
  const opening = chosen(form, "opening");
  const isChanged = opening === "changed";
  const opened = isChanged ? wholeMinute(momentOf("opened_at")) : null;
  let closed = isChanged ? momentOf("closed_at") : null;
  if (isChanged && closed <= Date.parse(opened)) closed += 86_400_000;
  const note = form.elements.note.value.trim() || null;
  return {
    opening, opened_at: opened, closed_at: isChanged ? endAfter(opened, closed) : null,
    disturbances: chosen(form, "disturbances") === "yes", note,
  };
}

async function keepIncident() {
  if (at("incident").hidden) return;
  const kind = chosen(form, "incident_kind");
  const fields = { kind, starts_at: wholeMinute(momentOf("incident_at")) };
  if (chosen(form, "space")) fields.space = chosen(form, "space");
  if (form.elements.incident_note.value.trim()) fields.note = form.elements.incident_note.value.trim();
  await records.create("incidents", fields, start.words.incident_kind[kind]);
}

async function keep() {
  await staff.keep();
  await keepIncident();
  const close = closeOfTheDay();
  const label = _("Close of {day}", { day: start.day });
  if (close) await records.change("day-closes", close.key, closeFields(), label);
  else await records.create("day-closes", { day: start.day, ...closeFields() }, label);
}

let isBusy = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const why = missing();
  put(at("wrong"), why);
  at("wrong").hidden = !why;
  if (why || isBusy) return;
  isBusy = true;
  at("save").disabled = true;
  await keep();
  draft.forget();
  form.hidden = true;
  at("done").hidden = false;
  at("done-title").focus();
  const waiting = (await outbox.entries()).filter((entry) => entry.state === "waiting").length;
  put(field(at("done"), "sent"), waiting ? ngettext("{n} entry waits to be sent.", "{n} entries wait to be sent.", waiting, { n: waiting }) : "");
});
form.addEventListener("change", show);
at("more-incidents").addEventListener("click", () => { wantsMore = true; show(); });
at("no-incident").addEventListener("click", () => { wantsMore = false; show(); });

fill();
draft.restore();
show();
document.documentElement.dataset.ready = "true";
