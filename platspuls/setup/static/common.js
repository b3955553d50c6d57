// What both pages use: elements, what is sent, names of the site. No state here.

/** Return an element with properties and children. */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export async function post(path, value) {
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

/** Return the key that a Swedish name suggests. */
export function keyFrom(name) {
  const plain = name.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
}

/** Return a text with its {values} filled in. */
export const filled = (words, values = {}) => words.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

/** Return the names of the spaces that a line's border joins: forward is `from` -> `to`. */
export function endsOf(site, line, language, outside) {
  const border = site.borders.find((one) => one.key === line.border);
  const [from, to] = [border?.origin ?? border?.from, border?.destination ?? border?.to];
  const name = (key) => site.spaces.find((space) => space.key === key)?.name[language] ?? outside;
  return { from: name(from), to: name(to) };
}

/** Return a form for a new line, or a new zone: names, key and `places` to choose from; `added` gets its FormData. */
export function newForm({ text, language, places, placeName, more = [], added }) {
  const input = (name, properties = {}) => make("input", { name, required: true, ...properties });
  const pick = make("select", { name: "place" }, ...places.map((one) =>
    make("option", { value: one.key, textContent: one.name[language] })));
  const key = input("key", { pattern: "[a-z0-9]+(-[a-z0-9]+)*", maxLength: 40 });
  const sv = input("sv", { maxLength: 200 });
  sv.addEventListener("input", () => { key.value = keyFrom(sv.value); });
  const made = make("form", { className: "new" }, field(text("name_sv"), sv), field(text("name_en"), input("en", { maxLength: 200 })),
    field(text("key"), key), field(text(placeName), pick), ...more,
    make("button", { className: "primary", textContent: text("add") }));
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
