// What both pages use: elements, what is sent, names of the site, texts. No state here but the texts in use.

let messages = {};

/** Speak by these translations from now on; an English text without one stands for itself. */
export function useTexts(texts) {
  messages = texts;
}

/** Return the message in the language in use, its {values} filled in. */
export function _(message, values = {}) {
  return (messages[message] ?? message).replace(/\{(\w+)\}/g, (found, key) => String(values[key] ?? ""));
}

export const closedText = () => _("The page is closed. Start platspuls counter setup again if you need it.");

/** Return what is said of a save: whether the setup has another name now. */
export const savedText = (before, setup) => (setup === before ? _("Saved. Nothing was changed.")
  : _("Saved. The setup is now {setup}. Run platspuls site apply, and restart the counter.", { setup }));

/** Return an element with properties and children. */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Show the texts that both pages have, and `words` by the id of their element. */
export function showTexts(words, language, closesAt, problems, report) {
  const other = language === "sv" ? "en" : "sv";
  const all = { ...words, save: _("Save"), done: _("Done, close"), language: { sv: "Svenska", en: "English" }[other], report,
    closes: _("The page closes at {time}.", { time: closesAt.toTimeString().slice(0, 5) }) };
  for (const [id, word] of Object.entries(all)) byId(id).textContent = word;
  byId("language").lang = other;
  byId("problems").replaceChildren(...problems.map((problem) => make("p", { textContent: problem })));
}

/** Call each act when the button of that id is pressed, and ask before a page with unsaved changes is left. */
export function listen(acts, isSaved) {
  for (const [id, act] of Object.entries(acts)) byId(id).addEventListener("click", act);
  addEventListener("beforeunload", (event) => {
    if (!isSaved()) event.preventDefault();
  });
}

export async function post(path, value) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

/** Return the key that a Swedish name suggests. */
export function keyFrom(name) {
  const plain = name.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
}

/** Return the names of the spaces that a line's border joins: forward is `from` -> `to`. */
export function endsOf(site, line, language) {
  const border = site.borders.find((one) => one.key === line.border);
  const [from, to] = [border?.origin ?? border?.from, border?.destination ?? border?.to];
  const name = (key) => site.spaces.find((space) => space.key === key)?.name[language] ?? _("outside");
  return { from: name(from), to: name(to) };
}

/** Return a form for a new line, or a new zone: names, key and `places` to choose from; `added` gets its FormData. */
export function newForm({ language, places, placeLabel, more = [], added }) {
  const input = (name, properties = {}) => make("input", { name, required: true, ...properties });
  const pick = make("select", { name: "place" }, ...places.map((one) =>
    make("option", { value: one.key, textContent: one.name[language] })));
  const key = input("key", { pattern: "[a-z0-9]+(-[a-z0-9]+)*", maxLength: 40 });
  const sv = input("sv", { maxLength: 200 });
  sv.addEventListener("input", () => { key.value = keyFrom(sv.value); });
  const made = make("form", { className: "new" }, field(_("Name in Swedish"), sv),
    field(_("Name in English"), input("en", { maxLength: 200 })),
    field(_("Key (a-z, digits, hyphens)"), key), field(placeLabel, pick), ...more,
    make("button", { className: "primary", textContent: _("Add") }));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    added(new FormData(made));
  });
  return made;
}

/** Return an input with its label. */
export function field(words, input) {
  return make("label", { className: input.type === "checkbox" ? "tick" : "" }, make("span", { textContent: words }), input);
}
