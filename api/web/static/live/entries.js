// Entries of the intervals that are not finished yet: they are on the page with the next tick, and move into the day's
// sum when their record is stored. Between the two an interval's last total is kept, so that the sum never falls back.

/**
 * Add up the entries that the fetched day can't know yet.
 *
 * @param {{line: string, way: string}[]} ways over which line and which way one comes in from outside
 * @param {number} staleAfterS a line not heard of for so long says nothing about today
 * @returns {{take: (snapshot: object) => boolean, settled: (fetchedAtMs: number) => void, count: () => number}}
 */
export function openEntries(ways, staleAfterS) {
  const open = new Map(ways.map(({ line }) => [line, { start: "", total: 0, closed: [] }]));
  const wayOf = new Map(ways.map(({ line, way }) => [line, way]));

  return {
    /** Take a snapshot. Returns whether an interval was closed, so that the day should be fetched anew. */
    take(snapshot) {
      const isFresh = (line) => !line.clock_off && Date.parse(snapshot.at) - Date.parse(line.as_of) <= staleAfterS * 1000;
      let closed = false;
      for (const line of snapshot.lines.filter((line) => open.has(line.line) && isFresh(line))) {
        const kept = open.get(line.line);
        if (kept.start && kept.start !== line.start) {
          kept.closed.push({ total: kept.total, atMs: Date.now() });
          closed = true;
        }
        [kept.start, kept.total] = [line.start, line[wayOf.get(line.line)]];
      }
      return closed;
    },
    /** The day was asked for at this moment: it has every interval that was closed before. */
    settled(askedAtMs) {
      for (const kept of open.values()) kept.closed = kept.closed.filter(({ atMs }) => atMs > askedAtMs);
    },
    count() {
      const lines = [...open.values()];
      return lines.reduce((sum, { total, closed }) => closed.reduce((rest, { total }) => rest + total, sum + total), 0);
    },
  };
}
