"""A fault of the server is no fault of a record: nothing is settled by it, and only what fails alone is quarantined."""

from dataclasses import replace

import msgspec
import pytest

from core import wire
from ingest.batch.writer import StoredBatch
from ingest.messages import RecordsMessage, Refusal, RefusedRecord, Storable
from ingest.quarantine.runs import IngestRun
from ingest.quarantine.server_faults import PARTED_FROM, ServerFaults
from ingest.reconnecting_store import store_handle
from store.database import Database, ServerFaultError, connect, statement
from store.quarantine import quarantined_records, reject, release
from tests.support.small_site import EPOCH, dwell, flow, received, rows

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

SERVER_FAULTS = [
    "58030",
    *(pytest.param(state, marks=pytest.mark.full) for state in ("58P01", "F0000", "XX000", "XX001", "XX002")),
]


def break_server(
    database: Database, state: str, when: str = "true", table: str = "line_flow", at: str = "insert"
) -> None:
    """Let the server fail at each line's fact, or at those of which `when` is true; or so at another table."""
    database.execute(
        "create or replace function platspuls.broken() returns trigger language plpgsql as "
        f"$$ begin raise exception 'could not read block 7' using errcode = '{state}'; end $$".encode()
    )
    database.execute(
        f"create or replace trigger broken before {at} on platspuls.{table} for each row when ({when}) "
        "execute function platspuls.broken()".encode()
    )


def mended(database: Database) -> None:
    database.execute("drop trigger broken on platspuls.line_flow")


class Program:
    """Ingest from its start to its end: each try is on a new connection, as after the database was away."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._faults = ServerFaults()
        self._run = IngestRun()

    def store(self, *messages: Storable) -> list[StoredBatch]:
        with connect(self._url, application="ingest", autocommit=True) as connection:
            self._run.begin(connection)
            return store_handle(connection, self._run, faults=self._faults).quarantine.store(messages)

    def fails(self, times: int, *messages: Storable) -> None:
        for _ in range(times):
            with pytest.raises(ServerFaultError):
                self.store(*messages)

    def end(self) -> None:
        with connect(self._url, application="ingest", autocommit=True) as connection:
            self._run.end(connection)


def settled(database: Database) -> list[tuple[str, str]]:
    found = rows(database, "select stored::text, rejected::text from platspuls.delivery order by epoch")
    return [(stored, rejected) for stored, rejected in found]


def batch(*bad: int, last: int = 8) -> Storable:
    return received(*(flow(seq, seq, count=666 if seq in bad else 1) for seq in range(1, last + 1)))


@pytest.mark.parametrize("state", SERVER_FAULTS)
def test_while_the_server_fails_at_all_nothing_is_settled_in_any_number_of_starts(
    database: Database, database_url: str, state: str
) -> None:
    break_server(database, state)
    for kill in (False, True, True, False):
        program = Program(database_url)
        program.fails(PARTED_FROM + 3, batch(last=12))
        if not kill:
            program.end()
    assert settled(database) == []
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]
    assert rows(database, "select count(*) from platspuls.quarantined") == [(0,)]
    assert rows(database, "select count(*) from platspuls.held") == [(0,)]
    mended(database)
    assert Program(database_url).store(batch(last=12))[0].records == 12


@pytest.mark.parametrize("state", ["58030", "XX001"])
def test_what_fails_alone_while_others_are_stored_is_quarantined(
    database: Database, database_url: str, state: str
) -> None:
    break_server(database, state, "new.forward = 666")
    other = received(flow(1, 100), epoch="fedcba9876543210")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, batch(5), other)
    done = program.store(batch(5), other)
    assert sum(each.records for each in done) == 8
    assert settled(database) == [("{[1,5),[6,9)}", "{}"), ("{[1,2)}", "{}")]
    [one] = quarantined_records(database, None, None, 10)
    assert (one.site, one.device, one.epoch, one.seq, one.state) == ("torget", "cam", EPOCH, 5, "waiting")
    assert "could not read block 7" in one.reason
    # It is recognised before it is tried: the server would fail at it again.
    again = program.store(batch(5))
    assert again[-1].receipts[0].receipt == wire.Receipt(EPOCH, 4, [(6, 8)], minor=wire.MINOR)
    assert [each.held for each in again if each.held]


def test_released_it_is_stored_when_it_comes_and_failing_again_it_waits_again(
    database: Database, database_url: str
) -> None:
    break_server(database, "XX001", "new.forward = 666")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, batch(5))
    program.store(batch(5))
    [one] = quarantined_records(database, None, None, 10)
    assert release(database, one.number, "anna", "the disk is new")
    assert not release(database, one.number, "anna", "once more")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, batch(5))
    program.store(batch(5))
    [one] = quarantined_records(database, "torget", "cam", 10)
    assert (one.state, one.times) == ("waiting", 2)
    mended(database)
    assert release(database, one.number, "anna", "the disk is new, really")
    assert sum(each.records for each in program.store(batch(5))) == 1
    assert settled(database) == [("{[1,9)}", "{}")]
    assert quarantined_records(database, None, None, 10) == []
    [past] = quarantined_records(database, None, None, 10, decided=True)
    assert (past.state, past.decided_by, past.decision) == ("released", "anna", "the disk is new, really")


def test_rejected_it_is_settled_as_such_when_it_comes(database: Database, database_url: str) -> None:
    break_server(database, "XX001", "new.forward = 666")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, batch(5))
    program.store(batch(5))
    [one] = quarantined_records(database, None, None, 10)
    assert reject(database, one.number, "anna", "a test by hand")
    program.store(batch(5))
    assert settled(database) == [("{[1,5),[6,9)}", "{[5,6)}")]
    found = rows(database, "select code, seq, reason, payload is not null from platspuls.reject")
    assert found == [("quarantined", 5, "a test by hand", True)]


def test_another_record_under_a_rejected_number_is_compared(database: Database, database_url: str) -> None:
    """An older image of the card was put back: what a person has rejected was another record."""
    break_server(database, "XX001", "new.forward = 666")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, batch(5))
    program.store(batch(5))
    [one] = quarantined_records(database, None, None, 10)
    assert reject(database, one.number, "anna", "a test by hand")
    program = Program(database_url)
    program.store(batch(5))
    assert Program(database_url).store(batch(5))[-1].forks == 0
    done = Program(database_url).store(received(flow(5, 500)))
    assert [each.forks for each in done] == [1]
    assert done[0].receipts[0].receipt.retire


def held_causes(database: Database) -> set[str]:
    return {cause for (cause,) in rows(database, "select cause from platspuls.held")}


def test_more_than_a_few_within_an_hour_are_the_servers(database: Database, database_url: str) -> None:
    """What is more than may be in quarantine waits without anybody's decision, and the others go on."""
    break_server(database, "XX001", "new.forward = 666")
    bad = range(2, 40, 2)
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, batch(*bad, last=40))
    program.store(batch(*bad, last=40))
    assert len(quarantined_records(database, None, None, 100)) == 10
    stored, rejected = settled(database)[0]
    assert (stored.count("["), rejected) == (20, "{}"), "the others are stored"
    assert held_causes(database) == {"quarantined", "server_fault"}
    # It is known by now that the server fails at some: nothing waits for four failures again.
    assert sum(each.records for each in program.store(received(flow(41, 41, count=666), flow(42, 42)))) == 1
    mended(database)
    program.store(batch(*bad, last=40))
    stored, rejected = settled(database)[0]
    assert (stored.count("["), rejected) == (12, "{}"), "what was held needs nobody"


def test_a_device_of_which_all_fails_stops_no_other(database: Database, database_url: str) -> None:
    """Its message of many records comes first, with records that can't be read and a lost range."""
    break_server(database, "XX001", "new.forward = 666")
    first = received(
        *(flow(seq, seq, count=666) for seq in range(2, 72)),
        epoch="00000000000000aa",
        lost=[wire.LostRange(80, 81, "outbox_full")],
    )
    other = received(flow(1, 100), epoch="fedcba9876543210")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, first, other)
    assert sum(each.records for each in program.store(first, other)) == 1
    assert ("{[1,2)}", "{}") in settled(database)
    assert len(quarantined_records(database, None, None, 100)) == 10


@pytest.mark.parametrize("state", ["58030", "XX001"])
def test_a_record_that_fails_beside_one_that_cannot_be_read_is_known_alone(
    database: Database, database_url: str, state: str
) -> None:
    break_server(database, state, "new.forward = 666")
    bad = received(flow(1, 1), flow(2, 2, count=666), lost=[wire.LostRange(9, 9, "outbox_full")])
    assert isinstance(bad, RecordsMessage)
    refused = RefusedRecord(wire.Seq(3), Refusal("invalid", "a count is below 0"), b"{}")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, replace(bad, refused=(refused,)))
    program.store(replace(bad, refused=(refused,)))
    assert settled(database) == [("{[1,2)}", "{[3,4)}")]
    assert rows(database, "select lost::text from platspuls.delivery") == [("{[9,10)}",)]
    [one] = quarantined_records(database, None, None, 10)
    assert one.seq == 2


def test_a_suspect_that_the_server_fails_at_stops_no_other(database: Database, database_url: str) -> None:
    break_server(database, "XX001", "new.forward = 666")
    suspect, other = batch(1, last=1), received(flow(1, 100), epoch="fedcba9876543210")
    marks = [f"torget/cam/{EPOCH}/1"]
    database.execute(statement("quarantine/suspect_note"), {"marks": marks})
    done = Program(database_url).store(suspect, other)
    assert sum(each.records for each in done) == 1
    assert held_causes(database) == {"server_fault"}
    assert rows(database, "select mark from platspuls.suspect") == [(marks[0],)]


@pytest.mark.parametrize(
    ("table", "when"),
    [("delivery", "new.epoch = '00000000000000aa'"), ("setup", "new.key = 'broken'"), ("zone_dwell", "true")],
)
def test_whatever_table_the_server_fails_at_the_others_go_on(
    database: Database, database_url: str, table: str, when: str
) -> None:
    """Not only facts stand on damaged pages. What fails is settled nowhere, and ingest doesn't stop at it."""
    break_server(database, "XX001", when, table, "insert or update")
    broken = [msgspec.structs.replace(flow(seq, seq), setup="broken") for seq in range(1, 21)]
    bad = [*(broken if table != "zone_dwell" else []), dwell(21, 0)]
    first = received(*bad, epoch="00000000000000aa", lost=[wire.LostRange(30, 31, "outbox_full")])
    other = received(*(flow(seq, 100 + seq) for seq in range(1, 4)), epoch="fedcba9876543210")
    program = Program(database_url)
    program.fails(PARTED_FROM - 1, first, other)
    assert sum(each.records for each in program.store(first, other)) >= 3
    found = dict(rows(database, "select epoch, stored::text from platspuls.delivery"))
    assert found["fedcba9876543210"] == "{[1,4)}"
    assert found.get("00000000000000aa", "{}") == ("{[21,22)}" if table == "setup" else "{}")
    assert sum(each.records for each in program.store(received(flow(4, 104), epoch="fedcba9876543210"), first)) == 1
