"""A run that is killed can note nothing: the next is careful, and in the end only the record at fault stands back."""

from collections.abc import Sequence

import pytest

from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.messages import RecordsMessage, Storable
from ingest.quarantine.in_flight import MOST_ALONE, known
from ingest.quarantine.records import Quarantine
from ingest.quarantine.runs import CAREFUL_S, IngestRun
from ingest.reconnecting_store import store_handle
from store.database import Database, connect
from tests.support.small_site import assert_recount_agrees, begun, flow, received, rows

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]


class Killed(BaseException):
    """Ends a run without a moment for anything else, as a signal does."""


def carry_on(database_url: str, deadly: int, *messages: Storable) -> list[StoredBatch]:
    """Run an ingest that is killed by storing a record of this number, and ends as it should if there is none."""
    with connect(database_url, application="ingest", autocommit=True) as connection:
        run, writer = begun(connection), BatchWriter(connection)

        def store(batch: Sequence[Storable]) -> StoredBatch:
            batches = (message.batch.records for message in batch if isinstance(message, RecordsMessage))
            if any(record.seq == deadly for records in batches for record in records):
                raise Killed
            return writer.store(batch)

        done = Quarantine(known(connection, run), store).store(messages)
        run.end(connection)
        return done


def kills(database_url: str, deadly: int, *messages: Storable) -> int:
    """Carry on until a run isn't killed; return how many were."""
    for number in range(10):
        try:
            carry_on(database_url, deadly, *messages)
        except Killed:
            continue
        return number
    raise AssertionError("every run was killed")


def test_a_record_that_kills_is_found_and_everything_else_is_stored(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    others = [received(*(flow(seq, seq) for seq in range(1, 4))), received(*(flow(seq, seq) for seq in range(11, 14)))]
    deadly = received(*(flow(seq, seq) for seq in range(4, 11)))
    # Nothing is known of the first; the batch, the message, and then the record alone twice.
    assert kills(database_url, 7, others[0], deadly, others[1]) == 3 + MOST_ALONE
    assert rows(database, "select stored::text, rejected::text from platspuls.delivery") == [("{[1,7),[8,14)}", "{}")]
    kept = "select state, seq, reason, payload is not null from platspuls.quarantined"
    [(state, seq, reason, is_kept)] = rows(database, kept)
    assert (state, seq, is_kept) == ("waiting", 7, True)
    assert "was killed while it stored this record and nothing else" in reason
    assert any("did not end as it should" in record.message for record in caplog.records)
    assert rows(database, "select count(*) from platspuls.suspect") == [(0,)]
    assert rows(database, "select count(*) from platspuls.ingest_run") == [(0,)]
    assert_recount_agrees(database)


def test_power_cuts_put_no_innocent_record_away(database: Database, database_url: str) -> None:
    batch = received(*(flow(seq, seq) for seq in range(1, 9)))
    for deadly in (1, 2, 3, 4, 5):  # each in another place
        with pytest.raises(Killed):
            carry_on(database_url, deadly, batch)
    assert kills(database_url, 0, batch) == 0
    assert rows(database, "select stored::text from platspuls.delivery") == [("{[1,9)}",)]
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]


def test_a_run_that_ended_as_it_should_costs_the_next_one_nothing(database: Database, database_url: str) -> None:
    assert kills(database_url, 0, received(flow(1, 1))) == 0
    with connect(database_url, application="ingest", autocommit=True) as connection:
        run = begun(connection)
        assert not run.is_careful()
        store_handle(connection, run).quarantine.store([received(flow(2, 2))])
        assert rows(database, "select trying from platspuls.ingest_run") == [([],)]


def test_who_is_connected_is_alive(database: Database, database_url: str) -> None:
    with (
        connect(database_url, application="ingest", autocommit=True) as one,
        connect(database_url, application="ingest", autocommit=True) as other,
    ):
        first, second = begun(one, alone=False), begun(other, alone=False)
        assert not first.is_careful()
        assert not second.is_careful()
        assert rows(database, "select count(*) from platspuls.ingest_run") == [(2,)]
        second.end(other)
    assert begun(database).is_careful()


def test_a_broken_connection_is_no_new_run(database: Database, database_url: str) -> None:
    run = IngestRun()
    for _ in range(2):
        with connect(database_url, application="ingest", autocommit=True) as connection:
            run.begin(connection)
    assert not run.is_careful()
    assert rows(database, "select count(*) from platspuls.ingest_run") == [(1,)]


def test_a_run_is_careful_for_some_minutes(database: Database, database_url: str) -> None:
    now_s = 0.0
    run = IngestRun(lambda: now_s)
    with connect(database_url, application="ingest", autocommit=True) as connection:
        begun(connection)
    with connect(database_url, application="ingest", autocommit=True) as connection:
        run.begin(connection)
        quarantine = store_handle(connection, run).quarantine
        quarantine.store([received(flow(1, 1))])
        assert rows(database, "select cardinality(trying) from platspuls.ingest_run") == [(1,)]
        now_s = CAREFUL_S
        quarantine.store([received(flow(2, 2))])
        assert rows(database, "select cardinality(trying) from platspuls.ingest_run") == [(0,)]
