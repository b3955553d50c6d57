// Draws lines and zones on the picture. All state is here; the page is drawn anew from it at each change.

import {
  _, byId, closedText, endsOf as namesOf, field, listen, make, newForm, post, savedText, showTexts, useTexts,
} from "./common.js";
import { heightFields, walkThrough } from "./height.js";
import { inTheMiddle, lengthOf, middleOf, round, sideOf, towards, upright, withPoint } from "./shapes.js";

const SVG = "http://www.w3.org/2000/svg";
const TOUCH = 24; // CSS pixels round a point that belong to it
const FEWEST = { line: 2, zone: 3, ruler: 2 };
const PERSON_M = 1.7; // somebody standing
const svg = byId("picture");

const state = await (await fetch("/state.json")).json();
const closesAt = new Date(Date.now() + state.leftS * 1000);
let language = document.documentElement.lang; // as it was chosen on the page before
let parts = partsOf(state);
let saved = "";
let past = [];
let selected = parts.findIndex((part) => part.points.length) < 0 ? 0 : parts.findIndex((part) => part.points.length);
let chosen = -1; // the point that keys move
let drawing = null; // the points so far, while a shape is being drawn
let dragged = null;
let report = null; // what was said of the last save: a function, since the language may change
let problems = [];
let opened = ""; // which form for something new is open
let sights = {}; // what each line can see where it is drawn, as the server judges it
let asked = ""; // of which lines that was asked
let asking = 0; // the timer of the next question
const walk = walkThrough(state.walkS, { found: takeHeight, changed: () => show() });
saved = snapshot();

function partsOf({ site, drawn, picture, cameraHeightM, walkS }) {
  const lines = site.lines.map((line) => {
    const found = drawn.lines.find((one) => one.line === line.key);
    const points = found ? found.points : [];
    return { kind: "line", ...line, points, side: found ? sideOf(points, found.forward_towards) : 1,
      original: found ? JSON.stringify([points, sideOf(points, found.forward_towards)]) : "",
      forwardTowards: found?.forward_towards };
  });
  const zones = site.zones.map((zone) => ({ kind: "zone", ...zone, side: 1,
    points: drawn.zones.find((one) => one.zone === zone.key)?.polygon ?? [] }));
  const ruler = { kind: "ruler", key: "ruler", name: {}, points: [], side: 1, metres: PERSON_M };
  const height = { ...ruler, kind: "height", key: "height", metres: cameraHeightM };
  return [...lines, ...zones, ...(picture.kind === "camera" ? [ruler] : []), ...(walkS ? [height] : [])];
}

function snapshot() {
  return JSON.stringify(parts);
}

const OWN_NAMES = { ruler: () => _("Ruler"), height: () => _("Height above the floor") };
const nameOf = (part) => OWN_NAMES[part.kind]?.() ?? (part.name[language] || part.key);
const sizeOf = () => state.picture.size;
const perPixel = () => sizeOf()[0] / (svg.clientWidth || sizeOf()[0]);

const endsOf = (line) => namesOf(state.site, line, language);

// The picture -----------------------------------------------------------------------------------------------------

function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function showPicture() {
  const focus = document.activeElement?.dataset?.point;
  const [width, height] = sizeOf();
  const unit = perPixel();
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-label", state.picture.kind === "thermal" ? _("What the thermal array sees, with lines and zones")
    : _("What the camera sees, with lines and zones"));
  svg.classList.toggle("drawing", drawing !== null);
  const [shownWide, shownHigh] = state.picture.shown;
  const still = shape("image", { href: "/picture.png", x: 0, y: 0, width: shownWide, height: shownHigh,
    preserveAspectRatio: "none" });
  const order = parts.map((part, at) => [part, at]).filter(([part]) => part.points.length);
  order.sort(([one, a], [other, b]) => (a === selected) - (b === selected) || (one.kind === "line") - (other.kind === "line"));
  svg.replaceChildren(still, ...order.map(([part, at]) => drawn(part, at, unit)));
  showWeights();
  if (drawing) svg.append(unfinished(unit));
  else if (parts[selected]?.points.length) svg.append(...handles(parts[selected], unit));
  if (focus !== undefined) svg.querySelector(`[data-point="${focus}"]`)?.focus({ preventScroll: true });
}

function drawn(part, at, unit) {
  const corners = part.points.map((point) => point.join(",")).join(" ");
  const group = shape("g", { class: `${part.kind}${at === selected ? " selected" : ""}`, "data-part": part.key });
  const kind = part.kind === "zone" ? "polygon" : "polyline";
  group.append(shape(kind, { points: corners, class: "under", "stroke-width": 7 * unit }),
    shape(kind, { points: corners, class: "over", "stroke-width": 3 * unit }));
  if (part.kind === "line") group.append(...arrow(part, unit, at === selected));
  else if (part.kind === "ruler") group.append(label(`${part.metres} m`, middle(part.points), unit, "start"));
  else group.append(label(nameOf(part), [middle(part.points)[0], Math.min(...part.points.map(([, y]) => y)) + 16 * unit], unit, "middle"));
  group.addEventListener("pointerdown", () => {
    if (!drawing && at !== selected) select(at);
  });
  return group;
}

function arrow(part, unit, isSelected) {
  const { x, y, across } = middleOf(part.points);
  const way = across.map((value) => value * part.side);
  const at = (length, beside = 0) => [x + (way[0] * length - way[1] * beside) * unit, y + (way[1] * length + way[0] * beside) * unit];
  const [tail, tip, left, right] = [at(-20), at(34), at(20, -11), at(20, 11)];
  const line = `M${tail}L${at(22)}`;
  const head = `M${tip}L${left}L${right}Z`;
  const made = [shape("path", { d: line, class: "under", "stroke-width": 8 * unit }),
    shape("path", { d: head, class: "under head", "stroke-width": 4 * unit }),
    shape("path", { d: line, class: "shaft", "stroke-width": 4 * unit }), shape("path", { d: head, class: "head" })];
  if (!isSelected) return [...made, label(nameOf(part), [x, y - 24 * unit], unit, "middle")];
  const ends = endsOf(part);
  const anchor = Math.abs(way[0]) < 0.5 ? "middle" : way[0] > 0 ? "start" : "end";
  const other = { start: "end", end: "start", middle: "middle" }[anchor];
  return [...made, label(ends.to, at(44), unit, anchor), label(ends.from, at(-30), unit, other)];
}

function label(words, [x, y], unit, anchor) {
  const [width, height] = sizeOf();
  const wide = words.length * 10 * unit;
  const low = { start: 0, middle: wide / 2, end: wide }[anchor] + 4 * unit;
  const high = width - { start: wide, middle: wide / 2, end: 0 }[anchor] - 4 * unit;
  const inside = Math.max(low, Math.min(x, high));
  const lower = inside !== x && anchor !== "middle" ? 26 * unit : 5 * unit; // what has no room beside goes below
  return shape("text", { x: inside, y: Math.max(20 * unit, Math.min(y + lower, height - 6 * unit)), "font-size": 15 * unit,
    "stroke-width": 4 * unit, "text-anchor": anchor }, words);
}

function middle(points) {
  return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}

function handles(part, unit) {
  return part.points.map(([x, y], number) => {
    const words = `${_("Point {number} of {name}", { number: number + 1, name: nameOf(part) })}: ${Math.round(x)}, ${Math.round(y)}`;
    const handle = shape("g", { class: `handle${number === chosen ? " chosen" : ""}`, tabindex: 0, role: "button",
      "aria-label": words, "data-point": number });
    handle.append(shape("circle", { cx: x, cy: y, r: TOUCH * unit, class: "reach" }),
      shape("circle", { cx: x, cy: y, r: 8 * unit, "stroke-width": 3 * unit, class: "knob" }));
    handle.addEventListener("focus", () => choose(number));
    handle.addEventListener("keydown", (event) => moveByKey(event, number));
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      remember();
      dragged = { number, id: event.pointerId };
      svg.setPointerCapture(event.pointerId);
      chosen = number;
    });
    return handle;
  });
}

function unfinished(unit) {
  const group = shape("g", { class: "unfinished" });
  group.append(shape("polyline", { points: drawing.map((point) => point.join(",")).join(" "), class: "over",
    "stroke-width": 3 * unit }));
  group.append(...drawing.map(([x, y]) => shape("circle", { cx: x, cy: y, r: 7 * unit, class: "knob", "stroke-width": 3 * unit })));
  return group;
}

function placeOf(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return within([at.x, at.y]);
}

function within([x, y]) {
  const [width, height] = sizeOf();
  return [round(Math.max(0, Math.min(x, width))), round(Math.max(0, Math.min(y, height)))];
}

svg.addEventListener("pointermove", (event) => {
  if (!dragged || event.pointerId !== dragged.id) return;
  parts[selected].points[dragged.number] = placeOf(event);
  askSights();
  showPicture();
});
for (const name of ["pointerup", "pointercancel"]) {
  svg.addEventListener(name, () => {
    if (dragged) {
      dragged = null;
      show();
    }
  });
}
svg.addEventListener("click", (event) => {
  if (drawing) addCorner(placeOf(event));
});
addEventListener("resize", showPicture);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawing) stopDrawing();
});

// Changes ---------------------------------------------------------------------------------------------------------

function remember() {
  past.push(snapshot());
  past = past.slice(-100);
  report = null;
  problems = [];
  walk.forget();
}

function takeHeight(metres) {
  past.push(snapshot());
  parts.find((part) => part.kind === "height").metres = metres;
  [report, problems] = [null, []];
  show();
}

function select(at) {
  [selected, chosen, drawing] = [at, -1, null];
  show();
}

function choose(number) {
  if (chosen === number) return;
  chosen = number;
  showPicture();
  showParts();
  showSights();
}

function moveByKey(event, number) {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (way) {
    event.preventDefault();
    remember();
    const step = event.shiftKey ? 1 : Math.max(1, sizeOf()[0] / 100);
    const [x, y] = parts[selected].points[number];
    parts[selected].points[number] = within([x + way[0] * step, y + way[1] * step]);
    show();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    removePoint();
  }
}

function removePoint() {
  const part = parts[selected];
  if (chosen < 0 || part.points.length <= FEWEST[part.kind]) return;
  remember();
  part.points.splice(chosen, 1);
  chosen = -1;
  show();
}

function addCorner(point) {
  const part = parts[selected];
  const reach = TOUCH * perPixel();
  const near = ([x, y]) => Math.hypot(point[0] - x, point[1] - y) < reach;
  if (drawing.length && near(drawing[0]) && drawing.length >= 3) return finish();
  if (drawing.length && near(drawing[drawing.length - 1])) return undefined;
  drawing.push(point);
  return part.kind !== "zone" && drawing.length === 2 ? finish() : show();
}

function finish() {
  remember();
  parts[selected].points = drawing;
  stopDrawing();
}

function stopDrawing() {
  drawing = null;
  show();
}

function undo() {
  if (!past.length) return;
  walk.forget();
  parts = JSON.parse(past.pop());
  selected = Math.min(selected, parts.length - 1);
  chosen = -1;
  show();
}

// What is sent ----------------------------------------------------------------------------------------------------

function lineToSend(part) {
  const isSame = part.original === JSON.stringify([part.points, part.side]);
  const ahead = isSame ? part.forwardTowards : towards(part.points, part.side, state.unitsPerMetre * 0.3);
  return { line: part.key, points: part.points, forward_towards: ahead };
}

function toSend() {
  const of = (kind) => parts.filter((part) => part.kind === kind && part.points.length);
  const [ruler] = of("ruler");
  const fresh = (kind) => parts.filter((part) => part.kind === kind && part.isNew && part.points.length);
  return {
    lines: of("line").map(lineToSend),
    zones: of("zone").map((part) => ({ zone: part.key, polygon: part.points })),
    new_lines: fresh("line").map(({ key, name, border, role }) => ({ key, name, border, role })),
    new_zones: fresh("zone").map(({ key, name, space, covers_space, disjoint, stay_threshold_s }) =>
      ({ key, name, space, covers_space, disjoint, stay_threshold_s })),
    ruler: ruler ? { pixels: lengthOf(ruler.points), metres: ruler.metres } : null,
    camera_height_m: parts.find((part) => part.kind === "height")?.metres ?? null,
  };
}

async function save() {
  const before = state.device.setup;
  const answer = await post("/save", toSend());
  if (answer.status === 403) {
    problems = [closedText()];
  } else if (answer.ok) {
    Object.assign(state, await answer.json());
    const kept = parts[selected]?.key;
    parts = partsOf(state);
    selected = Math.max(parts.findIndex((part) => part.key === kept), 0);
    [saved, past, problems] = [snapshot(), [], []];
    const setup = state.device.setup;
    report = () => savedText(before, setup);
  } else {
    problems = [_("Nothing was saved:"), ...(await answer.json()).problems];
  }
  show();
}

// What lines can see ----------------------------------------------------------------------------------------------

function askSights() {
  clearTimeout(asking);
  const body = toSend();
  if (asked === JSON.stringify([body.lines, body.ruler, body.camera_height_m])) return;
  asking = setTimeout(async () => {
    asked = JSON.stringify([body.lines, body.ruler, body.camera_height_m]);
    const mine = asked;
    const answer = body.lines.length ? await post("/sights", body).catch(() => null) : null;
    if (mine !== asked) return; // the line went on meanwhile
    sights = answer?.ok ? await answer.json() : {};
    showSights();
  }, 150);
}

function showSights() {
  for (const place of document.querySelectorAll("[data-sight]")) {
    const sight = sights[place.dataset.sight];
    const isShown = sight && (sight.weight !== "good" || place.dataset.selected);
    place.className = `sight ${sight?.weight ?? ""}`;
    place.replaceChildren(...(isShown ? sight[language] : []).map((words) => make("p", { textContent: words })));
  }
  showWeights();
}

function showWeights() {
  for (const group of svg.querySelectorAll("g.line")) {
    for (const weight of ["bad", "rough"]) group.classList.toggle(weight, sights[group.dataset.part]?.weight === weight);
  }
}

async function close() {
  await post("/done", {});
  document.querySelector("main").replaceChildren(Object.assign(document.createElement("p"),
    { className: "closed", textContent: closedText() }));
  saved = snapshot();
}

// Beside the picture ----------------------------------------------------------------------------------------------

function button(name, words, act, properties = {}) {
  const made = make("button", { type: "button", textContent: words, ...properties });
  made.dataset.act = name;
  made.addEventListener("click", act);
  return made;
}

function showParts() {
  const focus = document.activeElement?.dataset?.key;
  const kinds = ["line", "zone", "ruler", "height"].filter((kind) => !OWN_NAMES[kind] || parts.some((part) => part.kind === kind));
  byId("parts").replaceChildren(...kinds.map(section));
  if (focus) document.querySelector(`[data-key="${focus}"]`)?.focus({ preventScroll: true });
}

function section(kind) {
  const list = make("ul", {}, ...parts.map((part, at) => [part, at]).filter(([part]) => part.kind === kind)
    .map(([part, at]) => row(part, at)));
  if (kind === "ruler") return make("section", {}, make("h2", { textContent: _("Scale") }), list);
  if (kind === "height") return make("section", {}, make("h2", { textContent: _("The camera") }), list);
  const isOpen = opened === kind;
  const more = button(`new_${kind}`, kind === "line" ? _("New line") : _("New zone"), () => {
    opened = isOpen ? "" : kind;
    show();
  }, { className: "plain" });
  more.setAttribute("aria-expanded", String(isOpen));
  const title = make("h2", { textContent: kind === "line" ? _("Lines") : _("Zones") });
  return make("section", {}, title, list, more, ...(isOpen ? [form(kind)] : []));
}

function row(part, at) {
  const isDrawn = part.points.length > 0;
  const name = make("button", { type: "button", className: "name" }, make("b", { textContent: nameOf(part) }),
    make("span", stateOf(part, isDrawn)));
  name.dataset.key = `${part.kind}:${part.key}`;
  name.setAttribute("aria-pressed", String(at === selected));
  name.addEventListener("click", () => select(at));
  const item = make("li", { className: at === selected ? "selected" : "" }, name);
  if (part.kind === "line" && isDrawn) item.append(sightOf(part, at === selected));
  if (at === selected) item.append(details(part, isDrawn));
  return item;
}

function stateOf(part, isDrawn) {
  const isKnown = part.kind === "height" ? part.metres !== null : isDrawn;
  const words = part.kind === "height" ? (isKnown ? `${part.metres} m` : _("not known")) : isDrawn ? _("drawn") : _("not drawn");
  return { className: isKnown ? "is-drawn" : "quiet", textContent: words };
}

function sightOf(part, isSelected) {
  const place = make("div", { role: "status" });
  Object.assign(place.dataset, { sight: part.key, selected: isSelected ? "yes" : "" });
  return place;
}

function details(part, isDrawn) {
  const box = make("div", { className: "details" });
  if (part.kind === "line") {
    box.append(make("p", { className: "forward", textContent: _("Forward: {from} → {to}", endsOf(part)) }));
    if (part.role === "check") box.append(make("p", { className: "quiet", textContent: _("check line") }));
  }
  if (part.kind === "ruler") box.append(...scale(part, isDrawn));
  if (part.kind === "height") box.append(...heightFields(part.metres, walk, (metres) => {
    remember();
    part.metres = metres;
    show();
  }));
  box.append(make("div", { className: "acts" }, ...acts(part, isDrawn)));
  return box;
}

function scale(part, isDrawn) {
  const now = isDrawn ? lengthOf(part.points) / part.metres : state.unitsPerMetre;
  const words = isDrawn ? _("With this ruler {pixels} pixels are a metre.", { pixels: round(now) })
    : _("Now {pixels} pixels are a metre.", { pixels: round(now) });
  const metres = make("input", { type: "number", id: "metres", min: 0.1, max: 100, step: 0.01, value: part.metres });
  metres.dataset.key = "metres";
  metres.addEventListener("change", () => {
    if (!(metres.valueAsNumber >= 0.1)) return;
    remember();
    part.metres = metres.valueAsNumber;
    show();
  });
  return [make("p", { className: "forward", textContent: words }), field(_("Length in metres (somebody standing: 1.7)"), metres),
    make("p", { className: "quiet", textContent: _("Along something on the floor where people walk, across the picture " +
      "and not away from the camera; or from the head to the feet of somebody who stands there.") })];
}

function acts(part, isDrawn) {
  if (drawing) {
    const isReady = drawing.length >= FEWEST[part.kind];
    return [button("finish", _("Finish the shape"), finish, { disabled: !isReady }), button("cancel", _("Cancel"), stopDrawing)];
  }
  const change = (act) => () => {
    remember();
    act();
    show();
  };
  if (part.kind === "height") {
    const made = button("walk", _("Take it from who walks through"), () => walk.begin(toSend()));
    made.dataset.key = "walk"; // keeps the focus while the list is drawn anew, so it is never disabled
    made.setAttribute("aria-disabled", String(walk.isLooking()));
    return [made];
  }
  if (!isDrawn) {
    return [button("draw", _("Draw"), () => {
      drawing = [];
      show();
    }, { className: "primary" }),
    button("place", _("Put in the middle"), change(() => { part.points = inTheMiddle(part.kind, sizeOf()); })),
    ...(part.kind === "ruler" && state.picture.personPx ? [button("person", _("Take the height of who walked by"), change(() => {
      [part.points, part.metres] = [upright(state.picture.personPx, sizeOf()), PERSON_M];
    }))] : [])];
  }
  if (part.kind === "ruler") {
    return [button("remove", _("Remove from the picture"), change(() => { [part.points, chosen] = [[], -1]; }))];
  }
  const add = change(() => {
    const made = withPoint(part.points, part.kind === "zone");
    [part.points, chosen] = [made.points, made.place];
  });
  const turn = part.kind === "line" ? [button("turn", _("Turn the arrow"), change(() => { part.side = -part.side; }))] : [];
  const canRemove = chosen >= 0 && part.points.length > FEWEST[part.kind];
  return [...turn, button("add_point", _("New point"), add),
    button("remove_point", _("Remove the point"), removePoint, { disabled: !canRemove }),
    button("remove", _("Remove from the picture"), change(() => { [part.points, chosen] = [[], -1]; }))];
}

// Something new ---------------------------------------------------------------------------------------------------

function form(kind) {
  const input = (name, properties = {}) => make("input", { name, required: true, ...properties });
  const more = kind === "line"
    ? [field(_("Check line: a second one over the same stretch"), input("check", { type: "checkbox", required: false }))]
    : [field(_("Staying begins at (seconds)"), input("stay", { type: "number", min: 1, max: 86400, value: 60 })),
      field(_("The zone is the whole space"), input("covers", { type: "checkbox", required: false })),
      field(_("The zone overlaps no other"), input("disjoint", { type: "checkbox", required: false }))];
  return newForm({ language, places: kind === "line" ? state.site.borders : state.site.spaces,
    placeLabel: kind === "line" ? _("Border") : _("Space"), more, added: (values) => addNew(kind, values) });
}

function addNew(kind, values) {
  const key = values.get("key");
  if (parts.some((part) => part.kind === kind && part.key === key)) {
    problems = [_("The key is there already, or is written wrong.")];
    return show();
  }
  remember();
  const common = { kind, key, name: { sv: values.get("sv"), en: values.get("en") }, points: [], side: 1, original: "", isNew: true };
  parts.push(kind === "line"
    ? { ...common, border: values.get("place"), role: values.has("check") ? "check" : "main" }
    : { ...common, space: values.get("place"), covers_space: values.has("covers"), disjoint: values.has("disjoint"),
      stay_threshold_s: Number(values.get("stay")) });
  opened = "";
  return select(parts.length - 1);
}

// All of it -------------------------------------------------------------------------------------------------------

function coarseText() {
  if (state.picture.kind !== "thermal") {
    return _("The picture is so coarse on purpose that nobody can be made out. It is stored nowhere.");
  }
  return _("How warm each point was at its warmest: who walked by left a trail. The lines are half a metre apart. " +
    "The picture is stored nowhere.");
}

function helpText(part) {
  if (drawing && part.kind === "ruler") return _("Tap both ends of what you know the length of.");
  if (drawing && part.kind === "line") return _("Tap where the line begins and where it ends.");
  if (drawing) return _("Tap the zone's corners, one after another. End on the first one.");
  if (part?.kind === "height") return walk.words();
  return part?.points.length ? _("Drag the points, or choose one and move it with the arrow keys.") : "";
}

function show() {
  document.documentElement.lang = language;
  useTexts(state.texts[language]);
  const said = report ? report() : snapshot() === saved ? "" : _("There are changes that aren't saved.");
  showTexts({ title: _("Draw lines and zones"), coarse: coarseText(), undo: _("Undo") }, language, closesAt, problems, said);
  byId("undo").disabled = !past.length;
  byId("help").textContent = helpText(parts[selected]);
  showParts();
  showSights();
  showPicture();
  askSights();
}

const switchLanguage = () => {
  language = language === "sv" ? "en" : "sv";
  show();
};
listen({ language: switchLanguage, undo, save, done: close }, () => snapshot() === saved);
show();
