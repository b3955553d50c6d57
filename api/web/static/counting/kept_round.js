// A round of counting as it is kept in this browser: what was tapped, in its order, without times (of a moving count: the whole
// minute). It survives a reload and a phone that dies.

export const MINUTE = 60_000;

/** What holds one round, or nothing, under a key of this browser. `onRefused` is called once where nothing can be kept. */
export function openKept(key, onRefused) {
  let mayKeep = true;
  return {
    load() {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "null");
      } catch (error) {
        if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
        return null;
      }
    },
    keep(round) {
      try {
        if (round) localStorage.setItem(key, JSON.stringify(round));
        else localStorage.removeItem(key);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        if (mayKeep) onRefused();
        mayKeep = false;
      }
    },
  };
}

/** How many whole minutes of a moving round have passed: at most those that it has. */
export function passed(round, now) {
  return Math.max(0, Math.min(round.minutes, Math.floor(((round.ended ?? now) - round.from) / MINUTE)));
}

/** The taps that count: of a moving round those in whole minutes. */
export function counted(round, now) {
  if (round.mode !== "moving" || !round.ended) return round.taps;
  const minutes = passed(round, now);
  return round.taps.filter(([, , minute]) => minute < minutes);
}

/** How many of each group: [labels, count], the largest first, none below one. */
export function groups(taps) {
  const sums = new Map();
  for (const [labels, count] of taps) {
    const key = JSON.stringify(labels);
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return [...sums].filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one)
    .map(([key, count]) => [JSON.parse(key), count]);
}

export function total(taps) {
  return taps.reduce((sum, [, count]) => sum + count, 0);
}

/** The fields of the manual count that a round makes. */
export function fieldsOf(round, now, note) {
  const tallies = groups(counted(round, now)).map(([labels, count]) => ({ ...labels, count }));
  const iso = (ms) => new Date(ms).toISOString();
  const fields = { mode: round.mode, tallies, joint: round.joint || null, note: note.trim() || null };
  if (round.slot) fields.planned_round = round.slot;
  if (round.mode === "moving") {
    return { ...fields, line: round.place.key, starts_at: iso(round.from), ends_at: iso(round.from + passed(round, now) * MINUTE) };
  }
  return { ...fields, [round.place.part]: round.place.key, starts_at: iso(round.from) };
}
