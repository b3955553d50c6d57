// Counting who is here, or who passes: chosen, tapped, looked through, saved. Every tap is kept in this browser at once.

import { _, ngettext, put } from "../shared/text.js";
import { stayAwake } from "./awake.js";
import { jointCount, makeCode } from "./joint.js";
import { MINUTE, counted, fieldsOf, openKept, passed, total } from "./kept_round.js";
import { drawPad, listGroups, nameOf, showPad } from "./pad.js";
import { openSending } from "./sending.js";

const start = JSON.parse(document.getElementById("start").textContent);
const sending = await openSending(start);
const PATH = `${start.api}/manual-counts`;
const at = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: start.time_zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
const kept = openKept(`platspuls-tally-${start.mode}-${start.site}`, () => {
  report(_("The browser may not save anything. Don't close the page before the count is saved."));
});
const chosen = (name) => document.querySelector(`[name="${name}"]:checked`)?.value;
const asked = new URLSearchParams(location.search);

/** The round, or null: mode, place, detail, minutes, joint, slot, from (ms), ended, taps [labels, count, minute]. */
let round = null;
let isFive = false;

function report(sentence) {
  put(at("trouble"), sentence);
  at("trouble").hidden = !sentence;
}

function show(wanted) {
  for (const id of ["choose", "pad", "review", "done"]) at(id).hidden = id !== wanted;
  for (const button of document.querySelectorAll(".discard")) {
    delete button.dataset.sure;
    put(button, _("Discard"));
  }
  void stayAwake(wanted === "pad").then((stays) => { at("awake").hidden = stays || wanted !== "pad"; });
}

/** The planned round that is counted, where it was chosen and its place still is. */
function slotOf(place) {
  return place.key === asked.get("place") ? Number(asked.get("slot")) || null : null;
}

function begin() {
  const now = sending.now();
  const isMoving = start.mode === "moving";
  round = {
    mode: start.mode, place: start.places[Number(at("place").value)], detail: chosen("detail"),
    minutes: isMoving ? Number(chosen("minutes")) : 0, joint: at("joint").value.trim().toUpperCase(),
    slot: slotOf(start.places[Number(at("place").value)]), from: isMoving ? Math.floor(now / MINUTE + 1) * MINUTE : now, ended: null, taps: [],
  };
  kept.keep(round);
  showRound();
}

function showRound() {
  report("");
  show("pad");
  put(at("pad-place"), round.place.name);
  put(at("code"), round.joint && _("Code for the other phone: {code}", { code: round.joint }));
  at("code").hidden = !round.joint;
  drawPad(round, start, tap);
  tick();
}

function isOpen() {
  return round && !round.ended && sending.now() >= round.from && (round.mode !== "moving" || passed(round, sending.now()) < round.minutes);
}

function tick() {
  if (!round || round.ended || at("pad").hidden) return;
  const now = sending.now();
  if (round.mode === "moving") {
    if (passed(round, now) >= round.minutes) {
      finish();
      return;
    }
    const left = Math.ceil((round.from + round.minutes * MINUTE - now) / 1000);
    const clocked = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    put(at("state"), now < round.from ? _("Begins in {seconds} s", { seconds: Math.ceil((round.from - now) / 1000) })
      : _("{time} left", { time: clocked }));
    at("finish").disabled = passed(round, now) < 1;
  }
  showPad(round.taps, isOpen());
  at("undo").disabled = round.taps.length === 0;
}

function tap(labels) {
  if (!isOpen()) return;
  const minute = round.mode === "moving" ? passed(round, sending.now()) : 0;
  round.taps.push([labels, isFive ? 5 : 1, minute]);
  setFive(false);
  kept.keep(round);
  navigator.vibrate?.(12);
  tick();
}

function undo() {
  if (!round || round.ended || !round.taps.length) return;
  round.taps.pop();
  kept.keep(round);
  navigator.vibrate?.([8, 40, 8]);
  tick();
}

function setFive(wanted) {
  isFive = wanted;
  at("five").setAttribute("aria-pressed", String(wanted));
}

function finish() {
  if (!round || (round.mode === "moving" && passed(round, sending.now()) < 1)) return;
  round.ended = sending.now();
  kept.keep(round);
  showReview();
  at("summary").focus();
}

function showReview() {
  show("review");
  const taps = counted(round, sending.now());
  const said = ngettext("{count} person, {from}", "{count} people, {from}", total(taps), { count: total(taps), from: clock.format(round.from) });
  const minutes = passed(round, sending.now());
  put(at("summary"), round.mode === "moving" ? `${said}, ${ngettext("{count} minute", "{count} minutes", minutes, { count: minutes })}` : said);
  listGroups(at("cells"), taps, (labels) => nameOf(labels, start.words, round.place), (labels, step) => {
    round.taps.push([labels, step, 0]);
    kept.keep(round);
    showReview();
  });
}

/** Discard what was counted, at the second press. */
function discard(button) {
  if (!button.dataset.sure) {
    button.dataset.sure = "true";
    put(button, _("Discard what was counted? Press once more."));
    return;
  }
  round = null;
  kept.keep(null);
  report("");
  show("choose");
}

async function save() {
  at("send").disabled = true;
  const fields = fieldsOf(round, sending.now(), at("note").value);
  round.handed = fields.starts_at;
  kept.keep(round);
  const label = `${round.place.name}: ${at("summary").textContent}`;
  const { state, problem } = await sending.send({ method: "POST", path: PATH, fields, label });
  at("send").disabled = false;
  if (state === "refused") {
    report(_("It could not be saved: {why}", { why: problem.detail }));
    return;
  }
  report("");
  put(at("done-title"), state === "sent" ? _("Saved.") : _("Kept on the phone. It is sent by itself as soon as there is contact."));
  put(at("done-sum"), at("summary").textContent);
  round = null;
  kept.keep(null);
  at("note").value = "";
  show("done");
  at("done-title").focus();
  if (fields.joint) void showJoint(fields);
}

async function showJoint({ joint, starts_at: startsAt }) {
  put(at("done-joint"), _("The other phone has not saved yet."));
  for (let tries = 0; tries < 60 && !at("done").hidden; tries += 1) {
    const found = await jointCount(start.api, joint, startsAt);
    if (found?.manual_counts.length > 1) {
      put(at("done-joint"), _("Together, from {phones} phones: {total} people.", { phones: found.manual_counts.length, total: found.total }));
      return;
    }
    await new Promise((done) => { setTimeout(done, 5_000); });
  }
}

function listen() {
  at("choose").addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  at("make-code").addEventListener("click", () => { at("joint").value = makeCode(); });
  at("undo").addEventListener("click", undo);
  at("five").addEventListener("click", () => setFive(!isFive));
  at("finish").addEventListener("click", finish);
  at("first").addEventListener("change", tick);
  at("resume")?.addEventListener("click", () => { round.ended = null; kept.keep(round); showRound(); });
  at("review").addEventListener("submit", (event) => { event.preventDefault(); void save(); });
  at("again").addEventListener("click", () => { at("done-joint").textContent = ""; show("choose"); });
  for (const button of document.querySelectorAll(".discard")) button.addEventListener("click", () => discard(button));
  addEventListener("keydown", (event) => {
    if (at("pad").hidden || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const large = document.querySelectorAll("[data-large]")[Number(event.key) - 1];
    if (event.key === "Backspace") undo();
    else if (event.key === "5") setFive(!isFive);
    else if (large && !at("large").hidden) large.click();
    else return;
    event.preventDefault();
  });
}

if (at("choose")) {
  listen();
  const place = start.places.findIndex(({ key, part }) => key === asked.get("place") && (part ?? "line") === (asked.get("part") ?? part ?? "line"));
  if (place >= 0) at("place").value = String(place);
  const minutes = document.querySelector(`[name="minutes"][value="${Number(asked.get("minutes"))}"]`);
  if (minutes) minutes.checked = true;
  round = kept.load();
  if (round?.handed && sending.has(PATH, round.handed)) {
    round = null;
    kept.keep(null);
  }
  if (!round) show("choose");
  else if (round.ended) showReview();
  else showRound();
  setInterval(tick, 250);
  document.documentElement.dataset.ready = "true";
}
