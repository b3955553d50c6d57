// The picture of rooms and doors: figures of the last quarter-hour with what the open intervals hold, and a small mark that
// walks through a door when somebody did. Who asked for less motion sees the figures change, nothing else.

import { openEntries } from "./entries.js";
import { _, field, NO_VALUE, put } from "../shared/text.js";

const WALK_MS = 1_100;

/**
 * @param {object} site as it came with the page: `doors` (key, lines, check, forward_in) and `stale_after_s`
 * @param {ReturnType<typeof import("../shared/text.js").makeWriter>} write
 * @returns {{take: (snapshot: object) => void, show: (day: object) => void, settled: (askedAtMs: number) => void}}
 */
export function keepPicture(site, write) {
  const lines = site.doors.flatMap((door) => [...door.lines, ...door.check]);
  const open = new Map(lines.flatMap((line) => ["forward", "backward"].map((way) => [`${line} ${way}`, openEntries([{ line, way }], site.stale_after_s)])));
  const walked = new Map();
  let day = null;

  const openCount = (line, way) => open.get(`${line} ${way}`).count();
  const lately = (line, way) => day.recent[line]?.[way];
  const today = (line, way) => day.ways.find((found) => found.line === line && found.direction === way)?.today;
  const sum = (door, of, counted, way) => {
    const known = of.map((line) => [counted(line, way), openCount(line, way)]).filter(([count, rest]) => typeof count === "number" || rest);
    return known.length ? known.reduce((total, [count, rest]) => total + (count ?? 0) + rest, 0) : null;
  };
  const both = (door, of, counted) => {
    const found = { forward: sum(door, of, counted, "forward"), backward: sum(door, of, counted, "backward") };
    return door.forward_in ? [found.forward, found.backward] : [found.backward, found.forward];
  };
  const showDoor = (door) => {
    const element = document.querySelector(`[data-door="${CSS.escape(door.key)}"]`);
    const [inward, outward] = both(door, door.lines, lately);
    put(field(element, "in"), write.count(inward));
    put(field(element, "out"), write.count(outward));
    const words = ([inside, outside]) => ({ inward: write.count(inside), outward: write.count(outside) });
    const texts = [words(both(door, door.lines, today)), words(both(door, door.check, today))];
    put(field(element, "today"), _("today {inward} / {outward}", texts[0]));
    put(field(element, "check"), _("check line {inward} / {outward}", texts[1]));
    const name = element.querySelector("title").textContent.split(":")[0];
    const sentence = _("{door}: the last 15 minutes {inward} in, {outward} out", { door: name, inward: write.count(inward), outward: write.count(outward) });
    put(element.querySelector("title"), `${sentence}; ${_("today {inward} / {outward}", texts[0])}`);
    walk(element, door, walked);
  };
  const walk = (element, door, before) => {
    for (const way of ["forward", "backward"]) {
      const count = door.lines.reduce((total, line) => total + openCount(line, way), 0);
      const key = `${door.key} ${way}`;
      if (before.has(key) && count > before.get(key)) step(element, (way === "forward") === door.forward_in ? "in" : "out");
      before.set(key, count);
    }
  };
  const showRecent = () => {
    for (const row of document.querySelectorAll("[data-line] [data-way]")) {
      const line = row.closest("[data-line]").dataset.line;
      const count = lately(line, row.dataset.way);
      const rest = open.has(`${line} ${row.dataset.way}`) ? openCount(line, row.dataset.way) : 0;
      put(field(row, "recent"), typeof count === "number" || rest ? write.count((count ?? 0) + rest) : NO_VALUE);
    }
  };
  const show = () => {
    if (!day) return;
    for (const door of site.doors) showDoor(door);
    showRecent();
  };
  return {
    take(snapshot) {
      for (const entries of open.values()) entries.take(snapshot);
      show();
    },
    show(next) {
      day = next;
      show();
    },
    settled(askedAtMs) {
      for (const entries of open.values()) entries.settled(askedAtMs);
    },
  };
}

/** Let a mark walk through the door once. */
function step(element, way) {
  const walker = element.querySelector(`.walk-${way}`);
  walker.classList.add("is-walking");
  setTimeout(() => walker.classList.remove("is-walking"), WALK_MS);
}
