"""Profiles worked out in plain Python from quarter-hours, one by one: by weekday, hour, kind of day and month."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.store.reading.by_hand import Cell, Ranges, cells, overlap_ms, survival
from tests.store.reading.place import BINS, QUARTER, Dwelt, Passed

HOUR_MS = 3_600_000
HOLIDAYS = frozenset(date(2025, month, day) for month in (3, 4, 10, 11) for day in (1, 5, 6, 26, 27, 30))
GROUPS: Mapping[str, Callable[[datetime], int]] = {
    "weekday": lambda local: local.isoweekday(),
    "hour": lambda local: local.hour + 1,
    "weekday_hour": lambda local: 24 * (local.isoweekday() - 1) + local.hour + 1,
    "day_type": lambda local: 4 if local.date() in HOLIDAYS else {5: 2, 6: 3, 7: 4}.get(local.isoweekday(), 1),
    "month": lambda local: local.month,
}
SCHOOL_BREAKS = frozenset(day + timedelta(days=1) for day in HOLIDAYS)
DATES: Mapping[str, Callable[[date], bool]] = {
    "all": lambda _: True,
    "workday": lambda day: day.isoweekday() < 6 and day not in HOLIDAYS,
    "holiday": lambda day: day in HOLIDAYS,
    "school_break": lambda day: day in SCHOOL_BREAKS,
    "term": lambda day: day not in SCHOOL_BREAKS,
    "school_day": lambda day: day.isoweekday() < 6 and day not in HOLIDAYS | SCHOOL_BREAKS,
}


@dataclass(slots=True)
class Watch:
    """What was watched of a line or zone in some time, and what was counted then."""

    counts: list[int]
    observed_ms: int = 0
    expected_ms: int = 0

    def add(self, other: "Watch") -> None:
        self.counts = [one + more for one, more in zip(self.counts, other.counts, strict=True)]
        self.observed_ms += other.observed_ms
        self.expected_ms += other.expected_ms

    @property
    def coverage(self) -> Fraction:
        return min(Fraction(1), Fraction(self.observed_ms, self.expected_ms)) if self.expected_ms else Fraction(0)


@dataclass(slots=True)
class Group:
    """A group of a profile: each local date of it by itself."""

    days: dict[date, Watch] = field(default_factory=dict)
    partial: set[date] = field(default_factory=set)

    def pooled(self) -> Watch:
        total = Watch([0] * len(next(iter(self.days.values())).counts))
        for day in self.days.values():
            total.add(day)
        return total

    def kept(self) -> list[date]:
        """Return the dates that spread is between."""
        return [day for day, watch in self.days.items() if day not in self.partial and watch.coverage >= Fraction(1, 2)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a time, of a time zone, and which of its dates."""

    by: str
    time_zone: str
    start: datetime
    end: datetime
    whole: bool
    days: str = "all"

    def buckets(self) -> Iterator[tuple[Cell, int, bool]]:
        """Yield the cells, their groups, and whether they are partial."""
        for cell in cells(self.time_zone, "hour" if "hour" in self.by else "day", self.start, self.end):
            is_partial = cell.cut_start > cell.start or cell.cut_end < cell.end
            local = cell.start.astimezone(ZoneInfo(self.time_zone))
            if not (is_partial and self.whole) and DATES[self.days](local.date()):
                yield cell, GROUPS[self.by](local), is_partial


def grouped(asked: Asked, counted: Ranges, quarters: Mapping[datetime, tuple[Sequence[int], int]]) -> dict[int, Group]:
    """Return the groups of a line or zone.

    Args:
        asked: what is asked for.
        counted: commissioned time within the hours asked for.
        quarters: counts and observed milliseconds by start.
    """
    size = len(next(iter(quarters.values()))[0])
    groups: dict[int, Group] = defaultdict(Group)
    for cell, number, is_partial in asked.buckets():
        group, day = groups[number], cell.local.date()
        watch = group.days.setdefault(day, Watch([0] * size))
        watch.expected_ms += overlap_ms(counted, cell.cut_start, cell.cut_end)
        if is_partial:
            group.partial.add(day)
        at = cell.cut_start
        while at < cell.cut_end:
            if at in quarters and overlap_ms(counted, at, at + QUARTER):
                watch.add(Watch(list(quarters[at][0]), quarters[at][1]))
            at += QUARTER
    return dict(groups)


def of_line(passed: Sequence[Passed]) -> dict[datetime, tuple[Sequence[int], int]]:
    return {quarter.start: ((quarter.forward, quarter.backward), quarter.observed_ms) for quarter in passed}


def of_zone(dwelt: Sequence[Dwelt], commissioned: Ranges) -> dict[datetime, tuple[Sequence[int], int]]:
    """Return the histograms in a row, without the half hours around outages."""
    known = {quarter.start: quarter for quarter in dwelt}
    last, outages, at = max(known), set(), min(known) - timedelta(days=3)
    while at < last:
        observed, expected = known[at].observed_ms if at in known else 0, overlap_ms(commissioned, at, at + QUARTER)
        if expected and 10 * observed < 9 * expected:
            outages.add(at)
        at += QUARTER
    return {
        start: ((*quarter.complete, *quarter.cut, *quarter.fragment), quarter.observed_ms)
        for start, quarter in known.items()
        if not any(start + QUARTER * near in outages for near in (-2, -1, 0, 1, 2))
    }


def share(counts: Sequence[int], edge: int) -> Fraction | None:
    """Return which part of the entered lasts to the bins' edge of this number."""
    complete, cut = counts[:BINS], counts[BINS : 2 * BINS]
    return survival(complete, cut)[edge] if sum(complete) + sum(cut) else None


def spread(values: Sequence[Fraction | None]) -> tuple[float | None, list[float | None]]:
    """Return the standard deviation of a sample, and its quartiles, linear between two values."""
    known = sorted(float(value) for value in values if value is not None)
    if not known:
        return None, [None] * 3
    places = [quarter * (len(known) - 1) for quarter in (0.25, 0.5, 0.75)]
    quartiles: list[float | None] = [
        known[int(at)] + (at - int(at)) * (known[min(int(at) + 1, len(known) - 1)] - known[int(at)]) for at in places
    ]
    return (statistics.stdev(known) if len(known) > 1 else None), quartiles
