"""A device that was updated from commit 21d44ef: broker, ingest and PostgreSQL take what its outbox held."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from core.clock import SystemClock
from counter.detections import Detections
from counter.records.sqlite import sql
from counter.service.run import count
from counter.sources.port import Input
from platspuls.embedded.broker import Broker
from store.database import connect
from tests.chain.ingest_runs import ingesting
from tests.support.counter.frozen_files import EXPECTED, unpack
from tests.support.small_site import ALWAYS, assert_recount_agrees, make_site, put, rows
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

SITE = "frozen-files"


class Dark:
    """A camera that brings no frame until it is closed."""

    def __init__(self) -> None:
        self._closed = Event()

    def detections(self) -> Iterator[Detections]:
        self._closed.wait()
        yield from ()

    def close(self) -> None:
        self._closed.set()


def test_all_300_unsettled_records_are_stored(database_url: str, broker: Broker, tmp_path: Path) -> None:
    device = unpack("clocked", tmp_path, port=broker.port_v5, site=SITE)
    expected = EXPECTED["clocked"]
    stop = Event()
    counter = Thread(target=lambda: count(device, Input(Dark()), SystemClock(), stop, "0.1.0"))
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, SITE, ["cam"], assigned=ALWAYS)
        put(
            database,
            "delivery (device_id, epoch, made, stored, lost) "
            "select device_id, %s, 228, '{[70,140),[200,229)}', '{[5,9)}' from platspuls.device",
            expected["epoch"],
        )
        with ingesting(database_url, broker.port_v5):
            counter.start()
            try:
                eventually(lambda: _depth(device.outbox.path) == 0)
            finally:
                stop.set()
                counter.join(PATIENCE_S)
        stored = rows(
            database,
            "select seq from platspuls.line_flow union select seq from platspuls.zone_dwell "
            "union select seq from platspuls.unplaced_line order by 1",
        )
        opened = [expected["made"] + 1, expected["made"] + 2]  # what its checkpoint held open
        assert [seq for (seq,) in stored] == expected["unsettled"] + opened
        delivered = rows(database, "select stored::text, lost::text from platspuls.delivery")
        assert delivered == [("{[23,424)}", "{[1,23)}")]
        assert_recount_agrees(database)


def _depth(outbox: Path) -> int:
    """Return how many records still wait for a receipt, as another reader of the file sees it."""
    with closing(sqlite3.connect(outbox)) as connection:
        return int(connection.execute(sql("record_depth")).fetchone()[0])
