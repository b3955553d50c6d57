"""The time a question is about: buckets, the longest range of each, local dates and times with offset."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.errors import ParameterError, TooMuchAskedError
from core.asked_times import AskedTimeError, check_past, day, instant, midnight, period
from core.ranges import TimeRange
from core.wire import BIN_EDGES_S


class Bucket(enum.StrEnum):
    """Lengths of local time that numbers are given for."""

    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Hours(enum.StrEnum):
    """The hours that numbers are given for, by the site file."""

    ALL = "all"
    OPEN = "open"
    STAFFED = "staffed"


class By(enum.StrEnum):
    """What the time of a profile is put together by, of local time."""

    WEEKDAY = "weekday"
    HOUR = "hour"
    WEEKDAY_HOUR = "weekday_hour"
    DAY_TYPE = "day_type"
    MONTH = "month"


class ByPeople(enum.StrEnum):
    """What participants in activities are put together by, beside the kind of activity."""

    KIND = "kind"
    KIND_AGE = "kind_age"
    KIND_GENDER = "kind_gender"
    KIND_GROUP = "kind_group"


class Days(enum.StrEnum):
    """The local dates that a profile is of, by the calendar of the site file."""

    ALL = "all"
    WORKDAY = "workday"
    HOLIDAY = "holiday"
    SCHOOL_BREAK = "school_break"
    TERM = "term"
    SCHOOL_DAY = "school_day"


_NEEDED: Final[Mapping[Days, tuple[str, ...]]] = {
    Days.ALL: (),
    Days.WORKDAY: ("holiday",),
    Days.HOLIDAY: ("holiday",),
    Days.SCHOOL_BREAK: ("school_break",),
    Days.TERM: ("school_break",),
    Days.SCHOOL_DAY: ("holiday", "school_break"),
}
"""The kinds of dates in the calendar by which dates are chosen."""

THRESHOLDS_S: Final = BIN_EDGES_S[1:]
"""What stays can be counted for, in seconds: a dwell is known to its bin only, and these are the bins' edges."""

LONGEST_DAYS: Final = {
    Bucket.QUARTER: 31,
    Bucket.HOUR: 400,
    Bucket.DAY: 3660,
    Bucket.WEEK: 7320,
    Bucket.MONTH: 18_300,
}
"""The longest range of each bucket, in days: at most about ten thousand cells a line or zone."""

_QUARTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class When:
    """When, as it was asked: from one time to another, or a period.

    Attributes:
        from_: a time as people write it (core.asked_times), on a quarter-hour.
        to: the same, exclusive; None is now.
        period: whole days, weeks or months instead of both.
    """

    from_: str | None = None
    to: str | None = None
    period: str | None = None

    def range(self, bucket: Bucket, zone: ZoneInfo, now: datetime) -> TimeRange:
        """Return the range that was asked for, its end no later than `now`. Raises as `time_range`."""
        if self.period is None:
            return time_range(bucket, self._begins(), self.to, zone, now)
        start, end = self._ends(self.period, zone, now)
        with _refused():
            check_past("period", self.period, start, now)
        _check_length(bucket, f"period {self.period}", start, end, zone)
        return TimeRange(start, min(end, now))

    def check(self, bucket: Bucket, now: datetime) -> None:
        """Refuse what no time zone could make right, before anybody asks where the site is. Raises as `time_range`."""
        if self.period is None:
            check_length(bucket, self._begins(), self.to, now)
            return
        start, end = self._ends(self.period, ZoneInfo("UTC"), now)
        if end - start > timedelta(days=LONGEST_DAYS[bucket] + 2):
            raise _too_long(bucket, f"period {self.period}", end - start)

    def bounds(self, zone: ZoneInfo, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Return both ends, of any time, None where it is left out. Raises ParameterError."""
        if self.period is not None:
            return self._ends(self.period, zone, now)
        start = None if self.from_ is None else moment("from", self.from_, zone, now)
        end = None if self.to is None else moment("to", self.to, zone, now)
        if start and end and end <= start:
            raise ParameterError(f"to {self.to} must be after from {self.from_}")
        return start, end

    def _begins(self) -> str:
        if self.from_ is None:
            raise ParameterError("say when: from (and to), or period")
        return self.from_

    def _ends(self, text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
        if self.from_ is not None or self.to is not None:
            raise ParameterError(f"period {text}: it has both ends; leave out from and to")
        with _refused():
            return period("period", text, zone, now)


def time_range(bucket: Bucket, from_: str, to: str | None, zone: ZoneInfo, now: datetime) -> TimeRange:
    """Return the range that was asked for, its end no later than `now`.

    Args:
        bucket: decides how long the range may be.
        from_: a time as people write it (core.asked_times), on a quarter-hour.
        to: the same, exclusive; None is now.
        zone: of the site.
        now: aware.

    Raises:
        ParameterError: a value isn't such a time, `from` lies in the future, or `to` isn't after `from`.
        TooMuchAskedError: the range is longer than LONGEST_DAYS.
    """
    start = _instant("from", from_, zone, now)
    end = now if to is None else _instant("to", to, zone, now)
    with _refused():
        check_past("from", from_, start, now)
    if to is not None and end <= start:
        raise ParameterError(f"to {to} must be after from {from_}")
    end = max(start, min(end, now))
    _check_length(bucket, f"from {from_} to {to or 'now'}", start, end, zone)
    return TimeRange(start, end)


def check_length(bucket: Bucket, from_: str, to: str | None, now: datetime) -> None:
    """Refuse what no time zone could make right, before anybody asks where the site is. Raises as `time_range`."""
    slack = timedelta(days=2)
    start = _instant("from", from_, ZoneInfo("UTC"), now, aligned=False)
    end = min(now, now if to is None else _instant("to", to, ZoneInfo("UTC"), now, aligned=False))
    if end - start > timedelta(days=LONGEST_DAYS[bucket]) + slack:
        raise _too_long(bucket, f"from {from_} to {to or 'now'}", end - start)


def check_threshold(threshold_s: int) -> None:
    """Raise ParameterError unless stays can be counted for this threshold."""
    if threshold_s not in THRESHOLDS_S:
        raise ParameterError(
            f"threshold_s is {threshold_s}, but dwell is known only to its bin: choose one of "
            f"{', '.join(str(edge) for edge in THRESHOLDS_S)}"
        )


def moment(name: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the instant that a text names (core.asked_times), UTC. Raises ParameterError."""
    return _instant(name, text, zone, now, aligned=False)


def past_moment(name: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the instant at which a range of the past begins, UTC. Raises ParameterError; also where it is to come."""
    found = moment(name, text, zone, now)
    with _refused():
        check_past(name, text, found, now)
    return found


def local_day(name: str, text: str, zone: ZoneInfo, now: datetime) -> date:
    """Return the one local day that a text names (core.asked_times.DAYS). Raises ParameterError."""
    with _refused():
        found = day(name, text, zone, now)
        check_past(name, text, midnight(found, zone), now)
    return found


def _check_length(bucket: Bucket, asked: str, start: datetime, end: datetime, zone: ZoneInfo) -> None:
    """Raise TooMuchAskedError where a range is too long by the site's clocks: an October may have an hour more."""
    length = end.astimezone(zone).replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None)
    if length > timedelta(days=LONGEST_DAYS[bucket]):
        raise _too_long(bucket, asked, length)


def _too_long(bucket: Bucket, asked: str, length: timedelta) -> TooMuchAskedError:
    return TooMuchAskedError(
        f"{asked} are {-(-length // timedelta(days=1))} days, but bucket {bucket} is given for "
        f"{LONGEST_DAYS[bucket]} days at most: ask for a shorter range or a longer bucket"
    )


def _instant(name: str, text: str, zone: ZoneInfo, now: datetime, *, aligned: bool = True) -> datetime:
    with _refused():
        # A plus sign in an address that wasn't encoded arrives as a space.
        found = instant(name, text.replace(" ", "+") if "T" in text else text, zone, now)
    if aligned and found.timestamp() % _QUARTER.total_seconds():
        raise ParameterError(f"{name} {text} must be on a quarter-hour: numbers are kept by the quarter")
    return found


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except AskedTimeError as error:
        raise ParameterError(str(error)) from error


def check_days(days: Days, known_years: Mapping[str, Sequence[int]], span: TimeRange, zone: ZoneInfo) -> None:
    """Raise ParameterError where the calendar has no dates of a kind that is needed, in a year of the range.

    Args:
        days: which dates are asked for.
        known_years: the years of which the calendar has such dates, by their kind.
        span: the time asked for.
        zone: of the site.
    """
    first, last = (at.astimezone(zone).year for at in (span.start, max(span.start, span.end - _QUARTER)))
    for kind in _NEEDED[days]:
        missing = [year for year in range(first, last + 1) if year not in known_years.get(kind, ())]
        if missing:
            raise ParameterError(
                f"days {days}: the site file has no {kind} in its [[calendar]] for {', '.join(map(str, missing))}"
            )
