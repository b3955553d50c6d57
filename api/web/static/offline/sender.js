// Sends one write of the outbox, and says what became of it.

const TIMEOUT_MS = 20_000;
const VERSION = /^\d+$/;

/** The address without its query: that of the record. */
export function recordOf(path) {
  return path.split("?")[0];
}

/**
 * @param {object} entry as the outbox has it; `path` and `version` as they are now
 * @returns {Promise<object>} `state`: sent (with `record`), conflict (with `theirs`), refused (with `problem`), login, or
 *   waiting: `isItself` where the fault may be the entry's own, `wait_s` where the server said how long.
 */
export async function send(entry, author, onTime) {
  const [steady, ask] = [performance.now(), { method: entry.method, headers: headersOf(entry, author), ...bodyOf(entry) }];
  let answer;
  try {
    answer = await fetch(addressOf(entry), { ...ask, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    onTime(Date.parse(answer.headers.get("date") ?? "") + 500, steady);
    return await read(entry, answer);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)) throw error;
    return { state: "waiting", wasSent: Boolean(answer) };
  }
}

async function read(entry, answer) {
  const { status } = answer;
  if (answer.ok) return { state: "sent", record: status === 204 ? null : await answer.json() };
  if (status === 401) return { state: "login" };
  if (status === 412) return { state: "conflict", theirs: await theirsOf(entry) };
  if (status === 408 || status === 429 || status >= 500) {
    const wait = answer.headers.get("retry-after") ?? "";
    return { state: "waiting", isItself: status === 500, wait_s: VERSION.test(wait) ? Number(wait) : 0 };
  }
  return { state: "refused", problem: await problemOf(answer) };
}

async function problemOf(answer) {
  try {
    const { title, detail } = await answer.json();
    return { status: answer.status, title, detail };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status: answer.status, title: answer.statusText, detail: "" };
  }
}

/** The record as the server has it, or null: it was withdrawn, or can't be asked for. */
export async function theirsOf(entry) {
  try {
    const answer = await fetch(recordOf(entry.path), { cache: "no-store", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    return null;
  }
}

function headersOf(entry, author) {
  const headers = {
    Accept: "application/json", "Content-Type": "application/json", "Idempotency-Key": entry.request, "Entered-At": new Date(entry.at).toISOString(),
    "Entered-Via": entry.via, "Entered-By": encodeURIComponent(author),
  };
  if (entry.skew !== null && !entry.isUnsure) headers["Entered-Skew-S"] = String(Math.round(entry.skew) / 1000);
  if (entry.version !== null) headers["If-Match"] = `"${entry.version}"`;
  return headers;
}

/** What is withdrawn has its reason in the address; everything else is JSON. */
function bodyOf(entry) {
  if (entry.method === "DELETE" || entry.fields === null) return {};
  return { body: JSON.stringify(entry.fields) };
}

function addressOf(entry) {
  if (entry.method !== "DELETE" || !entry.fields) return entry.path;
  return `${entry.path}${entry.path.includes("?") ? "&" : "?"}${new URLSearchParams(entry.fields)}`;
}
