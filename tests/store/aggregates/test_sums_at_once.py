"""Sums stay right while two ingests make them, a device sends what is late, and both are cut off now and then."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from core.ranges import TimeRange
from ingest.batch.writer import BatchWriter
from store.aggregates.sums import sum_up_some
from store.aggregates.verify_sums import sum_differences
from store.database import Database, DatabaseAwayError, connect
from tests.support.properties import worlds
from tests.support.small_site import ZONES, dwell, flow, received, rows

pytestmark = [pytest.mark.chain, pytest.mark.simulation]

NOW = datetime(2025, 3, 20, 12, tzinfo=UTC)
MARCH = TimeRange(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
QUARTERS = 5 * 96
CUT_OFF = (
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sums' "
    "and datname = current_database() and query ~ 'insert into platspuls' and random() < 0.2"
)


def batches(seed: int) -> list[list[int]]:
    """Return quarter-hours in batches, in a drawn order."""
    drawn = random.Random(seed)
    order = [list(range(first, first + 12)) for first in range(0, QUARTERS, 12)]
    drawn.shuffle(order)
    return order


@pytest.mark.parametrize("seed", worlds(range(2)))
def test_what_comes_while_sums_are_made_is_never_missed(
    database: Database, database_url: str, writer: BatchWriter, seed: int
) -> None:
    made = threading.Event()

    def store() -> None:
        for number, quarters in enumerate(batches(seed)):
            assert number < 20 or made.wait(60)
            records = [
                record
                for n in quarters
                for record in (flow(2 * n + 1, n * 15, zones=ZONES, period_s=900, count=n % 7), dwell(2 * n + 2, n))
            ]
            writer.store([received(*records)])

    def sum_up() -> None:
        while not storing.done():
            with suppress(DatabaseAwayError), connect(database_url, application="sums", autocommit=True) as summing:
                while not storing.done():
                    if sum_up_some(summing, NOW):
                        made.set()

    with ThreadPoolExecutor(3) as pool:
        storing = pool.submit(store)
        summing = [pool.submit(sum_up) for _ in range(2)]
        while not storing.done():
            database.execute(CUT_OFF)
            time.sleep(0.01)
        storing.result()
        assert [one.result() for one in summing] == [None, None]
    assert sum_differences(database, "torget", MARCH, 9) == ([], 0)
    while sum_up_some(database, NOW):
        pass
    assert sum_differences(database, "torget", MARCH, 9) == ([], 0)
    assert rows(database, "select sum(quarters) from platspuls.zone_dwell_day") == [(2 * QUARTERS,)]
