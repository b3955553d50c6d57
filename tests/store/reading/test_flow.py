"""Crossings by local time: against plain Python on days of 23, 23.5, 24, 24.5 and 25 hours, and cases made by hand."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.wire.records import Flag, flags_of_bits
from store.database import Database, connect
from tests.store.reading import by_hand
from tests.store.reading.by_hand import utc
from tests.store.reading.place import QUARTER, LinePlace, Passed, Place

pytestmark = pytest.mark.chain

EVER = [(None, None)]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


def tunnel(database: Database, time_zone: str = "Europe/Stockholm", start: datetime | None = None) -> Place:
    """Outside -> hall -> square -> outside (backward inwards), a check line, and one commissioned from `start`."""
    place = Place(database, "tunnel", time_zone)
    place.space("hall")
    place.space("square")
    place.line(LinePlace("gate", "main", None, "hall", EVER))
    place.line(LinePlace("gate-check", "check", None, "hall", EVER))
    place.line(LinePlace("stairs", "main", "hall", "square", EVER))
    place.line(LinePlace("street", "main", "square", None, [(start, None)]))
    return place


@dataclass(frozen=True, slots=True)
class Day:
    """A local day that has so many hours."""

    time_zone: str
    start: datetime
    end: datetime
    hours: float


DAYS = [
    Day("Europe/Stockholm", utc("2025-03-29T23:00"), utc("2025-03-30T22:00"), 23),
    Day("Europe/Stockholm", utc("2025-10-25T22:00"), utc("2025-10-26T23:00"), 25),
    Day("Asia/Kathmandu", utc("2025-05-31T18:15"), utc("2025-06-01T18:15"), 24),
    Day("Australia/Lord_Howe", utc("2025-04-05T13:00"), utc("2025-04-06T13:30"), 24.5),
    Day("Australia/Lord_Howe", utc("2025-10-04T13:30"), utc("2025-10-05T13:00"), 23.5),
]


@pytest.mark.parametrize("bucket", ["quarter", "hour", "day", "week", "month"])
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_cell_equals_plain_python(database: Database, bucket: str, day: Day) -> None:
    assert (day.end - day.start) / timedelta(hours=1) == day.hours
    place = tunnel(database, day.time_zone, day.start + timedelta(hours=10, minutes=30))
    fill(place, day.start - timedelta(days=2), day.end + timedelta(days=2), random.Random(str(day)))
    compare_lines(place, bucket, day.start, day.end)
    compare_totals(place, bucket, day.start, day.end)
    compare_totals(place, bucket, day.start - timedelta(hours=30), day.end + timedelta(hours=31))


def fill(place: Place, start: datetime, end: datetime, chance: random.Random) -> None:
    """Put in quarters with gaps of some hours, and some that were watched in part."""
    for line in place.lines:
        quarters, at = [], start
        while at < end:
            if chance.random() < 0.04:
                at += QUARTER * chance.randrange(1, 12)
            observed = chance.choice([900_000] * 6 + [899_100, 450_000, 60_000, 0])
            count = chance.randrange(60) if observed else 0
            quarters.append(Passed(at, count, count // 2, observed))
            at += QUARTER
        place.passes(line, *(quarter for quarter in quarters if quarter.start < end))


def compare_lines(place: Place, bucket: str, start: datetime, end: datetime) -> None:
    found = place.ask(
        "select * from reading.line_flow(%s, %s, %s, %s) order by line, start_utc", "tunnel", bucket, start, end
    )
    cells = by_hand.cells(place.time_zone, bucket, start, end)
    assert len(found) == len(cells) * len(place.lines)
    expected = [(line, cell) for line in sorted(place.lines) for cell in cells]
    for row, (key, cell) in zip(found, expected, strict=True):
        assert row["line"] == key
        assert_times(row, cell)
        counted = by_hand.line_cell(place.lines[key], place.passed[key], cell)
        assert {name: number(row[name]) for name in counted} == counted


def compare_totals(place: Place, bucket: str, start: datetime, end: datetime) -> None:
    cells = by_hand.cells(place.time_zone, bucket, start, end)
    asked = ("tunnel", bucket, start, end)
    site = place.ask(
        "select *, entries as in, exits as out from reading.site_flow(%s, %s, %s, %s) order by start_utc", *asked
    )
    spaces = place.ask(
        "select *, inward as in, outward as out from reading.space_flow(%s, %s, %s, %s) order by space, start_utc",
        *asked,
    )
    expected = [(None, cell) for cell in cells] + [(space, cell) for space in ("hall", "square") for cell in cells]
    for row, (space, cell) in zip(site + spaces, expected, strict=True):
        assert row.get("space") == space
        assert_times(row, cell)
        counted = by_hand.total(place, cell, space)
        assert {name: number(row[name]) for name in counted} == counted


def assert_times(row: dict[str, object], cell: by_hand.Cell) -> None:
    assert (row["start_utc"], row["end_utc"]) == (cell.start, cell.end)
    assert (row["start_local"], row["utc_offset_s"]) == (cell.local, cell.offset_s)


def number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value


NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_zero_is_a_count_and_missing_is_none(database: Database) -> None:
    place = tunnel(database)
    place.passes("gate", *(Passed(NOON + QUARTER * n, 0, 0) for n in range(4)))
    place.passes("gate", Passed(NOON + HOUR, 0, 0, observed_ms=0))
    rows = place.ask("select * from reading.line_flow('tunnel', 'hour', %s, %s) order by 1, 2", NOON, NOON + HOUR * 3)
    gate = [row for row in rows if row["line"] == "gate"]
    assert [(row["forward"], row["observed_ms"], row["coverage"]) for row in gate] == [
        (0, 3_600_000, Decimal("1.0000")),
        (None, 0, Decimal("0.0000")),
        (None, 0, Decimal("0.0000")),
    ]


def test_a_check_line_is_in_no_sum(database: Database) -> None:
    place = tunnel(database, start=NOON + HOUR)
    place.passes("gate", *(Passed(NOON + QUARTER * n, 10, 3) for n in range(4)))
    place.passes("gate-check", *(Passed(NOON + QUARTER * n, 99, 99) for n in range(4)))
    [row] = place.ask("select * from reading.site_flow('tunnel', 'hour', %s, %s)", NOON, NOON + HOUR)
    assert (row["entries"], row["exits"], row["missing"], row["estimate"]) == (40, 12, [], False)


def test_a_line_that_lacks_time_makes_the_sum_an_estimate_and_then_none(database: Database) -> None:
    place = tunnel(database)
    place.passes("gate", *(Passed(NOON + QUARTER * n, 10, 0) for n in range(8)))
    place.passes("street", *(Passed(NOON + QUARTER * n, 0, 5) for n in range(3)), Passed(NOON + HOUR, 0, 5))
    rows = place.ask("select * from reading.site_flow('tunnel', 'hour', %s, %s) order by 1", NOON, NOON + HOUR * 2)
    assert [(row["entries"], row["coverage"], row["missing"], row["estimate"]) for row in rows] == [
        (55, Decimal("0.7500"), ["street"], True),
        (None, Decimal("0.2500"), ["street"], True),
    ]


@pytest.mark.parametrize(
    ("observed_ms", "estimate", "is_told"),
    [(810_000, False, True), (809_000, True, True), (450_000, True, True), (449_000, True, False)],
)
def test_the_limits_of_coverage_belong_to_the_better_side(
    database: Database, observed_ms: int, estimate: bool, is_told: bool
) -> None:
    place = tunnel(database, start=NOON + HOUR)
    place.passes("gate", Passed(NOON, 10, 0, observed_ms))
    [row] = place.ask("select * from reading.site_flow('tunnel', 'quarter', %s, %s)", NOON, NOON + QUARTER)
    assert (row["estimate"], row["entries"] is not None) == (estimate, is_told)


def test_nothing_expected_is_no_coverage_and_no_sum(database: Database) -> None:
    place = Place(database, "tunnel", "Europe/Stockholm")
    place.space("hall")
    place.line(LinePlace("gate", "main", None, "hall", [(NOON, NOON + HOUR)]))
    place.passes("gate", *(Passed(NOON + QUARTER * n, 1, 0) for n in range(-4, 8)))
    rows = place.ask(
        "select * from reading.site_flow('tunnel', 'hour', %s, %s) order by 1", NOON - HOUR, NOON + HOUR * 2
    )
    assert [(row["entries"], row["coverage"]) for row in rows] == [(None, None), (4, Decimal(1)), (None, None)]
    [day] = place.ask("select * from reading.site_flow('tunnel', 'day', %s, %s)", NOON - HOUR, NOON + HOUR * 2)
    assert (day["entries"], day["coverage"]) == (4, Decimal(1))


def test_commissioned_ranges_are_what_is_expected(database: Database) -> None:
    place = Place(database, "tunnel", "UTC")
    place.space("hall")
    minute = timedelta(minutes=1)
    ranges = [(NOON, NOON + minute * 20), (NOON + minute * 40, NOON + minute * 50)]
    place.line(LinePlace("gate", "main", None, "hall", ranges))
    place.passes("gate", *(Passed(NOON + QUARTER * n, 1, 1) for n in range(4)))
    [row] = place.ask("select * from reading.line_flow('tunnel', 'hour', %s, %s)", NOON, NOON + HOUR)
    assert (row["expected_ms"], row["observed_ms"], row["coverage"]) == (1_800_000, 3_600_000, Decimal(1))


def test_a_replaced_device_goes_on_with_the_series(database: Database) -> None:
    place = tunnel(database)
    place.passes("gate", Passed(NOON, 5, 1), setup=1)
    place.passes("gate", Passed(NOON + QUARTER, 7, 2), Passed(NOON + QUARTER * 2, 1, 0), setup=2)
    [row] = place.ask(
        "select * from reading.line_flow('tunnel', 'hour', %s, %s) where line = 'gate'", NOON, NOON + HOUR
    )
    assert (row["forward"], row["backward"], row["coverage"]) == (13, 3, Decimal("0.7500"))


def test_a_line_that_follows_another_makes_no_time_of_the_sum_unexpected(database: Database) -> None:
    """A door that was moved: until one o'clock the old line, then the new one."""
    place = Place(database, "tunnel", "UTC")
    place.space("hall")
    place.line(LinePlace("old", "main", None, "hall", [(NOON, NOON + HOUR)]))
    place.line(LinePlace("new", "main", None, "hall", [(NOON + HOUR, NOON + HOUR * 3)]))
    place.passes("old", *(Passed(NOON + QUARTER * n, 1, 0) for n in range(4)))
    place.passes("new", *(Passed(NOON + QUARTER * n, 1, 0) for n in range(5, 12)))
    for query in ("site_flow('tunnel', 'day'", "space_flow('tunnel', 'day'", "corrected_sums('tunnel', 'site', 'day'"):
        [row] = place.ask(f"select * from reading.{query}, %s, %s)", NOON, NOON + HOUR * 4)  # noqa: S608 - of ours
        assert (row["expected_ms"], row["observed_ms"]) == (3 * 3_600_000, 3 * 3_600_000 - 900_000)
    rows = place.ask(
        "select * from reading.border_flow('tunnel', 'day', %s, %s) order by border", NOON, NOON + HOUR * 4
    )
    assert [(row["expected_ms"], row["observed_ms"]) for row in rows] == [
        (7_200_000, 6_300_000),
        (3_600_000, 3_600_000),
    ]


def test_a_site_without_lines_still_has_its_cells(database: Database) -> None:
    place = Place(database, "tunnel", "UTC")
    rows = place.ask("select * from reading.site_flow('tunnel', 'hour', %s, %s)", NOON, NOON + HOUR * 2)
    assert [(row["entries"], row["coverage"], row["missing"]) for row in rows] == [(None, None, [])] * 2


def test_flags_are_named_as_the_wire_names_them(database: Database) -> None:
    for bits in range(1 << len(Flag)):
        [(names,)] = database.execute(b"select reading.flag_names(%s)", (bits,)).fetchall()
        assert names == [flag.value for flag in flags_of_bits(bits)]


def test_flags_of_the_quarters_are_gathered(database: Database) -> None:
    place = tunnel(database)
    place.passes("gate", Passed(NOON, 5, 1), flags=1)
    place.passes("gate", Passed(NOON + QUARTER, 0, 0, observed_ms=0), flags=2)
    [row] = place.ask(
        "select flags from reading.line_flow('tunnel', 'hour', %s, %s) where line = 'gate'", NOON, NOON + HOUR
    )
    assert row["flags"] == 3
