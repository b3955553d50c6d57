// A stream of snapshots that stays open: the browser reconnects by itself after a broken line, we do so after a
// refusal (it would give up) and after a silence (a phone that slept keeps a dead connection for minutes).

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const SILENCE_MS = 30_000;

/**
 * @param {string} address of the event stream
 * @param {string[]} events names of the events that carry a snapshot
 * @param {(snapshot: object) => void} onSnapshot called with each snapshot
 * @param {(state: "live"|"reconnecting"|"stalled", ageS?: number) => void} onState called when the state may have changed;
 *   stalled: the server lives, and its database hasn't answered for so many seconds
 */
export function follow(address, events, onSnapshot, onState) {
  let source = null;
  let heardAt = Date.now();
  let wait = FIRST_WAIT_MS;
  let timer = 0;

  const heard = (event) => {
    heardAt = Date.now();
    wait = FIRST_WAIT_MS;
    onSnapshot(JSON.parse(event.data));
    onState("live");
  };
  const open = () => {
    clearTimeout(timer);
    timer = 0;
    source?.close();
    heardAt = Date.now();
    source = new EventSource(address);
    for (const name of events) source.addEventListener(name, heard);
    source.addEventListener("stalled", (event) => {
      heardAt = Date.now();
      onState("stalled", JSON.parse(event.data).age_s);
    });
    source.addEventListener("error", () => {
      onState("reconnecting");
      if (source.readyState === EventSource.CLOSED) later();
    });
  };
  const later = () => {
    if (timer) return;
    timer = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  };
  const openIfSilent = () => {
    if (timer || Date.now() - heardAt < SILENCE_MS) return;
    onState("reconnecting");
    open();
  };

  open();
  setInterval(openIfSilent, 5_000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) openIfSilent();
  });
  // A page that leaves must not report its own goodbye as an error; one that comes back opens anew.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
}
