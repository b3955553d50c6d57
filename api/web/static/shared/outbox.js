// The outbox of the browser: every write of every page goes through it. What was added is kept (sealed, in IndexedDB) until
// the server has it, or a person discards it; it is sent in order, by one tab at a time, again and again.

import { makeClock } from "../offline/clock.js";
import { MOST_FAULTS, openEntries } from "../offline/entries.js";
import { importKey } from "../offline/seal.js";
import { send } from "../offline/sender.js";
import { openStore } from "../offline/store.js";

const DOUBLE_TAP_MS = 1_500;
const ROUGH_MS = 2_000;
const SETTLED_MS = 2_000;
const MOST_WAIT_MS = 60_000;
const FINAL = new Set(["sent", "conflict", "refused", "discarded"]);
const opened = new Map();

/** @param {{author: string, who: string}} start of `outbox_start`. The same outbox for all scripts of a page. */
export function openOutbox(start) {
  if (!opened.has(start.author)) opened.set(start.author, made(start));
  return opened.get(start.author);
}

async function made(start) {
  const store = await openStore();
  const clock = makeClock(await store.note("clock"), {
    keep: (state) => void store.keepNote("clock", state),
    doubt: (learnt) => void entries.doubt(learnt),
  });
  /** Headers say whole seconds: they are believed where they say something new. */
  const learn = (server, sent) => {
    if (Number.isFinite(server) && Math.abs(server - clock.now()) > ROUGH_MS) clock.learn(server, sent);
  };

  /** The author's key: the one in this browser, or the server's. Null: this page can keep nothing that outlives it. */
  async function keyOf() {
    const kept = await store.key(start.author);
    const asked = ask(kept);
    if (kept) return kept;
    return asked;
  }

  async function ask(kept) {
    const sent = performance.now();
    try {
      const answer = await fetch("/outbox/key", { cache: "no-store", headers: { Accept: "application/json" } });
      if (!answer.ok) return null;
      const { author, key, now } = await answer.json();
      clock.learn(now, sent);
      if (kept || author !== start.author || !globalThis.crypto?.subtle) return null;
      const made = await importKey(key);
      await store.keepKey(author, made);
      return made;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
      return null;
    }
  }

  const channel = new BroadcastChannel("platspuls-outbox");
  const listeners = new Set();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const changed = async () => {
    await entries.refresh();
    channel.postMessage("changed");
    tell();
  };
  const entries = openEntries(store, await keyOf(), start, changed);
  channel.onmessage = async () => {
    await entries.refresh();
    tell();
  };
  await entries.refresh();
  await entries.clean();

  let [timer, failed, isSending, isAsked, needsLogin] = [0, 0, false, false, false];
  let last = { what: "", at: -Infinity, id: null };

  const alone = (work) => (navigator.locks ? navigator.locks.request("platspuls-outbox", work) : work());

  /** Send what can be sent: one tab at a time, one write at a time. */
  async function pump() {
    isAsked = true;
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    try {
      while (isAsked) {
        isAsked = false;
        await alone(drain);
      }
    } finally {
      isSending = false;
    }
    if (entries.waiting().length && !needsLogin) timer = setTimeout(() => void pump(), wait());
  }

  function wait() {
    return Math.max(entries.wait_ms, Math.min(MOST_WAIT_MS, 1_000 * 2 ** failed)) * (0.75 + Math.random() / 2);
  }

  async function drain() {
    await entries.refresh();
    for (let entry = await entries.next(); entry; entry = await entries.next()) {
      const outcome = await send(entry, start.author, learn);
      needsLogin = outcome.state === "login";
      await entries.settle(entry, outcome);
      await changed();
      failed = outcome.state === "waiting" ? failed + 1 : 0;
      const goesOn = outcome.isItself && entry.faults + 1 >= MOST_FAULTS;
      if (needsLogin || (outcome.state === "waiting" && !goesOn)) return;
    }
  }

  function again() {
    [failed, needsLogin] = [0, false];
    void pump();
  }

  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) again();
  });
  if (entries.waiting().length) again();

  return {
    who: start.who,
    now: () => clock.now(),
    /** Whether what is added outlives the page. */
    get isKept() {
      return store.isKept && entries.isSealed;
    },
    get needsLogin() {
      return needsLogin;
    },
    /** Keep a write and send it as soon as it can be. Returns its id once it is kept; a double tap has one. */
    async add({ method, path, fields = null, label = "", ifMatch = null, of = null, via = null, at = null }) {
      const what = JSON.stringify([method, path, fields, of]);
      if (what === last.what && performance.now() - last.at < DOUBLE_TAP_MS) return { id: last.id };
      const id = crypto.randomUUID?.() ?? uuid();
      last = { what, at: performance.now(), id };
      const version = ifMatch === null || ifMatch === undefined ? null : Number(String(ifMatch).replaceAll('"', ""));
      const written = { method, path, fields, label, ifMatch: version, via, at: at === null ? clock.now() : Number(new Date(at)) };
      await entries.add(id, of, { ...written, skew: clock.skew() }, clock.learnt());
      await changed();
      void pump();
      return { id };
    },
    /** What became of a write: `waiting` where nothing did within two seconds. */
    settled(id, ms = SETTLED_MS) {
      return new Promise((resolve) => {
        const look = () => {
          const found = entries.outcome(id);
          if (!FINAL.has(found.state)) return;
          clearTimeout(late);
          listeners.delete(look);
          resolve(found);
        };
        const late = setTimeout(() => {
          listeners.delete(look);
          resolve(entries.outcome(id));
        }, ms);
        listeners.add(look);
        look();
      });
    },
    /** Every write that this author added in this browser, oldest first; sent ones for a day. */
    entries: () => entries.list(),
    /** How many of other authors' writes wait here: [{who, count}]. */
    others: () => entries.others(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** `mine`: send it over theirs; `theirs`: theirs holds; `discard`: it is not sent; `retry`: send it as it is. */
    async resolve(id, how, fields = null) {
      await alone(async () => { // what is on its way is answered first
        await entries.refresh();
        await entries.resolve(id, how, fields);
      });
      await changed();
      again();
    },
    retry: again,
  };
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
