// What is missing: asked for where it can be filled in, one line each.

import { _, put } from "../shared/text.js";
import { stateOf } from "./activities.js";
import { onDay } from "./clock.js";

const MINUTE = 60_000;
const PATIENCE = 10 * MINUTE;

/** @param {object} page `records`, `outbox`, `clock`, `start`, `participants` */
export function missingList(page) {
  const card = document.getElementById("missing");
  const list = card.querySelector('[data-field="rows"]');

  function activities(now) {
    const from = Date.parse(page.start.day_from);
    const found = [];
    for (const one of page.records.list("activities")) {
      const state = stateOf(one, now);
      const isEarlier = Date.parse(one.ends_at) <= from;
      const when = isEarlier ? `${page.clock.day(Date.parse(one.starts_at))} ` : "";
      const what = `${when}${one.title}`;
      if (state === "held" && !one.participants) {
        found.push({ text: _("{what}: participants missing", { what }), name: _("Fill in"), work: () => page.participants.ask(one) });
      }
      if (state === "late" && Date.parse(one.starts_at) + PATIENCE < now) {
        found.push({ text: _("{what}: neither started nor cancelled", { what }), ...(isEarlier ? earlier(one) : below(one)) });
      }
      if (state === "over") found.push({ text: _("{what}: not ended", { what }), ...(isEarlier ? earlier(one) : below(one)) });
    }
    return found;
  }

  const earlier = (one) => ({
    name: _("See"), address: onDay(page.start.addresses.log, page.clock.day(Date.parse(one.starts_at))),
  });
  const below = (one) => ({
    name: _("Go to"),
    work: () => [...document.querySelectorAll("#activities [data-key]")].find((row) => row.dataset.key === one.key)?.querySelector("button")?.focus(),
  });

  function days() {
    const closed = new Set(page.records.list("day-closes").map((close) => close.day));
    return page.start.unclosed.filter((day) => !closed.has(day)).map((day) => ({
      text: day === page.clock.plusDays(page.start.day, -1) ? _("Yesterday isn't closed") : _("{day} isn't closed", { day }),
      name: _("Close it"),
      address: onDay(page.start.addresses.close, day),
    }));
  }

  function devices() {
    return page.start.silent.map(({ name, since }) => ({
      text: since ? _("{name} has been silent since {time}", { name, time: `${page.clock.day(Date.parse(since))} ${page.clock.clock(Date.parse(since))}` })
        : _("{name} has never been heard", { name }),
      name: _("See"), address: page.start.addresses.now,
    }));
  }

  /** Rounds of now: from ten minutes before until ten minutes after. */
  function rounds(now) {
    const isDue = (round) => Date.parse(round.starts_at) - PATIENCE <= now && now < Date.parse(round.ends_at) + PATIENCE;
    return page.start.rounds.filter(isDue).map((round) => ({
      text: _("A counting round is due from {from} to {until}", {
        from: page.clock.clock(Date.parse(round.starts_at)), until: page.clock.clock(Date.parse(round.ends_at)),
      }),
      name: _("Count"), address: page.start.addresses.count,
    }));
  }

  function shown({ text, name, address, work }) {
    const item = document.createElement("li");
    item.className = "row";
    const words = document.createElement("span");
    words.className = "row-text";
    words.textContent = text;
    const way = document.createElement(address ? "a" : "button");
    way.className = "button quiet-button";
    way.textContent = name;
    way.setAttribute("aria-label", `${name}: ${text}`);
    if (address) way.href = address;
    else {
      way.type = "button";
      way.addEventListener("click", work);
    }
    item.append(words, way);
    return item;
  }

  return {
    draw() {
      const now = page.outbox.now();
      const found = [...rounds(now), ...activities(now), ...days(), ...devices()];
      const said = found.map((one) => one.text).join("\n");
      if (list.dataset.said === said) return;
      list.dataset.said = said;
      list.replaceChildren(...found.map(shown));
      card.hidden = found.length === 0;
      put(card.querySelector("h2"), _("Missing ({count})", { count: found.length }));
    },
  };
}
