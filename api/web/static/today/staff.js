// Who works: by role and number, never by name. Who comes in has an end at once, the planned one, and whoever goes writes
// the true one: where that is forgotten, the plan stands, and the close of the day asks.

import { _, field, put } from "../shared/text.js";
import { endAfter, wholeMinute } from "./clock.js";
import { once, redraw, rowButton, showWaiting } from "./rows.js";
import { chosen, sheet, wholeNumber, wrong } from "./sheets.js";
import { staffWords } from "./staff_words.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** @param {object} page `records`, `outbox`, `clock`, `start`, `speak` */
export function staffList(page) {
  const list = document.getElementById("staff");
  const enter = document.getElementById("staff-in");
  const row = document.getElementById("text-row");
  const now = () => page.outbox.now();

  /** When somebody who comes now goes, as planned: when staffing ends, or after eight hours. */
  function plannedEnd(from) {
    const staffed = page.start.hours.staffed.find(([, ends]) => Date.parse(ends) > from + 60_000);
    return staffed ? Date.parse(staffed[1]) : from + 8 * HOUR;
  }

  /** Role and number of the last who came: mostly they are who comes next. */
  function usual() {
    const last = page.records.list("staff-time").at(-1);
    return { role: last?.role ?? "host", people: last?.people ?? 1 };
  }

  const add = (fields) => page.records.create("staff-time", fields, _("{who}: in", { who: staffWords(fields.role, fields.people) }));

  async function comeIn() {
    const starts = wholeMinute(now());
    await add({ ...usual(), starts_at: starts, ends_at: endAfter(starts, plannedEnd(now())) });
    page.speak(_("In"));
  }

  async function leave(one) {
    const label = _("{who}: out", { who: staffWords(one.role, one.people) });
    await page.records.change("staff-time", one.key, { ends_at: endAfter(one.starts_at, now()) }, label);
    page.speak(label);
  }

  /** One of several goes: the others stay on. */
  async function oneLeaves(one) {
    const gone = { role: one.role, people: 1, starts_at: one.starts_at, ends_at: endAfter(one.starts_at, now()) };
    const label = _("{who}: out", { who: staffWords(one.role, 1) });
    await page.records.change("staff-time", one.key, { people: one.people - 1 }, label);
    await page.records.create("staff-time", gone, label);
    page.speak(label);
  }

  const other = sheet("staff-other", async (form) => {
    const people = wholeNumber(form, "people");
    if (!people) return wrong.number();
    const [from, until] = ["from", "until"].map((name) => page.clock.moment(page.start.day, form.elements[name].value));
    const ends = until > from ? until : until + DAY;
    await add({ role: chosen(form, "role"), people, starts_at: wholeMinute(from), ends_at: wholeMinute(ends) });
    return "";
  });

  function shown(one) {
    const item = row.content.cloneNode(true).firstElementChild;
    item.dataset.key = one.key;
    const isIn = Date.parse(one.starts_at) <= now() && Date.parse(one.ends_at) > now();
    const [from, until] = [one.starts_at, one.ends_at].map((at) => page.clock.clock(Date.parse(at)));
    put(field(item, "time"), isIn ? _("since {time}", { time: from }) : `${from}–${until}`);
    put(field(item, "title"), staffWords(one.role, one.people));
    showWaiting(item, one);
    if (!isIn) return item;
    const buttons = item.querySelector(".row-buttons");
    const button = (what, name, work) => rowButton({
      what, name, of: staffWords(one.role, one.people), work: () => work(page.records.find("staff-time", one.key)),
    });
    buttons.append(button("out", _("Out"), leave));
    if (one.people > 1) buttons.append(button("one-out", _("One out"), oneLeaves));
    return item;
  }

  enter.addEventListener("click", () => void once(enter, comeIn));
  return {
    other: {
      ...other,
      open() {
        other.open((form) => {
          form.elements.from.value = page.clock.clock(now());
          form.elements.until.value = page.clock.clock(plannedEnd(now()));
        });
      },
    },
    draw() {
      const from = Date.parse(page.start.day_from);
      const today = page.records.list("staff-time").filter((one) => Date.parse(one.ends_at) > from);
      redraw(list, today.map(shown), _("Nobody is noted today."));
      const { role, people } = usual();
      put(enter, _("{who} in", { who: staffWords(role, people) }));
    },
  };
}
