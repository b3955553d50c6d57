"""Occupancy and mean dwell of closed spaces, from lines alone: only between empty times, bounded, and else refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg import Rollback

from platspuls.embedded.postgres import Cluster
from store.database import connect
from tests.store.reading.place import QUARTER, LinePlace, Passed, Place

pytestmark = pytest.mark.chain

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
HOURS = timedelta(hours=2)


@pytest.fixture(scope="module")
def place(cluster: Cluster) -> Iterator[Place]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database closed template platspuls_template")
    with connect(cluster.url("closed"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(NOON, None)]))
        place.line(LinePlace("back", "main", "hall", None, [(NOON, None)]))
        yield place


def space_dwell(place: Place, ways: list[tuple[int, int]], observed_ms: int = 900_000, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - times
    """Put in what came by `gate` and left by `back` in each quarter; return the space's row and its series."""
    start = more.get("start", NOON)
    with place.database.transaction():
        for n, (inward, outward) in enumerate(ways):
            place.passes("gate", Passed(NOON + QUARTER * n, inward, 0, observed_ms))
            place.passes("back", Passed(NOON + QUARTER * n, outward, 0, observed_ms))
        [row] = place.ask("select * from reading.space_dwell('tunnel', %s, %s)", start, NOON + HOURS)
        row["series"] = place.ask(
            "select * from reading.space_occupancy('tunnel', 'quarter', %s, %s) order by start_utc", start, NOON + HOURS
        )
        raise Rollback
    return row


def test_without_drift_the_mean_is_person_time_over_visits(place: Place) -> None:
    row = space_dwell(place, [(10, 0), (0, 0), (10, 10), (0, 10), (0, 0), (0, 0), (0, 0), (0, 0)])
    # 10, 10, 10 and 0 people at the ends of the first four: 5 + 10 + 10 + 5 quarter-hours of them.
    assert (row["dwell_s"], row["dwell_low_s"], row["dwell_high_s"]) == (Decimal(1350),) * 3
    assert (row["inward"], row["outward"], row["drift"], row["refused_for"]) == (20, 20, 0, None)
    assert row["occupancy_mean"] == Decimal("3.750")
    assert [cell["occupancy"] for cell in row["series"]] == [10, 10, 10, 0, 0, 0, 0, 0]


def test_drift_bounds_the_mean(place: Place) -> None:
    row = space_dwell(place, [(100, 0), (0, 0), (0, 0), (0, 99), (0, 0), (0, 0), (0, 0), (0, 0)])
    # One of 100 was missed going out: it may have left at once, or not before the end of the two hours.
    person_s = 900 * (50 + 100 + 100 + (100 + 1) / 2 + 4)
    assert (row["drift"], row["refused_for"]) == (1, None)
    assert float(row["dwell_high_s"]) == pytest.approx(person_s / 100, abs=0.06)
    assert float(row["dwell_low_s"]) == pytest.approx((person_s - 7200) / 100, abs=0.06)
    first = row["series"][0]
    assert (first["occupancy"], first["occupancy_low"], first["occupancy_high"]) == (100, 99, 100)


def test_a_drift_that_says_nothing_is_refused(place: Place) -> None:
    row = space_dwell(place, [(70, 0), (0, 0), (0, 0), (0, 99), (0, 0), (0, 0), (0, 0), (0, 0)])
    assert (row["drift"], row["refused_for"], row["dwell_s"]) == (-29, "drift", None)
    assert {cell["occupancy"] for cell in row["series"]} == {None}


def test_misses_that_would_tell_six_times_too_much_are_refused(place: Place) -> None:
    """Visits of 60 s, 2 % missed going in and 3 % going out: by hand 392 s and more."""
    row = space_dwell(place, [(368, 364)] * 8)
    assert (row["dwell_s"], row["refused_for"]) == (None, "drift")


def test_nothing_is_told_of_a_space_that_is_not_closed_or_not_watched(place: Place) -> None:
    assert space_dwell(place, [(5, 5)] * 8, start=NOON - QUARTER)["refused_for"] == "not_closed"
    assert space_dwell(place, [(5, 5)] * 8, observed_ms=880_000)["refused_for"] == "coverage"
    assert space_dwell(place, [(0, 0)] * 8)["refused_for"] == "empty"
    assert space_dwell(place, [(5, 5)] * 4)["refused_for"] == "coverage"
