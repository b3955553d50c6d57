// What was entered, day by day. Each can be corrected, taken away with a reason, and seen as it was before.

import { openOutbox } from "../shared/outbox.js";
import { _, field, put } from "../shared/text.js";
import { onDay, siteClock } from "./clock.js";
import { editSheet, withdrawSheet } from "./log_edit.js";
import { showHistory, summary } from "./log_history.js";
import { participantsSheet } from "./participants.js";
import { openRecords } from "./records.js";
import { rowButton, showWaiting } from "./rows.js";

const start = JSON.parse(document.getElementById("start").textContent);
const clock = siteClock(start.time_zone);
const outbox = await openOutbox(start.outbox);
const records = openRecords(start, outbox, () => draw());
const speak = (sentence) => put(document.getElementById("spoken"), sentence);
const page = { start, clock, outbox, records, speak };
const participants = participantsSheet(records);
const edit = editSheet(page);
const withdraw = withdrawSheet(page);
const KINDS = {
  activities: _("activity"), "staff-time": _("staff"), incidents: _("incident"), notes: _("note"), "day-closes": _("close of the day"),
};
const dayNames = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: "UTC", weekday: "long", day: "numeric", month: "long",
});

const at = (one) => Date.parse(one.starts_at ?? one.written_at ?? new Date(outbox.now()).toISOString());
const dayOf = (one) => one.day ?? clock.day(at(one));

function draw() {
  const all = Object.keys(KINDS).flatMap((kind) => records.list(kind).map((record) => ({ kind, record })));
  const days = [];
  for (let day = start.last; day >= start.first; day = clock.plusDays(day, -1)) {
    days.push(dayCard(day, all.filter(({ record }) => dayOf(record) === day)));
  }
  if (!document.querySelector("dialog[open]")) document.getElementById("days").replaceChildren(...days);
}

function dayCard(day, entries) {
  const card = document.getElementById("day-card").content.cloneNode(true).firstElementChild;
  put(field(card, "day"), dayNames.format(new Date(`${day}T12:00:00Z`)));
  const rows = entries.sort((one, other) => at(one.record) - at(other.record)).map(({ kind, record }) => shown(kind, record));
  if (!rows.length) {
    rows.push(document.createElement("li"));
    rows[0].className = "quiet";
    rows[0].textContent = _("Nothing was entered.");
  }
  card.querySelector(".rows").append(...rows);
  return card;
}

function shown(kind, record) {
  const row = document.getElementById("log-row").content.cloneNode(true).firstElementChild;
  row.dataset.key = record.key;
  const span = kind === "activities" || kind === "staff-time" ? [record.starts_at, record.ends_at] : [record.starts_at];
  const times = kind === "day-closes" ? [] : span.filter(Boolean);
  put(field(row, "time"), times.map((time) => clock.clock(Date.parse(time))).join("–"));
  put(field(row, "kind"), KINDS[kind]);
  put(field(row, "title"), summary(start, kind, record));
  put(field(row, "note"), record.note ?? "");
  field(row, "late").hidden = !record.late;
  field(row, "unsure").hidden = !record.clock_unsure;
  showWaiting(row, record);
  const buttons = row.querySelector(".row-buttons");
  const now = () => records.find(kind, record.key);
  const button = (what, name, work) => rowButton({ what, name, of: summary(start, kind, record), work });
  if (kind === "day-closes") buttons.append(link(_("Correct"), onDay(start.addresses.close, record.day)));
  else buttons.append(button("edit", _("Correct"), () => edit(kind, now())));
  if (kind === "activities" && record.status !== "cancelled" && Date.parse(record.starts_at) < outbox.now()) {
    buttons.append(button("participants", _("Participants"), () => participants.ask(now())));
  }
  buttons.append(button("withdraw", _("Take away"), () => withdraw(kind, now(), summary(start, kind, record))));
  if (record.version > 1) buttons.append(button("history", _("History"), () => showHistory(page, kind, record)));
  return row;
}

function link(name, address) {
  const made = document.createElement("a");
  made.className = "button quiet-button";
  made.href = address;
  made.textContent = name;
  return made;
}

for (const dialog of document.querySelectorAll("dialog")) dialog.addEventListener("close", () => draw());
await records.sync();
outbox.subscribe(() => void records.sync());
document.documentElement.dataset.ready = "true";
