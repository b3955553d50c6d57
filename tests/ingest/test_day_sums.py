"""Days are summed up beside storing: a little at a time, and no fault of it stops anything."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ingest.day_sums import BackgroundSums
from ingest.reconnecting_store import ReconnectingStore
from store.database import Database
from tests.support.small_site import ZONES, dwell, flow, received, rows

pytestmark = pytest.mark.chain


@dataclass
class Clock:
    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def store(database_url: str) -> Iterator[ReconnectingStore]:
    store = ReconnectingStore(database_url, threading.Event())
    yield store
    store.close()


def days(database: Database) -> int:
    [(count,)] = rows(database, "select count(*) from platspuls.line_day")
    return int(count)


def some_days(store: ReconnectingStore, count: int) -> None:
    pairs = [(flow(1 + 2 * day, day * 1440, zones=ZONES), dwell(2 + 2 * day, day * 96)) for day in range(count)]
    records = [record for pair in pairs for record in pair]
    store.run_once(lambda handle: handle.writer.store([received(*records)]))


def test_it_goes_on_in_steps_with_pauses_between_them(database: Database, store: ReconnectingStore) -> None:
    some_days(store, 3)
    clock = Clock()
    sums = BackgroundSums(store, clock)
    sums.sum_up_if_due(is_busy=False)
    assert days(database) == 0
    for _ in range(40):
        clock.now_s += 11
        sums.sum_up_if_due(is_busy=False)
    assert days(database) == 6
    some_days(store, 3)
    clock.now_s += 61
    sums.sum_up_if_due(is_busy=True)
    assert rows(database, "select count(*) from platspuls.zone_dwell_hour") == [(6,)]


def test_a_fault_is_said_once_and_stops_nothing(
    database: Database, store: ReconnectingStore, caplog: pytest.LogCaptureFixture
) -> None:
    some_days(store, 2)
    clock = Clock()
    sums = BackgroundSums(store, clock)
    database.execute("alter table platspuls.line_day rename to other")
    with caplog.at_level(logging.INFO, "ingest.day_sums"):
        for _ in range(3):
            clock.now_s += 1000
            sums.sum_up_if_due(is_busy=False)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        database.execute("alter table platspuls.other rename to line_day")
        clock.now_s += 1000
        sums.sum_up_if_due(is_busy=False)
    assert caplog.records[-1].getMessage() == "days can be summed up again"
    assert days(database) > 0
