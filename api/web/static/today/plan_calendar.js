// A calendar's file (.ics): first what would come of it, then the import. It needs contact; the same file again makes
// nothing twice, so a lost answer is no harm.

import { _, ngettext, put } from "../shared/text.js";
import { sheet, wrong } from "./sheets.js";

/** @param {object} page `start`, `clock`, `say`, `again` (show the week anew) */
export function calendarSheet(page) {
  const place = document.getElementById("preview");
  let seen = "";

  async function ask(form, dryRun) {
    const query = new URLSearchParams({
      first: form.elements.first.value, until: form.elements.until.value, kind: form.elements.kind.value,
      dry_run: String(dryRun),
    });
    const answer = await fetch(`${page.start.api}/activity-plan/ics?${query}`, {
      method: "POST", headers: { "Content-Type": "text/calendar" }, body: form.elements.file.files[0],
    });
    const said = await answer.json();
    if (!answer.ok) throw new TypeError(said.detail);
    return said;
  }

  function preview(said) {
    const { made, changed, there, kept } = said;
    const lines = [
      ngettext("{n} activity would be planned:", "{n} activities would be planned:", made.length, { n: made.length }),
      ...made.slice(0, 20).map((one) => `${page.clock.day(Date.parse(one.starts_at))} ${page.clock.clock(Date.parse(one.starts_at))} ${one.title}`),
      made.length > 20 ? _("… and {n} more", { n: made.length - 20 }) : "",
      changed.length ? ngettext("{n} would change as in the file.", "{n} would change as in the file.", changed.length, { n: changed.length }) : "",
      there.length ? ngettext("{n} is there already.", "{n} are there already.", there.length, { n: there.length }) : "",
      kept.length ? ngettext("{n} stays as it was corrected here.", "{n} stay as they were corrected here.", kept.length, { n: kept.length }) : "",
    ];
    place.replaceChildren(...lines.filter(Boolean).map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }));
  }

  const asked = sheet("ics", async (form) => {
    if (form.elements.until.value < form.elements.first.value) return wrong.times();
    const wanted = ["file", "kind", "first", "until"].map((name) => form.elements[name].value).join("|");
    try {
      const said = await ask(form, seen !== wanted);
      if (seen === wanted) {
        page.say(ngettext("{n} activity planned.", "{n} activities planned.", said.made.length, { n: said.made.length }));
        await page.again();
        return "";
      }
      preview(said);
      seen = wanted;
      put(form.querySelector('[type="submit"]'), _("Plan these"));
      return " ";
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      return _("The file can't be taken: {why}", { why: error.message });
    }
  });
  asked.form.addEventListener("change", () => {
    seen = "";
    place.replaceChildren();
    put(asked.form.querySelector('[type="submit"]'), _("See what would come"));
  });
  return asked;
}
