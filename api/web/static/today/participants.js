// How many took part: the total first, then what sort of number it is; groups, as they were seen, are optional.

import { _, put } from "../shared/text.js";
import { chosen, sheet, wholeNumber, wrong } from "./sheets.js";

/** @param {ReturnType<import("./records.js").openRecords>} records of the page */
export function participantsSheet(records) {
  let activity = null;
  let isHeadCount = false;
  const asked = sheet("participants", async (form) => {
    const total = wholeNumber(form, "total");
    if (total === null) return wrong.number();
    const groups = isHeadCount ? [] : groupsOf(form);
    const seen = groups.reduce((sum, group) => sum + group.count, 0);
    if (seen > total) return _("The groups are {seen}, more than the total {total}.", { seen, total });
    if (seen && seen < total) groups.push({ gender: "unknown", age: "unknown", count: total - seen });
    const participants = isHeadCount ? highest(activity, total)
      : { method: chosen(form, "method"), total, figure: chosen(form, "figure"), groups: merged(groups) };
    const label = _("{title}: {count} participants", { title: activity.title, count: participants.total });
    await records.change("activities", activity.key, { participants }, label);
    return "";
  }, true);
  asked.form.addEventListener("input", () => showRest(asked.form));

  function open(of, headCount) {
    activity = of;
    isHeadCount = headCount;
    asked.open((form) => {
      put(form.querySelector("h2"), headCount ? _("How many are here now?") : _("How many took part?"));
      put(form.querySelector('[data-field="of"]'), activity.title);
      for (const part of form.querySelectorAll("[data-part]")) part.hidden = headCount;
      fill(form, headCount ? null : activity.participants);
    }, `-${headCount ? "count" : "all"}-${activity.title}-${Date.parse(activity.starts_at)}`);
    if (groupsOf(asked.form).length) asked.form.querySelector("details").open = true;
    showRest(asked.form);
  }
  return { ask: (of) => open(of, false), count: (of) => open(of, true) };
}

/** A head count: of several, the highest counts, as the most at once. */
function highest(activity, total) {
  const before = activity.participants;
  const isFirst = !before;
  return { method: "counted", total: Math.max(total, before?.total ?? 0), figure: isFirst ? "moment" : "peak", groups: [] };
}

function fill(form, participants) {
  form.elements.total.value = participants?.total ?? 0;
  for (const name of ["figure", "method"]) {
    const value = participants?.[name];
    if (value) form.querySelector(`[name="${name}"][value="${value}"]`).checked = true;
  }
  form.querySelector("details").open = Boolean(participants?.groups?.length);
  for (const group of participants?.groups ?? []) {
    const cell = form.querySelector(`[data-gender="${group.gender}"][data-age="${group.age ?? "unknown"}"]`);
    if (cell) cell.value = group.count;
  }
  showRest(form);
}

function groupsOf(form) {
  return [...form.querySelectorAll("[data-gender]")]
    .map((cell) => ({ gender: cell.dataset.gender, age: cell.dataset.age, count: Number.parseInt(cell.value, 10) || 0 }))
    .filter((group) => group.count > 0);
}

/** Where no age was seen of anybody, groups are by gender alone. */
function merged(groups) {
  if (groups.some((group) => group.age !== "unknown")) return groups;
  return groups.map(({ gender, count }) => ({ gender, count }));
}

function showRest(form) {
  const seen = groupsOf(form).reduce((sum, group) => sum + group.count, 0);
  put(form.querySelector('[data-field="rest"]'), String((wholeNumber(form, "total") ?? 0) - seen));
}
