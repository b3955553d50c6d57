"""The fixed grid: what of a calendar can be asked for, and until when it is published."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.errors import ParameterError
from api.ranges import Bucket
from core.asked_times import midnight
from core.ranges import TimeRange

PATTERN: Final = r"\d{4}(-\d{2}(-\d{2})?|-weeks)?"
_FRAME: Final = re.compile(PATTERN, re.ASCII)
_FIRST_YEAR: Final = 2020
_LAST_YEAR: Final = 2099


@dataclass(frozen=True, slots=True)
class CalendarFrame:
    """A day by the hour, a month by the day, a year by the month, or a year by its ISO weeks; local to the site.

    Attributes:
        text: as asked for: 2026-11-20, 2026-11, 2026 or 2026-weeks.
        bucket: hour, day, month or week.
        first: its first day.
        after: the day after its last one.
    """

    text: str
    bucket: Bucket
    first: date
    after: date

    @property
    def longer(self) -> str | None:
        """The frame that a cell of this one is a total in; None for a year."""
        return {Bucket.HOUR: self.text[:7], Bucket.DAY: self.text[:4]}.get(self.bucket)

    def within(self, until: date, zone: ZoneInfo) -> TimeRange:
        """Return its time, no later than the beginning of `until`."""
        start = midnight(self.first, zone)
        return TimeRange(start, max(start, min(midnight(self.after, zone), midnight(until, zone))))


def frame(text: str) -> CalendarFrame:
    """Read a frame. Raises ParameterError for what is none."""
    if not _FRAME.fullmatch(text):
        raise _no_frame(text)
    is_weeks = text.endswith("-weeks")
    try:
        first = date.fromisoformat(f"{text[:4]}-01-01" if is_weeks else text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        raise _no_frame(text) from error
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        raise _no_frame(text)
    if is_weeks:
        return CalendarFrame(text, Bucket.WEEK, _first_monday(first.year), _first_monday(first.year + 1))
    if len(text) == len("2026"):
        return CalendarFrame(text, Bucket.MONTH, first, date(first.year + 1, 1, 1))
    if len(text) == len("2026-11"):
        return CalendarFrame(text, Bucket.DAY, first, next_month(first))
    return CalendarFrame(text, Bucket.HOUR, first, first + timedelta(days=1))


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def published_until(bucket: Bucket, now: datetime, zone: ZoneInfo) -> date:
    """Return the day before which whole buckets have ended: hours and days are published once their day is over."""
    today = now.astimezone(zone).date()
    if bucket is Bucket.WEEK:
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if bucket is Bucket.MONTH else today


def _no_frame(text: str) -> ParameterError:
    return ParameterError(
        f"frame {text}: public figures are published for a day such as 2026-11-20 (by the hour), a month 2026-11 (by "
        "the day), a year 2026 (by the month) or its weeks 2026-weeks"
    )


def _first_monday(year: int) -> date:
    """Return the Monday on which the year's first ISO week begins."""
    return date.fromisocalendar(year, 1, 1)
