// What the outbox keeps can be read by nobody but its author: AES-GCM with a key that the server gives to the author's pages
// alone, and that no script can take out of the browser.

/** @param {string} hex 32 bytes */
export function importKey(hex) {
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Seal a value that JSON can write; `of` is what it belongs to, and must be the same to open it. */
export async function seal(key, of, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = new TextEncoder().encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(of) }, key, data) };
}

/** Returns null where it can't be opened: it was sealed with another key. */
export async function unseal(key, of, { iv, data }) {
  try {
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(of) }, key, data);
    return JSON.parse(new TextDecoder().decode(opened));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}
