"""Retries: the database goes away, and nothing is lost or doubled when it is back."""

import threading
import time
from collections.abc import Iterator

import pytest

from core.backoff import Backoff
from ingest.reconnecting_store import ReconnectingStore, StoreHandle
from store.database import Database, DatabaseAwayError, NotReadyError, connect, transaction
from tests.support.small_site import assert_recount_agrees, flow, received, rows


def quick() -> Backoff:
    return Backoff(0.001, 0.01)


OURS = "select pid from pg_stat_activity where application_name = 'platspuls ingest' and datname = current_database()"


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


@pytest.fixture
def store(database_url: str, stop: threading.Event) -> Iterator[ReconnectingStore]:
    store = ReconnectingStore(database_url, stop, quick())
    yield store
    store.close()


def cut(database: Database) -> None:
    """End the store's connection as a restart of the database does."""
    assert rows(database, f"select pg_terminate_backend(pid) from ({OURS}) as ours") == [(True,)]  # noqa: S608 - ours


@pytest.mark.chain
def test_a_server_that_is_gone_without_a_word_is_noticed_within_a_minute(database_url: str) -> None:
    separator = "&" if "?" in database_url else "?"
    with connect(f"{database_url}{separator}keepalives_idle=7", application="test") as database:
        parameters = database.info.get_parameters()
    assert (
        parameters["keepalives_idle"],
        parameters["keepalives_count"],
        parameters["tcp_user_timeout"],
    ) == ("7", "3", "60000")


@pytest.mark.chain
@pytest.mark.parametrize("when", ["before", "inside", "after"])
def test_a_batch_cut_off_is_stored_once(database: Database, store: ReconnectingStore, when: str) -> None:
    store.run_with_retries(lambda _handle: True)
    message, cuts = received(flow(1, 0), flow(2, 1)), [when]

    def work(handle: StoreHandle) -> int:
        if cuts and when == "before":
            cuts.clear()
            cut(database)
        with transaction(handle.database):
            stored = handle.writer.store([message])
            if cuts and when == "inside":
                cuts.clear()
                cut(database)
        if cuts:
            cuts.clear()
            cut(database)
            raise DatabaseAwayError("cut off after the commit")
        return stored.records

    assert store.run_with_retries(work) == (0 if when == "after" else 2)
    assert rows(database, "select count(*) from platspuls.line_flow") == [(4,)]
    assert_recount_agrees(database)


@pytest.mark.chain
def test_the_new_connection_remembers_nothing_of_the_old(database: Database, store: ReconnectingStore) -> None:
    writers = {store.run_once(lambda handle: id(handle.writer)), store.run_once(lambda handle: id(handle.writer))}
    assert len(writers) == 1
    cut(database)
    with pytest.raises(DatabaseAwayError):
        store.run_once(lambda handle: handle.writer.store([received(flow(1, 0))]))
    stored = store.run_once(lambda handle: handle.writer.store([received(flow(1, 0))]))
    assert stored.records == 1


@pytest.mark.chain
def test_a_database_without_the_schema_is_not_waited_for(empty_database_url: str, stop: threading.Event) -> None:
    with pytest.raises(NotReadyError, match="platspuls db migrate"):
        ReconnectingStore(empty_database_url, stop, quick()).run_with_retries(lambda _handle: True)


@pytest.mark.chain
def test_a_database_of_another_version_is_not_waited_for(database_url: str, stop: threading.Event) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute("insert into public.platspuls_migration values (9999, 'later', 'x')")
    with pytest.raises(NotReadyError, match="newer"):
        ReconnectingStore(database_url, stop, quick()).run_with_retries(lambda _handle: True)


NOWHERE = "postgresql://platspuls@/none?host=/nonexistent"


def test_it_waits_until_asked_to_stop(stop: threading.Event, caplog: pytest.LogCaptureFixture) -> None:
    store = ReconnectingStore(NOWHERE, stop, quick())
    threading.Timer(0.2, stop.set).start()
    assert store.run_with_retries(lambda _handle: True) is None
    assert [record.message[:21] for record in caplog.records] == ["the database is away,"]


def test_asked_to_stop_it_goes_on_until_the_deadline(stop: threading.Event) -> None:
    stop.set()
    began = time.monotonic()
    assert ReconnectingStore(NOWHERE, stop, quick()).run_with_retries(lambda _handle: True, began + 0.3) is None
    assert 0.3 <= time.monotonic() - began < 5
