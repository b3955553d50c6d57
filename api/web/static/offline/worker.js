// The service worker: pages for work by hand open without contact, as they were when the browser last got them, and say so.
// Answers of the API are never kept. The server puts STATIC and FILES before this: the files of this version.
//
// A new version takes over at once. It reloads no page, and keeps the files of every page that it keeps.
/* global STATIC, FILES */

const PAGES = "pages";
const AUTHOR = "/outbox/author";
const FOR_WORK = /^\/(outbox|sites\/[^/]+\/(today(\/[a-z-]+)?|count(\/[a-z-]+)?|plan|log)|help(\/[a-z-]+)*)$/;
const FIRST = [/\/today$/, /\/count$/, /^\/outbox$/];
const SLOW_MS = 6_000;
const YOUNG_MS = 10 * 60_000;
/** What may be read no more, or is no more, isn't shown without contact either. */
const REFUSED = new Set([403, 404]);
const NO_CONTACT = new Set([502, 503, 504]);
const staticCache = (folder) => `static-${folder}`;

addEventListener("install", (event) => event.waitUntil(keepFiles()));
addEventListener("activate", (event) => event.waitUntil(Promise.all([clients.claim(), prune()])));
addEventListener("message", (event) => {
  const { keep, author, language } = event.data ?? {};
  if (keep) event.waitUntil(keepPages(keep, author, language));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // Whoever logs in now may be somebody else, who keeps no pages themselves.
  if (request.method === "POST" && url.pathname === "/login") event.waitUntil(caches.delete(PAGES));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fileOf(request, url));
  else if (request.mode === "navigate" && FOR_WORK.test(url.pathname)) event.respondWith(pageOf(event));
  else if (request.mode === "navigate" && url.pathname === "/") event.respondWith(startOf(request));
});

async function keepFiles() {
  const cache = await caches.open(staticCache(STATIC));
  await cache.addAll(FILES);
  await skipWaiting();
}

async function fileOf(request, url) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && url.pathname.startsWith(`${STATIC}/`)) await (await caches.open(staticCache(STATIC))).put(request, answer.clone());
  return answer;
}

/** The page as the server has it; where it doesn't answer, as it was kept. */
async function pageOf(event) {
  const kept = await (await caches.open(PAGES)).match(event.request.url, { ignoreVary: true });
  const asked = fetch(event.request).then(async (answer) => {
    if (answer.status === 401) await caches.delete(PAGES);
    else if (REFUSED.has(answer.status)) await (await caches.open(PAGES)).delete(event.request.url, { ignoreVary: true });
    event.waitUntil(keepPage(event.request.url, answer.clone()));
    return answer;
  });
  if (!kept) return asked;
  const late = new Promise((resolve) => {
    setTimeout(resolve, SLOW_MS, null);
  });
  const answer = await Promise.race([asked.catch(() => null), late]);
  return answer && !NO_CONTACT.has(answer.status) ? answer : marked(kept);
}

/** The first page leads to one that was kept, where there is no contact. */
async function startOf(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(PAGES)).keys();
    for (const first of FIRST) {
      const found = kept.find((one) => first.test(new URL(one.url).pathname));
      if (found) return Response.redirect(found.url, 302);
    }
    throw error;
  }
}

/** Keep a page that is whole, and the server's own: no error, nor where it led to. */
async function keepPage(address, answer) {
  const isPage = answer.ok && !answer.redirected && (answer.headers.get("content-type") ?? "").startsWith("text/html");
  if (!isPage) return;
  const [text, headers] = [await answer.text(), new Headers(answer.headers)];
  headers.delete("content-encoding");
  headers.delete("content-length");
  headers.set("kept-at", String(Date.now()));
  headers.set("kept-static", /\/static\/[0-9a-f]+/.exec(text)?.[0] ?? "");
  await (await caches.open(PAGES)).put(address, new Response(text, { headers }));
}

async function marked(kept) {
  const text = await kept.text();
  return new Response(text.replace("<html ", `<html data-cached-at="${kept.headers.get("kept-at")}" `), { headers: kept.headers });
}

/** Keep these pages, of the one who is logged in, in their language: those of somebody else go first. */
async function keepPages(addresses, author, language) {
  let cache = await caches.open(PAGES);
  if ((await (await cache.match(AUTHOR))?.text()) !== author) {
    await caches.delete(PAGES);
    cache = await caches.open(PAGES);
    await cache.put(AUTHOR, new Response(author));
  }
  for (const address of addresses) {
    const url = new URL(address, location.origin);
    const kept = await cache.match(url.href, { ignoreVary: true });
    const isYoung = kept && Date.now() - Number(kept.headers.get("kept-at")) < YOUNG_MS && kept.headers.get("kept-static") === STATIC;
    if (url.origin !== location.origin || !FOR_WORK.test(url.pathname) || isYoung) continue;
    try {
      await keepPage(url.href, await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html", "Accept-Language": language } }));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return; // no contact: the next page that opens asks again
    }
  }
  await prune();
}

/** Files of versions that no kept page needs any more go. */
async function prune() {
  const cache = await caches.open(PAGES);
  const needed = new Set([STATIC]);
  for (const request of await cache.keys()) needed.add((await cache.match(request)).headers.get("kept-static"));
  const old = (await caches.keys()).filter((name) => name.startsWith("static-") && !needed.has(name.slice("static-".length)));
  await Promise.all(old.map((name) => caches.delete(name)));
}
