"""Counters in the words of who works beside them: does it count, since when is it silent, what does it still send.

The scripts write the same things again with every snapshot (static/live/counters.js).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.tables.live import LiveDeviceState, LiveSnapshot
from api.tables.places import Device
from api.web.formatting import NO_VALUE, write_clock, write_count, write_decimal, write_last, write_signed
from api.web.i18n import texts
from api.web.live.view import SiteParts, read
from core.clock_off import CLOCK_OFF
from core.texts.catalog import Language

LATE_RECORDS: Final = 30
"""A counter with more measurements waiting than this is sending afterwards: a healthy one has a handful."""


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A counter in words. online_word is true, false or unknown; what only technicians ask is below `rows`."""

    key: str
    name: str
    online_word: str
    online_text: str
    rows: dict[str, str]


def show_devices(place: SiteParts, live: LiveSnapshot, language: Language) -> list[ShownDevice]:
    """Return the counters in words."""
    states = {device.device: device for device in live.devices}
    return [_device(device, states.get(device.device), place, live, language) for device in place.devices]


def _device(
    device: Device, state: LiveDeviceState | None, place: SiteParts, live: LiveSnapshot, language: Language
) -> ShownDevice:
    heard = state.heard_at if state else None
    is_good, word = state_text(state, live.at.astimezone(place.time_zone), language)
    return ShownDevice(
        key=device.device,
        name=read(device.name, language),
        online_word={None: "unknown", True: "true", False: "false"}[is_good],
        online_text=word,
        rows={
            "heard": write_last(heard, live.at, place.time_zone) if heard else NO_VALUE,
            "rate": _rate_text(state, language),
            "clock": _clock_text(state, language),
            "outbox": _outbox_text(state, language),
        },
    )


def state_text(state: LiveDeviceState | None, now: datetime, language: Language) -> tuple[bool | None, str]:
    """Return whether all is well, None where nobody knows, and the state in words; `now` is by the site's clocks."""
    _ = texts(language).gettext
    if state is None:
        return None, _("Has never been heard")
    if state.state == "recorded_ahead" and state.recorded_until and state.heard_at:
        span = span_text((state.recorded_until - state.heard_at).total_seconds(), language)
        return False, _("Has recorded {span} into the future").format(span=span)
    known = state.state or {True: "online", False: "offline", None: "never"}[state.online]
    if known == "online" and (state.outbox_records or 0) > LATE_RECORDS:
        return True, _("Counts, and sends afterwards")
    if known in {"offline", "silent"}:
        return False, _silent_text(state, now, language)
    words = {
        "online": (True, _("Counts as it should")),
        "clock_off": (False, _("Its clock is wrong")),
        "revoked": (False, _("Shut off")),
    }
    return words.get(known, (None, _("Has never been heard")))


def _silent_text(state: LiveDeviceState, now: datetime, language: Language) -> str:
    _ = texts(language).gettext
    if state.heard_at is None:
        return _("Silent")
    local = state.heard_at.astimezone(now.tzinfo)
    clock = write_clock(local, seconds=False)
    return _("Silent since {time}").format(time=clock if local.date() == now.date() else f"{local.date()} {clock}")


def _rate_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is None or not state.online or state.frame_rate is None:
        return NO_VALUE
    return texts(language).gettext("{rate} a second").format(rate=write_decimal(state.frame_rate, 1, language))


def _clock_text(state: LiveDeviceState | None, language: Language) -> str:
    """Say how the clock goes. The server has compared it where it says a skew: then nobody needs the counter's word."""
    _ = texts(language).gettext
    if state is None:
        return NO_VALUE
    if state.skew_s is not None and abs(state.skew_s) > CLOCK_OFF.total_seconds():
        return _skew_text(state.skew_s, language)
    if state.clock_known is False:
        return _("not checked by itself") if state.skew_s is None else _("right, by the server")
    if state.clock_offset_ms is None:
        return NO_VALUE
    return f"{write_signed(state.clock_offset_ms, language)}\N{NO-BREAK SPACE}ms"


def _skew_text(skew_s: int, language: Language) -> str:
    _ = texts(language).gettext
    ahead, behind = _("{span} ahead of the server"), _("{span} behind the server, or late")
    return (ahead if skew_s > 0 else behind).format(span=span_text(abs(skew_s), language))


def span_text(seconds: float, language: Language) -> str:
    """Return a length of time by the unit that people would use: a clock may be wrong by minutes or by 20 years."""
    _, ngettext = texts(language).gettext, texts(language).ngettext
    if (minutes := int(seconds / 60 + 0.5)) < 2 * 60:
        return _("{count} min").format(count=write_count(minutes, language))
    if (hours := int(seconds / 3600 + 0.5)) < 2 * 24:
        return _("{count} h").format(count=write_count(hours, language))
    days = int(seconds / 86400 + 0.5)
    return ngettext("{count} day", "{count} days", days).format(count=write_count(days, language))


def _outbox_text(state: LiveDeviceState | None, language: Language) -> str:
    if state is None or state.outbox_records is None:
        return NO_VALUE
    text = texts(language).ngettext("{count} measurement", "{count} measurements", state.outbox_records)
    return text.format(count=write_count(state.outbox_records, language))
