// What people wrote, as the page knows it: the server's records, with what waits in this browser's outbox laid over them.
// Every write goes into the outbox, so that nothing is lost by a reload, a dead phone or a dead network.

const NUMBERS = {
  activities: "activity_id", "staff-time": "staff_time_id", incidents: "incident_id", notes: "note_id",
  "day-closes": "day_close_id", "activity-templates": "activity_template_id",
};

/**
 * @param {{api: string, records: Object<string, object[]>}} start what the server put into the page
 * @param {object} outbox of shared/outbox.js
 * @param {() => void} onChange called when a record may have changed
 */
export function openRecords(start, outbox, onChange) {
  /** By kind, by key: `activities/17`, or `entry/UUID` until the server has given a number. */
  const known = new Map(Object.entries(start.records).map(([kind, records]) => [kind, new Map()]));
  /** Key of a record -> the newest write of it; the key that a write belongs to. */
  const newest = new Map();
  const keyOf = new Map();
  /** Keys that got a number: what began as `entry/UUID` is `activities/17` now. */
  const renamed = new Map();
  const writes = new Map();

  const numbered = (kind, record) => `${kind}/${record[NUMBERS[kind]]}`;
  const kindOf = (path) => path.slice(start.api.length + 1).split("/")[0];
  const resolve = (key) => renamed.get(key) ?? key;

  function learn(kind, record) {
    const records = known.get(kind);
    const key = numbered(kind, record);
    const before = records?.get(key);
    if (records && !(before && before.version > record.version)) records.set(key, record);
    return key;
  }

  /** Lay one write over the records: its own, or that of the write that it follows. */
  function overlay(write) {
    const kind = kindOf(write.path);
    if (!NUMBERS[kind] || writes.has(write.id)) return;
    const number = write.path.slice(start.api.length + 1).split("/")[1];
    const own = number && number !== "{number}" ? `${kind}/${number}` : `entry/${write.id}`;
    const key = write.of ? (keyOf.get(write.of) ?? own) : own;
    keyOf.set(write.id, key);
    newest.set(resolve(key), write.id);
    writes.set(write.id, { ...write, kind, key, state: write.state ?? "waiting" });
  }

  /** A write was answered: its record is known now, and it itself is only history. */
  function answered(id, outcome) {
    const write = writes.get(id);
    if (!write) return;
    if (outcome?.state === "sent") {
      if (write.method === "DELETE") known.get(write.kind)?.delete(resolve(write.key));
      else if (outcome.record) {
        const key = learn(write.kind, outcome.record);
        if (resolve(write.key) !== key) {
          if (newest.has(write.key)) newest.set(key, newest.get(write.key));
          renamed.set(write.key, key);
        }
      }
      writes.delete(id);
    } else if (outcome) write.state = outcome.state;
    onChange();
  }

  /** A write that the outbox holds no more: sent, or given up by the person. */
  function gone(id, outcome) {
    answered(id, outcome);
    if (outcome?.state !== "waiting" && writes.delete(id)) onChange();
  }

  async function add(write) {
    const { id } = await outbox.add(write);
    overlay({ ...write, id });
    onChange();
    void outbox.settled(id).then((outcome) => answered(id, outcome));
    return id;
  }

  /** Who changes a record names the version that was seen, or the write of ours that comes before. */
  function after(key) {
    const last = newest.get(resolve(key)) ?? newest.get(key);
    if (last && writes.has(last)) return { of: last };
    const [kind] = resolve(key).split("/");
    return { ifMatch: known.get(kind)?.get(resolve(key))?.version };
  }

  function target(key, kind) {
    const follows = after(key);
    const number = follows.of ? "{number}" : resolve(key).split("/")[1];
    return { path: `${start.api}/${kind}/${number}`, ...follows };
  }

  for (const record of Object.entries(start.records)) for (const each of record[1]) learn(record[0], each);

  /** A write that was sent before this page was asked for is in its records; one sent since, the page may not have yet. */
  function sentBefore(entry) {
    const kind = kindOf(entry.path);
    if (!NUMBERS[kind]) return;
    if (entry.method === "DELETE") known.get(kind)?.delete(keyOf.get(entry.of) ?? entry.path.slice(start.api.length + 1));
    if (!entry.record) return;
    keyOf.set(entry.id, numbered(kind, entry.record));
    if (Date.parse(entry.record.written_at) > Date.parse(start.now)) learn(kind, entry.record);
  }

  async function sync() {
    const entries = await outbox.entries();
    const waiting = new Set(entries.map((entry) => entry.id));
    for (const entry of entries) {
      if (entry.state !== "sent") {
        overlay(entry);
        if (writes.has(entry.id)) writes.get(entry.id).state = entry.state;
      } else if (writes.has(entry.id)) answered(entry.id, { state: "sent", record: entry.record });
      else sentBefore(entry);
    }
    for (const id of [...writes.keys()]) {
      if (!waiting.has(id)) void outbox.settled(id).then((outcome) => gone(id, outcome));
    }
    onChange();
  }

  return {
    sync,
    /** All records of a kind, oldest first: each with `key`, and `waiting` where a write of it isn't sent. */
    list(kind) {
      const shown = new Map([...(known.get(kind) ?? [])].map(([key, record]) => [key, { ...record, key, waiting: false }]));
      for (const write of writes.values()) {
        if (write.kind !== kind) continue;
        const key = resolve(write.key);
        if (write.method === "DELETE") shown.delete(key);
        else shown.set(key, { ...(shown.get(key) ?? {}), ...write.fields, key, waiting: true, state: write.state });
      }
      const at = (record) => Date.parse(record.starts_at ?? record.written_at ?? record.day ?? 0);
      return [...shown.values()].sort((one, other) => at(one) - at(other));
    },
    find(kind, key) {
      return this.list(kind).find((record) => record.key === resolve(key));
    },
    create: (kind, fields, label) => add({ method: "POST", path: `${start.api}/${kind}`, fields, label }),
    change: (kind, key, fields, label) => add({ method: "PATCH", ...target(key, kind), fields, label }),
    withdraw(kind, key, reason, label) {
      return add({ method: "DELETE", ...target(key, kind), fields: { reason }, label });
    },
    /** Take what the server has now. Returns whether it could be asked: a list that failed is never shown as empty. */
    async refresh(from, to) {
      const asked = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), limit: "500" };
      let answers;
      try {
        answers = await Promise.all([...known.keys()].map(async (kind) => {
          const answer = await fetch(`${start.api}/${kind}?${new URLSearchParams(asked)}`);
          if (!answer.ok) throw new TypeError(`${kind}: ${answer.status}`);
          return [kind, (await answer.json()).records];
        }));
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
        return false;
      }
      for (const [kind, records] of answers) {
        const before = known.get(kind);
        known.set(kind, new Map());
        for (const record of records) learn(kind, record);
        for (const [key, record] of before) {
          const now = known.get(kind).get(key);
          if (now && now.version < record.version) known.get(kind).set(key, record);
        }
      }
      onChange();
      return true;
    },
  };
}
