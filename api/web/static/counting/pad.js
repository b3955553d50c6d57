// The buttons to count people by: a row of choices (posture, or direction), and below it one button for each gender and age; or
// only large ones.

import { _, put } from "../shared/text.js";
import { groups, total } from "./kept_round.js";

const GENDERS = ["woman", "man", "other", "unknown"];
const at = (id) => document.getElementById(id);
const made = (name, properties = {}) => Object.assign(document.createElement(name), properties);

/** What a group is called, such as "sitting, woman, 25-44"; `ways` are the names of a line's two directions. */
export function nameOf(labels, words, ways) {
  const named = Object.entries(labels).map(([feature, word]) => {
    if (feature === "direction" && ways[word]) return _("To {place}", { place: ways[word] });
    if (feature === "posture" && word === "unknown" && Object.keys(labels).length === 1) return _("People");
    return words[feature][word];
  });
  return named.join(", ");
}

/** What an age is called at the edge of a grid: its years alone. */
export function shortAge(age, words) {
  return age === "unknown" ? words.age.unknown : age;
}

/**
 * Draw the buttons of a round.
 * @param {object} round mode, detail and place
 * @param {(labels: object) => void} onTap called with the group that was tapped
 */
export function drawPad(round, { words, orders }, onTap) {
  const isMoving = round.mode === "moving";
  const hasGroups = round.detail === "groups";
  at("first").hidden = at("grid").hidden = !hasGroups;
  at("large").hidden = hasGroups;
  if (hasGroups) {
    const feature = isMoving ? "direction" : "posture";
    const names = isMoving
      ? Object.fromEntries(["forward", "backward"].map((way) => [way, _("To {place}", { place: round.place[way] })]))
      : words.posture;
    put(at("first-name"), isMoving ? _("Direction") : _("Posture"));
    drawFirst(feature, names, orders[feature]);
    drawGrid(words, orders.age, (gender, age) => {
      onTap({ [feature]: document.querySelector('[name="first"]:checked').value, gender, age });
    });
  } else {
    drawLarge(isMoving ? ["forward", "backward"].map((direction) => ({ direction })) : [{ posture: "unknown" }],
      words, round.place, onTap);
  }
}

function drawFirst(feature, names, all) {
  const order = feature === "posture" ? ["sitting", "standing"] : [];
  const words = [...new Set([...order, ...all])].filter((word) => names[word]);
  const labels = words.map((word, number) => {
    const label = made("label");
    label.append(made("input", { type: "radio", name: "first", value: word, checked: number === 0 }),
      made("span", { textContent: names[word] }));
    return label;
  });
  at("first").replaceChildren(at("first-name"), ...labels);
}

function drawGrid(words, ages, onTap) {
  const head = made("tr");
  head.append(made("td"), ...GENDERS.map((gender) => made("th", { scope: "col", textContent: words.gender[gender] })));
  at("grid").tHead.replaceChildren(head);
  const rows = ages.map((age) => {
    const row = made("tr");
    row.append(made("th", { scope: "row", textContent: shortAge(age, words) }));
    for (const gender of GENDERS) {
      const button = made("button", { type: "button", className: "count-cell" });
      button.dataset.cell = `${gender} ${age}`;
      button.dataset.name = `${words.gender[gender]}, ${words.age[age]}`;
      button.addEventListener("click", () => onTap(gender, age));
      const cell = made("td");
      cell.append(button);
      row.append(cell);
    }
    return row;
  });
  at("grid").tBodies[0].replaceChildren(...rows);
}

function drawLarge(all, words, ways, onTap) {
  const buttons = all.map((labels, number) => {
    const button = made("button", { type: "button", className: number ? "count-button other" : "count-button" });
    button.dataset.large = JSON.stringify(labels);
    button.append(made("span", { textContent: nameOf(labels, words, ways) }), made("span", { className: "big", textContent: "0" }));
    button.addEventListener("click", () => onTap(labels));
    return button;
  });
  at("large").classList.toggle("one", buttons.length === 1);
  at("large").replaceChildren(...buttons);
}

/** Show what was counted on the buttons: each shows its own number, of the choice in the row above. */
export function showPad(taps, isOpen) {
  put(at("total"), String(total(taps)));
  const first = document.querySelector('[name="first"]:checked')?.value;
  const sums = groups(taps);
  for (const button of document.querySelectorAll("[data-cell]")) {
    const count = sums.reduce((sum, [labels, number]) => {
      const isHere = `${labels.gender} ${labels.age}` === button.dataset.cell && [labels.posture, labels.direction].includes(first);
      return isHere ? sum + number : sum;
    }, 0);
    put(button, count ? String(count) : "+");
    button.classList.toggle("some", count > 0);
    button.setAttribute("aria-label", `${button.dataset.name}: ${count}`);
    button.disabled = !isOpen;
  }
  for (const button of document.querySelectorAll("[data-large]")) {
    put(button.lastElementChild, String(sums.find(([labels]) => JSON.stringify(labels) === button.dataset.large)?.[1] ?? 0));
    button.disabled = !isOpen;
  }
}

/** List what was counted, each group with a button that takes one person away, and one that adds one. */
export function listGroups(list, taps, name, onChange) {
  const items = groups(taps).map(([labels, count]) => {
    const item = made("li");
    const says = name(labels);
    const buttons = [[-1, "\u2212", _("One fewer: {what}", { what: says })], [1, "+", _("One more: {what}", { what: says })]].map(
      ([step, sign, spoken]) => {
        const button = made("button", { type: "button", className: "button quiet-button", textContent: sign });
        button.setAttribute("aria-label", spoken);
        button.addEventListener("click", () => onChange(labels, step));
        return button;
      });
    item.append(made("span", { textContent: says }), buttons[0], made("strong", { textContent: String(count) }), buttons[1]);
    return item;
  });
  list.replaceChildren(...items);
}
