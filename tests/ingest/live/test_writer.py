"""A tick or status that brings out a fault nobody foresaw ends the program once, and never again."""

import pytest

from ingest.batch.catalogue import Catalogue
from ingest.batch.writer import BatchWriter
from ingest.live.state import LatestStates
from ingest.live.writer import LiveStateWriter, write
from ingest.messages import AddressedReceipt
from ingest.quarantine.in_flight import MOST_ALONE, known
from store.database import Database, connect
from tests.ingest.live.test_state import LINE, live, status
from tests.ingest.quarantine.test_runs import Killed
from tests.support.small_site import begun, rows

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]


def post(database_url: str, fault: BaseException | None, times: int = 1) -> None:
    """Write a tick and a status, in a run that this fault ends when it writes the status."""

    def put(database: Database, states: LatestStates, catalogue: Catalogue) -> list[AddressedReceipt]:
        if fault and states.statuses():
            raise fault
        return write(database, states, catalogue)

    with connect(database_url, application="ingest", autocommit=True) as connection:
        run = begun(connection)
        live_writer = LiveStateWriter(known(connection, run), BatchWriter(connection), put)
        for _ in range(times):
            states = LatestStates()
            states.note(live(10, 3))
            states.note(status(20))
            live_writer.write(states)
            assert not states
        run.end(connection)


def test_the_second_time_only_what_is_at_fault_is_left_out(database: Database, database_url: str) -> None:
    with pytest.raises(ZeroDivisionError):
        post(database_url, ZeroDivisionError("a fault nobody foresaw"))
    assert rows(database, LINE) == []
    post(database_url, ZeroDivisionError("a fault nobody foresaw"), times=3)
    assert rows(database, LINE) == [(3,)]
    assert rows(database, "select code, reason, times, topic from platspuls.reject") == [
        ("quarantined", "ZeroDivisionError: a fault nobody foresaw", 1, "platspuls/v1/torget/cam/status")
    ]
    assert rows(database, "select mark from platspuls.suspect") == [("platspuls/v1/torget/cam/status",)]
    post(database_url, None)
    assert rows(database, "select made from platspuls.device_status") == [(7,)]
    assert rows(database, "select count(*) from platspuls.suspect") == [(0,)]


def test_what_kills_is_left_out_too(database: Database, database_url: str) -> None:
    for _ in range(2 + MOST_ALONE):
        with pytest.raises(Killed):
            post(database_url, Killed())
    post(database_url, Killed())
    assert rows(database, LINE) == [(3,)]
    assert rows(database, "select code, topic from platspuls.reject") == [
        ("quarantined", "platspuls/v1/torget/cam/status")
    ]
