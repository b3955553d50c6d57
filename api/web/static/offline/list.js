// The list of what waits: each write can be looked at, sent again, changed where it was refused, and discarded after asking.

import { openOutbox } from "../shared/outbox.js";
import { _, field, ngettext, put } from "../shared/text.js";

const start = JSON.parse(document.getElementById("start").textContent);
const outbox = await openOutbox(start);
const at = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
let [sure, edited] = [null, null];

function draw() {
  if (edited) return;
  const entries = outbox.entries().filter((entry) => entry.state !== "sent");
  at("none").hidden = entries.length > 0;
  at("retry").hidden = entries.length === 0;
  const others = outbox.others();
  at("others").hidden = others.length === 0;
  put(at("others"), others.map(({ who, count }) =>
    ngettext("{count} of {who} waits for {who} to log in.", "{count} of {who} wait for {who} to log in.", count, { count, who })).join(" "));
  const focus = document.activeElement?.closest("li")?.dataset.id;
  at("list").replaceChildren(...entries.map(shown));
  if (focus) [...at("list").children].find((item) => item.dataset.id === focus)?.querySelector("h3").focus();
}

function shown(entry) {
  const item = at("entry").content.firstElementChild.cloneNode(true);
  item.dataset.id = entry.id;
  put(field(item, "label"), entry.label || _("Written on this phone"));
  if (entry.at) put(field(item, "when"), clock.format(entry.at));
  put(field(item, "state"), stateOf(entry));
  const isConflict = entry.state === "conflict";
  put(field(item, "mine-title"), entry.method === "DELETE" ? _("You take it away") : _("As you wrote it"));
  write(field(item, "mine"), entry.fields);
  field(item, "theirs-part").hidden = !isConflict;
  if (isConflict) write(field(item, "theirs"), only(entry.theirs, entry.fields));
  const ways = { conflict: ["mine", "theirs"], refused: entry.fields ? ["retry", "edit"] : ["retry"], waiting: [] }[entry.state];
  for (const button of item.querySelectorAll("[data-way]")) {
    const { way } = button.dataset;
    button.hidden = way !== "discard" && !ways.includes(way);
    if (way === "discard" && sure === entry.id) put(button, _("Discard it for good? Press once more."));
    button.addEventListener("click", () => void press(way, entry, item));
  }
  return item;
}

function stateOf(entry) {
  if (entry.isUnreadable) return _("It can't be read with this login's key. It stays here.");
  if (entry.state === "conflict") {
    return entry.theirs ? _("Somebody else changed the same meanwhile. Choose which one holds.") : _("Somebody else took it away meanwhile.");
  }
  if (entry.state !== "refused") return entry.isUnsure ? _("Waits to be sent. The phone's clock was unsure.") : _("Waits to be sent.");
  const { status, detail, title } = entry.problem ?? {};
  if (status === 0) return _("What it changes was discarded.");
  if (status === 403) return _("You may not write this with your login.");
  return _("It could not be saved: {why}", { why: detail || title });
}

/** Of their version, what mine would change; all of it where mine says nothing. */
function only(theirs, fields) {
  if (!theirs) return {};
  const names = Object.keys(fields ?? {}).filter((name) => name in theirs);
  return names.length ? Object.fromEntries(names.map((name) => [name, theirs[name]])) : theirs;
}

function write(list, fields) {
  list.replaceChildren(...Object.entries(fields ?? {}).flatMap(([name, value]) => {
    const [term, said] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, said.textContent] = [nameOf(name), valueOf(value)];
    return [term, said];
  }));
}

function nameOf(name) {
  const names = {
    title: _("name"), kind: _("sort"), status: _("what became of it"), starts_at: _("from"), ends_at: _("until"), note: _("note"),
    text: _("note"), participants: _("participants"), people: _("number"), role: _("role"), space: _("where"), line: _("Line"),
    reason: _("why"), counted_by: _("Who counts"), day: _("day"),
  };
  return names[name] ?? name.replaceAll("_", " ");
}

function valueOf(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? _("yes") : _("no");
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) return clock.format(Date.parse(value));
  if (typeof value === "object" && "total" in value) return String(value.total);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

async function press(way, entry, item) {
  if (way === "edit") {
    edit(entry, item);
    return;
  }
  if (way === "discard" && sure !== entry.id) {
    sure = entry.id;
    draw();
    return;
  }
  sure = null;
  await outbox.resolve(entry.id, way);
  draw();
}

/** A field for each text, number and time that was given. */
function edit(entry, item) {
  edited = entry.id;
  const form = item.querySelector("form");
  const plain = Object.entries(entry.fields).filter(([, value]) => typeof value === "string" || typeof value === "number");
  const save = document.createElement("button");
  [save.type, save.className, save.textContent] = ["submit", "button", _("Send")];
  form.replaceChildren(...plain.flatMap(([name, value]) => {
    const [label, input] = [document.createElement("label"), document.createElement("input")];
    [input.id, input.name, input.value] = [`edit-${name}`, name, value];
    input.type = typeof value === "number" ? "number" : "text";
    [label.htmlFor, label.textContent] = [input.id, nameOf(name)];
    return [label, input];
  }), save);
  form.hidden = false;
  form.querySelector("input")?.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = { ...entry.fields };
    for (const [name, value] of plain) fields[name] = typeof value === "number" ? Number(form.elements[name].value) : form.elements[name].value;
    edited = null;
    void outbox.resolve(entry.id, "retry", fields).then(draw);
  });
}

at("retry").addEventListener("click", () => outbox.retry());
outbox.subscribe(draw);
draw();
document.documentElement.dataset.ready = "true";
