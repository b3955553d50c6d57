"""A record that brings out a fault nobody foresaw: it ends the program once, and never again."""

import psycopg
import pytest

from core import wire
from ingest.batch.writer import StoredBatch
from ingest.messages import RefusedMessage, Storable, UnreadableMessage
from ingest.quarantine.marks import marks
from ingest.quarantine.records import MOST_QUARANTINED
from ingest.reconnecting_store import store_handle
from store.database import Database, DatabaseAwayError, connect
from tests.support.small_site import (
    EPOCH,
    arrive,
    assert_recount_agrees,
    begun,
    flow,
    meaning,
    plant_a_fault,
    received,
    rows,
    topic,
)

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]


def store(database_url: str, *messages: Storable) -> list[StoredBatch]:
    """Store as a program that was just started does."""
    with connect(database_url, application="ingest", autocommit=True) as connection:
        run = begun(connection)
        done = store_handle(connection, run).quarantine.store(messages)
        run.end(connection)
        return done


def settled(database: Database) -> tuple[str, str]:
    [row] = rows(database, "select stored::text, rejected::text from platspuls.delivery")
    return row[0], row[1]


def suspects(database: Database) -> list[tuple[str, int]]:
    return [
        (mark, crashes) for mark, crashes in rows(database, "select mark, crashes from platspuls.suspect order by 1")
    ]


def in_quarantine(database: Database) -> list[tuple[int, str, str, bool]]:
    found = rows(database, "select seq, state, reason, payload is not null from platspuls.quarantined order by 1")
    return [(seq, state, reason, kept) for seq, state, reason, kept in found]


def batch(*bad: int, last: int = 8) -> Storable:
    return received(*(flow(seq, seq, count=666 if seq in bad else 1) for seq in range(1, last + 1)))


def test_the_second_time_only_the_record_at_fault_is_left_out(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    plant_a_fault(database)
    with pytest.raises(psycopg.errors.RaiseException):
        store(database_url, batch(5), received(flow(1, 100, count=2), epoch="fedcba9876543210"))
    assert rows(database, "select count(*) from platspuls.delivery") == [(0,)]
    assert len(suspects(database)) == 9
    # The device puts its records into other messages when it sends them again.
    done = store(database_url, batch(5, last=5), received(*(flow(seq, seq) for seq in range(6, 11))))
    assert settled(database) == ("{[1,5),[6,11)}", "{}")
    assert done[-1].receipts[0].receipt == wire.Receipt(EPOCH, 0, [(6, 10)], minor=wire.MINOR)
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]
    [(seq, state, reason, kept)] = in_quarantine(database)
    assert (seq, state, kept) == (5, "waiting", True)
    assert reason.startswith("RaiseException: a fault nobody foresaw")
    assert rows(database, "select cause, times from platspuls.held") == [("quarantined", 1)]
    assert [record.levelname for record in caplog.records if "quarantined" in record.message] == ["ERROR"]
    assert suspects(database) == [("torget/cam/fedcba9876543210/1", 1)]
    assert_recount_agrees(database)


def test_what_was_only_in_its_company_is_stored(database: Database, database_url: str) -> None:
    plant_a_fault(database)
    company = received(flow(1, 200), epoch="fedcba9876543210")
    with pytest.raises(psycopg.errors.RaiseException):
        store(database_url, company, batch(1, last=1))
    assert store(database_url, company)[0].records == 1
    assert suspects(database) == [(f"torget/cam/{EPOCH}/1", 1)]


def test_a_fault_of_the_server_empties_nothing_into_quarantine(database: Database, database_url: str) -> None:
    plant_a_fault(database)
    everything = batch(*range(1, 31), last=30)
    for _ in range(4):
        with pytest.raises(psycopg.errors.RaiseException):
            store(database_url, everything)
    assert len(in_quarantine(database)) == MOST_QUARANTINED, "in all starts together"
    assert settled(database) == ("{}", "{}")


def test_a_refused_message_that_fails_is_known_again_by_its_bytes(database: Database, database_url: str) -> None:
    database.execute(
        "create function fail() returns trigger language plpgsql as "
        "$$ begin raise exception 'a fault nobody foresaw' using errcode = 'P0001'; end $$"
    )
    database.execute(
        "create trigger fail before insert on platspuls.reject for each row when (new.code = 'invalid') "
        "execute function fail()"
    )
    broken = meaning(arrive(b'{"epoch":"x","records":[]}'))
    assert isinstance(broken, RefusedMessage)
    with pytest.raises(psycopg.errors.RaiseException):
        store(database_url, broken)
    assert [mark for mark, _ in suspects(database)] == list(marks(broken))
    store(database_url, broken)
    assert rows(database, "select seq, payload from platspuls.quarantined") == [(None, broken.payload)]


def test_a_database_that_goes_away_makes_nothing_suspect(database: Database, database_url: str) -> None:
    with connect(database_url, application="ingest", autocommit=True) as connection:
        quarantine = store_handle(connection, begun(connection)).quarantine
        rows(
            database,
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'ingest' and datname = current_database()",
        )
        with pytest.raises(DatabaseAwayError):
            quarantine.store([batch()])
    assert suspects(database) == []


def test_what_cannot_even_be_read_waits_the_second_time_and_nothing_else_of_its_device(
    database: Database, database_url: str
) -> None:
    first, other = [
        UnreadableMessage(arrive(content), wire.parse_topic(topic()), RecursionError("too deep"))
        for content in (b"{}", b"[]")
    ]
    with pytest.raises(RecursionError):
        store(database_url, batch(), first)
    store(database_url, batch(), first)
    with pytest.raises(RecursionError):
        store(database_url, other)
    store(database_url, first, other)
    assert settled(database) == ("{[1,9)}", "{}")
    kept = rows(database, "select reason, payload, payload_bytes, state from platspuls.quarantined order by 3")
    assert kept == [("RecursionError: too deep", None, 2, "waiting")] * 2
    assert rows(database, "select cause from platspuls.held") == [("quarantined",)]
