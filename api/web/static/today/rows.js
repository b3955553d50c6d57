// Rows of a list: their buttons, what waits to be sent, and drawing them anew without losing the focus.

import { _, field, put } from "../shared/text.js";

/**
 * A button of a row; screen readers hear of which row.
 * @param {{what: string, name: string, of: string, work: () => Promise<void>|void, isMain?: boolean}} button
 */
export function rowButton({ what, name, of, work, isMain = false }) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = isMain ? "button" : "button quiet-button";
  made.dataset.do = what;
  made.textContent = name;
  made.setAttribute("aria-label", `${name}: ${of}`);
  made.addEventListener("click", () => void once(made, work));
  return made;
}

/** Say of a row whether it waits to be sent, or for a person. */
export function showWaiting(row, record) {
  const tag = field(row, "waiting");
  tag.hidden = !record.waiting;
  const needsSomebody = record.state === "conflict" || record.state === "refused";
  put(tag, needsSomebody ? _("not sent: see above") : _("waits to be sent"));
}

/** A button that is tapped twice does its work once. */
export async function once(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await work();
  } finally {
    button.disabled = false;
  }
}

/**
 * Put the rows into the list. A row that says the same as before stays the same element, so that a tap on it is never lost;
 * where the button in focus was drawn anew, the focus stays on it.
 */
export function redraw(list, rows, none) {
  const focus = list.contains(document.activeElement) ? document.activeElement : null;
  const [key, what] = [focus?.closest("[data-key]")?.dataset.key, focus?.dataset.do];
  if (!rows.length && none) {
    const empty = document.createElement("li");
    empty.className = "quiet";
    empty.textContent = none;
    rows.push(empty);
  }
  const before = new Map([...list.children].map((row) => [row.outerHTML, row]));
  const next = rows.map((row) => before.get(row.outerHTML) ?? row);
  if (next.length === list.children.length && next.every((row, index) => row === list.children[index])) return;
  list.replaceChildren(...next);
  if (!focus || document.querySelector("dialog[open]")) return;
  const same = [...list.querySelectorAll("[data-key]")].find((row) => row.dataset.key === key);
  (same?.querySelector(`[data-do="${what}"]`) ?? same?.querySelector("button"))?.focus();
}
