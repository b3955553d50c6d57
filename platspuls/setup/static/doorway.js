// A doorway's sensor: its line, the way forward through it, and what it sees meanwhile. All state is here.

import { endsOf, field, filled, make, newForm, post } from "./common.js";

const SVG = "http://www.w3.org/2000/svg";
const ASK_MS = 250;
const byId = (id) => document.getElementById(id);
const state = await (await fetch("/state.json")).json();
const closesAt = new Date(Date.now() + state.leftS * 1000);
let language = state.language;
let turned = state.turned; // compared to how it was when the page was opened
let line = state.site.lines.some((one) => one.key === state.line) ? state.line : "";
let fresh = null; // a line that the site file doesn't have yet
let opened = false;
let live = { taken: [false, false], problem: "", blocked: false, passed: { number: 0, forward: 0, backward: 0, last: 0 } };
let saved = snapshot();
let told = null;
let problems = [];
let isClosed = false;
let asking = null; // for what the sensor sees

function snapshot() {
  return JSON.stringify([line, turned, fresh]);
}

const text = (name, values = {}) => filled(state.texts[language][name], values);
const lines = () => [...state.site.lines, ...(fresh ? [fresh] : [])];
const chosen = () => lines().find((one) => one.key === line);

function ends() {
  const one = chosen();
  return one ? endsOf(state.site, one, language, text("outside")) : { from: "?", to: "?" };
}

/** Return 1 when the arrow points to the right: the part that was first when the page was opened is on the left. */
const way = () => (turned ? -1 : 1);

// The doorway ----------------------------------------------------------------------------------------------------

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function showDoorway() {
  const bars = [270, 370].map((x, at) => shape("line", { x1: x, x2: x, y1: 44, y2: 206, class: `beam${live.taken[at] ? " taken" : ""}`,
    "data-beam": at }));
  const lamps = [270, 370].map((x, at) => shape("circle", { cx: x, cy: 226, r: 12, class: `lamp${live.taken[at] ? " taken" : ""}` }));
  const walls = [[0, 20], [206, 20]].map(([y, height]) => shape("rect", { x: 240, y: y ? y : 24, width: 160, height, class: "wall" }));
  const [tail, tip] = way() > 0 ? [90, 550] : [550, 90];
  const arrow = [shape("path", { d: `M${tail},125L${tip - 24 * way()},125`, class: "shaft" }),
    shape("path", { d: `M${tip},125L${tip - 40 * way()},97L${tip - 40 * way()},153Z`, class: "head" })];
  byId("doorway").setAttribute("aria-label", text("doorway"));
  byId("doorway").replaceChildren(...walls, ...bars, ...lamps, ...arrow);
  const { from, to } = ends();
  byId("left").textContent = way() > 0 ? from : to;
  byId("right").textContent = way() > 0 ? to : from;
  const name = (at) => (state.pins.length ? text("beam", { pin: state.pins[at] }) : text("half", { pin: at + 1 }));
  byId("channels").replaceChildren(...[0, 1].map((at) => make("li", { className: live.taken[at] ? "taken" : "",
    textContent: `${name(at)}: ${text(live.taken[at] ? "taken" : "free")}` })));
}

function showLive() {
  const { from, to } = ends();
  const { number, forward, backward, last } = live.passed;
  const trouble = live.problem ? text("silent", { problem: live.problem }) : live.blocked ? text("blocked") : "";
  byId("walk").textContent = trouble || (chosen() ? text("walk", { from, to }) : text("no_line"));
  byId("walk").classList.toggle("trouble", Boolean(trouble));
  const went = last * way() > 0 ? text("went", { from, to }) : last * way() < 0 ? text("went", { from: to, to: from }) : text("turned_back");
  const words = number ? went : "";
  if (byId("went").textContent !== words) byId("went").textContent = words;
  byId("went").dataset.number = number;
  byId("wrong").textContent = number && last ? text("wrong_way") : "";
  const sums = way() > 0 ? { forward, backward } : { forward: backward, backward: forward };
  byId("counted").textContent = number ? text("counted", sums) : "";
  showDoorway();
}

async function ask() {
  if (isClosed) return;
  try {
    const answer = await fetch("/live.json");
    if (!answer.ok) {
      end();
      return;
    }
    live = await answer.json();
    showLive();
  } catch {
    end(); // the page was closed on the device
    return;
  }
  setTimeout(() => { asking = ask(); }, ASK_MS);
}

// Changes --------------------------------------------------------------------------------------------------------

function turn() {
  turned = !turned;
  told = null;
  show();
}

function showLines() {
  const pick = make("select", { id: "line" }, ...(line ? [] : [make("option", { value: "", textContent: "-" })]),
    ...lines().map((one) => make("option", { value: one.key, textContent: one.name[language], selected: one.key === line })));
  pick.addEventListener("change", () => {
    line = pick.value;
    told = null;
    show();
  });
  const more = make("button", { type: "button", className: "plain", textContent: text("new_line") });
  more.dataset.act = "new_line";
  more.setAttribute("aria-expanded", String(opened));
  more.addEventListener("click", () => {
    opened = !opened;
    showLines();
  });
  const form = opened ? [newForm({ text, language, places: state.site.borders, placeName: "border",
    more: [field(text("is_check"), make("input", { name: "check", type: "checkbox" }))], added: add })] : [];
  const forward = chosen() ? [make("p", { className: "forward", textContent: text("forward", ends()) })] : [];
  byId("parts").replaceChildren(make("section", { className: "pick" }, field(text("which_line"), pick), ...forward, more, ...form));
}

function add(values) {
  const key = values.get("key");
  if (state.site.lines.some((one) => one.key === key)) {
    problems = [text("key_taken")];
    return show();
  }
  fresh = { key, name: { sv: values.get("sv"), en: values.get("en") }, border: values.get("place"),
    role: values.has("check") ? "check" : "main" };
  [line, opened, problems] = [key, false, []];
  return show();
}

async function save() {
  if (!chosen()) {
    problems = [text("no_line")];
    return show();
  }
  const before = state.device.setup;
  const isNew = fresh && fresh.key === line;
  const answer = await post("/save", { line, turned, new_lines: isNew ? [fresh] : [] });
  problems = [];
  if (answer.status === 403) problems = [text("closed")];
  else if (!answer.ok) problems = [text("refused"), ...(await answer.json()).problems];
  else {
    Object.assign(state, await answer.json());
    [turned, line, fresh] = [state.turned, state.line, isNew ? null : fresh];
    saved = snapshot();
    const { setup } = state.device;
    told = () => (setup === before ? text("unchanged") : text("saved", { setup }));
  }
  return show();
}

async function close() {
  isClosed = true;
  await asking;
  await post("/done", {});
  end();
}

function end() {
  isClosed = true;
  saved = snapshot();
  document.querySelector("main").replaceChildren(make("p", { className: "closed", textContent: text("closed") }));
}

// All of it ------------------------------------------------------------------------------------------------------

function show() {
  document.documentElement.lang = language;
  const other = language === "sv" ? "en" : "sv";
  const words = { title: text("title_doorway"), turn: text("turn"), save: text("save"), done: text("done"),
    language: { sv: "Svenska", en: "English" }[other] };
  for (const [id, word] of Object.entries(words)) byId(id).textContent = word;
  byId("language").lang = other;
  byId("closes").textContent = text("closes", { time: closesAt.toTimeString().slice(0, 5) });
  byId("told").textContent = told ? told() : snapshot() === saved ? "" : text("unsaved");
  byId("problems").replaceChildren(...problems.map((problem) => make("p", { textContent: problem })));
  showLines();
  showLive();
}

byId("language").addEventListener("click", () => {
  language = language === "sv" ? "en" : "sv";
  show();
});
byId("turn").addEventListener("click", turn);
byId("save").addEventListener("click", save);
byId("done").addEventListener("click", close);
addEventListener("beforeunload", (event) => {
  if (snapshot() !== saved) event.preventDefault();
});
show();
asking = ask();
