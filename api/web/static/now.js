// What is so at this moment: zones, open intervals and devices, from the last snapshot of the stream. Each number
// ages by itself, so that a broken line can never leave an old number looking like a new one.

import { field, fill, NO_VALUE, put } from "./text.js";

const SPOKEN_EVERY_MS = 30_000;

/** Whole seconds since a part arrived at the server. By its clock, and how long we have had the snapshot since. */
function age(part, moment) {
  const then = Math.max(0, moment.atMs - Date.parse(part.received_at));
  return Math.floor((then + moment.heldMs) / 1000);
}

function isFresh(part, moment) {
  return part !== undefined && age(part, moment) <= moment.staleAfterS;
}

function showZone(element, zone, moment, write) {
  const fresh = isFresh(zone, moment);
  element.classList.toggle("is-stale", !fresh);
  field(element, "stale").hidden = fresh;
  put(field(element, "count"), write.count(zone?.occupancy));
  put(field(element, "staying"), write.count(zone?.staying));
  if (zone) put(field(element, "threshold"), fill(write.texts.stays_over, { seconds: write.count(zone.stay_s) }));
  put(field(element, "age"), ageText(zone, fresh, moment, write));
}

function ageText(zone, fresh, moment, write) {
  if (!zone) return write.texts.never_heard;
  if (!fresh) return fill(write.texts.last_at, { time: write.seconds(Date.parse(zone.received_at)) });
  return fill(write.texts.measured_ago, { seconds: write.count(age(zone, moment)) });
}

/**
 * The sum over the zones that may be added. Without a fresh number from every one of them there is no sum:
 * a part of the whole would look like fewer people.
 */
function sum(addable, zones, moment) {
  const missing = addable.filter((zone) => !isFresh(zones.get(zone.key), moment));
  const fresh = addable.map((zone) => zones.get(zone.key)).filter((zone) => isFresh(zone, moment));
  const thresholds = new Set(fresh.map((zone) => zone.stay_s));
  return {
    missing,
    count: missing.length || !addable.length ? null : fresh.reduce((total, zone) => total + zone.occupancy, 0),
    staying: missing.length ? null : fresh.reduce((total, zone) => total + zone.staying, 0),
    threshold: thresholds.size === 1 ? [...thresholds][0] : null,
  };
}

function showSum(root, total, addable, write) {
  const { texts } = write;
  root.classList.toggle("is-stale", total.count === null);
  put(field(root, "count"), write.count(total.count));
  const threshold = total.threshold === null ? texts.stays_over_mixed : fill(texts.stays_over, { seconds: write.count(total.threshold) });
  put(field(root, "staying"), total.count === null ? texts.total_withheld : `${write.count(total.staying)} ${threshold}`);
  if (!addable.length) return put(field(root, "where"), texts.no_addable_zones);
  const where = addable.length === 1 ? texts.in_one_zone : fill(texts.in_zones, { count: write.count(addable.length) });
  const without = fill(texts.without_zones, { zones: total.missing.map((zone) => zone.name).join(", ") });
  return put(field(root, "where"), total.missing.length ? without : where);
}

function showOpenInterval(element, line, moment, write) {
  const fresh = isFresh(line, moment);
  const since = fresh ? fill(write.texts.open_interval, { time: write.minutes(Date.parse(line.start)) }) : "";
  for (const way of element.querySelectorAll("[data-way]")) {
    put(field(way, "open"), fresh ? write.count(line[way.dataset.way]) : NO_VALUE);
    put(field(way, "since"), since);
  }
}

function showDevice(element, device, write) {
  const { texts } = write;
  const online = field(element, "online");
  online.dataset.online = device === undefined || device.online === null ? "unknown" : String(device.online);
  put(online, { true: texts.online, false: texts.offline, unknown: texts.unknown }[online.dataset.online]);
  put(field(element, "heard"), device?.heard_at ? write.seconds(Date.parse(device.heard_at)) : NO_VALUE);
  put(field(element, "rate"), rateText(device, write));
  put(field(element, "clock"), clockText(device, write));
  put(field(element, "outbox"), outboxText(device, write));
}

function rateText(device, write) {
  if (!device?.online || typeof device.frame_rate !== "number") return NO_VALUE;
  return fill(write.texts.frames_per_second, { rate: write.decimal(device.frame_rate) });
}

function clockText(device, write) {
  if (device?.clock_known === false) return write.texts.clock_unknown;
  return typeof device?.clock_offset_ms === "number" ? `${write.signed(device.clock_offset_ms)}\u00a0ms` : NO_VALUE;
}

function outboxText(device, write) {
  if (typeof device?.outbox_records !== "number") return NO_VALUE;
  return fill(write.texts.outbox_records, { count: write.count(device.outbox_records) });
}

/**
 * Show snapshots as they come and let them age in between.
 *
 * @param {object} site as it came with the page: `zones` (key, name, disjoint) and `stale_after_s`
 * @param {ReturnType<typeof import("./text.js").makeWriter>} write
 * @returns {(snapshot: object) => void} to be called with each snapshot
 */
export function keepNow(site, write) {
  const addable = site.zones.filter((zone) => zone.disjoint);
  let [snapshot, cameAt, spokenAt, spoken] = [null, 0, 0, ""];

  const speak = (total) => {
    if (total.count === null || total.threshold === null || Date.now() - spokenAt < SPOKEN_EVERY_MS) return;
    const text = fill(write.texts.spoken, { count: write.count(total.count), staying: write.count(total.staying), seconds: write.count(total.threshold) });
    if (text === spoken) return;
    [spokenAt, spoken] = [Date.now(), text];
    put(document.getElementById("spoken"), text);
  };
  const show = () => {
    if (!snapshot) return;
    const moment = { atMs: Date.parse(snapshot.at), heldMs: Date.now() - cameAt, staleAfterS: site.stale_after_s };
    const byKey = (parts, name) => new Map(parts.map((part) => [part[name], part]));
    const [zones, lines, devices] = [byKey(snapshot.zones, "zone"), byKey(snapshot.lines, "line"), byKey(snapshot.devices, "device")];
    for (const element of document.querySelectorAll("[data-zone]")) showZone(element, zones.get(element.dataset.zone), moment, write);
    for (const element of document.querySelectorAll("[data-line]")) showOpenInterval(element, lines.get(element.dataset.line), moment, write);
    for (const element of document.querySelectorAll("[data-device]")) showDevice(element, devices.get(element.dataset.device), write);
    const total = sum(addable, zones, moment);
    showSum(document.getElementById("now-total"), total, addable, write);
    speak(total);
  };
  // Phones stop timers while they sleep, so the clock is asked, and asked again when the page is looked at.
  setInterval(show, 1_000);
  document.addEventListener("visibilitychange", show);
  return (next) => {
    [snapshot, cameAt] = [next, Date.now()];
    show();
  };
}
