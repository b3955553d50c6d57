// The day's activities in the order of time: one tap starts, counts and ends each; who ends one is asked how many took part.

import { _, ngettext, field, put } from "../shared/text.js";
import { endAfter, wholeMinute } from "./clock.js";
import { redraw, rowButton, showWaiting } from "./rows.js";
import { chosen, sheet, wrong } from "./sheets.js";

const HOUR = 3_600_000;
const USUAL = 2 * HOUR;

/** What an activity is just now: coming, late, ongoing, over, held, cancelled. */
export function stateOf(activity, now) {
  if (activity.status === "cancelled") return "cancelled";
  if (activity.status === "ongoing") return Date.parse(activity.ends_at) < now ? "over" : "ongoing";
  if (activity.status === "held") return "held";
  return Date.parse(activity.starts_at) > now ? "coming" : "late";
}

/** What is written beside it. */
function tagOf(state, activity) {
  const tags = {
    coming: ["", _("planned")], late: ["warn", _("not started")], ongoing: ["", _("going on")],
    over: ["warn", _("not ended")], cancelled: ["", _("cancelled")], held: ["", _("held")],
  };
  return state === "held" && !activity.participants ? ["warn", _("participants missing")] : tags[state];
}

/**
 * @param {object} page `records`, `outbox`, `clock`, `start`, `participants` (its sheet), `speak`
 */
export function activityList(page) {
  const list = document.getElementById("activities");
  const row = document.getElementById("activity-row");
  const now = () => page.outbox.now();

  const does = {
    async start(activity) {
      const starts = wholeMinute(now());
      const planned = Date.parse(activity.ends_at);
      const length = planned - Date.parse(activity.starts_at);
      const ends = planned > now() ? activity.ends_at : endAfter(starts, now() + length);
      const label = _("{title}: started", activity);
      await page.records.change("activities", activity.key, { status: "ongoing", starts_at: starts, ends_at: ends }, label);
      page.speak(label);
    },
    async end(activity) {
      const label = _("{title}: ended", activity);
      const ends = endAfter(activity.starts_at, now());
      await page.records.change("activities", activity.key, { status: "held", ends_at: ends }, label);
      page.speak(label);
      page.participants.ask(page.records.find("activities", activity.key));
    },
    async cancel(activity) {
      const label = _("{title}: cancelled", activity);
      await page.records.change("activities", activity.key, { status: "cancelled" }, label);
      page.speak(label);
    },
    /** It was held, though nobody tapped: at the times that were planned. */
    async held(activity) {
      await page.records.change("activities", activity.key, { status: "held" }, _("{title}: held", activity));
      page.participants.ask(page.records.find("activities", activity.key));
    },
    ask: (activity) => page.participants.ask(activity),
    count: (activity) => page.participants.count(activity),
  };

  const ways = {
    coming: [["start", _("Start")], ["cancel", _("Cancelled")]],
    late: [["start", _("Start")], ["held", _("Was held")], ["cancel", _("Cancelled")]],
    ongoing: [["count", _("Count")], ["end", _("End")]],
    over: [["end", _("End")], ["held", _("Ended as planned")]],
    held: [["ask", _("Participants")]],
    cancelled: [],
  };

  /** Late ones whose time has passed altogether can't be started any more. */
  function waysOf(activity, state) {
    const isPast = state === "late" && Date.parse(activity.ends_at) < now();
    return isPast ? ways.late.slice(1) : ways[state];
  }

  function shown(activity) {
    const state = stateOf(activity, now());
    const item = row.content.cloneNode(true).firstElementChild;
    item.dataset.key = activity.key;
    item.dataset.state = state;
    const [mark, word] = tagOf(state, activity);
    put(field(item, "time"), `${page.clock.clock(Date.parse(activity.starts_at))}–${page.clock.clock(Date.parse(activity.ends_at))}`);
    put(field(item, "title"), activity.title);
    put(field(item, "state"), word);
    if (mark) field(item, "state").classList.add(mark);
    showWaiting(item, activity);
    put(field(item, "figures"), figures(activity));
    item.querySelector(".row-buttons").append(...waysOf(activity, state).map(([what, name], index) => rowButton({
      what, name, of: activity.title, isMain: index === 0, work: () => does[what](page.records.find("activities", activity.key)),
    })));
    return item;
  }

  const unplanned = sheet("unplanned", async (form) => {
    const kind = chosen(form, "kind");
    if (!kind) return wrong.kind();
    const title = chosen(form, "title").trim() || capital(page.start.words.activity_kind[kind]);
    const starts = wholeMinute(now());
    const fields = { kind, title, status: "ongoing", starts_at: starts, ends_at: endAfter(starts, now() + USUAL) };
    if (chosen(form, "space")) fields.space = chosen(form, "space");
    await page.records.create("activities", fields, _("{title}: started", { title }));
    return "";
  }, true);

  return {
    unplanned,
    does,
    draw() {
      const from = Date.parse(page.start.day_from);
      const to = Date.parse(page.start.day_to);
      const today = page.records.list("activities").filter((one) => Date.parse(one.ends_at) > from && Date.parse(one.starts_at) < to);
      redraw(list, today.map(shown), _("Nothing is planned today."));
    },
  };
}

function figures(activity) {
  const people = activity.participants;
  if (!people) return "";
  const count = ngettext("{count} participant", "{count} participants", people.total, { count: people.total });
  const sorts = { any_time: _("at some time"), peak: _("most at once"), moment: _("at a time") };
  return [count, sorts[people.figure], people.method === "estimated" ? _("estimated") : ""].filter(Boolean).join(", ");
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
