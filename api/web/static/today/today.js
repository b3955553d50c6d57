// Today: what is on, what is missing, who works. Everything that is written goes through the outbox.

import { openOutbox } from "../shared/outbox.js";
import { _, field, put } from "../shared/text.js";
import { activityList } from "./activities.js";
import { siteClock, wholeMinute } from "./clock.js";
import { missingList } from "./missing.js";
import { participantsSheet } from "./participants.js";
import { openRecords } from "./records.js";
import { redraw, showWaiting } from "./rows.js";
import { chosen, sheet, wrong } from "./sheets.js";
import { staffList } from "./staff.js";

const MINUTE = 60_000;
const start = JSON.parse(document.getElementById("start").textContent);
const clock = siteClock(start.time_zone);
const outbox = await openOutbox(start.outbox);
const parts = [];
const records = openRecords(start, outbox, () => parts.forEach((part) => part.draw()));
const speak = (sentence) => put(document.getElementById("spoken"), sentence);
const page = { start, clock, outbox, records, speak, participants: participantsSheet(records) };

function written() {
  const list = document.getElementById("written");
  const row = document.getElementById("text-row");
  const from = Date.parse(start.day_from);
  const at = (one) => Date.parse(one.starts_at ?? one.written_at ?? wholeMinute(outbox.now()));
  return {
    draw() {
      const all = ["incidents", "notes"].flatMap((kind) => records.list(kind)).filter((one) => at(one) >= from);
      redraw(list, all.sort((one, other) => at(one) - at(other)).map((one) => {
        const item = row.content.cloneNode(true).firstElementChild;
        item.dataset.key = one.key;
        put(field(item, "time"), clock.clock(at(one)));
        put(field(item, "title"), [one.kind ? start.words.incident_kind[one.kind] : "", one.text ?? one.note ?? ""].filter(Boolean).join(": "));
        showWaiting(item, one);
        return item;
      }));
    },
  };
}

const withSpace = (form, fields) => (chosen(form, "space") ? { ...fields, space: chosen(form, "space") } : fields);

const incident = sheet("incident", async (form) => {
  const kind = chosen(form, "kind");
  if (!kind) return wrong.kind();
  const fields = withSpace(form, { kind, starts_at: wholeMinute(clock.moment(start.day, form.elements.at.value)) });
  if (chosen(form, "note").trim()) fields.note = chosen(form, "note").trim();
  const label = start.words.incident_kind[kind];
  await records.create("incidents", fields, label);
  speak(label);
  return "";
}, true);

const note = sheet("note", async (form) => {
  const text = chosen(form, "text").trim();
  if (!text) return _("Write something.");
  await records.create("notes", withSpace(form, { text, starts_at: wholeMinute(outbox.now()) }), _("A note"));
  speak(_("A note"));
  return "";
}, true);

const activities = activityList(page);
const staff = staffList(page);
const missing = missingList(page);
parts.push(activities, staff, written(), missing);
const sheets = {
  unplanned: () => activities.unplanned.open(),
  "staff-other": () => staff.other.open(),
  incident: () => incident.open((form) => { form.elements.at.value = clock.clock(outbox.now()); }),
  note: () => note.open(),
};
for (const button of document.querySelectorAll("[data-sheet]")) {
  button.addEventListener("click", () => sheets[button.dataset.sheet]());
}

/** Ask which devices are silent; where that fails, what was known stands. */
async function refreshDevices() {
  try {
    const answer = await fetch(`${start.api}/live`);
    if (!answer.ok) return;
    const { devices } = await answer.json();
    start.silent = devices.filter((device) => ["offline", "silent"].includes(device.state) && start.device_names[device.device])
      .map((device) => ({ name: start.device_names[device.device], since: device.heard_at }));
    missing.draw();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
  }
}

/** Ask for what others wrote. A page of yesterday becomes today's at midnight. */
async function refresh() {
  if (document.hidden) return;
  if (clock.day(outbox.now()) !== start.day && !document.querySelector("dialog[open]")) {
    location.reload();
    return;
  }
  const got = await records.refresh(start.records_from, start.day_to);
  const place = document.getElementById("as-of");
  if (got) put(place, clock.clock(outbox.now()));
  place.classList.toggle("is-old", !got);
  if (got) await refreshDevices();
  const trouble = document.getElementById("trouble");
  trouble.hidden = got;
  put(trouble, got ? "" : _("No contact: what others have written since {time} isn't shown. What you write is kept and sent later.",
    { time: place.textContent }));
}

await records.sync();
outbox.subscribe(() => void records.sync());
setInterval(() => parts.forEach((part) => part.draw()), MINUTE / 2);
setInterval(() => void refresh(), MINUTE);
document.addEventListener("visibilitychange", () => void refresh());
document.documentElement.dataset.ready = "true";
