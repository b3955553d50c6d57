"""A day beside the same weekday a week before, by the clock: also where one of them has 23, 23.5, 24.5, 25 or 26 hours.

The class of faults: two days of different length that are cut at the same time of day, or after the same time, and so
compare an hour with another one, with two, or with none.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database, connect
from tests.store.reading.place import QUARTER, QUARTER_MS, LinePlace, Passed, Place
from tests.support.properties import examples

pytestmark = pytest.mark.chain

ZONES = {
    "Europe/Stockholm": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),  # half an hour
    "Atlantic/Azores": ("2026-03-29", "2026-10-25"),  # midnight is skipped, or comes twice
    "America/Santiago": ("2026-04-05", "2026-09-06"),  # 23 o'clock comes twice, midnight is skipped
    "Antarctica/Troll": ("2026-03-29", "2026-10-25"),  # two hours
    "America/St_Johns": ("2026-03-08", "2026-11-01"),
    "Asia/Kathmandu": ("2026-03-29",),  # +05:45, never changed
}
CHANGES = [(zone, date.fromisoformat(day)) for zone, days in ZONES.items() for day in days]
WEEK = timedelta(days=7)


class Stretch(NamedTuple):
    from_utc: datetime
    to_utc: datetime
    before_from_utc: datetime
    before_to_utc: datetime
    until_local: datetime


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


def first_instant(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def quarters(day: date, zone: str) -> list[tuple[datetime, time, int]]:
    """Return start, time by the clock, and how often clocks have shown it before, of each quarter-hour of a day."""
    at, end = first_instant(day, zone), first_instant(day + timedelta(days=1), zone)
    found: list[tuple[datetime, time, int]] = []
    while at < end:
        shown = at.astimezone(ZoneInfo(zone)).time().replace(fold=0)
        found.append((at, shown, sum(earlier == shown for _, earlier, _ in found)))
        at += QUARTER
    return found


def paired(stretches: list[Stretch]) -> list[tuple[datetime, datetime]]:
    return [
        (one.from_utc + n * QUARTER, one.before_from_utc + n * QUARTER)
        for one in stretches
        for n in range(int((one.to_utc - one.from_utc) / QUARTER))
    ]


def stretches(database: Database, zone: str, day: date, until: datetime) -> list[Stretch]:
    rows = database.execute(
        b"select * from reading.same_clock(%s, %s, %s, %s) order by 1",
        (zone, first_instant(day, zone), until, first_instant(day - WEEK, zone)),
    )
    return [Stretch(*row) for row in rows]


@given(change=st.sampled_from(CHANGES), off=st.sampled_from((-1, 0, 1, 6, 7, 8)), cut=st.integers(0, 1600))
@settings(
    max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)  # it only reads
def test_each_quarter_is_paired_with_the_one_of_the_same_clock_once(
    database: Database, change: tuple[str, date], off: int, cut: int
) -> None:
    zone, day = change[0], change[1] + timedelta(days=off)
    until = min(first_instant(day, zone) + timedelta(minutes=cut), first_instant(day + timedelta(days=1), zone))
    before = {(shown, nth): at for at, shown, nth in quarters(day - WEEK, zone)}
    expected = [
        (at, before[shown, nth])
        for at, shown, nth in quarters(day, zone)
        if at + QUARTER <= until and (shown, nth) in before
    ]
    found = stretches(database, zone, day, until)
    assert sorted(paired(found)) == expected
    assert all(one.to_utc - one.from_utc == one.before_to_utc - one.before_from_utc for one in found)


def place_of(database: Database, zone: str) -> Place:
    place = Place(database, f"hall-{random.Random(zone).randrange(10**9)}", zone)
    place.space("hall")
    place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
    return place


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Australia/Lord_Howe", "Antarctica/Troll"])
def test_equal_hours_are_equal_whatever_the_length_of_the_days(database: Database, zone: str) -> None:
    """At no quarter-hour does it say more or fewer, nor does the number beside it fall as the day goes on."""
    place = place_of(database, zone)
    days = [date.fromisoformat(change) + timedelta(days=off) for change in ZONES[zone] for off in (0, 7)]
    filled = {at for day in days for of in (day - WEEK, day) for at, _, _ in quarters(of, zone)}
    place.passes("gate", *(Passed(at, 40, 40) for at in sorted(filled)))
    for day in days:
        starts = [at for at, _, _ in quarters(day, zone)]
        rows = place.ask(
            "select ago.* from unnest(%s::timestamptz[]) as at "
            "cross join lateral reading.site_week_ago(%s, at + interval '16 minutes') as ago order by at",
            starts[:-1:7],
            place.site,
        )
        assert {row["change"] for row in rows} == {0}, day
        assert all(row["entries"] == row["week_ago"] for row in rows)
        assert all(one["week_ago"] <= other["week_ago"] for one, other in pairwise(rows))
        assert all(one["until_local"] <= other["until_local"] for one, other in pairwise(rows))
        assert rows[-1]["left_out"]


def test_on_other_days_both_sums_are_those_of_the_site(database: Database) -> None:
    """Drawn counts, time not watched and times of day: the numbers and the rule of coverage are the site's own."""
    place = place_of(database, "Europe/Stockholm")
    draw = random.Random(16)
    starts = [at for day in (10, 17) for at, _, _ in quarters(date(2026, 6, day), place.time_zone)]
    place.passes(
        "gate",
        *(Passed(at, draw.randrange(9), 1, draw.choice((0, QUARTER_MS, QUARTER_MS, QUARTER_MS))) for at in starts),
    )
    begun = first_instant(date(2026, 6, 17), place.time_zone)
    for minutes in (16, 45, 400, 1000, 1439):
        until = begun + (minutes // 15) * QUARTER
        [found] = place.ask(
            "select * from reading.site_week_ago(%s, %s)", place.site, begun + timedelta(minutes=minutes)
        )
        [now], [before] = (
            place.ask(
                "select entries, estimate from reading.site_flow(%s, 'day', %s, %s)",
                place.site,
                begun - off,
                until - off,
            )
            for off in (timedelta(), WEEK)
        )
        assert (found["entries"], found["estimate"]) == (now["entries"], now["estimate"])
        assert (found["week_ago"], found["week_ago_estimate"]) == (before["entries"], before["estimate"])
        assert found["change"] is None
        assert not found["left_out"]


@pytest.mark.parametrize(
    ("watched", "counted", "estimate"), [(1.0, True, False), (0.8, True, True), (0.4, False, True)]
)
def test_coverage_is_of_all_the_time_that_is_compared(
    database: Database, watched: float, counted: bool, estimate: bool
) -> None:
    """Not of each stretch: a night that wasn't watched before the clocks changed doesn't take the whole day away."""
    place = place_of(database, "Europe/Stockholm")
    today, before = date(2026, 10, 25), date(2026, 10, 18)
    place.passes("gate", *(Passed(at, 5, 5) for at, _, _ in quarters(before, place.time_zone)))
    missed = round(96 * (1 - watched))
    kept = [at for at, _, nth in quarters(today, place.time_zone) if not nth][missed:]
    place.passes("gate", *(Passed(at, 5, 5) for at in kept))
    [row] = place.ask(
        "select * from reading.site_week_ago(%s, %s)",
        place.site,
        first_instant(date(2026, 10, 26), "Europe/Stockholm") - timedelta(seconds=1),
    )
    assert (row["entries"] is not None, row["estimate"]) == (counted, estimate)
    assert row["week_ago"] == 95 * 5
    assert (row["change"] is None) == estimate


def test_where_no_quarter_of_the_day_has_passed_there_is_nothing_to_compare(database: Database) -> None:
    place = place_of(database, "Europe/Stockholm")
    at = first_instant(date(2026, 6, 17), place.time_zone)
    assert place.ask("select * from reading.site_week_ago(%s, %s)", place.site, at + timedelta(minutes=14)) == []
