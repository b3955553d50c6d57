// How high a camera hangs that looks straight down: typed, or taken from somebody who walks through.

import { _, closedText, field, make, post } from "./common.js";

const POLL_MS = 1000;
const LEAVE_S = 5; // so long nobody is in the picture at first
const [LEAST_M, MOST_M] = [2.2, 30];

/** Return one who looks at who walks through. `found` gets a height, and `changed` is called when there is more to say. */
export function walkThrough(lookS, { found, changed }) {
  let now = { state: "idle" };
  const isLooking = () => ["opening", "looking", "reading"].includes(now.state);

  async function take(asked) {
    const answer = await asked.catch(() => null);
    if (!answer?.ok) now = { state: answer?.status === 403 ? "closed" : "failed", problem: "" };
    else now = await answer.json();
    if (isLooking()) setTimeout(() => take(fetch("/walk.json")), POLL_MS);
    if (now.state === "found") found(now.height_m);
    else changed();
  }

  /** Return what is to be done, or what came of it; the same words as long as the same is to be done. */
  function words() {
    switch (now.state) {
      case "opening": return _("The camera is opened.");
      case "reading": return _("The beginning of the clip is looked through.");
      case "looking": return now.left_s > lookS - LEAVE_S ? _("Leave the picture now.")
        : _("Walk through the picture now, right below the camera, one at a time.");
      case "found": return _("{metres} metres, by who walked through. Save to keep it.", { metres: now.height_m });
      case "nobody": return _("Nobody was alone and whole in the picture long enough. Walk through it slowly, one at a time.");
      case "failed": return now.problem || _("The camera brings no picture.");
      case "closed": return closedText();
      default: return "";
    }
  }
  const left = () => (now.state === "looking" ? _("{left} seconds left", { left: now.left_s }) : "");
  const forget = () => { if (!isLooking()) now = { state: "idle" }; };
  const begin = (drawing) => {
    if (isLooking()) return undefined;
    now = { state: "opening" };
    changed();
    return take(post("/walk", drawing));
  };
  return { begin, forget, isLooking, left, words };
}

/** Return what is shown of a camera's height, in metres or null; `change` gets another one that was typed. */
export function heightFields(metres, walk, change) {
  const input = make("input", { type: "number", id: "camera-height", min: LEAST_M, max: MOST_M, step: 0.1, value: metres ?? "" });
  input.dataset.key = "camera-height";
  input.addEventListener("change", () => {
    if (input.valueAsNumber >= LEAST_M && input.valueAsNumber <= MOST_M) change(input.valueAsNumber);
    else input.reportValidity();
  });
  return [field(_("Above the floor, in metres, by a tape"), input),
    make("p", { className: "quiet", textContent: walk.left() || _("Or by somebody who walks through: leave the picture for " +
      "five seconds, then walk through it right below the camera. Best are three people, one after the other.") })];
}
