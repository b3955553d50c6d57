"""Judges a message by its own time beside its arrival: is it newer, when did its device live, how far off is its clock.

All times are aware; `arrived_at` is ours.
"""

from datetime import datetime, timedelta
from typing import Final

from core.clock_off import is_clock_off
from ingest.messages import LiveMessage, StatusMessage

_AHEAD: Final = timedelta(seconds=15)
"""What is known lies so far ahead of a new message only where a clock ran ahead: it holds nothing up."""
_TICK_BURST: Final = timedelta(seconds=20)
_STATUS_BURST: Final = timedelta(seconds=30)
"""What comes this close together may have been mixed up on its way; later, an older time means a clock that was set."""


def newer(message: LiveMessage | StatusMessage, known: LiveMessage | StatusMessage | None) -> bool:
    """Return whether a message supersedes the one that is known of its device. The statements in live/ judge alike."""
    if known is None:
        return True
    at, known_at = own_time(message), own_time(known)
    if at is None or known_at is None or at >= known_at or known_at > message.arrived_at + _AHEAD:
        return True
    burst = _TICK_BURST if isinstance(message, LiveMessage) else _STATUS_BURST
    return message.arrived_at >= known.arrived_at + burst


def own_time(message: LiveMessage | StatusMessage) -> datetime | None:
    """Return when the device made the message, by its clock; None while it doesn't know."""
    return message.live.at if isinstance(message, LiveMessage) else message.status.at


def heard_at(message: StatusMessage) -> datetime | None:
    """Return the newest moment, by our clock, at which a status shows that its device lived; None for none.

    One that comes straight from a device shows it for its arrival, unless it says itself that it is older. A last will,
    which can't be told from a device's own end, and the broker's copy say so for their own time alone.
    """
    at, arrived = message.status.at, message.arrived_at
    if message.status.online and not message.retained:
        return at if at is not None and at < arrived and is_clock_off(at, arrived) else arrived
    return at if at is not None and at <= arrived else None


def skew_s(message: StatusMessage) -> int | None:
    """Return how many seconds the device's clock was ahead of the arrival; None where the message doesn't show it.

    Below 0 the clock is behind, or the message was late. A last will and a copy are old by nature: they show no more
    than that a clock is ahead.
    """
    at = message.status.at
    if at is None:
        return None
    skew = round((at - message.arrived_at).total_seconds())
    if message.status.online and not message.retained:
        return skew
    return skew if skew > 0 and is_clock_off(at, message.arrived_at) else None
