// Forms that come up over the page, as dialogs of the browser: focus, Escape and screen readers work by themselves.

import { _, put } from "../shared/text.js";
import { keepDraft } from "./drafts.js";

const start = JSON.parse(document.getElementById("start").textContent);

/**
 * Prepare a dialog: its buttons close it, −1, +1 and +5 change the number beside them, its form is sent once.
 * @param {string} id of the dialog
 * @param {(form: HTMLFormElement) => Promise<string|void>} onSubmit keeps what was filled in; returns what is wrong, if anything
 * @param {boolean} isDrafted whether what is half written is kept over a reload
 */
export function sheet(id, onSubmit, isDrafted = false) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector("form");
  const draft = isDrafted ? keepDraft(form, () => `${id}-${start.site}-${start.outbox.author ?? ""}${subject}`) : null;
  let isBusy = false;
  let subject = "";
  const leave = () => {
    draft?.forget();
    dialog.close();
  };
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", leave);
  for (const stepper of dialog.querySelectorAll(".stepper")) stepping(stepper);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    try {
      const wrong = await onSubmit(form);
      say(form, wrong ?? "");
      if (!wrong) leave();
    } finally {
      isBusy = false;
    }
  });
  return {
    dialog,
    form,
    /** `of`: what the form is about, where one form is for several: each has a draft of its own. */
    open(fill = () => {}, of = "") {
      subject = of;
      form.reset();
      say(form, "");
      fill(form);
      draft?.restore();
      dialog.showModal();
      dialog.scrollTop = 0;
    },
  };
}

/** Buttons that change the number beside them, never below or above what it may be. */
export function stepping(stepper) {
  const input = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      const value = (Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step);
      input.value = Math.min(Number(input.max), Math.max(Number(input.min), value));
      navigator.vibrate?.(12);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

function say(form, sentence) {
  const place = form.querySelector('[data-field="wrong"]');
  if (!place) return;
  put(place, sentence);
  place.hidden = !sentence;
}

/** What is chosen of pills, or "". */
export function chosen(form, name) {
  return new FormData(form).get(name) ?? "";
}

/** A whole number that was filled in, or null. */
export function wholeNumber(form, name) {
  const text = form.elements[name].value.trim();
  return /^\d{1,7}$/.test(text) ? Number(text) : null;
}

/** What is said where a kind or number is missing. */
export const wrong = {
  kind: () => _("Choose what sort it is."),
  number: () => _("Write how many, as a whole number."),
  times: () => _("The end must come after the start."),
};
