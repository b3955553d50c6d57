// Counting by hand: counts by the whole minute, kept in this browser until the server has taken them. Times of single
// presses are kept nowhere. What is counted needs no connection.

import { field, fill, put } from "./text.js";

const MINUTE = 60_000;
const LEAST_MINUTES = 5;
const MOST_UNDONE = 200;
const start = JSON.parse(document.getElementById("start").textContent);
const words = start.words;
const KEY = `platspuls-count-${start.site}`;
const whole = new Intl.NumberFormat(start.locale);
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: start.time_zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit",
});
const at = (id) => document.getElementById(id);
const discards = document.querySelectorAll(".discard");
const sections = ["choose", "pad", "review", "done"];

/** The session, or null: line, by, from (ms), minutes ([forward, backward] each), last ([minute, way] each), ended. */
let session = null;
let mayKeep = true;
let isSure = false;

function keep() {
  try {
    if (session) localStorage.setItem(KEY, JSON.stringify(session));
    else localStorage.removeItem(KEY);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (mayKeep) tell(words.no_storage);
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

function tell(sentence) {
  put(at("trouble"), sentence);
  at("trouble").hidden = !sentence;
}

function show(wanted) {
  for (const id of sections) at(id).hidden = id !== wanted;
  isSure = false;
  for (const button of discards) put(button, words.discard);
}

/** How many whole minutes have passed; what is counted after them belongs to the minute under way. */
function passed() {
  return Math.max(0, Math.floor(((session.ended ?? Date.now()) - session.from) / MINUTE));
}

function sum(way, minutes = session.minutes.length) {
  return session.minutes.slice(0, minutes).reduce((total, counts) => total + counts[way], 0);
}

function both(forward, backward) {
  const line = lineOf(session);
  const told = [[line.forward, forward], [line.backward, backward]];
  return told.map(([place, count]) => `${fill(words.towards, { place })}: ${whole.format(count)}`).join(" · ");
}

function lineOf(of) {
  return start.lines.find((line) => line.key === of.line);
}

function showPad() {
  const line = lineOf(session);
  show("pad");
  put(at("pad-line"), line.name);
  put(field(at("forward"), "way"), fill(words.towards, { place: line.forward }));
  put(field(at("backward"), "way"), fill(words.towards, { place: line.backward }));
  tick();
}

function tick() {
  if (!session || session.ended || at("pad").hidden) return;
  const wait = Math.ceil((session.from - Date.now()) / 1000);
  const hasBegun = wait <= 0;
  put(at("state"), hasBegun ? words.counting : fill(words.begins_in, { seconds: wait }));
  put(at("length"), hasBegun ? fill(words.minutes, { minutes: passed() }) : "");
  for (const [way, id] of ["forward", "backward"].entries()) {
    at(id).disabled = !hasBegun;
    put(field(at(id), "count"), whole.format(sum(way)));
  }
  at("undo").disabled = session.last.length === 0;
  at("finish").disabled = passed() < LEAST_MINUTES;
}

function press(way) {
  if (!session || session.ended || Date.now() < session.from) return;
  const minute = passed();
  while (session.minutes.length <= minute) session.minutes.push([0, 0]);
  session.minutes[minute][way] += 1;
  session.last = [...session.last, [minute, way]].slice(-MOST_UNDONE);
  keep();
  navigator.vibrate?.(12);
  speak(way);
  tick();
}

function undo() {
  if (!session || session.ended || session.last.length === 0) return;
  const [minute, way] = session.last.pop();
  session.minutes[minute][way] -= 1;
  keep();
  speak(way);
  tick();
}

function speak(way) {
  const line = lineOf(session);
  put(at("spoken"), `${fill(words.towards, { place: way ? line.backward : line.forward })}: ${sum(way)}`);
}

function showReview() {
  const minutes = passed();
  show("review");
  put(at("summary"), fill(words.finished, { minutes, from: clock.format(session.from) }));
  put(at("total"), `${words.by_hand}: ${both(sum(0, minutes), sum(1, minutes))}`);
  at("summary").focus();
}

function finish() {
  if (passed() < LEAST_MINUTES) return;
  tell("");
  session.ended = Date.now();
  keep();
  showReview();
}

/** Throw the session away, at the second press. */
function discard(button) {
  if (!isSure) {
    isSure = true;
    put(button, words.sure);
    return;
  }
  session = null;
  keep();
  tell("");
  at("note").value = "";
  show("choose");
}

async function send() {
  const minutes = passed();
  const hand = { forward: sum(0, minutes), backward: sum(1, minutes) };
  const told = {
    kind: "crossings", line: session.line, hand, counted_by: session.by, note: at("note").value.trim() || null,
    starts_at: new Date(session.from).toISOString(), ends_at: new Date(session.from + minutes * MINUTE).toISOString(),
  };
  at("send").disabled = true;
  put(at("send"), words.sending);
  try {
    await post(told);
  } finally {
    at("send").disabled = false;
    put(at("send"), words.send);
  }
}

async function post(told) {
  let answer;
  try {
    answer = await fetch(start.address, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told),
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    tell(words.offline);
    return;
  }
  const said = await answer.json();
  if (!answer.ok) {
    tell(fill(words.refused, { why: said.detail }));
    return;
  }
  tell("");
  put(at("done-title"), fill(words.sent, { number: said.session }));
  put(at("done-hand"), `${words.by_hand}: ${both(said.hand.forward, said.hand.backward)}`);
  put(at("done-told"), fill(words.told, { counts: both(said.machine.forward, said.machine.backward) }));
  session = null;
  keep();
  at("note").value = "";
  show("done");
  at("done-title").focus();
}

at("choose")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const from = Math.floor(Date.now() / MINUTE + 1) * MINUTE;
  session = { line: at("line").value, by: at("by").value.trim(), from, minutes: [], last: [], ended: null };
  if (!session.by) {
    session = null;
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
    void send();
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
    if (event.key === KEY && session) {
      session = null;
      for (const id of sections) at(id).hidden = true;
      tell(words.another_page);
    }
  });
  session = kept();
  if (session && !lineOf(session)) session = null;
  if (!session) show("choose");
  else if (session.ended) showReview();
  else showPad();
  setInterval(tick, 250);
}
