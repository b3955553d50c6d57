// Counters in plain words, from the last snapshot of the stream: the same words as the server writes first
// (api/web/live/counters.py).

import { _, field, ngettext, NO_VALUE, put } from "../shared/text.js";

/** A counter with more measurements waiting than this is sending afterwards. */
const LATE_RECORDS = 30;

/** The state of a counter; one whose last word has aged on this page is silent. */
function stateOf(device, moment) {
  const heardMs = device?.heard_at ? Date.parse(device.heard_at) : null;
  const isSilent = device?.state === "online" && moment.atMs + moment.heldMs - heardMs > moment.silentAfterS * 1000;
  return isSilent ? "silent" : device?.state;
}

function silentText(device, moment, write) {
  if (!device.heard_at) return _("Silent");
  return _("Silent since {time}", { time: write.lastMinute(Date.parse(device.heard_at), moment.atMs + moment.heldMs) });
}

function stateText(state, device, moment, write) {
  if (state === "recorded_ahead") {
    const seconds = (Date.parse(device.recorded_until) - Date.parse(device.heard_at)) / 1000;
    return _("Has recorded {span} into the future", { span: write.span(seconds) });
  }
  if (state === "online" && (device.outbox_records ?? 0) > LATE_RECORDS) return _("Counts, and sends afterwards");
  if (state === "offline" || state === "silent") return silentText(device, moment, write);
  const words = { online: _("Counts as it should"), clock_off: _("Its clock is wrong"), revoked: _("Shut off") };
  return words[state] ?? _("Has never been heard");
}

/**
 * Show how a counter is.
 *
 * @param {HTMLElement} element the counter's part of the page
 * @param {object|undefined} device as the snapshot says; nothing where it was never heard
 * @param {object} moment when that is, and its limits in seconds
 * @param {ReturnType<typeof import("../shared/text.js").makeWriter>} write
 */
export function showDevice(element, device, moment, write) {
  const online = field(element, "online");
  const state = stateOf(device, moment);
  online.dataset.online = state === undefined || state === "never" ? "unknown" : String(state === "online");
  put(online, stateText(state, device, moment, write));
  put(field(element, "heard"), device?.heard_at ? write.last(Date.parse(device.heard_at), moment.atMs + moment.heldMs) : NO_VALUE);
  put(field(element, "rate"), rateText(device, write));
  put(field(element, "clock"), clockText(device, moment, write));
  put(field(element, "outbox"), outboxText(device, write));
}

function rateText(device, write) {
  if (!device?.online || typeof device.frame_rate !== "number") return NO_VALUE;
  return _("{rate} a second", { rate: write.decimal(device.frame_rate) });
}

function clockText(device, moment, write) {
  if (Math.abs(device?.skew_s ?? 0) > moment.clockOffS) {
    const span = { span: write.span(Math.abs(device.skew_s)) };
    return device.skew_s > 0 ? _("{span} ahead of the server", span) : _("{span} behind the server, or late", span);
  }
  const isCompared = typeof device?.skew_s === "number";
  if (device?.clock_known === false) return isCompared ? _("right, by the server") : _("not checked by itself");
  return typeof device?.clock_offset_ms === "number" ? `${write.signed(device.clock_offset_ms)}\u00a0ms` : NO_VALUE;
}

function outboxText(device, write) {
  if (typeof device?.outbox_records !== "number") return NO_VALUE;
  const count = device.outbox_records;
  return ngettext("{count} measurement", "{count} measurements", count, { count: write.count(count) });
}
