// What makes the pages work without contact: a service worker that keeps them. Who logs out leaves none of them behind.

const NAME = "platspuls-outbox";

/** Keep the pages of `start` for later, with the one that is shown: they are those of its author. */
export async function install({ pages, author }) {
  if (!navigator.serviceWorker || document.documentElement.dataset.cachedAt) return;
  try {
    await navigator.serviceWorker.register("/service-worker.js");
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ keep: [...new Set([...pages, location.pathname + location.search])], author, language: document.documentElement.lang });
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}

/** Before the form that logs out is sent, the kept pages and the key of the outbox go; what waits stays, sealed. */
export function forgetAtLogout() {
  document.querySelector('form[action="/logout"]')?.addEventListener("submit", (event) => {
    event.preventDefault();
    void forget().finally(() => event.target.submit());
  });
}

export async function forget() {
  const names = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith("pages")).map((name) => caches.delete(name)));
  await new Promise((resolve) => {
    const request = indexedDB.open(NAME);
    request.onerror = resolve;
    request.onsuccess = () => {
      const database = request.result;
      if (!database.objectStoreNames.contains("keys")) return resolve();
      const transaction = database.transaction("keys", "readwrite");
      transaction.objectStore("keys").clear();
      transaction.oncomplete = transaction.onabort = () => {
        database.close();
        resolve();
      };
      return null;
    };
  });
}
