// The writes of one author: sealed on the device, open in memory. Writes about the same record have one `root`, and follow
// each other: each waits for those before it, and takes the version from the answer of the last.

import { seal, unseal } from "./seal.js";
import { recordOf, theirsOf } from "./sender.js";

const SENT_KEPT_MS = 24 * 3_600_000;
const LATE_MS = 10_000;
/** After so many answers that blame the server itself, the others go first for a while. */
export const MOST_FAULTS = 3;
const PAUSE_MS = 60_000;
const NUMBER = /_id$/;

export function openEntries(store, key, start) {
  /** By id, in the order in which they were added. */
  let entries = new Map();
  let rows = [];
  let reading = Promise.resolve();
  const texts = new Map(); // without a key, what can't be kept is in memory alone

  async function open(row) {
    const before = entries.get(row.id);
    if (before && before.row.revision === row.revision) return { ...before, ...clear(row) };
    const [written, result] = await Promise.all([row.sealed, row.result].map((sealed) => sealed && reveal(row.id, sealed)));
    return { row, ...(written ?? { label: "", method: "", path: "", fields: null, isUnreadable: true }), ...result, ...clear(row) };
  }

  function clear(row) {
    const { id, request, of, root, state, faults, notBefore, isUnsure, seq } = row;
    return { row, id, request, of, root, state, faults, notBefore, isUnsure, seq };
  }

  const reveal = (id, sealed) => (sealed.memory ? texts.get(sealed.memory) : key && unseal(key, id, sealed));

  async function hide(id, value) {
    if (key) return seal(key, id, value);
    texts.set(`${id} ${texts.size}`, value);
    return { memory: `${id} ${texts.size - 1}` };
  }

  const pauses = ({ notBefore }) => notBefore > Date.now() && notBefore <= Date.now() + PAUSE_MS;
  const mine = () => [...entries.values()];
  const before = (entry) => mine().filter((other) => other.root === entry.root && other.seq < entry.seq);
  const change = (id, more) => store.change(id, (row) => ({ ...row, ...more, revision: row.revision + 1 }));

  /** The write before, of the same record, that the page had not seen the answer of. */
  function followed(written) {
    if (written.ifMatch === null) return null;
    const same = mine().filter((other) => other.path && recordOf(other.path) === recordOf(written.path));
    const last = same.at(-1);
    return last && last.state !== "sent" && last.ifMatch === written.ifMatch ? last.id : null;
  }

  async function read() {
    rows = await store.rows();
    const own = await Promise.all(rows.filter((row) => row.author === start.author).map(open));
    entries = new Map(own.map((entry) => [entry.id, entry]));
  }

  const made = {
    wait_ms: 0,
    isSealed: Boolean(key),
    /** Read what is kept, one time after another. */
    refresh() {
      reading = reading.then(read, read);
      return reading;
    },
    async add(id, of, written, learnt) {
      await made.refresh();
      const follows = of ?? followed(written);
      const root = entries.get(follows)?.root ?? follows ?? id;
      const row = {
        id, request: id, of: follows, root, author: start.author, who: start.who, state: "waiting", faults: 0, learnt,
        isLate: made.waiting().some((other) => other.row.isLate), isUnsure: written.skew === null, revision: 0, added: Date.now(), sealed: await hide(id, written), result: null,
      };
      if (key) await store.add(row);
      else await store.addToMemory(row);
    },
    /** The next one that may be sent, ready for it, or null. */
    async next() {
      for (const entry of made.waiting()) {
        const earlier = before(entry);
        if (earlier.some((other) => other.state !== "sent") || entry.isUnreadable || pauses(entry)) continue;
        const answer = earlier.findLast((other) => other.record)?.record;
        if (entry.path.includes("{number}") && !answer) {
          await made.settle(entry, { state: "refused", problem: { status: 0, title: "", detail: "" } });
          await made.refresh();
          continue;
        }
        return ready(entry, answer);
      }
      return null;
    },
    async settle(entry, outcome) {
      const { state, record, problem, theirs } = outcome;
      made.wait_ms = (outcome.wait_s ?? 0) * 1_000;
      if (state === "waiting" || state === "login") {
        const faults = entry.faults + (outcome.isItself ? 1 : 0);
        await change(entry.id, { faults, notBefore: faults < MOST_FAULTS ? 0 : Date.now() + PAUSE_MS });
        for (const other of made.waiting()) if (!other.row.isLate) await change(other.id, { isLate: true });
        return;
      }
      await change(entry.id, { state, settled: Date.now(), result: await hide(entry.id, { record, problem, theirs }) });
    },
    waiting: () => mine().filter((entry) => entry.state === "waiting"),
    list: () => mine().map(({ row, ...entry }) => ({ ...entry, added: row.added })),
    outcome(id) {
      const entry = entries.get(id);
      if (!entry) return { state: "discarded" };
      const { state, record, problem, theirs, fields } = entry;
      if (state === "sent") return { state, record };
      if (state === "conflict") return { state, mine: fields, theirs };
      return state === "refused" ? { state, problem } : { state };
    },
    others() {
      const counts = new Map();
      for (const row of rows) {
        if (row.author !== start.author && row.state !== "sent") counts.set(row.who, (counts.get(row.who) ?? 0) + 1);
      }
      return [...counts].map(([who, count]) => ({ who, count }));
    },
    async resolve(id, how, fields) {
      const entry = entries.get(id);
      if (!entry || entry.state === "sent") return;
      if (how === "discard") await store.change(id, () => null);
      else if (how === "theirs" && entry.theirs) {
        await change(id, { state: "sent", settled: Date.now(), result: await hide(id, { record: entry.theirs }) });
      } else if (how === "theirs") await store.change(id, () => null);
      else await sendAgain(entry, how, fields);
    },
    /** What was learnt of the clock then has proved wrong: nobody knows when these were entered. */
    async doubt(learnt) {
      for (const row of await store.rows()) {
        if (row.state === "waiting" && row.learnt === learnt) await change(row.id, { isUnsure: true });
      }
      await made.refresh();
    },
    /** Take away what was sent more than a day ago and nothing waits for. */
    async clean() {
      const roots = new Set(mine().filter((entry) => entry.state !== "sent").map((entry) => entry.root));
      const old = mine().filter((entry) => entry.state === "sent" && Date.now() - entry.row.settled > SENT_KEPT_MS);
      for (const entry of old) if (!roots.has(entry.root)) await store.change(entry.id, () => null);
      if (old.length) await made.refresh();
    },
  };

  function ready(entry, answer) {
    const number = answer && Object.entries(answer).find(([name]) => NUMBER.test(name) || name === "counting_round")?.[1];
    const path = entry.path.replace("{number}", number);
    const isLate = entry.row.isLate || Date.now() - entry.row.added > LATE_MS;
    const version = entry.over ?? answer?.version ?? entry.ifMatch;
    return { ...entry, path, version: entry.method === "POST" ? null : version, via: entry.via ?? (isLate ? "offline" : "page") };
  }

  /** As another request: the same one again would get the same answer. */
  async function sendAgain(entry, how, fields) {
    const { method, path, label, ifMatch, via, at, skew } = entry;
    const theirs = how === "mine" ? (entry.theirs ?? (await theirsOf(entry))) : null;
    const written = { method, path, label, ifMatch, via, at, skew, fields: fields ?? entry.fields, over: theirs?.version ?? entry.over ?? null };
    const sealed = await hide(entry.id, written);
    await change(entry.id, { state: "waiting", faults: 0, request: crypto.randomUUID(), sealed, result: null });
  }

  return made;
}
