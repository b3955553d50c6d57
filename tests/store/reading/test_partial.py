"""A bucket that the question cuts, or that goes on, says so on every kind of row, and how much of it was expected."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.database import Database, connect
from tests.store.reading import by_hand
from tests.store.reading.place import QUARTER, LinePlace, Place
from tests.support.properties import worlds

pytestmark = pytest.mark.chain

KINDS = {
    "line_flow(%s, %s, %s, %s)": 2,
    "border_flow(%s, %s, %s, %s)": 2,
    "space_flow(%s, %s, %s, %s)": 1,
    "site_flow(%s, %s, %s, %s)": 1,
    "zone_flow(%s, %s, %s, %s)": 1,
    "zone_dwell(%s, %s, %s, %s, 60)": 1,
    "space_occupancy(%s, %s, %s, %s)": 1,
    "line_estimate(%s, %s, %s, %s)": 2,
    "corrected_line_flow(%s, %s, %s, %s)": 2,
    "corrected_zone_flow(%s, %s, %s, %s)": 1,
    "corrected_zone_dwell(%s, %s, %s, %s, 60)": 1,
    "corrected_sums(%s, 'site', %s, %s, %s)": 1,
    "corrected_sums(%s, 'space', %s, %s, %s)": 1,
    "corrected_sums(%s, 'border', %s, %s, %s)": 2,
}
"""Every kind of row by bucket, and how many rows a bucket it has in this place."""

CHANGES = [
    ("Europe/Stockholm", datetime(2025, 3, 30, tzinfo=UTC)),
    ("Europe/Stockholm", datetime(2025, 10, 26, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2025, 6, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2025, 4, 5, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2025, 10, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2025, 9, 7, tzinfo=UTC)),
    ("Atlantic/Azores", datetime(2025, 10, 26, tzinfo=UTC)),
]
"""Time zones, and days about which they have 23, 24 or 25 hours, or half an hour more or less."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


def hall(database: Database, time_zone: str) -> Place:
    """Return a hall with a gate, a back door and a bench, watched by nobody yet."""
    place = Place(database, "hall", time_zone)
    place.space("hall")
    place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
    place.line(LinePlace("back", "main", "hall", None, [(None, None)]))
    place.zone("bench", "hall", [(None, None)])
    return place


def rows(place: Place, kind: str, bucket: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    return place.ask(f"select * from reading.{kind} order by start_utc", place.site, bucket, start, end)  # noqa: S608 - ours


@pytest.mark.simulation
@pytest.mark.parametrize("seed", worlds(range(14)))
def test_a_bucket_that_the_question_cuts_says_so_on_every_kind_of_row(database: Database, seed: int) -> None:
    """Random ranges about days of 23, 24 and 25 hours: three days are not a week, on no row of any kind."""
    drawn = random.Random(seed)
    time_zone, about = CHANGES[seed % len(CHANGES)]
    place = hall(database, time_zone)
    for bucket in drawn.sample(("quarter", "hour", "day", "week", "month"), 2):
        step = {"quarter": 1, "hour": 8, "day": 96, "week": 200, "month": 600}[bucket]
        start, end = (about + QUARTER * drawn.randint(-step, 0), about + QUARTER * drawn.randint(1, 2 * step))
        if drawn.random() < 0.3:  # a range of whole days by the site's clocks
            start, end = midnight(start, time_zone), midnight(end + timedelta(days=1), time_zone)
        cells = by_hand.cells(time_zone, bucket, start, end)
        expected = [
            (
                cell.start,
                cell.start < start or cell.end > end,
                (cell.cut_end - cell.cut_start) / timedelta(milliseconds=1),
            )
            for cell in cells
        ]
        for kind, each in KINDS.items():
            if bucket == "quarter" and "estimate" in kind:
                continue
            found = [
                (row["start_utc"], row["partial"], row["expected_ms"]) for row in rows(place, kind, bucket, start, end)
            ]
            assert found == [cell for cell in expected for _ in range(each)], (kind, bucket)


def midnight(at: datetime, time_zone: str) -> datetime:
    local = at.astimezone(ZoneInfo(time_zone)).date()
    return datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


@pytest.mark.parametrize("bucket", ["quarter", "hour", "day", "week", "month"])
def test_the_bucket_that_goes_on_is_partial_whatever_the_range(database: Database, bucket: str) -> None:
    """By the database's clock: a range that ends later doesn't make it whole."""
    place = hall(database, "Europe/Stockholm")
    with database.transaction():
        [(now,)] = database.execute(b"select now()").fetchall()
        for kind in KINDS:
            if bucket == "quarter" and "estimate" in kind:
                continue
            found = rows(place, kind, bucket, now - timedelta(days=1), now + timedelta(days=1))
            for row in found:
                assert row["partial"] == (row["end_utc"] > now or row["start_utc"] < now - timedelta(days=1)), kind
            assert any(row["start_utc"] <= now < row["end_utc"] for row in found)


def test_every_function_of_the_contract_that_gives_numbers_by_bucket_says_so(database: Database) -> None:
    """Whatever has buckets has all three columns; a new kind of row is found here."""
    found = database.execute(
        b"select proname, proargnames from pg_proc where pronamespace = 'reading'::regnamespace "
        b"and proargnames @> array['start_utc', 'end_utc'] and not proname like 'public%'"
    ).fetchall()
    bare = {name: {"partial", "observed_ms", "expected_ms"} - set(columns) for name, columns in found}
    times = {
        "buckets",
        "cells",
        "like_days",
        "open_cells",
        "shown_cells",
        "sum_cells",
    }  # what buckets or days there are, and no numbers of them
    judging = {"line_usual"}  # raw material for rules, of whole hours
    assert {name for name, lacking in bare.items() if lacking} == times | judging
    assert {kind.split("(")[0] for kind in KINDS} <= bare.keys()
