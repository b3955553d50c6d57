// Numbers typed into a form: a count that was made on paper, or one to correct. The time is the one at which it was counted.

import { _, ngettext, put } from "../shared/text.js";
import { nameOf, shortAge } from "./pad.js";
import { openSending } from "./sending.js";

const MINUTE = 60_000;
const GENDERS = ["woman", "man", "other", "unknown"];
const start = JSON.parse(document.getElementById("start").textContent);
const sending = await openSending(start);
const at = (id) => document.getElementById(id);
const made = (name, properties = {}) => Object.assign(document.createElement(name), properties);
const isMoving = start.mode === "moving";
const first = isMoving ? "direction" : "posture";
const old = start.old;
const asked = new URLSearchParams(location.search);

function report(sentence) {
  put(at("trouble"), sentence);
  at("trouble").hidden = !sentence;
  if (sentence) at("trouble").scrollIntoView({ block: "center" });
}

/** What the clocks of the site show at an instant, as a field for a time takes it. */
function local(ms) {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: start.time_zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).format(ms);
  return parts.replace(" ", "T");
}

/** The instant at which they show it; of the two in an hour that comes twice, the earlier. */
function instant(shown) {
  const wall = Date.parse(`${shown}Z`);
  const offsets = [-86_400_000, 86_400_000].map((far) => Date.parse(`${local(wall + far)}Z`) - (wall + far));
  return offsets.map((offset) => wall - offset).find((ms) => local(ms) === shown) ?? wall - offsets[0];
}

function place() {
  if (!old) return start.places[Number(at("place").value)];
  return start.places.find(({ key }) => key === (old.line ?? old.zone ?? old.space)) ?? {};
}

const names = () => (isMoving ? { forward: place().forward, backward: place().backward } : {});

function input(labels, count) {
  const box = made("input", { type: "number", min: "0", max: "100000", inputMode: "numeric", value: count || "" });
  box.dataset.labels = JSON.stringify(labels);
  box.setAttribute("aria-label", nameOf(labels, start.words, names()));
  return box;
}

/** One table for each posture or direction: ages by genders. */
function table(word, known, isOpen) {
  const details = made("details", { open: isOpen });
  details.append(made("summary", { textContent: nameOf({ [first]: word }, { ...start.words }, names()) }));
  if (word === "unknown") put(details.firstChild, start.words[first].unknown);
  const grid = made("table", { className: "count-grid" });
  const head = made("tr");
  head.append(made("td"), ...GENDERS.map((gender) => made("th", { scope: "col", textContent: start.words.gender[gender] })));
  grid.append(head);
  for (const age of start.orders.age) {
    const row = made("tr");
    row.append(made("th", { scope: "row", textContent: shortAge(age, start.words) }));
    for (const gender of GENDERS) {
      const labels = { [first]: word, gender, age };
      const cell = made("td");
      cell.append(input(labels, known.get(JSON.stringify(labels))));
      row.append(cell);
    }
    grid.append(row);
  }
  details.append(grid);
  return details;
}

function labelsOf({ count, ...labels }) {
  const given = Object.entries(labels).filter(([, word]) => word !== null);
  const order = ["posture", "direction", "gender", "age", "activity"];
  return Object.fromEntries(given.sort(([one], [other]) => order.indexOf(one) - order.indexOf(other)));
}

function detail() {
  if (!old) return document.querySelector('[name="detail"]:checked').value;
  const isGrid = old.tallies.every((tally) => ["age", "gender", first].every((name) => tally[name]) && !tally.activity);
  return isGrid && old.tallies.length ? "groups" : "total";
}

function draw() {
  const known = new Map((old?.tallies ?? []).map((tally) => [JSON.stringify(labelsOf(tally)), tally.count]));
  const words = isMoving ? ["forward", "backward", "unknown"] : start.orders.posture;
  if (detail() === "groups") {
    const used = new Set(old?.tallies.map((tally) => tally[first]));
    at("numbers").replaceChildren(...words.map((word, number) => table(word, known, old ? used.has(word) : number < (isMoving ? 2 : 1))));
  } else {
    const plain = isMoving ? [{ direction: "forward" }, { direction: "backward" }] : [{ posture: "unknown" }];
    const shown = old?.tallies.length ? [...known.keys()].map((key) => JSON.parse(key)) : plain;
    at("numbers").replaceChildren(...shown.map((labels) => {
      const label = made("label", { textContent: nameOf(labels, start.words, names()) });
      label.append(input(labels, known.get(JSON.stringify(labels))));
      return label;
    }));
  }
  sum();
}

function tallies() {
  return [...document.querySelectorAll("[data-labels]")].filter((box) => Number(box.value) > 0)
    .map((box) => ({ ...JSON.parse(box.dataset.labels), count: Number(box.value) }));
}

function sum() {
  const count = tallies().reduce((total, tally) => total + tally.count, 0);
  put(at("total"), ngettext("{count} person", "{count} people", count, { count }));
}

function fields() {
  const from = instant(at("from").value);
  const all = { tallies: tallies(), starts_at: new Date(from).toISOString(), joint: at("joint").value.trim().toUpperCase() || null, note: at("note").value.trim() || null };
  if (isMoving) all.ends_at = new Date(from + Number(at("length").value) * MINUTE).toISOString();
  if (old) return all;
  const where = place();
  if (asked.get("slot") && where.key === asked.get("place")) all.planned_round = Number(asked.get("slot"));
  return isMoving ? { ...all, mode: "moving", line: where.key } : { ...all, mode: "stationary", [where.part]: where.key };
}

async function save() {
  const given = fields();
  const write = old ? { method: "PATCH", path: `${start.api}/manual-counts/${old.manual_count_id}`, ifMatch: old.version }
    : { method: "POST", path: `${start.api}/manual-counts`, via: "paper" };
  at("save").disabled = true;
  const label = `${place().name}: ${at("total").textContent}`;
  const { state, problem } = await sending.send({ ...write, fields: given, label });
  at("save").disabled = false;
  if (state === "conflict") report(_("Somebody changed it in the meantime. Load this page again to see how it is now."));
  else if (state === "refused") report(_("It could not be saved: {why}", { why: problem.detail }));
  else {
    report("");
    put(at("done-title"), state === "sent" ? _("Saved.") : _("Kept on the phone. It is sent by itself as soon as there is contact."));
    at("entry").hidden = true;
    at("done").hidden = false;
    at("done-title").focus();
  }
}

at("from").value = local(old ? Date.parse(old.starts_at) : Math.floor(sending.now() / MINUTE) * MINUTE);
if (old) {
  [at("joint").value, at("note").value] = [old.joint ?? "", old.note ?? ""];
  if (isMoving) at("length").value = String(Math.round((Date.parse(old.ends_at) - Date.parse(old.starts_at)) / MINUTE));
}
const wanted = start.places.findIndex(({ key, part }) => key === asked.get("place") && (part ?? "line") === asked.get("part"));
if (!old && wanted >= 0) at("place").value = String(wanted);
draw();
at("place")?.addEventListener("change", () => { if (isMoving) draw(); });
for (const radio of document.querySelectorAll('[name="detail"]')) radio.addEventListener("change", draw);
at("numbers").addEventListener("input", sum);
at("entry").addEventListener("submit", (event) => { event.preventDefault(); void save(); });
at("again")?.addEventListener("click", () => { location.reload(); });
document.documentElement.dataset.ready = "true";
