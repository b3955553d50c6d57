// How these pages send what was counted: by the outbox of the browser, which keeps it until the server has it.

import { openOutbox } from "../shared/outbox.js";

/**
 * Open it. `now()` is the time by the corrected clock. `send(write)` keeps a write and says what became of it: `sent` with the
 * record, `waiting` (it is kept, and sent by itself), or `refused` or `conflict`: then the outbox has it no more, the page has.
 */
export async function openSending(start) {
  const outbox = await openOutbox(start.outbox);
  return {
    now: () => outbox.now(),
    async send(write) {
      const { id } = await outbox.add(write);
      const outcome = await outbox.settled(id);
      if (outcome.state === "refused" || outcome.state === "conflict") await outbox.resolve(id, "discard");
      return outcome;
    },
    /** Whether the outbox was given a new count that began at this time (ISO). */
    has: (path, startsAt) => outbox.entries().some((entry) => entry.path === path && entry.fields?.starts_at === startsAt),
  };
}
