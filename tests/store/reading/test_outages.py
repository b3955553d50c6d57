"""The half hour on both sides of an outage counts as unobserved for dwell, and for nothing else."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import Rollback

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.store.reading.place import QUARTER, Dwelt, Place, bins

pytestmark = pytest.mark.chain

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LENGTH = 32


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database outages template platspuls_template")
    with connect(cluster.url("outages"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.zone("bench", "hall", [(NOON, None)])
        yield database


def seen(database: Database, dwelt: Sequence[Dwelt], first: int = 0, last: int = LENGTH) -> list[int]:
    """Return which quarter-hours of [first, last) count, of `dwelt`."""
    place = Place.__new__(Place)
    place.database, place.site = database, "tunnel"
    with database.transaction():
        place.dwells("bench", *dwelt)
        rows = place.ask(
            "select start_utc, entered from reading.zone_dwell('tunnel', 'quarter', %s, %s, 60) order by 1",
            NOON + QUARTER * first,
            NOON + QUARTER * last,
        )
        raise Rollback
    return [round((row["start_utc"] - NOON) / QUARTER) for row in rows if row["entered"] is not None]


def dwelt(*missing: int, observed_ms: int | None = None) -> list[Dwelt]:
    """Return the quarters, without those missing, or with them observed for so long."""
    return [
        Dwelt(NOON + QUARTER * n, bins(b8=5), observed_ms=900_000 if n not in missing else observed_ms or 0)
        for n in range(LENGTH)
        if n not in missing or observed_ms is not None
    ]


def without(*numbers: int) -> list[int]:
    return [n for n in range(LENGTH) if n not in numbers]


def test_an_outage_takes_half_an_hour_before_and_after_it(database: Database) -> None:
    assert seen(database, dwelt(10)) == without(8, 9, 10, 11, 12)
    assert seen(database, dwelt(10, 11)) == without(8, 9, 10, 11, 12, 13)
    assert seen(database, dwelt(16, 31)) == without(14, 15, 16, 17, 18, 31)


@pytest.mark.parametrize(("observed_ms", "is_outage"), [(0, True), (809_999, True), (810_000, False)])
def test_an_outage_is_less_than_nine_tenths_of_a_quarter(database: Database, observed_ms: int, is_outage: bool) -> None:
    assert seen(database, dwelt(20, observed_ms=observed_ms)) == (
        without(18, 19, 20, 21, 22) if is_outage else without()
    )


def test_silence_is_no_outage_until_something_later_is_known(database: Database) -> None:
    assert seen(database, dwelt(28, 29, 30, 31)) == without(28, 29, 30, 31)
    assert seen(database, dwelt(28, 29, 30)) == without(26, 27, 28, 29, 30, 31)


@pytest.mark.parametrize("observed_ms", [None, 800_000], ids=["missing", "too short"])
def test_a_quarter_has_one_number_whatever_range_is_asked(database: Database, observed_ms: int | None) -> None:
    outage = dwelt(10, observed_ms=observed_ms)
    for first in range(7, 14):
        for last in (first + 1, 15):
            expected = [n for n in range(first, last) if not 8 <= n <= 12]
            assert seen(database, outage, first=first, last=last) == expected, (first, last)
    assert seen(database, dwelt(0, 1)) == without(0, 1, 2, 3)
