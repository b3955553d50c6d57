// Words explained on a tap: a `<button type="button" class="word" data-word="coverage">` opens a card at the bottom of the
// screen that says what the word means. Escape, a tap elsewhere or its button closes it, and focus goes back to the word.
// A page loads this module and carries its texts (`messages`); without scripts the word is read as text.

import { _ } from "./text.js";

/** What each word is called as a heading, and what it means. */
function meanings() {
  return {
    entry: [_("entry"), _("Somebody came in from outside over a counting line. Whoever leaves and comes back is counted again, so entries are not the number of persons.")],
    coverage: [_("coverage"), _("How much of the time the counters could see. Below 90% the number is an estimate, below 50% no number is shown. No entries and no observation are two different things.")],
    staying: [_("staying"), _("Somebody has been in the same area for at least the time that stands beside the number, one minute unless it says otherwise.")],
    estimate: [_("estimate"), _("The counters missed a part of the time, so the real number may be higher.")],
    at_least: [_("at least"), _("The counter lost sight of somebody before the time was up. They may have stayed: the number can't be lower, but it can be higher.")],
    typical: [_("a typical day"), _("What is usual on such a weekday: half of the last days lie within the band. Holidays are compared with Sundays.")],
    check_line: [_("check line"), _("A second line at the same door, to see whether the first counts right. It is not added to any sum.")],
    not_observed: [_("not observed"), _("No counter could see then. That is not the same as nobody having come.")],
    sending_late: [_("sends afterwards"), _("The counter had no contact for a while. It has kept its numbers and is sending them now.")],
    crossing: [_("crossing"), _("One person passing a line completely, in one direction. Whoever turns back on the line is not counted.")],
    number_now: [_("number now"), _("As many as the counters see at this moment. A number older than 20 seconds is greyed and says its time.")],
    late: [_("entered afterwards"), _("Written on a later day than it happened, or from a paper form. It counts as much, and is marked.")],
  };
}

function made() {
  const card = document.createElement("div");
  card.className = "word-card";
  card.id = "word-card";
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-labelledby", "word-name");
  card.setAttribute("aria-describedby", "word-meaning");
  card.popover = "auto";
  const [name, meaning, close] = ["h2", "p", "button"].map((tag) => document.createElement(tag));
  [name.id, meaning.id] = ["word-name", "word-meaning"];
  [close.type, close.className, close.autofocus] = ["button", "button quiet-button", true];
  close.textContent = _("Close");
  close.addEventListener("click", () => card.hidePopover());
  card.append(name, meaning, close);
  document.body.append(card);
  return { card, name, meaning };
}

let shown = null;

function explain(button) {
  const found = meanings()[button.dataset.word];
  if (!found || !HTMLElement.prototype.showPopover) return;
  shown ??= made();
  [shown.name.textContent, shown.meaning.textContent] = found;
  button.setAttribute("aria-expanded", "true");
  shown.card.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }, { once: false, signal: nextOpening() });
  shown.card.showPopover();
}

let opening = new AbortController();

/** Only the listener of the word opened last listens. */
function nextOpening() {
  opening.abort();
  opening = new AbortController();
  return opening.signal;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-word]");
  if (button) explain(button);
});
