// A doorway's sensor: its line, the way forward through it, and what it sees meanwhile. All state is here.

import { _, byId, closedText, endsOf, field, listen, make, newForm, post, savedText, showTexts, useTexts } from "./common.js";

const SVG = "http://www.w3.org/2000/svg";
const ASK_MS = 250;
const state = await (await fetch("/state.json")).json();
const closesAt = new Date(Date.now() + state.leftS * 1000);
let language = document.documentElement.lang; // as it was chosen on the page before
let turned = state.turned; // compared to how it was when the page was opened
let line = state.site.lines.some((one) => one.key === state.line) ? state.line : "";
let fresh = null; // a line that the site file doesn't have yet
let opened = false;
let live = { taken: [false, false], problem: "", blocked: false, no_echo: false, passed: { number: 0, forward: 0, backward: 0, last: 0 } };
let saved = snapshot();
let report = null;
let problems = [];
let isClosed = false;
let asking = null; // for what the sensor sees

function snapshot() {
  return JSON.stringify([line, turned, fresh]);
}

const lines = () => [...state.site.lines, ...(fresh ? [fresh] : [])];
const chosen = () => lines().find((one) => one.key === line);

function ends() {
  const one = chosen();
  return one ? endsOf(state.site, one, language) : { from: "?", to: "?" };
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
  byId("doorway").setAttribute("aria-label", _("The doorway from above, with the sensor's two parts"));
  byId("doorway").replaceChildren(...walls, ...bars, ...lamps, ...arrow);
  const { from, to } = ends();
  byId("left").textContent = way() > 0 ? from : to;
  byId("right").textContent = way() > 0 ? to : from;
  const name = (at) => (state.pins.length ? _("Beam on pin {pin}", { pin: state.pins[at] })
    : _("The sensor's half {pin}", { pin: at + 1 }));
  byId("channels").replaceChildren(...[0, 1].map((at) => make("li", { className: live.taken[at] ? "taken" : "",
    textContent: `${name(at)}: ${(live.taken[at] ? _("interrupted") : _("free"))}` })));
}

function showLive() {
  const { from, to } = ends();
  const { number, forward, backward, last } = live.passed;
  const unseen = live.no_echo ? _("No echo: the ranger is covered, in the sun, or above a floor too dark.")
    : _("Blocked: something is in the way, or the sensor isn't aimed.");
  const blocked = live.blocked ? unseen : "";
  const trouble = live.problem ? _("The sensor doesn't answer: {problem}", { problem: live.problem }) : blocked;
  byId("walk").textContent = trouble || (chosen() ? _("Walk through the doorway once: from {from} to {to}.", { from, to })
    : _("Choose a line, or add one."));
  byId("walk").classList.toggle("trouble", Boolean(trouble));
  const ahead = last * way() > 0;
  const went = last ? _("Somebody went {from} → {to}.", ahead ? { from, to } : { from: to, to: from }) : _("Somebody turned back.");
  const words = number ? went : "";
  if (byId("went").textContent !== words) byId("went").textContent = words;
  byId("went").dataset.number = number;
  byId("wrong").textContent = number && last ? _("Isn't that how you walked? Turn the arrow.") : "";
  const sums = way() > 0 ? { forward, backward } : { forward: backward, backward: forward };
  byId("counted").textContent = number ? _("Since the page was opened: {forward} forward, {backward} backward.", sums) : "";
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
  report = null;
  show();
}

function showLines() {
  const pick = make("select", { id: "line" }, ...(line ? [] : [make("option", { value: "", textContent: "-" })]),
    ...lines().map((one) => make("option", { value: one.key, textContent: one.name[language], selected: one.key === line })));
  pick.addEventListener("change", () => {
    line = pick.value;
    report = null;
    show();
  });
  const more = make("button", { type: "button", className: "plain", textContent: _("New line") });
  more.dataset.act = "new_line";
  more.setAttribute("aria-expanded", String(opened));
  more.addEventListener("click", () => {
    opened = !opened;
    showLines();
  });
  const form = opened ? [newForm({ language, places: state.site.borders, placeLabel: _("Border"),
    more: [field(_("Check line: a second one over the same stretch"), make("input", { name: "check", type: "checkbox" }))],
    added: add })] : [];
  const forward = chosen() ? [make("p", { className: "forward", textContent: _("Forward: {from} → {to}", ends()) })] : [];
  const door = state.pins.length ? [] : [make("p", { className: "hint", textContent: _("Beside a door: hang the ranger on "
    + "the side from which the door swings away, half a metre or more from the closed leaf.") })];
  byId("parts").replaceChildren(make("section", { className: "pick" }, field(_("Line"), pick), ...forward, more, ...form, ...door));
}

function add(values) {
  const key = values.get("key");
  if (state.site.lines.some((one) => one.key === key)) {
    problems = [_("The key is there already, or is written wrong.")];
    return show();
  }
  fresh = { key, name: { sv: values.get("sv"), en: values.get("en") }, border: values.get("place"),
    role: values.has("check") ? "check" : "main" };
  [line, opened, problems] = [key, false, []];
  return show();
}

async function save() {
  if (!chosen()) {
    problems = [_("Choose a line, or add one.")];
    return show();
  }
  const before = state.device.setup;
  const isNew = fresh && fresh.key === line;
  const answer = await post("/save", { line, turned, new_lines: isNew ? [fresh] : [] });
  problems = [];
  if (answer.status === 403) problems = [closedText()];
  else if (!answer.ok) problems = [_("Nothing was saved:"), ...(await answer.json()).problems];
  else {
    Object.assign(state, await answer.json());
    [turned, line, fresh] = [state.turned, state.line, isNew ? null : fresh];
    saved = snapshot();
    const { setup } = state.device;
    report = () => savedText(before, setup);
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
  document.querySelector("main").replaceChildren(make("p", { className: "closed", textContent: closedText() }));
}

// All of it ------------------------------------------------------------------------------------------------------

function show() {
  document.documentElement.lang = language;
  useTexts(state.texts[language]);
  const said = report ? report() : snapshot() === saved ? "" : _("There are changes that aren't saved.");
  showTexts({ title: _("Direction through the doorway"), turn: _("Turn the arrow") }, language, closesAt, problems, said);
  showLines();
  showLive();
}

const switchLanguage = () => {
  language = language === "sv" ? "en" : "sv";
  show();
};
listen({ language: switchLanguage, turn, save, done: close }, () => snapshot() === saved);
show();
asking = ask();
