"""The rules of a site file that need more than one entry. Each yields all that it finds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import combinations
from typing import Final
from zoneinfo import ZoneInfo

from core.ranges import TimeRange
from core.site_file.document import (
    ExceptionSpec,
    HoursSpec,
    LineAssignmentSpec,
    SiteFile,
    SpanSpec,
    ZoneAssignmentSpec,
)
from core.site_file.errors import SiteFileProblem, shown
from core.site_file.times import period, show_periods
from core.wire import MAX_LINES

_MIDNIGHT: Final = time()


@dataclass(frozen=True, slots=True)
class SectionPlaces:
    """Where the entries of a SiteFile stood in the text, when broken ones were left out.

    Attributes:
        kept: section -> the index in the text of each entry; a section that isn't named was kept whole.
    """

    kept: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def path(self, section: str, index: int) -> str:
        """Return the path of the entry that is number `index` of the SiteFile's section."""
        return f"{section}[{self.kept[section][index] if section in self.kept else index}]"


def problems_in(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    """Yield all that is wrong with entries that are right one by one; keys and references are in names.py."""
    yield from _borders(file, places)
    yield from _hours(file, places)
    yield from _exceptions(file, places)
    yield from _calendar(file, places)
    yield from _overlapping_zones(file, places)
    yield from _commissioned(file, places)
    yield from _assignments(file, places)


def _borders(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    for index, border in enumerate(file.borders):
        if border.origin == border.destination:
            path = places.path("borders", index)
            yield SiteFileProblem(f"{path}.to", shown(border.destination), "a border joins two different places")


def _hours(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    for index, hours in enumerate(file.hours):
        path = places.path("hours", index)
        if not _opens_first(hours.opens, hours.closes):
            yield SiteFileProblem(f"{path}.closes", shown(hours.closes), _closes_late(hours.opens))
        if hours.end is not None and hours.end <= hours.start:
            yield SiteFileProblem(f"{path}.to", shown(hours.end), f"must be after from, {hours.start}")
    for (first, one), (second, other) in combinations(enumerate(file.hours), 2):
        if _hours_overlap(one, other):
            reason = f"overlaps {places.path('hours', first)} on a day that both have"
            yield SiteFileProblem(places.path("hours", second), None, reason)


def _opens_first(opens: time, closes: time) -> bool:
    return closes == _MIDNIGHT or opens < closes


def _closes_late(opens: time) -> str:
    return f"must be after opens, {opens}; hours past midnight are the next day's, and 00:00:00 is midnight at the end"


def _hours_overlap(one: HoursSpec, other: HoursSpec) -> bool:
    return (
        one.kind == other.kind
        and not set(one.days).isdisjoint(other.days)
        and one.start < (other.end or date.max)
        and other.start < (one.end or date.max)
        and (other.closes == _MIDNIGHT or one.opens < other.closes)
        and (one.closes == _MIDNIGHT or other.opens < one.closes)
    )


def _exceptions(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    first: dict[tuple[str, date], str] = {}
    for index, exception in enumerate(file.exceptions):
        path = places.path("exceptions", index)
        yield from _exception_hours(exception, path)
        earlier = first.setdefault((exception.kind, exception.day), path)
        if earlier != path:
            yield SiteFileProblem(f"{path}.day", shown(exception.day), f"{earlier} is about the same day")


def _exception_hours(exception: ExceptionSpec, path: str) -> Iterator[SiteFileProblem]:
    match exception.opens, exception.closes:
        case (None, None):
            return
        case (None, closes):
            yield SiteFileProblem(
                f"{path}.closes", shown(closes), "opens is missing: give both, or none for closed all day"
            )
        case (opens, None):
            yield SiteFileProblem(
                f"{path}.opens", shown(opens), "closes is missing: give both, or none for closed all day"
            )
        case (opens, closes) if not _opens_first(opens, closes):
            yield SiteFileProblem(f"{path}.closes", shown(closes), _closes_late(opens))


def _calendar(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    for index, dates in enumerate(file.calendar):
        if dates.end_day <= dates.start:
            path = places.path("calendar", index)
            yield SiteFileProblem(f"{path}.to", shown(dates.end), f"must be after from, {dates.start}")
    for (first, one), (second, other) in combinations(enumerate(file.calendar), 2):
        if one.kind == other.kind and one.start < other.end_day and other.start < one.end_day:
            reason = f"overlaps {places.path('calendar', first)}: a date is in one {one.kind} at most"
            yield SiteFileProblem(places.path("calendar", second), None, reason)


def _overlapping_zones(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    """A zone that covers its space overlaps every other zone of it: at most one of them may be called disjoint."""
    disjoint = [(index, zone) for index, zone in enumerate(file.zones) if zone.disjoint]
    for (first, one), (second, other) in combinations(disjoint, 2):
        if one.space == other.space and (one.covers_space or other.covers_space):
            covering = one if one.covers_space else other
            reason = (
                f"this zone and {places.path('zones', first)} both say disjoint in space {one.space}, "
                f"but {covering.key} covers the space, so they overlap"
            )
            yield SiteFileProblem(f"{places.path('zones', second)}.disjoint", "true", reason)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A period, and how it was written where."""

    path: str
    period: TimeRange
    written: SpanSpec | LineAssignmentSpec | ZoneAssignmentSpec


def _dated(
    written: Sequence[SpanSpec | LineAssignmentSpec | ZoneAssignmentSpec], path: str, zone: ZoneInfo
) -> list[_Dated]:
    return [_Dated(f"{path}[{n}]", period(one.start, one.end, zone), one) for n, one in enumerate(written)]


def _commissioned(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    zone = ZoneInfo(file.site.time_zone)
    spans = [(places.path("lines", index), line.commissioned) for index, line in enumerate(file.lines)]
    spans += [(places.path("zones", index), area.commissioned) for index, area in enumerate(file.zones)]
    for path, written in spans:
        dated = _dated(written, f"{path}.commissioned", zone)
        yield from _ordered(dated)
        yield from _apart(dated, zone, "")


def _ordered(dated: Iterable[_Dated]) -> Iterator[SiteFileProblem]:
    for one in dated:
        if one.period.end <= one.period.start:
            yield SiteFileProblem(
                f"{one.path}.to", shown(one.written.end), f"must be after from, {shown(one.written.start)}"
            )


def _apart(dated: Sequence[_Dated], zone: ZoneInfo, because: str) -> Iterator[SiteFileProblem]:
    for one, other in combinations(dated, 2):
        both = TimeRange(max(one.period.start, other.period.start), min(one.period.end, other.period.end))
        if both.start < both.end:
            yield SiteFileProblem(other.path, None, f"overlaps {one.path} ({show_periods((both,), zone)}){because}")


def _assignments(file: SiteFile, places: SectionPlaces) -> Iterator[SiteFileProblem]:
    zone = ZoneInfo(file.site.time_zone)
    watched: dict[str, list[_Dated]] = {}
    for index, device in enumerate(file.devices):
        path = places.path("devices", index)
        lines = _dated(device.lines, f"{path}.lines", zone)
        zones = _dated(device.zones, f"{path}.zones", zone)
        yield from _ordered([*lines, *zones])
        yield from _few_enough(lines, f"{path}.lines")
        yield from _few_enough(zones, f"{path}.zones")
        for line, one in zip(device.lines, lines, strict=True):
            watched.setdefault(f"line {line.line}", []).append(one)
        for area, other in zip(device.zones, zones, strict=True):
            watched.setdefault(f"zone {area.zone}", []).append(other)
    for name, dated in watched.items():
        yield from _apart(dated, zone, f": {name} can have one device at a time")


def _few_enough(dated: Sequence[_Dated], path: str) -> Iterator[SiteFileProblem]:
    """A record has room for MAX_LINES lines and as many zones."""
    most = max((sum(one.period.start <= at.period.start < one.period.end for one in dated) for at in dated), default=0)
    if most > MAX_LINES:
        yield SiteFileProblem(path, None, f"names {most} at the same time, {MAX_LINES} at most")
