// Today's entries as bars; what is usual as a band, or the same weekday last week as a stepped line. Zero is a bar of no height on the base line;
// time without observation is a hatched field, never a zero; an estimate is a hatched bar; the open step is dashed.

import { _ } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { top: 14, right: 6, bottom: 30, left: 44 };

/**
 * @typedef {object} Cell one step of today
 * @property {string} label local start, such as 14:00
 * @property {"counted"|"estimate"|"unfinished"|"gap"|"future"} state
 * @property {number|null} value entries, null where there is no number
 * @property {number|null} before entries of the same step a week before
 * @property {[number, number, number]|null} [usual] half of the days like it lie between the first and the last; the median
 * @property {string} sentence the same in words
 */

/** Make an SVG element with its attributes. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** The smallest of 1, 2, 5 times a power of ten that divides `top` into at most `steps` whole steps. */
export function tickSize(top, steps) {
  const rough = Math.max(top, 1) / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough - 1e-9);
  return Math.max(1, size);
}

function scaleFor(cells) {
  const top = Math.max(1, ...cells.flatMap((cell) => [cell.value ?? 0, cell.usual ? cell.usual[2] : (cell.before ?? 0)]));
  const tick = tickSize(top, 4);
  return { tick, top: Math.ceil(top / tick) * tick };
}

/** Runs of neighbouring cells that `belongs` accepts, as [first, after the last]. */
function runs(cells, belongs) {
  const found = [];
  cells.forEach((cell, place) => {
    if (!belongs(cell)) return;
    const last = found.at(-1);
    if (last && last[1] === place) last[1] = place + 1;
    else found.push([place, place + 1]);
  });
  return found;
}

function patterns() {
  const gap = svg("pattern", { id: "lines-gap", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { x1: 0, y1: 0, x2: 0, y2: 7, class: "pattern-gap" }));
  const estimate = svg("pattern", { id: "lines-estimate", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 5, height: 5, class: "pattern-ground" }),
    svg("line", { x1: 0, y1: 0, x2: 0, y2: 5, class: "pattern-estimate" }));
  return svg("defs", {}, gap, estimate);
}

function grid(plan, write) {
  const group = svg("g", { "aria-hidden": "true" });
  for (let value = 0; value <= plan.top; value += plan.tick) {
    const y = plan.y(value);
    group.append(svg("line", { x1: plan.left, x2: plan.right, y1: y, y2: y, class: value ? "grid-line" : "base-line" }));
    group.append(svg("text", { x: plan.left - 8, y: y + 4, "text-anchor": "end" }, write.count(value)));
  }
  return group;
}

function hours(cells, plan) {
  const group = svg("g", { "aria-hidden": "true" });
  const wholeHours = cells.map((cell, place) => ({ ...cell, place })).filter((cell) => cell.label.slice(3, 5) === "00");
  const every = plan.right - plan.left < 480 ? 4 : 2;
  for (const cell of wholeHours.filter((candidate) => Number(candidate.label.slice(0, 2)) % every === 0)) {
    const x = plan.x(cell.place);
    group.append(svg("line", { x1: x, x2: x, y1: plan.bottom, y2: plan.bottom + 5, class: "base-line" }));
    group.append(svg("text", { x, y: plan.bottom + 20, "text-anchor": "middle" }, cell.label.slice(0, 5)));
  }
  return group;
}

function gaps(cells, plan) {
  const group = svg("g");
  for (const [first, after] of runs(cells, (cell) => cell.state === "gap")) {
    const [x, width] = [plan.x(first), plan.x(after) - plan.x(first)];
    group.append(svg("rect", { x, width, y: plan.y(plan.top), height: plan.bottom - plan.y(plan.top), class: "gap", fill: "url(#lines-gap)" }));
    if (width > 96) {
      group.append(svg("rect", { x: x + width / 2 - 46, y: plan.bottom - 34, width: 92, height: 20, rx: 10, class: "pattern-ground" }));
      group.append(svg("text", { x: x + width / 2, y: plan.bottom - 20, "text-anchor": "middle" }, _("not observed")));
    }
  }
  return group;
}

function bars(cells, plan) {
  const group = svg("g");
  const padding = Math.min(5, plan.step * 0.14);
  cells.forEach((cell, place) => {
    if (cell.value === null || cell.state === "gap" || cell.state === "future") return;
    const height = Math.max(plan.bottom - plan.y(cell.value), cell.value ? 1.5 : 0);
    group.append(svg("rect", {
      x: plan.x(place) + padding, width: Math.max(plan.step - 2 * padding, 1), y: plan.bottom - height, height,
      rx: Math.min(2.5, height / 2), class: `bar ${cell.state}`, "data-value": cell.value,
      ...(cell.state === "estimate" ? { fill: "url(#lines-estimate)" } : {}),
    }));
  });
  return group;
}

/** The band that half of the days like it lie in, with their median as a line. */
function usual(cells, plan) {
  const group = svg("g");
  for (const [first, after] of runs(cells, (cell) => cell.usual)) {
    const along = (places, of) => places.map((place) => `${of(place)}`).join("");
    const places = Array.from({ length: after - first }, (_, number) => first + number);
    const level = (place, which) => plan.y(cells[place].usual[which]);
    const upper = along(places, (place) => `V${level(place, 2)}H${plan.x(place + 1)}`);
    const lower = along(places.toReversed(), (place) => `V${level(place, 0)}H${plan.x(place)}`);
    group.append(svg("path", { d: `M${plan.x(first)} ${level(first, 2)}${upper}${lower}Z`, class: "usual" }));
    const middle = along(places, (place) => `V${level(place, 1)}H${plan.x(place + 1)}`);
    group.append(svg("path", { d: `M${plan.x(first)} ${level(first, 1)}${middle}`, class: "before" }));
  }
  return group;
}

/** The week before, where there are too few days to call anything usual. */
function before(cells, plan) {
  const group = svg("g");
  if (cells.some((cell) => cell.usual)) return group;
  for (const [first, after] of runs(cells, (cell) => cell.before !== null)) {
    let path = `M${plan.x(first)} ${plan.y(cells[first].before)}`;
    for (let place = first; place < after; place += 1) path += `V${plan.y(cells[place].before)}H${plan.x(place + 1)}`;
    group.append(svg("path", { d: path, class: "before" }));
  }
  return group;
}

function hits(cells, plan, onRead) {
  const group = svg("g", { "aria-hidden": "true" });
  cells.forEach((cell, place) => {
    const rect = svg("rect", { x: plan.x(place), width: plan.step, y: plan.y(plan.top), height: plan.bottom - plan.y(plan.top), class: "hit" });
    for (const name of ["pointerenter", "pointerdown"]) rect.addEventListener(name, () => onRead(cell.sentence));
    group.append(rect);
  });
  group.addEventListener("pointerleave", () => onRead(""));
  return group;
}

/** Draw the cells into the container, replacing what it shows. */
export function drawDay(container, cells, { write, title, onRead }) {
  const width = Math.max(container.clientWidth, 240);
  const height = Math.max(container.clientHeight, 200);
  const scale = scaleFor(cells);
  const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, height - MARGIN.bottom];
  const step = (right - left) / Math.max(cells.length, 1);
  const plan = {
    ...scale, left, right, bottom, step,
    x: (place) => left + place * step,
    y: (value) => bottom - (value / scale.top) * (bottom - MARGIN.top),
  };
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": "chart-title chart-description" },
    svg("title", { id: "chart-title" }, title),
    svg("desc", { id: "chart-description" }, _(
      "Bars show entries today, the band or line what is usual or last week's. Hatched fields were not observed. " +
      "The table has the same numbers.")),
    patterns(), grid(plan, write), gaps(cells, plan), usual(cells, plan), bars(cells, plan), before(cells, plan),
    hours(cells, plan), hits(cells, plan, onRead));
  container.replaceChildren(drawing);
}

/** Show what each sign means, and only the signs that the chart uses. */
export function drawLegend(list, cells, beforeName) {
  const swatch = (attributes) => svg("svg", { viewBox: "0 0 24 14", "aria-hidden": "true" }, svg("rect", { x: 1, y: 1, width: 22, height: 12, rx: 2, ...attributes }));
  const line = svg("svg", { viewBox: "0 0 24 14", "aria-hidden": "true" }, svg("path", { d: "M1 11H9V4H16V8H23", class: "before" }));
  const has = (state) => cells.some((cell) => cell.state === state);
  const entries = [[swatch({ class: "bar" }), _("Today")]];
  const band = svg("svg", { viewBox: "0 0 24 14", "aria-hidden": "true" },
    svg("rect", { x: 1, y: 1, width: 22, height: 12, class: "usual" }), svg("path", { d: "M1 7H23", class: "before" }));
  if (cells.some((cell) => cell.usual)) entries.push([band, beforeName]);
  else if (cells.some((cell) => cell.before !== null)) entries.push([line, beforeName]);
  if (has("unfinished")) entries.push([swatch({ class: "bar unfinished" }), _("in progress")]);
  if (has("estimate")) entries.push([swatch({ class: "bar estimate", fill: "url(#lines-estimate)" }), _("estimate")]);
  if (has("gap")) entries.push([swatch({ class: "gap", fill: "url(#lines-gap)" }), _("not observed")]);
  list.replaceChildren(...entries.map(([sign, text]) => {
    const item = document.createElement("li");
    item.append(sign, text);
    return item;
  }));
}
