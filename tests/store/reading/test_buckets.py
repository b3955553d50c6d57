"""reading.buckets beside an independent account in Python: minute by minute what a wall clock shows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import psycopg
import pytest

from store.database import Database, connect

pytestmark = pytest.mark.chain

QUICK = ("Europe/Stockholm", "Australia/Lord_Howe")
"""Whose whole year is looked at outside the full suite too."""
ZONES = (
    "Europe/Stockholm",
    "Asia/Kathmandu",  # +05:45
    "Australia/Lord_Howe",  # goes half an hour forward and back
    "America/St_Johns",  # -03:30
    "Atlantic/Azores",  # midnight comes twice in autumn
    "America/Santiago",  # midnight is skipped in spring
)
BUCKETS = ("quarter", "hour", "day", "week", "month")
_QUARTER = timedelta(minutes=15)
_CALL = "select * from reading.buckets(%s, %s, %s, %s) order by start_utc"


class Bucket(NamedTuple):
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset_s: int


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


def buckets(database: Database, zone: str, bucket: str, start: datetime, end: datetime) -> list[Bucket]:
    rows = database.execute(_CALL, (zone, bucket, start, end))
    return [Bucket(one.astimezone(UTC), other.astimezone(UTC), local, offset_s) for one, other, local, offset_s in rows]


def _label(bucket: str, local: datetime) -> object:
    """Return what is the same for all local times of one bucket, and differs from the next bucket's."""
    offset = local.utcoffset()
    return {
        "quarter": (local.replace(minute=local.minute // 15 * 15), offset),
        "hour": (local.date(), local.hour, offset),
        "day": local.date(),
        "week": local.isocalendar()[:2],
        "month": (local.year, local.month),
    }[bucket]


def expected(zone: str, bucket: str, start: datetime, end: datetime) -> list[Bucket]:
    """Walk through the quarter-hours of the time and a month on both sides, and cut where the label changes."""
    tz = ZoneInfo(zone)
    margin = timedelta(days=32)
    quarters = [start - margin + index * _QUARTER for index in range((end - start + 2 * margin) // _QUARTER)]
    first = [next(group) for _, group in groupby(quarters, lambda at: _label(bucket, at.astimezone(tz)))]
    return [
        Bucket(one, other, local.replace(tzinfo=None), int((local.utcoffset() or timedelta()).total_seconds()))
        for one, other in pairwise(first)
        if one < end and other > start
        for local in [one.astimezone(tz)]
    ]


@pytest.mark.parametrize(
    "zone", [zone if zone in QUICK else pytest.param(zone, marks=pytest.mark.full) for zone in ZONES]
)
def test_a_whole_year_agrees_with_the_wall_clock(database: Database, zone: str) -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for bucket in BUCKETS:
        found = buckets(database, zone, bucket, start, end)
        assert found == expected(zone, bucket, start, end)
        assert all(one.end_utc == other.start_utc for one, other in pairwise(found))


@pytest.mark.parametrize("zone", ZONES)
def test_any_range_gives_the_buckets_that_overlap_it(database: Database, zone: str) -> None:
    at = datetime(2026, 10, 24, 20, 7, tzinfo=UTC)
    for bucket in BUCKETS:
        whole = buckets(database, zone, bucket, at - timedelta(days=40), at + timedelta(days=40))
        for step in range(12):
            start = at + step * timedelta(minutes=97)
            for end in (start + timedelta(minutes=1), start + timedelta(hours=3)):
                found = buckets(database, zone, bucket, start, end)
                assert found == [one for one in whole if one.start_utc < end and one.end_utc > start]


def test_the_hour_that_comes_twice_is_two_rows(database: Database) -> None:
    start, end = datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    assert [one[2:] for one in buckets(database, "Europe/Stockholm", "hour", start, end)] == [
        (datetime(2026, 10, 25, 2, 0), 7200),  # noqa: DTZ001 - a wall clock's time
        (datetime(2026, 10, 25, 2, 0), 3600),  # noqa: DTZ001 - the same
    ]


def test_days_of_23_and_25_hours(database: Database) -> None:
    for day, hours in (((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 7, 1), 24)):
        noon = datetime(*day, 12, tzinfo=UTC)
        (one,) = buckets(database, "Europe/Stockholm", "day", noon, noon + timedelta(minutes=1))
        assert one.end_utc - one.start_utc == timedelta(hours=hours)
        assert len(buckets(database, "Europe/Stockholm", "hour", one.start_utc, one.end_utc)) == hours


def test_the_session_time_zone_does_not_matter(database: Database) -> None:
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    for bucket in BUCKETS:
        database.execute("set time zone 'UTC'")
        before = buckets(database, "Atlantic/Azores", bucket, start, end)
        database.execute("set time zone 'America/New_York'")
        assert buckets(database, "Atlantic/Azores", bucket, start, end) == before


def test_an_empty_or_endless_range_has_no_buckets(database: Database) -> None:
    at = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
    for bucket in BUCKETS:
        assert buckets(database, "Europe/Stockholm", bucket, at, at) == []
        endless = "select count(*) from reading.buckets('Europe/Stockholm', %s, '2026-01-01Z', 'infinity')"
        assert database.execute(endless, (bucket,)).fetchall() == [(0,)]


def test_an_unknown_bucket_or_zone_is_refused(database: Database) -> None:
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    with pytest.raises(psycopg.errors.CheckViolation):
        buckets(database, "Europe/Stockholm", "fortnight", start, end)
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        buckets(database, "Europe/Nowhere", "day", start, end)
