// The list of own counts: withdrawn with a reason, corrected in the version that is shown.

import { _, put } from "../shared/text.js";
import { openSending } from "./sending.js";

const start = JSON.parse(document.getElementById("start").textContent);
const sending = await openSending(start);
const trouble = document.getElementById("trouble");

function report(sentence) {
  put(trouble, sentence);
  trouble.hidden = !sentence;
  if (sentence) trouble.scrollIntoView({ block: "center" });
}

/** Send a change of a row. */
async function change(form, method, fields) {
  const { path, version, label } = form.closest("li").dataset;
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const write = { method, path: `${start.api}/${path}`, fields, label, ifMatch: Number(version) };
  const { state, problem } = await sending.send(write);
  button.disabled = state === "waiting";
  if (state === "sent") location.reload();
  else if (state === "waiting") report(_("Kept on the phone. It is sent by itself as soon as there is contact."));
  else if (state === "conflict") report(_("Somebody changed it in the meantime. Load this page again to see how it is now."));
  else report(_("It could not be saved: {why}", { why: problem.detail }));
}

for (const button of document.querySelectorAll(".ask")) {
  button.addEventListener("click", () => {
    const form = button.closest("li").querySelector(".withdraw");
    form.hidden = false;
    button.hidden = true;
    form.querySelector("input").focus();
  });
}
for (const form of document.querySelectorAll(".withdraw")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = form.querySelector("input").value.trim();
    if (reason) void change(form, "DELETE", { reason });
  });
}
for (const form of document.querySelectorAll(".correct")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [forward, backward] = ["forward", "backward"].map((way) => Number(form.elements[way].value));
    const isSame = ["forward", "backward"].every((way) => form.elements[way].value === form.elements[way].defaultValue);
    const note = form.elements.note.value.trim() || null;
    void change(form, "PATCH", isSame ? { note } : { hand: { forward, backward }, note });
  });
}
document.documentElement.dataset.ready = "true";
