// Who worked when, as rows to correct: today's taps, else as the day before, else as the hours are planned.

import { _, field, put } from "../shared/text.js";
import { stateOf } from "./activities.js";
import { wholeMinute } from "./clock.js";
import { kept } from "./drafts.js";
import { staffWords } from "./staff_words.js";

const DAY = 86_400_000;
const FIELDS = ["people", "role", "from", "until"];
/** Sorts of activities at which somebody performs. */
const PERFORMED = new Set(["concert", "performance"]);

/** @param {object} page `start`, `clock`, `records`, `ofTheDay` */
export function staffRows(page) {
  const { start, clock, records } = page;
  const list = document.getElementById("staff");
  const template = document.getElementById("staff-row");
  const removed = [];
  const draft = kept(`close-staff-${start.site}-${start.day}-${start.outbox.author ?? ""}`);

  function add(one, key) {
    const row = template.content.cloneNode(true).firstElementChild;
    const [people, role, from, until] = FIELDS.map((name) => row.querySelector(`[name="${name}"]`));
    [people.value, role.value, from.value, until.value] = [one.people, one.role, one.from, one.until];
    if (key) row.dataset.key = key;
    if (one.of) row.dataset.of = one.of;
    put(field(row, "of"), one.of ? _("{title}: how many performed?", { title: one.of }) : "");
    row.querySelector("[data-remove]").addEventListener("click", () => {
      if (key) removed.push(key);
      row.remove();
      save();
    });
    list.append(row);
  }

  const timesOf = (one) => ({
    ...one, from: clock.clock(Date.parse(one.starts_at)), until: clock.clock(Date.parse(one.ends_at)),
  });

  /** The newest earlier day with staff, of the days that were read. */
  function dayBefore() {
    const isBefore = (one) => one.role !== "performer" && Date.parse(one.starts_at) < Date.parse(start.day_from);
    const earlier = records.list("staff-time").filter(isBefore);
    const last = earlier.at(-1);
    return last ? earlier.filter((one) => clock.day(Date.parse(one.starts_at)) === clock.day(Date.parse(last.starts_at))) : [];
  }

  function save() {
    const rows = [...list.children].map((row) => ({
      ...Object.fromEntries(FIELDS.map((name) => [name, row.querySelector(`[name="${name}"]`).value])),
      key: row.dataset.key, of: row.dataset.of,
    }));
    draft.save({ rows, removed });
  }

  /** What was half written before a reload, and what others have entered since. */
  function restore({ rows, removed: taken }) {
    const today = page.ofTheDay("staff-time");
    const isThere = (key) => today.some((one) => one.key === key);
    removed.push(...taken.filter(isThere));
    for (const row of rows) if (!row.key || isThere(row.key)) add(row, row.key);
    const known = new Set([...taken, ...rows.map((row) => row.key)]);
    for (const one of today) if (!known.has(one.key)) add(timesOf(one), one.key);
  }

  /** Performers come from what was on, where none are noted at that time. How many, only a person knows. */
  function addPerformers(today) {
    const noted = today.filter((one) => one.role === "performer");
    const isBeforeEnd = (one, other) => Date.parse(one.starts_at) < Date.parse(other.ends_at);
    const isNoted = (activity) => noted.some((one) => isBeforeEnd(one, activity) && isBeforeEnd(activity, one));
    const isOn = (activity) => ["held", "ongoing", "over"].includes(stateOf(activity, page.now()));
    for (const one of page.ofTheDay("activities")) {
      if (PERFORMED.has(one.kind) && isOn(one) && !isNoted(one)) add({ ...timesOf(one), role: "performer", people: "", of: one.title });
    }
  }

  function fill() {
    const half = draft.read();
    if (half) return restore(half);
    const today = page.ofTheDay("staff-time");
    for (const one of today) add(timesOf(one), one.key);
    if (records.list("day-closes").some((close) => close.day === start.day)) return undefined;
    if (!today.length) fillAsBefore();
    return addPerformers(today);
  }

  function fillAsBefore() {
    const before = dayBefore();
    const planned = start.hours.staffed.map(([from, until]) => ({ role: "host", people: 1, starts_at: from, ends_at: until }));
    for (const one of before.length ? before : planned) add(timesOf(one));
    const place = document.getElementById("from-where");
    place.hidden = list.children.length === 0;
    put(place, before.length ? _("As on {day}: correct what was different.", { day: clock.day(Date.parse(before[0].starts_at)) })
      : _("As planned: correct what was different."));
  }

  function fieldsOf(row) {
    const value = (name) => row.querySelector(`[name="${name}"]`).value;
    const [from, until] = ["from", "until"].map((name) => clock.moment(start.day, value(name)));
    return {
      role: value("role"), people: Number(value("people")),
      starts_at: wholeMinute(from), ends_at: wholeMinute(until > from ? until : until + DAY),
    };
  }

  const label = (fields) => staffWords(fields.role, fields.people);

  async function keepRow(row) {
    const fields = fieldsOf(row);
    if (!row.dataset.key) {
      await records.create("staff-time", fields, label(fields));
      return;
    }
    const before = records.find("staff-time", row.dataset.key);
    const shown = timesOf(before);
    const isSame = before.role === fields.role && before.people === fields.people
      && shown.from === row.querySelector('[name="from"]').value && shown.until === row.querySelector('[name="until"]').value;
    if (!isSame) await records.change("staff-time", row.dataset.key, fields, label(fields));
  }

  document.getElementById("more-staff").addEventListener("click", () => {
    const [open] = start.hours.staffed;
    const times = open ? open.map((at) => clock.clock(Date.parse(at))) : ["", ""];
    add({ role: "host", people: 1, from: times[0], until: times[1] });
    list.lastElementChild.querySelector("input").focus();
    save();
  });
  list.addEventListener("input", save);
  fill();
  return {
    async keep() {
      for (const key of removed) await records.withdraw("staff-time", key, _("Corrected at the close of the day"), _("Removed"));
      for (const row of list.children) await keepRow(row);
      draft.forget();
    },
  };
}
