// Keeps the screen on while somebody counts, where the browser can.

let lock = null;
let isWanted = false;

/** Keep the screen on from now on, or let it go. Returns whether it stays on. */
export async function stayAwake(wanted) {
  isWanted = wanted;
  if (!wanted) {
    await lock?.release();
    lock = null;
    return false;
  }
  if (lock && !lock.released) return true;
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    lock = null;
  }
  return lock !== null;
}

// The browser lets go when the page is hidden.
document.addEventListener("visibilitychange", () => {
  if (isWanted && !document.hidden) void stayAwake(true);
});
