"""Local dates to UTC, and half-open periods of UTC time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from core.ranges import TimeRange

FOREVER: Final = datetime.max.replace(tzinfo=UTC)
"""The end of a period that still goes on."""


Periods = tuple[TimeRange, ...]
"""Times [start, end) in UTC; end is FOREVER where there is none."""


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local date, in UTC.

    Where clocks skip midnight it is the instant of the skip; where midnight comes twice it is the first one.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC time that a date (its local midnight) or an aware date-time stands for."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else start_of_day(moment, zone)


def period(start: date | datetime, end: date | datetime | None, zone: ZoneInfo) -> TimeRange:
    """Return the period between two moments of a site file; its end may lie before its start."""
    return TimeRange(instant(start, zone), FOREVER if end is None else instant(end, zone))


def merged(periods: Iterable[TimeRange]) -> Periods:
    """Return the periods in order, with those that touch or overlap made one."""
    result: list[TimeRange] = []
    for one in sorted(periods):
        if result and one.start <= result[-1].end:
            result[-1] = TimeRange(result[-1].start, max(result[-1].end, one.end))
        else:
            result.append(one)
    return tuple(result)


def without(periods: Periods, taken: Periods) -> Periods:
    """Return what of `periods` lies outside `taken`; both are merged ones."""
    left = list(periods)
    for hole in taken:
        pieces = [
            (TimeRange(one.start, min(one.end, hole.start)), TimeRange(max(one.start, hole.end), one.end))
            for one in left
        ]
        left = [piece for pair in pieces for piece in pair if piece.start < piece.end]
    return merged(left)


def show(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as the site's people write it: a date where it is a local midnight."""
    local = at.astimezone(zone)
    return str(local.date()) if start_of_day(local.date(), zone) == at else local.isoformat(timespec="minutes")


def show_periods(periods: Periods, zone: ZoneInfo) -> str:
    """Return periods for people: "2026-10-01 to 2026-12-01, from 2027-01-01", or "never"."""
    texts = [
        f"from {show(one.start, zone)}" if one.end == FOREVER else f"{show(one.start, zone)} to {show(one.end, zone)}"
        for one in periods
    ]
    return ", ".join(texts) or "never"
