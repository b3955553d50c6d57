// What a record says in a line, and how its earlier versions differed from the ones that came after.

import { _, ngettext } from "../shared/text.js";
import { staffWords } from "./staff_words.js";

const QUIET = new Set(["version", "written_at", "written_by", "entered_at", "entered_via", "late", "clock_unsure", "text_removed_at"]);

/** What a record says, in a line. */
export function summary(start, kind, record) {
  const words = start.words;
  switch (kind) {
    case "activities": return [record.title, record.status === "cancelled" ? _("cancelled") : "", people(record.participants)].filter(Boolean).join(", ");
    case "staff-time": return staffWords(record.role, record.people);
    case "incidents": return words.incident_kind[record.kind] ?? record.kind;
    case "notes": return record.text ?? _("The text was taken away because of its age.");
    default: return closed(record);
  }
}

function people(participants) {
  if (!participants) return "";
  return ngettext("{count} participant", "{count} participants", participants.total, { count: participants.total });
}

function closed(record) {
  const opening = { as_planned: _("As planned"), changed: _("Other times"), closed: _("Closed all day") }[record.opening];
  return [opening, record.disturbances ? _("disturbances") : _("no disturbances")].join(", ");
}

/** Show every version of a record, newest first: when, by whom, and what became different. */
export async function showHistory(page, kind, record) {
  const dialog = document.getElementById("history");
  const list = dialog.querySelector('[data-field="versions"]');
  list.replaceChildren(line(_("Asking …")));
  dialog.showModal();
  let versions;
  try {
    const answer = await fetch(`${page.start.api}/${record.key}/history`);
    if (!answer.ok) throw new TypeError(String(answer.status));
    versions = await answer.json();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    list.replaceChildren(line(_("No contact: the history can't be shown now.")));
    return;
  }
  list.replaceChildren(...versions.map((version, index) => {
    const at = Date.parse(version.valid_from);
    const when = `${page.clock.day(at)} ${page.clock.clock(at)} · ${version.written_by}`;
    return line(`${when}: ${difference(page, version, versions[index + 1])}`);
  }));
}

function difference(page, version, before) {
  if (!before) return _("entered");
  if (version.action === "withdraw") return _("taken away");
  const names = [...new Set([...Object.keys(version.record), ...Object.keys(before.record)])].filter((name) => !QUIET.has(name));
  const different = names.filter((name) => JSON.stringify(version.record[name]) !== JSON.stringify(before.record[name]));
  return different.map((name) => `${nameOf(name)}: ${write(page, before.record[name])} → ${write(page, version.record[name])}`).join("; ");
}

function nameOf(name) {
  const names = {
    title: _("name"), kind: _("sort"), status: _("what became of it"), starts_at: _("from"), ends_at: _("until"), note: _("note"),
    text: _("note"), participants: _("participants"), people: _("number"), role: _("role"), space: _("where"),
  };
  return names[name] ?? name;
}

function write(page, value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "object") return value.total === undefined ? "…" : String(value.total);
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return page.clock.clock(Date.parse(value));
  const words = Object.values(page.start.words).find((names) => value in names);
  return words ? words[value] : String(value);
}

function line(text) {
  const item = document.createElement("li");
  item.className = "row";
  item.textContent = text;
  return item;
}
