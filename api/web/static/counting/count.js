// Counting by hand: counts by the whole minute, kept in this browser until the server has taken them. Times of single
// presses are kept nowhere. What is counted needs no connection.

import { _, field, ngettext, put } from "../shared/text.js";
import { stayAwake } from "./awake.js";
import { openSending } from "./sending.js";

const MINUTE = 60_000;
const LEAST_MINUTES = 5;
const MOST_UNDONE = 200;
const start = JSON.parse(document.getElementById("start").textContent);
const sending = await openSending(start);
const PATH = `${start.api}/counting-rounds`;
const KEY = `platspuls-count-${start.site}`;
const whole = new Intl.NumberFormat(document.documentElement.lang);
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: start.time_zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit",
});
const at = (id) => document.getElementById(id);
const discards = document.querySelectorAll(".discard");
const sections = ["choose", "pad", "review", "done"];

/** The counting round, or null: line, by, from (ms), minutes ([forward, backward] each), last ([minute, way] each), ended. */
let round = null;
let mayKeep = true;
let isSure = false;

function keep() {
  try {
    if (round) localStorage.setItem(KEY, JSON.stringify(round));
    else localStorage.removeItem(KEY);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (mayKeep) report(_("The browser may not save anything. Don't close the page before the counting round is sent."));
    mayKeep = false;
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
    return null;
  }
}

function report(sentence) {
  put(at("trouble"), sentence);
  at("trouble").hidden = !sentence;
}

function show(wanted) {
  for (const id of sections) at(id).hidden = id !== wanted;
  isSure = false;
  void stayAwake(wanted === "pad");
  for (const button of discards) put(button, _("Discard"));
}

/** How many whole minutes have passed; what is counted after them belongs to the minute under way. */
function passed() {
  return Math.max(0, Math.floor(((round.ended ?? sending.now()) - round.from) / MINUTE));
}

function sum(way, minutes = round.minutes.length) {
  return round.minutes.slice(0, minutes).reduce((total, counts) => total + counts[way], 0);
}

function both(forward, backward) {
  const line = lineOf(round);
  const ways = [[line.forward, forward], [line.backward, backward]];
  return ways.map(([place, count]) => `${_("To {place}", { place })}: ${whole.format(count)}`).join(" · ");
}

function lineOf(of) {
  return start.lines.find((line) => line.key === of.line);
}

function showPad() {
  const line = lineOf(round);
  show("pad");
  put(at("pad-line"), line.name);
  put(field(at("forward"), "way"), _("To {place}", { place: line.forward }));
  put(field(at("backward"), "way"), _("To {place}", { place: line.backward }));
  tick();
}

function tick() {
  if (!round || round.ended || at("pad").hidden) return;
  const wait = Math.ceil((round.from - sending.now()) / 1000);
  const hasBegun = wait <= 0;
  put(at("state"), hasBegun ? _("Counting") : _("Begins in {seconds} s", { seconds: wait }));
  put(at("length"), hasBegun ? ngettext("{minutes} whole minute", "{minutes} whole minutes", passed(), { minutes: passed() }) : "");
  for (const [way, id] of ["forward", "backward"].entries()) {
    at(id).disabled = !hasBegun;
    put(field(at(id), "count"), whole.format(sum(way)));
  }
  at("undo").disabled = round.last.length === 0;
  at("finish").disabled = passed() < LEAST_MINUTES;
}

function press(way) {
  if (!round || round.ended || sending.now() < round.from) return;
  const minute = passed();
  while (round.minutes.length <= minute) round.minutes.push([0, 0]);
  round.minutes[minute][way] += 1;
  round.last = [...round.last, [minute, way]].slice(-MOST_UNDONE);
  keep();
  navigator.vibrate?.(12);
  speak(way);
  tick();
}

function undo() {
  if (!round || round.ended || round.last.length === 0) return;
  const [minute, way] = round.last.pop();
  round.minutes[minute][way] -= 1;
  keep();
  speak(way);
  tick();
}

function speak(way) {
  const line = lineOf(round);
  put(at("spoken"), `${_("To {place}", { place: way ? line.backward : line.forward })}: ${sum(way)}`);
}

function showReview() {
  const minutes = passed();
  show("review");
  put(at("summary"), _("Done: {minutes} minutes from {from}", { minutes, from: clock.format(round.from) }));
  put(at("total"), `${_("By hand")}: ${both(sum(0, minutes), sum(1, minutes))}`);
  at("summary").focus();
}

function finish() {
  if (passed() < LEAST_MINUTES) return;
  report("");
  round.ended = sending.now();
  keep();
  showReview();
}

/** Discard the counting round, at the second press. */
function discard(button) {
  if (!isSure) {
    isSure = true;
    put(button, _("Discard the counting round? Press once more."));
    return;
  }
  round = null;
  keep();
  report("");
  at("note").value = "";
  show("choose");
}

async function sendRound() {
  const minutes = passed();
  const [forward, backward] = [0, 1].map((way) => Array.from({ length: minutes }, (empty, n) => round.minutes[n]?.[way] ?? 0));
  const fields = {
    kind: "crossings", line: round.line, hand_minutes: { forward, backward }, counted_by: round.by, note: at("note").value.trim() || null,
    starts_at: new Date(round.from).toISOString(), ends_at: new Date(round.from + minutes * MINUTE).toISOString(),
  };
  at("send").disabled = true;
  put(at("send"), _("Sending"));
  try {
    await post(fields);
  } finally {
    at("send").disabled = false;
    put(at("send"), _("Send"));
  }
}

async function post(fields) {
  round.handed = fields.starts_at;
  keep();
  const { state, record: said, problem } = await sending.send({ method: "POST", path: PATH, fields, label: at("total").textContent });
  if (state === "refused") {
    report(_("It could not be saved: {why}", { why: problem.detail }));
    return;
  }
  report("");
  const isSent = state === "sent";
  put(at("done-title"), isSent ? _("Saved as counting round {number}.", { number: said.counting_round }) : _("Kept on the phone"));
  put(at("done-hand"), at("total").textContent);
  put(at("done-counter"), isSent ? compared(said) : _("It is sent by itself as soon as there is contact."));
  round = null;
  keep();
  at("note").value = "";
  show("done");
  at("done-title").focus();
}

/** What the counter counted of a counting round, or that nobody knows yet. */
function compared({ state, reason, machine, compared_hand: hand }) {
  if (state === "waiting") return _("It is compared as soon as the counter's records have come.");
  if (state === "never") return _("It is kept, but can't be compared with the counter.");
  const [of, counts] = [hand, machine].map((one) => both(one.forward, one.backward));
  return reason === null ? _("The counter counted {counts} in the same time.", { counts })
    : _("Of a part of it, {of} by hand, the counter counted {counts}.", { of, counts });
}

at("choose")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const from = Math.floor(sending.now() / MINUTE + 1) * MINUTE;
  round = { line: at("line").value, by: at("by").value.trim(), from, minutes: [], last: [], ended: null };
  if (!round.by) {
    round = null;
    at("by").focus();
    return;
  }
  keep();
  showPad();
});
if (at("choose")) {
  at("forward").addEventListener("click", () => press(0));
  at("backward").addEventListener("click", () => press(1));
  at("undo").addEventListener("click", undo);
  at("finish").addEventListener("click", finish);
  for (const button of discards) button.addEventListener("click", () => discard(button));
  at("review").addEventListener("submit", (event) => {
    event.preventDefault();
    void sendRound();
  });
  at("again").addEventListener("click", () => show("choose"));
  addEventListener("keydown", (event) => {
    if (at("pad").hidden || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "1" || event.key === "2") press(Number(event.key) - 1);
    else if (event.key === "Backspace") undo();
    else return;
    event.preventDefault();
  });
  addEventListener("storage", (event) => {
    if (event.key === KEY && round) {
      round = null;
      for (const id of sections) at(id).hidden = true;
      report(_("The round is counted in another tab. Load this page again to go on here."));
    }
  });
  round = kept();
  if (round && !lineOf(round)) round = null;
  if (round?.handed && sending.has(PATH, round.handed)) round = null;
  if (!round) show("choose");
  else if (round.ended) showReview();
  else showPad();
  setInterval(tick, 250);
}
