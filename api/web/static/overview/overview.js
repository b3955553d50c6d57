// Keeps the lines fresh: once a minute the page is asked for anew, and what it says of the sites is put in place. A link that
// has the focus keeps it. Without an answer the page says that its numbers are old.

const EVERY_MS = 60_000;
const state = document.getElementById("state");

async function fetched() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("lines");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

async function refresh() {
  const lines = await fetched();
  state.textContent = lines ? "" : state.dataset.failed;
  if (!lines) return;
  const focused = document.activeElement?.getAttribute("href");
  document.getElementById("lines").replaceWith(document.adoptNode(lines));
  if (focused) lines.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

if (state) {
  setInterval(() => document.hidden || refresh(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  window.addEventListener("online", refresh);
}
