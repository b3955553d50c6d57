"""Days, weeks and months as the page shows them, and the times that stand beside them, all by the site's clocks."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.ranges import Bucket
from core.asked_times import midnight
from core.ranges import TimeRange

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)
_YEAR_OF_WEEKS: Final = timedelta(weeks=52)
_QUARTER: Final = timedelta(minutes=15)
_PROFILE: Final = timedelta(weeks=4)


class HistoryView(enum.StrEnum):
    """How much time the page shows at once."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def whole(self) -> Bucket:
        """The bucket that is all of it."""
        return Bucket(self)

    @property
    def step(self) -> Bucket:
        """The bucket of one bar."""
        return Bucket.HOUR if self is HistoryView.DAY else Bucket.DAY


@dataclass(frozen=True, slots=True)
class HistorySpan:
    """Whole local days, [first, after)."""

    view: HistoryView
    first: date
    after: date

    def range(self, zone: ZoneInfo) -> TimeRange:
        """Return its instants."""
        return TimeRange(midnight(self.first, zone), midnight(self.after, zone))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - _DAY

    @property
    def previous(self) -> "HistorySpan":
        """The one right before."""
        return span_of(self.view, self.first - _DAY)

    @property
    def following(self) -> "HistorySpan":
        """The one right after."""
        return span_of(self.view, self.after)

    @property
    def before(self) -> "HistorySpan":
        """What it is compared with: of a day the same weekday a week before, else the one right before."""
        return span_of(self.view, self.first - _WEEK) if self.view is HistoryView.DAY else self.previous

    @property
    def year_before(self) -> "HistorySpan":
        """The same of the year before: of a month the month, else 52 weeks before, with the same weekdays."""
        if self.view is HistoryView.MONTH:
            return span_of(self.view, self.first.replace(year=self.first.year - 1))
        return span_of(self.view, self.first - _YEAR_OF_WEEKS)


def span_of(view: HistoryView, day: date) -> HistorySpan:
    """Return the day, the week from Monday, or the month that a day lies in."""
    match view:
        case HistoryView.DAY:
            return HistorySpan(view, day, day + _DAY)
        case HistoryView.WEEK:
            monday = day - day.weekday() * _DAY
            return HistorySpan(view, monday, monday + _WEEK)
        case HistoryView.MONTH:
            first = day.replace(day=1)
            return HistorySpan(view, first, (first + timedelta(days=31)).replace(day=1))


def passed_part(span: HistorySpan, zone: ZoneInfo, now: datetime) -> TimeRange:
    """Return the part of a span until the last quarter-hour that has passed at `now`; it is empty before any has."""
    whole = span.range(zone)
    until = now - timedelta(seconds=now.timestamp() % _QUARTER.total_seconds())
    return TimeRange(whole.start, min(whole.end, max(whole.start, until)))


def same_part(of: HistorySpan, span: HistorySpan, part: TimeRange, zone: ZoneInfo) -> TimeRange:
    """Return the part of another span that lies as `part` does in `span`, by the clock.

    It ends on the day as far into it, at the same time of day; at its own end where it is shorter, and where `part` is
    all of `span`.
    """
    whole = of.range(zone)
    if part.end >= span.range(zone).end:
        return whole
    local = part.end.astimezone(zone)
    day = of.first + (local.date() - span.first)
    end = datetime.combine(day, local.time(), zone)
    return TimeRange(whole.start, min(whole.end, end.astimezone(whole.end.tzinfo)))


def profile_span(span: HistorySpan) -> tuple[date, date]:
    """Return the first day, and the day after the last, of the hours by weekday: a month, or four weeks to the end."""
    if span.view is HistoryView.MONTH:
        return span.first, span.after
    return span.after - _PROFILE, span.after
