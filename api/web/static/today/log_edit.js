// Correcting what was entered, and taking it away: only what became different is sent, about the version that was seen.

import { _, put } from "../shared/text.js";
import { endAfter, wholeMinute } from "./clock.js";
import { chosen, sheet, wholeNumber, wrong } from "./sheets.js";

const DAY = 86_400_000;
/** Field of a record -> name in the form, by kind. */
const FIELDS = {
  activities: { title: "title", kind: "activity_kind", status: "status", note: "note" },
  "staff-time": { people: "people", role: "role", note: "note" },
  incidents: { kind: "incident_kind", note: "note" },
  notes: { text: "text" },
};

/** @param {object} page `records`, `clock`, `speak`. Returns what opens the form for a record. */
export function editSheet(page) {
  let kind = "";
  let record = null;

  function times(form) {
    const day = form.elements.day.value;
    const from = page.clock.moment(day, form.elements.from.value);
    const starts = wholeMinute(from);
    const isSpan = kind === "activities" || kind === "staff-time";
    if (!isSpan) return { starts_at: starts };
    const until = page.clock.moment(day, form.elements.until.value);
    const days = Math.floor((Date.parse(record.ends_at) - Date.parse(record.starts_at)) / DAY) * DAY;
    return { starts_at: starts, ends_at: endAfter(starts, (until > from ? until : until + DAY) + days) };
  }

  function changed(form) {
    const fields = {};
    for (const [name, input] of Object.entries(FIELDS[kind])) {
      const value = name === "people" ? wholeNumber(form, input) : (chosen(form, input).trim() || null);
      if (value !== (record[name] ?? null)) fields[name] = value;
    }
    for (const [name, value] of Object.entries(times(form))) {
      const before = record[name] ? Math.floor(Date.parse(record[name]) / 60_000) : null;
      if (Date.parse(value) / 60_000 !== before) fields[name] = value;
    }
    return fields;
  }

  const asked = sheet("edit", async (form) => {
    if (!form.elements.from.value) return wrong.times();
    const fields = changed(form);
    if ("title" in fields && !fields.title) return _("Write what it is called.");
    if ("people" in fields && !fields.people) return wrong.number();
    if ("text" in fields && !fields.text) return _("Write something.");
    if (Object.keys(fields).length) await page.records.change(kind, record.key, fields, _("Corrected"));
    page.speak(_("Corrected"));
    return "";
  });

  return (ofKind, of) => {
    [kind, record] = [ofKind, of];
    asked.open((form) => {
      for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
      for (const [name, input] of Object.entries(FIELDS[kind])) fill(form, input, record[name]);
      const starts = Date.parse(record.starts_at ?? record.written_at);
      form.elements.day.value = page.clock.day(starts);
      form.elements.from.value = page.clock.clock(starts);
      form.elements.until.value = record.ends_at ? page.clock.clock(Date.parse(record.ends_at)) : "";
    });
  };
}

function fill(form, name, value) {
  const element = form.elements[name];
  if (element instanceof RadioNodeList) {
    for (const pill of element) pill.checked = pill.value === value;
  } else element.value = value ?? "";
}

/** @param {object} page `records`, `speak`. Returns what opens the form that takes a record away. */
export function withdrawSheet(page) {
  let kind = "";
  let record = null;
  const asked = sheet("withdraw", async (form) => {
    const reason = chosen(form, "reason").trim();
    if (!reason) return _("Write why.");
    await page.records.withdraw(kind, record.key, reason, _("Taken away"));
    page.speak(_("Taken away"));
    return "";
  });
  return (ofKind, of, words) => {
    [kind, record] = [ofKind, of];
    asked.open((form) => put(form.querySelector('[data-field="of"]'), words));
  };
}
