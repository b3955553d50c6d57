// Times of the site: its clocks, whole minutes, and the moment that a time of day stands for.

const MINUTE = 60_000;
const DAY = 86_400_000;

/** @param {string} timeZone the site's IANA time zone */
export function siteClock(timeZone) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  const read = (ms) => Object.fromEntries(parts.formatToParts(ms).map((part) => [part.type, part.value]));
  const day = (ms) => {
    const at = read(ms);
    return `${at.year}-${at.month}-${at.day}`;
  };
  const clock = (ms) => {
    const at = read(ms);
    return `${at.hour}:${at.minute}`;
  };
  /** The moment at which the site's clocks show this: the first, where they show it twice; the next, where never. */
  const moment = (date, time) => {
    const wanted = Date.parse(`${date}T${time}:00Z`);
    for (let at = wanted - 15 * 3_600_000; at <= wanted + 15 * 3_600_000; at += 15 * MINUTE) {
      if (Date.parse(`${day(at)}T${clock(at)}:00Z`) >= wanted) return at;
    }
    return wanted;
  };
  return {
    day,
    clock,
    moment,
    /** The date so many days later. */
    plusDays: (date, days) => new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY).toISOString().slice(0, 10),
    /** Monday is 1. */
    weekday: (date) => ((new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7) + 1,
  };
}

/** The minute that `ms` is in, as the API takes it. */
export function wholeMinute(ms) {
  return new Date(Math.floor(ms / MINUTE) * MINUTE).toISOString();
}

/** An end at least a minute after the start. */
export function endAfter(starts, ms) {
  return new Date(Math.max(Math.floor(ms / MINUTE) * MINUTE, Date.parse(starts) + MINUTE)).toISOString();
}

/** The address of a page for one day. */
export function onDay(address, day) {
  return `${address}${address.includes("?") ? "&" : "?"}day=${day}`;
}
