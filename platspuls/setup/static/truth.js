// Notes who passes a line in a clip. All state is here; frames come as JPEGs and stay in memory.

import { _, byId, listen, make, post, showTexts, useTexts } from "./common.js";
import { middleOf, sideOf } from "./shapes.js";

const SVG = "http://www.w3.org/2000/svg";
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const SHOWN = 15; // frames a second that are shown, at most
const BATCH = 16;
const AHEAD = 3; // batches that are asked for before they are needed
const JUMP_S = 5;
const SAVE_MS = 800;
const AGAIN_MS = 500;
const TRIES = 100; // frames that don't come one after another, until the page gives up
const WAYS = ["forward", "backward"];

const state = await (await fetch("/state.json")).json();
const closesAt = new Date(Date.now() + state.leftS * 1000);
const { rate } = state.clip;
let { revision } = state; // of the file, as this page knows it
const truth = Object.fromEntries(state.lines.map(({ key }) =>
  [key, structuredClone(state.truth[key] ?? { watched_s: [], forward_s: [], backward_s: [] })]));
const screen = byId("screen");
let language = document.documentElement.lang; // as it was chosen on the page before
let line = state.lines[0].key;
let last = Math.max(state.clip.frames - 1, 0); // number of the last frame; found out at the end
let at = 0; // where the clip is, in frames
let shown = -1;
let speed = 1;
let playing = false;
let since = 0; // the frame from which on it was watched without a break
let tick = null;
let bitmaps = new Map();
let asked = new Set();
let failed = 0; // how many answers with frames didn't come since the last one that did
let saved = snapshot();
let savedAt = null;
let problems = [];
let isClosed = false;
let saving = null;
let queue = Promise.resolve(); // of saves
const done = []; // what was noted, for undo

function snapshot() {
  return JSON.stringify(truth);
}

const seconds = (frame) => Math.round((frame / rate) * 100) / 100;

function clock(time) {
  const whole = Math.floor(time);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${Math.floor((time % 1) * 10)}`;
}

// Frames ---------------------------------------------------------------------------------------------------------

const stepOf = () => Math.max(1, Math.round((rate * speed) / SHOWN));

async function fetchBatch(first, step) {
  const key = `${first}/${step}`;
  if (asked.has(key) || first > last) return;
  asked.add(key);
  const mine = asked;
  const bytes = await bytesOf(`/frames?first=${first}&step=${step}&count=${BATCH}`).catch(() => null);
  if (!bytes) {
    again(key);
    return;
  }
  failed = 0;
  const view = new DataView(bytes);
  let number = first;
  for (let place = 0; place < bytes.byteLength; number += step) {
    const length = view.getUint32(place);
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes, place + 4, length)], { type: "image/jpeg" }));
    if (mine === asked) bitmaps.set(number, bitmap);
    place += 4 + length;
  }
  if (number < first + step * BATCH && number - 1 < last) last = Math.max(number - step, 0); // the clip is shorter than it says
  if (!playing) draw();
}

async function bytesOf(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(answer.status);
  return answer.arrayBuffer();
}

/** Ask again for frames that didn't come, unless the page was closed on the device: a long clip may be sought in for long. */
async function again(key) {
  failed += 1;
  const answer = await fetch("/state.json").catch(() => null);
  if (isClosed) return;
  if (!answer?.ok || failed > TRIES) {
    end();
    return;
  }
  setTimeout(() => {
    asked.delete(key);
    fill();
  }, AGAIN_MS);
}

/** Ask for what is shown next, and forget what was. */
function fill() {
  const step = stepOf();
  const first = Math.floor(at / (step * BATCH)) * step * BATCH;
  for (let more = 0; more < AHEAD; more += 1) fetchBatch(first + more * step * BATCH, step);
  for (const [number, bitmap] of bitmaps) {
    if (number < first - step * BATCH || number > first + (AHEAD + 1) * step * BATCH) {
      bitmap.close();
      bitmaps.delete(number);
    }
  }
  for (const key of asked) if (!stillWanted(key, first, step)) asked.delete(key);
}

function stillWanted(key, first, step) {
  const [number, its] = key.split("/").map(Number);
  return its === step && number >= first - step * BATCH && number <= first + (AHEAD + 1) * step * BATCH;
}

/** Show the frame of now; return whether it is there. */
function draw() {
  const step = stepOf();
  const number = Math.floor(Math.min(at, last) / step) * step;
  const bitmap = bitmaps.get(number);
  if (!bitmap) return false;
  if (number !== shown) {
    if (screen.width !== bitmap.width) [screen.width, screen.height] = [bitmap.width, bitmap.height];
    screen.getContext("2d").drawImage(bitmap, 0, 0);
    shown = number;
    screen.dataset.frame = number;
  }
  return true;
}

// Playing --------------------------------------------------------------------------------------------------------

function run(now) {
  if (!playing) return;
  fill();
  const passed = tick === null ? 0 : Math.min(now - tick, 250);
  tick = now;
  const before = at;
  at = Math.min(at + (passed / 1000) * rate * speed, last);
  if (!draw()) at = before; // waits for the picture: what isn't shown isn't watched
  if (at >= last) pause();
  showPlace();
  requestAnimationFrame(run);
}

function play() {
  if (at >= last) jumpTo(0);
  [playing, since, tick] = [true, at, null];
  show();
  requestAnimationFrame(run);
}

function pause() {
  watched();
  playing = false;
  show();
  saveSoon();
}

/** Note that the clip was watched for the chosen line since it was last noted. */
function watched() {
  if (!playing || seconds(at) <= seconds(since)) return;
  const spans = [...truth[line].watched_s, [seconds(since), at >= last ? seconds(last + 1) : seconds(at)]];
  spans.sort(([a], [b]) => a - b);
  truth[line].watched_s = spans.reduce((merged, [from, to]) => {
    const before = merged.at(-1);
    if (before && from <= before[1]) before[1] = Math.max(before[1], to);
    else merged.push([from, to]);
    return merged;
  }, []);
  since = at;
}

function jumpTo(frame) {
  watched();
  at = Math.max(0, Math.min(frame, last));
  since = at;
  fill();
  draw();
  show();
}

function setSpeed(value) {
  watched();
  speed = value;
  for (const bitmap of bitmaps.values()) bitmap.close();
  [bitmaps, asked, shown] = [new Map(), new Set(), -1];
  fill();
  show();
}

// Notes ----------------------------------------------------------------------------------------------------------

/** Return whether what is shown was watched: what wasn't can't be noted. */
const mayNote = () => playing || truth[line].watched_s.some(([from, to]) => from <= seconds(at) && seconds(at) <= to);

function note(way) {
  if (!mayNote()) return;
  watched();
  const time = seconds(at);
  truth[line][`${way}_s`].push(time);
  truth[line][`${way}_s`].sort((a, b) => a - b);
  done.push([line, way, time]);
  byId(way).classList.add("noted");
  setTimeout(() => byId(way)?.classList.remove("noted"), 300);
  show();
  saveSoon();
}

function remove(key, way, time) {
  const times = truth[key][`${way}_s`];
  if (times.includes(time)) times.splice(times.indexOf(time), 1);
  show();
  saveSoon();
}

function undo() {
  const what = done.pop();
  if (what) remove(...what);
}

function choose(key) {
  watched();
  line = key;
  since = at;
  show();
}

function saveSoon() {
  clearTimeout(saving);
  saving = setTimeout(save, SAVE_MS);
}

/** Save what was noted, one after another: each save needs the revision of the one before. */
const save = () => (queue = queue.then(saveNow, saveNow));

async function saveNow() {
  clearTimeout(saving);
  watched();
  const now = snapshot();
  const answer = await post("/save", { lines: truth, revision }).catch(() => null);
  problems = [];
  if (!answer || answer.status === 403) problems = [closed()];
  else if (!answer.ok) problems = [_("Nothing was saved:"), ...(await answer.json()).problems];
  else [saved, savedAt, revision] = [now, new Date(), (await answer.json()).revision];
  show();
}

const closed = () => _("The page is closed. Start {command} again if you need it.", { command: "platspuls counter truth" });

async function close() {
  if (playing) pause();
  if (snapshot() !== saved) await save();
  if (problems.length) return;
  await post("/done", {});
  end();
}

function end() {
  [isClosed, playing, saved] = [true, false, snapshot()];
  document.querySelector("main").replaceChildren(make("p", { className: "closed", textContent: closed() }));
}

// All of it ------------------------------------------------------------------------------------------------------

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Draw the lines, with the arrow of the chosen one. */
function showLines() {
  const [width, height] = state.clip.size;
  const unit = width / 640;
  const svg = byId("picture");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(...state.lines.flatMap(({ key, points, forward_towards: towards }) => {
    const corners = points.map((point) => point.join(",")).join(" ");
    const group = shape("g", { class: `line${key === line ? " selected" : ""}`, opacity: key === line ? 1 : 0.4 });
    const { x, y, across } = middleOf(points);
    const [dx, dy] = across.map((value) => value * sideOf(points, towards) * unit);
    const tip = [x + dx * 34, y + dy * 34];
    group.append(shape("polyline", { points: corners, class: "under", "stroke-width": 7 * unit }),
      shape("polyline", { points: corners, class: "over", "stroke-width": 3 * unit }),
      shape("path", { d: `M${x},${y}L${x + dx * 22},${y + dy * 22}`, class: "shaft", "stroke-width": 4 * unit }),
      shape("path", { d: `M${tip}L${x + dx * 20 - dy * 11},${y + dy * 20 + dx * 11}L${x + dx * 20 + dy * 11},${y + dy * 20 - dx * 11}Z`, class: "head" }));
    return [group];
  }));
}

function showParts() {
  const pick = make("select", { id: "line" }, ...state.lines.map(({ key }, number) =>
    make("option", { value: key, textContent: number < 9 ? `${number + 1}: ${key}` : key, selected: key === line })));
  pick.addEventListener("change", () => choose(pick.value));
  const seen = truth[line];
  const total = seen.watched_s.reduce((sum, [from, to]) => sum + to - from, 0);
  const counts = make("p", { id: "counts", textContent: _("Forward {forward}, backward {backward}; watched {watched} of {length}.",
    { forward: seen.forward_s.length, backward: seen.backward_s.length, watched: clock(total), length: clock(seconds(last + 1)) }) });
  const noted = WAYS.flatMap((way) => seen[`${way}_s`].map((time) => [time, way])).sort(([a], [b]) => a - b);
  const list = make("ul", { className: "passages" }, ...noted.map(([time, way]) => {
    const name = `${clock(time)} ${way === "forward" ? _("forward") : _("backward")}`;
    const away = make("button", { type: "button", textContent: "×" });
    away.setAttribute("aria-label", _("Remove {what}", { what: name }));
    away.addEventListener("click", () => remove(line, way, time));
    return make("li", { className: Math.abs(time - at / rate) < 1 ? "near" : "" }, make("span", { textContent: name }), away);
  }));
  const chosen = document.activeElement?.id === "line";
  byId("parts").replaceChildren(make("section", { className: "pick" },
    make("label", {}, make("span", { textContent: _("Line") }), pick), counts), make("section", {}, list));
  if (chosen) byId("line").focus();
}

function showPlace() {
  byId("place").max = last;
  byId("place").value = Math.round(at);
  byId("time").textContent = `${clock(at / rate)} / ${clock(seconds(last + 1))}`;
}

function show() {
  if (isClosed) return;
  document.documentElement.lang = language;
  useTexts(state.texts[language]);
  const changed = snapshot() !== saved ? _("There are changes that aren't saved.") : "";
  const report = changed || (savedAt ? _("Saved to {file}.", { file: state.file }) : "");
  showTexts({ title: _("Note who passes"), undo: _("Undo"), play: playing ? _("Pause") : _("Play"), back: _("Back 5 s"),
    ahead: _("On 5 s"), "speed-label": _("Speed"), forward: _("Forward (F)"), backward: _("Backward (B)"),
    help: _("Press when somebody has wholly passed the line, while the clip plays; nothing for who turns back. Keys: space "
      + "plays and pauses, ← and → go 5 s, + and - change the speed, U takes the last back, digits choose the line.") },
  language, closesAt, problems, report);
  byId("place").setAttribute("aria-label", _("Place in the clip"));
  for (const way of WAYS) byId(way).disabled = !mayNote();
  byId("speed").replaceChildren(...SPEEDS.map((value) => make("option", { value, textContent: `${value}×`, selected: value === speed })));
  showPlace();
  showLines();
  showParts();
}

const toggle = () => (playing ? pause() : play());
const jump = (by) => jumpTo(at + by * rate);
const faster = (by) => setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.indexOf(speed) + by, SPEEDS.length - 1))]);
const KEYS = { " ": toggle, f: () => note("forward"), b: () => note("backward"), u: undo, "+": () => faster(1), "-": () => faster(-1),
  ArrowLeft: () => jump(-JUMP_S), ArrowRight: () => jump(JUMP_S) };

addEventListener("keydown", (event) => {
  if (isClosed || event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("select")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const other = /^[1-9]$/.test(key) && state.lines[Number(key) - 1];
  const act = other ? () => choose(other.key) : KEYS[key];
  if (!act) return;
  event.preventDefault();
  if (!event.repeat || key.startsWith("Arrow")) act();
});
byId("place").addEventListener("input", () => jumpTo(Number(byId("place").value)));
byId("speed").addEventListener("change", () => setSpeed(Number(byId("speed").value)));
const switchLanguage = () => {
  language = language === "sv" ? "en" : "sv";
  show();
};
listen({ language: switchLanguage, undo, save, done: close, play: toggle, back: () => jump(-JUMP_S), ahead: () => jump(JUMP_S),
  forward: () => note("forward"), backward: () => note("backward") }, () => snapshot() === saved);
fill();
show();
