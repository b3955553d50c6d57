// How the page writes numbers, times and sentences: the reader's language, the site's time zone, always 24 hours.

export const NO_VALUE = "–";

/**
 * @param {{locale: string}} texts the page's catalogue in the reader's language
 * @param {string} timeZone the site's IANA time zone
 */
export function makeWriter(texts, timeZone) {
  const whole = new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 0 });
  const signed = new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  const oneDecimal = new Intl.NumberFormat(texts.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const day = { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
  const minutes = new Intl.DateTimeFormat("en-GB", day);
  const seconds = new Intl.DateTimeFormat("en-GB", { ...day, second: "2-digit" });
  return {
    texts,
    count: (value) => (value === null || value === undefined ? NO_VALUE : whole.format(value)),
    signed: (value) => signed.format(value),
    decimal: (value) => oneDecimal.format(value),
    minutes: (ms) => minutes.format(ms),
    seconds: (ms) => seconds.format(ms),
  };
}

/** Fill the words in braces: fill("{count} now", {count: "3"}) is "3 now". */
export function fill(text, values) {
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
