// The bar of every page: what waits, what needs a person, and that the page is shown from the browser's memory.

import { openOutbox } from "../shared/outbox.js";
import { forgetAtLogout, install } from "./install.js";

const SENT_SHOWN_MS = 4_000;
const start = JSON.parse(document.getElementById("offline").textContent);
const bar = document.getElementById("outbox-bar");
const part = (name) => bar.querySelector(`[data-part="${name}"]`);
const cachedAt = Number(document.documentElement.dataset.cachedAt ?? 0);
let [waited, sentTimer, isEvictable] = [0, 0, false];

function say(element, count, words = {}) {
  const text = count === 1 ? element.dataset.one : element.dataset.more;
  const filled = text.replace(/\{(\w+)\}/g, (all, name) => ({ count, ...words })[name]);
  if (element.textContent !== filled) element.textContent = filled;
}

function draw(outbox) {
  const entries = outbox.entries();
  const waiting = entries.filter((entry) => entry.state === "waiting").length;
  const care = entries.filter((entry) => entry.state === "conflict" || entry.state === "refused").length;
  const others = outbox.others();
  say(part("waiting"), waiting);
  part("waiting").hidden = waiting === 0;
  say(part("care").querySelector("a"), care);
  part("care").hidden = care === 0;
  part("login").hidden = !(outbox.needsLogin && waiting);
  part("others").hidden = others.length === 0;
  if (others.length) say(part("others"), others[0].count, others[0]);
  part("unkept").hidden = outbox.isKept || waiting === 0;
  part("evictable").hidden = !isEvictable || waiting === 0;
  if (waited && !waiting && !care) shortly();
  waited = waiting;
  finish();
}

/** Say for a moment that everything is sent. */
function shortly() {
  part("sent").hidden = false;
  clearTimeout(sentTimer);
  sentTimer = setTimeout(() => {
    part("sent").hidden = true;
    finish();
  }, SENT_SHOWN_MS);
}

function finish() {
  const shown = [...bar.querySelectorAll("[data-part]")].filter((element) => !element.hidden);
  bar.hidden = shown.length === 0;
  bar.classList.toggle("good", shown.every((element) => element.dataset.part === "sent"));
}

function sayCached() {
  const clock = new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat("sv-SE");
  const isToday = day.format(cachedAt) === day.format(Date.now());
  const time = isToday ? clock.format(cachedAt) : `${day.format(cachedAt)} ${clock.format(cachedAt)}`;
  part("cached").textContent = part("cached").textContent.replace("{time}", time);
  part("cached").hidden = false;
  finish();
}

/** Ask, once something waits, that the browser never throws it away by itself. */
async function persist(outbox) {
  if (!navigator.storage?.persist || outbox.entries().length === 0) return;
  isEvictable = !(await navigator.storage.persisted()) && !(await navigator.storage.persist());
}

if (cachedAt) sayCached();
forgetAtLogout();
const outbox = await openOutbox(start);
draw(outbox);
outbox.subscribe(() => draw(outbox));
document.documentElement.dataset.outbox = "open";

await install(start);
await persist(outbox);
const unsubscribe = outbox.subscribe(() => {
  unsubscribe();
  void persist(outbox).then(() => draw(outbox));
});
