// Where the outbox lies in the browser: a row for each write, keys, and what is known of the clock. Each change is one
// transaction, so that two quick actions never overwrite one another. Where the browser keeps nothing, rows lie in memory.

const NAME = "platspuls-outbox";
/** Rises with each change of the layout; `upgrade` takes the older ones along. */
const VERSION = 1;

function upgrade(database, from) {
  if (from < 1) {
    const entries = database.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
    entries.createIndex("id", "id", { unique: true });
    database.createObjectStore("keys", { keyPath: "author" });
    database.createObjectStore("notes", { keyPath: "name" });
  }
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
    transaction.onerror = () => reject(transaction.error);
  });
}

function opened() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
  return done(request);
}

/** Returns what keeps rows. `isKept` is false from when the browser refused to keep one. */
export async function openStore() {
  let database = null;
  let [memory, memoryRows] = [[], 0];
  try {
    database = await opened();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }

  async function within(names, mode, work) {
    try {
      return await tried(names, mode, work);
    } catch (error) {
      if (error?.name !== "InvalidStateError") throw error;
      database = await opened(); // another tab made it anew, or the browser closed it
      return tried(names, mode, work);
    }
  }

  async function tried(name, mode, work) {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const end = committed(transaction);
    end.catch(() => {}); // whoever waits for `work` hears of it first
    const result = await work(transaction.objectStore(name));
    await end;
    return result;
  }

  if (database) database.onversionchange = () => database.close();
  const store = {
    isKept: database !== null,
    /** Keep a row; its order is given by the store. Returns whether it outlives the page. */
    async add(row) {
      try {
        if (!database) throw new DOMException("no database", "NotSupportedError");
        await within("entries", "readwrite", (entries) => done(entries.add(row)));
        return true;
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        return store.addToMemory(row);
      }
    },
    /** Keep a row as long as the page is open, after those that are kept. */
    addToMemory(row) {
      store.isKept = false;
      memoryRows += 1;
      memory.push({ ...row, seq: Number.MAX_SAFE_INTEGER / 2 + memoryRows });
      return false;
    },
    /** All rows of all authors, oldest first. */
    async rows() {
      const kept = database ? await within("entries", "readonly", (entries) => done(entries.getAll())) : [];
      return [...kept, ...memory];
    },
    /** Let `change` make another row of the one with this id, in one transaction; null takes it away. */
    async change(id, change) {
      const index = memory.findIndex((row) => row.id === id);
      if (index >= 0) {
        const row = change(memory[index]);
        memory = row ? memory.with(index, row) : memory.toSpliced(index, 1);
      } else if (database) {
        await within("entries", "readwrite", async (entries) => {
          const before = await done(entries.index("id").get(id));
          if (!before) return;
          const row = change(before);
          await done(row ? entries.put(row) : entries.delete(before.seq));
        });
      }
    },
    async key(author) {
      if (!database) return null;
      return (await within("keys", "readonly", (keys) => done(keys.get(author))))?.key ?? null;
    },
    /** Keep the key of one author; those of others go. */
    async keepKey(author, key) {
      if (!database) return;
      await within("keys", "readwrite", async (keys) => {
        await done(keys.clear());
        if (key) await done(keys.put({ author, key }));
      });
    },
    async note(name) {
      if (!database) return null;
      return (await within("notes", "readonly", (notes) => done(notes.get(name))))?.value ?? null;
    },
    async keepNote(name, value) {
      if (database) await within("notes", "readwrite", (notes) => done(notes.put({ name, value })));
    },
  };
  return store;
}
