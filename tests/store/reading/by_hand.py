"""The numbers worked out in plain Python from the quarter-hours that were put in: no SQL, no code of ours."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from core.wire.limits import BIN_EDGES_S
from tests.store.reading.place import QUARTER, LinePlace, Passed, Place

Ranges = Sequence[tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One bucket of local time, and the part of it that lies in the range asked for."""

    start: datetime
    end: datetime
    cut_start: datetime
    cut_end: datetime
    local: datetime
    offset_s: int


def cells(time_zone: str, bucket: str, start: datetime, end: datetime) -> list[Cell]:
    """Walk through the quarter-hours and put neighbours with the same local name together."""
    zone = ZoneInfo(time_zone)
    margin = timedelta(days={"week": 8, "month": 32}.get(bucket, 2))
    first, last = start - margin, end + margin
    groups: list[tuple[object, list[datetime]]] = []
    for quarter in _quarters(first, last):
        name = _name(bucket, quarter, zone)
        if not groups or groups[-1][0] != name:
            groups.append((name, []))
        groups[-1][1].append(quarter)
    found = [(group[0], group[-1] + QUARTER) for _, group in groups]
    return [
        Cell(a, b, max(a, start), min(b, end), a.astimezone(zone).replace(tzinfo=None), _offset_s(a, zone))
        for a, b in found
        if a < end and b > start
    ]


def _quarters(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += QUARTER


def _offset_s(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _name(bucket: str, quarter: datetime, zone: ZoneInfo) -> object:
    local = quarter.astimezone(zone)
    return {
        "quarter": quarter,
        "hour": (local.date(), local.hour, local.utcoffset()),
        "day": local.date(),
        "week": local.isocalendar()[:2],
        "month": (local.year, local.month),
    }[bucket]


def overlap_ms(ranges: Ranges, start: datetime, end: datetime) -> int:
    """Return how much of [start, end) lies in the ranges, which don't overlap each other."""
    total = 0.0
    for range_start, range_end in ranges:
        low, high = max(start, range_start or start), min(end, range_end or end)
        total += max(0.0, (high - low).total_seconds())
    return round(total * 1000)


def rounded(value: Fraction, digits: int) -> float:
    """Round half away from zero, as PostgreSQL rounds a numeric."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def coverage(observed_ms: int, expected_ms: int) -> float | None:
    return rounded(Fraction(min(observed_ms, expected_ms), expected_ms), 4) if expected_ms else None


def line_cell(line: LinePlace, quarters: Sequence[Passed], cell: Cell) -> dict[str, Any]:
    """Return what a line counted in a cell; the quarters are in order of time."""
    first = bisect_left(quarters, cell.cut_start, key=lambda quarter: quarter.start)
    last = bisect_left(quarters, cell.cut_end, key=lambda quarter: quarter.start)
    counted = [q for q in quarters[first:last] if overlap_ms(line.commissioned, q.start, q.start + QUARTER)]
    observed = sum(q.observed_ms for q in counted)
    expected = overlap_ms(line.commissioned, cell.cut_start, cell.cut_end)
    return {
        "forward": sum(q.forward for q in counted) if observed else None,
        "backward": sum(q.backward for q in counted) if observed else None,
        "gross_forward": sum(q.forward + 1 for q in counted) if observed else None,
        "gross_backward": sum(q.backward + 2 for q in counted) if observed else None,
        "observed_ms": observed,
        "expected_ms": expected,
        "coverage": coverage(observed, expected),
    }


def total(place: Place, cell: Cell, inside: str | None) -> dict[str, Any]:
    """Return crossings into and out of a space (None: of the site) over its main lines."""
    into = out = 0
    missing_ms = 0
    commissioned: list[tuple[datetime | None, datetime | None]] = []
    coverages: dict[str, float] = {}
    for line in place.lines.values():
        ends = (line.from_space, line.to_space)
        touches = inside in ends if inside else None in ends
        counted = line_cell(line, place.passed[line.key], cell)
        if line.role != "main" or not touches or counted["coverage"] is None:
            continue
        coverages[line.key] = counted["coverage"]
        commissioned += line.commissioned
        missing_ms = max(missing_ms, counted["expected_ms"] - counted["observed_ms"])
        is_forward_in = line.to_space == inside if inside else line.from_space is None
        into += (counted["forward"] if is_forward_in else counted["backward"]) or 0
        out += (counted["backward"] if is_forward_in else counted["forward"]) or 0
    least = min(coverages.values(), default=None)
    expected_ms = sum(
        900_000
        for quarter in _quarters(cell.cut_start, cell.cut_end)
        if any((a or quarter) <= quarter < (b or quarter + QUARTER) for a, b in commissioned)
    )
    is_told = least is not None and least >= 0.5
    return {
        "in": into if is_told else None,
        "out": out if is_told else None,
        "coverage": least,
        "missing": sorted(key for key, value in coverages.items() if value < 0.9),
        "estimate": least is not None and least < 0.9,
        "observed_ms": max(0, expected_ms - missing_ms),
        "expected_ms": expected_ms,
    }


def survival(complete: Sequence[int], cut: Sequence[int]) -> list[Fraction]:
    """Return S at each bin's lower edge: the textbook's actuarial life table, in exact fractions."""
    result = [Fraction(1)]
    there = sum(complete) + sum(cut)
    for ended, lost in zip(complete, cut, strict=True):
        at_risk = there - Fraction(lost, 2)
        result.append(result[-1] * (1 - Fraction(ended) / at_risk if ended else 1))
        there -= ended + lost
    return result[: len(complete)]


def quantile(curve: Sequence[Fraction], left: Fraction) -> float | None:
    """Return the first dwell at which S has fallen to 1 - left, linear within a bin."""
    wanted = 1 - left
    for number in range(1, len(curve)):
        if curve[number] <= wanted:
            low, high = BIN_EDGES_S[number - 1], BIN_EDGES_S[number]
            share = (curve[number - 1] - wanted) / (curve[number - 1] - curve[number])
            return float(low + (high - low) * share)
    return None


def utc(text: str) -> datetime:
    """Read a time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
