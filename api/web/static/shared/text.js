// How the page writes numbers, times and sentences: the reader's language, the site's time zone, always 24 hours.

export const NO_VALUE = "–";

const locale = document.documentElement.lang;
/** Translations by their English, where they differ from it; several plural forms as a list. */
const messages = JSON.parse(document.getElementById("messages").textContent);

/** Return the message in the reader's language, the words in braces filled in. */
export function _(message, values = {}) {
  return fill(messages[message] ?? message, values);
}

/** Return the message of one or the one of several, by `count`, the words in braces filled in. */
export function ngettext(one, several, count, values = {}) {
  return fill((messages[one] ?? [one, several])[count === 1 ? 0 : 1], values);
}

/** @param {string} timeZone the site's IANA time zone */
export function makeWriter(timeZone) {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const signed = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const day = { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
  const minutes = new Intl.DateTimeFormat("en-GB", day);
  const seconds = new Intl.DateTimeFormat("en-GB", { ...day, second: "2-digit" });
  const date = new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return {
    count: (value) => (value === null || value === undefined ? NO_VALUE : whole.format(value)),
    signed: (value) => signed.format(value),
    decimal: (value) => oneDecimal.format(value),
    minutes: (ms) => minutes.format(ms),
    seconds: (ms) => seconds.format(ms),
    /** The second, with its day where that isn't the day of `nowMs`. */
    last: (ms, nowMs) => (date.format(ms) === date.format(nowMs) ? "" : `${date.format(ms)} `) + seconds.format(ms),
    /** The same without seconds. */
    lastMinute: (ms, nowMs) => (date.format(ms) === date.format(nowMs) ? "" : `${date.format(ms)} `) + minutes.format(ms),
    span: (value) => span(value, whole),
  };
}

/** A length of time by the unit that people would use: a clock may be wrong by minutes or by 20 years. */
function span(value, whole) {
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.round(value / unit));
  if (minutes < 2 * 60) return _("{count} min", { count: whole.format(minutes) });
  if (hours < 2 * 24) return _("{count} h", { count: whole.format(hours) });
  return ngettext("{count} day", "{count} days", days, { count: whole.format(days) });
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (found, name) => (name in values ? values[name] : found));
}

/** Write into the element only what changed, so that nothing flickers and screen readers stay calm. */
export function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** The element within `root` that shows `name`. */
export function field(root, name) {
  return root?.querySelector(`[data-field="${name}"]`) ?? null;
}
