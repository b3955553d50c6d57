// A plan of rounds: how much work it is, before it is made.

import { _, ngettext, put } from "../shared/text.js";
import { openSending } from "./sending.js";

const start = JSON.parse(document.getElementById("start").textContent);
const sending = await openSending(start);
const at = (id) => document.getElementById(id);
const hours = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

function dayTypes() {
  return [...document.querySelectorAll('[name="day_types"]:checked')].map(({ value }) => value);
}

function preview() {
  const [from, to, each, minutes] = ["from-hour", "to-hour", "each", "minutes"].map((id) => Number(at(id).value));
  const rounds = Math.max(0, to - from) * dayTypes().length * each;
  put(at("preview"), ngettext("{count} round, {hours} hours of counting", "{count} rounds, {hours} hours of counting", rounds,
    { count: rounds, hours: hours.format((rounds * minutes) / 60) }));
  at("save").disabled = rounds === 0;
}

async function save() {
  const [part, key] = at("place").value.split(" ");
  const fields = {
    name: at("name").value.trim(), first: at("first").value, until: at("until").value,
    mode: part === "line" ? "moving" : "stationary", [part]: key, day_types: dayTypes(),
    from_hour: Number(at("from-hour").value), to_hour: Number(at("to-hour").value),
    rounds_per_stratum: Number(at("each").value), minutes: Number(at("minutes").value),
  };
  at("save").disabled = true;
  const { state, record, problem } = await sending.send({ method: "POST", path: `${start.api}/round-plans`, fields, label: fields.name });
  at("save").disabled = false;
  put(at("trouble"), state === "refused" ? _("It could not be saved: {why}", { why: problem.detail }) : "");
  at("trouble").hidden = state !== "refused";
  at("saved").hidden = state === "refused";
  if (state === "refused") at("trouble").scrollIntoView({ block: "center" });
  else {
    put(at("saved"), state === "sent" ? ngettext("The plan is made: {count} round.", "The plan is made: {count} rounds.", record.slots.length, { count: record.slots.length })
      : _("Kept on the phone. It is sent by itself as soon as there is contact."));
    at("saved").scrollIntoView({ block: "center" });
    at("plan").hidden = true;
  }
}

at("plan").addEventListener("input", preview);
at("plan").addEventListener("submit", (event) => { event.preventDefault(); void save(); });
preview();
document.documentElement.dataset.ready = "true";
