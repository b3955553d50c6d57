// What is so at this moment: zones, open intervals and devices, from the last snapshot of the stream. Each number
// ages by itself, so that a broken line can never leave an old number looking like a new one.

import { showDevice } from "./counters.js";
import { _, field, ngettext, NO_VALUE, put } from "../shared/text.js";

const SPOKEN_EVERY_MS = 30_000;

/** Whole seconds since a part's own time or its arrival, whichever is older, and how long we have had the snapshot. */
function age(part, moment) {
  const then = Math.max(0, moment.atMs - Date.parse(part.as_of));
  return Math.floor((then + moment.heldMs) / 1000);
}

function isFresh(part, moment) {
  return part !== undefined && !part.clock_off && age(part, moment) <= moment.staleAfterS;
}

function showZone(element, zone, moment, write) {
  const fresh = isFresh(zone, moment);
  element.classList.toggle("is-stale", !fresh);
  field(element, "stale").hidden = fresh;
  put(field(element, "stale"), staleText(element.dataset.zone, zone, moment));
  put(field(element, "count"), write.count(zone?.occupancy));
  put(field(element, "staying"), write.count(zone?.staying));
  if (zone) put(field(element, "threshold"), _("staying ≥ {seconds} s", { seconds: write.count(zone.stay_s) }));
  put(field(element, "age"), ageText(zone, fresh, moment, write));
}

/** Why a number isn't of now: an old message by a clock that is right may have come late. */
function staleText(key, zone, moment) {
  if (moment.wrongClocks.has(key)) return _("clock wrong, not now");
  return zone?.clock_off ? _("late, not now") : _("out of date");
}

function ageText(zone, fresh, moment, write) {
  if (!zone) return _("nothing received");
  if (!fresh) return _("last {time}", { time: write.last(Date.parse(zone.as_of), moment.atMs + moment.heldMs) });
  return _("{seconds} s ago", { seconds: write.count(age(zone, moment)) });
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
  root.classList.toggle("is-stale", total.count === null);
  put(field(root, "count"), write.count(total.count));
  const threshold = total.threshold === null ? _("staying (each zone's own threshold)") : _("staying ≥ {seconds} s", { seconds: write.count(total.threshold) });
  put(field(root, "staying"), total.count === null ? _("no current number") : `${write.count(total.staying)} ${threshold}`);
  if (!addable.length) return put(field(root, "where"), _("the zones can't be added up"));
  const where = ngettext("in one zone", "in {count} zones", addable.length, { count: write.count(addable.length) });
  const without = _("without {zones}", { zones: total.missing.map((zone) => zone.name).join(", ") });
  return put(field(root, "where"), total.missing.length ? without : where);
}

/** How many are in a room: nothing where it isn't measured, a dash where one of its zones has no fresh number. */
function showRoom(room, zones, moment, write) {
  if (!room.zones.length) return;
  const known = room.zones.map((key) => zones.get(key));
  const count = known.every((zone) => isFresh(zone, moment)) ? known.reduce((total, zone) => total + zone.occupancy, 0) : null;
  put(field(document.querySelector(`[data-room="${CSS.escape(room.key)}"]`), "people"), write.count(count));
}

function showOpenInterval(element, line, moment, write) {
  const fresh = isFresh(line, moment);
  const since = fresh ? _("since {time}", { time: write.minutes(Date.parse(line.start)) }) : "";
  for (const way of element.querySelectorAll("[data-way]")) {
    put(field(way, "open"), fresh ? write.count(line[way.dataset.way]) : NO_VALUE);
    put(field(way, "since"), since);
  }
}

/** Zones whose numbers aren't of now since the clock of a device that watches them is wrong. */
function wrongClocks(site, snapshot) {
  const off = new Set(snapshot.devices.filter((device) => device.state === "clock_off").map((device) => device.device));
  return new Set(site.zones.filter((zone) => zone.devices.some((key) => off.has(key))).map((zone) => zone.key));
}

/**
 * Show snapshots as they come and let them age in between.
 *
 * @param {object} site as it came with the page: `zones` (key, name, disjoint, devices) and limits in seconds
 * @param {ReturnType<typeof import("../shared/text.js").makeWriter>} write
 * @returns {(snapshot: object) => void} to be called with each snapshot
 */
export function keepNow(site, write) {
  const addable = site.zones.filter((zone) => zone.disjoint);
  let [snapshot, cameAt, spokenAt, spoken] = [null, 0, 0, ""];

  const speak = (total) => {
    if (total.count === null || total.threshold === null || Date.now() - spokenAt < SPOKEN_EVERY_MS) return;
    const text = _("{count} now, {staying} staying at least {seconds} seconds.", {
      count: write.count(total.count), staying: write.count(total.staying), seconds: write.count(total.threshold),
    });
    if (text === spoken) return;
    [spokenAt, spoken] = [Date.now(), text];
    put(document.getElementById("spoken"), text);
  };
  const show = () => {
    if (!snapshot) return;
    const moment = {
      atMs: Date.parse(snapshot.at), heldMs: Date.now() - cameAt, wrongClocks: wrongClocks(site, snapshot),
      staleAfterS: site.stale_after_s, silentAfterS: site.silent_after_s, clockOffS: site.clock_off_s,
    };
    const byKey = (parts, name) => new Map(parts.map((part) => [part[name], part]));
    const [zones, lines, devices] = [byKey(snapshot.zones, "zone"), byKey(snapshot.lines, "line"), byKey(snapshot.devices, "device")];
    for (const element of document.querySelectorAll("[data-zone]")) showZone(element, zones.get(element.dataset.zone), moment, write);
    for (const element of document.querySelectorAll("[data-line]")) showOpenInterval(element, lines.get(element.dataset.line), moment, write);
    for (const element of document.querySelectorAll("[data-device]")) showDevice(element, devices.get(element.dataset.device), moment, write);
    for (const room of site.rooms) showRoom(room, zones, moment, write);
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
