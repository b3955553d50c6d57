"""Rejects that are stored after all, once what refused them is fixed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core import wire
from ingest.batch.writer import BatchWriter
from ingest.quarantine.bisect import store_around
from ingest.replay import Replayer, ReplayResult, kept_reject
from store.database import Database, connect
from tests.support.small_site import (
    ARRIVED,
    EPOCH,
    START,
    arrive,
    assert_recount_agrees,
    assign,
    dump,
    flow,
    meaning,
    payload,
    plant_a_fault,
    received,
    rows,
)

pytestmark = pytest.mark.chain

RULE = "alter table platspuls.line_flow add constraint rule check (forward <> 13)"
NO_RULE = "alter table platspuls.line_flow drop constraint rule"


@pytest.fixture
def replayer(database_url: str) -> Iterator[Replayer]:
    with connect(database_url, application="replay", autocommit=True) as connection:
        yield Replayer(connection, "karin")


def replay(database: Database, replayer: Replayer, number: int = 1) -> ReplayResult:
    found = kept_reject(database, number)
    assert found is not None
    return replayer.replay(found)


def settled(database: Database) -> tuple[str, str]:
    [row] = rows(database, "select stored::text, rejected::text from platspuls.delivery")
    return row[0], row[1]


def noted(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "select replayed_by, outcome, outcome_reason from platspuls.reject order by reject_id")


def refuse_13(database: Database, writer: BatchWriter) -> None:
    """Have the second of three records refused by a rule of the database that is wrong."""
    database.execute(RULE)
    message = received(flow(1, 0), flow(2, 1, count=13), flow(3, 2))
    assert sum(stored.rejects for stored in store_around(writer.store, [message])) == 1
    database.execute("update platspuls.delivery set last_heard_at = '2025-06-01T00:00Z'")


def test_a_record_that_was_rejected_is_stored_as_if_it_never_was(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    refuse_13(database, writer)
    assert settled(database) == ("{[1,2),[3,4)}", "{[2,3)}")
    database.execute(NO_RULE)
    assert replay(database, replayer) == ReplayResult(1, "stored", "1 record stored, 2 facts counted")
    assert settled(database) == ("{[1,4)}", "{}")
    assert rows(database, "select forward from platspuls.line_quarter") == [(15,), (15,)]
    assert rows(database, "select version from platspuls.data_version") == [(3,)]
    assert rows(database, "select count(*) from platspuls.delivery where last_heard_at = '2025-06-01T00:00Z'") == [(1,)]
    assert noted(database) == [("karin", "stored", "1 record stored, 2 facts counted")]
    assert_recount_agrees(database)
    before = dump(database)
    again = replay(database, replayer)
    assert again.is_stored
    assert again.reason == "it was stored already: 1 record stored, 2 facts counted"
    assert writer.store([received(flow(2, 1, count=13))]).repeats == 1
    assert dump(database) == before


def test_what_is_refused_again_stays_rejected_with_the_new_reason(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    refuse_13(database, writer)
    before = dump(database)
    for _ in range(2):
        tried = replay(database, replayer)
        assert tried.outcome == "refused"
        assert "rule" in tried.reason
    assert dump(database) == before
    assert rows(database, "select times, code, outcome from platspuls.reject") == [(1, "database", "refused")]
    database.execute(NO_RULE)
    assert replay(database, replayer).outcome == "stored"


def test_what_would_have_to_wait_stays_rejected(database: Database, writer: BatchWriter, replayer: Replayer) -> None:
    refuse_13(database, writer)
    database.execute(NO_RULE)
    assign(database, "{}")
    before = dump(database)
    tried = replay(database, replayer)
    assert tried == ReplayResult(1, "held", "line north is not assigned to the device then")
    assert dump(database) == before
    assert rows(database, "select count(*) from platspuls.held") == [(0,)]
    assign(database, "{[2025-01-01T00:00Z,)}")
    assert replay(database, replayer).outcome == "stored"
    assert_recount_agrees(database)


def test_a_setup_that_was_undone_is_registered_again(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    refuse_13(database, writer)
    database.execute("update platspuls.reject set payload = replace(encode(payload, 'escape'), 'sim-a', 'new')::bytea")
    assert replay(database, replayer).outcome == "refused"
    assert rows(database, "select key from platspuls.setup") == [("sim-a",)]
    database.execute(NO_RULE)
    assert replay(database, replayer).outcome == "stored"
    assert rows(database, "select key from platspuls.setup order by 1") == [("new",), ("sim-a",)]


def test_time_covered_meanwhile_is_a_conflict(database: Database, writer: BatchWriter, replayer: Replayer) -> None:
    refuse_13(database, writer)
    database.execute(NO_RULE)
    writer.store([received(flow(1, 1, count=4), epoch="fedcba9876543210")])
    assert replay(database, replayer).reason == (
        "1 record stored, 0 facts counted, 2 not counted, since their time was covered before"
    )
    assert rows(database, "select count(*) from platspuls.conflict") == [(2,)]
    assert_recount_agrees(database)


def test_what_was_refused_for_a_time_that_had_not_come_is_judged_by_now_and_flagged(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    writer.store([received(flow(1, 0), at=START - timedelta(hours=1))])
    database.execute("update platspuls.reject set arrived_at = %s", (START - timedelta(seconds=240),))
    assert replay(database, replayer).outcome == "stored"
    unsure = wire.flag_bits([wire.Flag.CLOCK_UNSURE])
    assert rows(database, "select distinct flags from platspuls.line_flow") == [(unsure,)]
    assert rows(database, "select distinct skew_s from platspuls.line_skew") == [(300,)]
    assert writer.store([received(flow(1, 0))]).repeats == 1
    assert rows(database, "select forked_at from platspuls.delivery") == [(None,)]


def test_a_time_that_has_not_come_yet_is_refused_again(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    writer.store([received(flow(1, 90_000_000))])
    tried = replay(database, replayer)
    assert tried.outcome == "refused"
    assert tried.reason.startswith("too_new: ")


def test_a_quarantined_record_comes_in_once_the_fault_is_stored(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    refuse_13(database, writer)
    database.execute(NO_RULE)
    plant_a_fault(database, 13)
    tried = replay(database, replayer)
    assert tried.outcome == "refused"
    assert tried.reason.startswith("RaiseException: a fault nobody foresaw")
    database.execute("drop trigger fault on platspuls.line_flow")
    assert replay(database, replayer).outcome == "stored"


def test_a_whole_message_that_is_understood_now_is_stored(
    database: Database, writer: BatchWriter, replayer: Replayer
) -> None:
    broken = payload([flow(1, 0), flow(2, 1)]).replace(EPOCH.encode(), b"not-an-epoch", 1)
    writer.store([meaning(arrive(broken))])
    assert replay(database, replayer).outcome == "refused"
    database.execute("update platspuls.reject set payload = %s", (payload([flow(1, 0), flow(2, 1)]),))
    assert replay(database, replayer).reason == "2 records stored, 4 facts counted"
    assert settled(database) == ("{[1,3)}", "{}")
    assert replay(database, replayer).is_stored


def test_what_was_settled_meanwhile_is_a_repeat(database: Database, writer: BatchWriter, replayer: Replayer) -> None:
    writer.store([meaning(arrive(b'{"epoch":"x","records":[]}'))])
    database.execute("update platspuls.reject set payload = %s", (payload([flow(1, 0)]),))
    writer.store([received(flow(1, 0))])
    before = dump(database)
    assert replay(database, replayer) == ReplayResult(1, "repeat", "all of it had been settled before")
    assert dump(database) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{" + b" " * wire.MAX_PAYLOAD_BYTES, "larger than the wire allows"),
        (b'{"epoch":"0123456789abcdef","face":"anna"}', "fields that the wire doesn't know"),
        (b'{"epoch":"' + b"a" * 100 + b'"}', "more than plain numbers"),
    ],
)
def test_what_was_not_kept_says_why(
    database: Database, writer: BatchWriter, replayer: Replayer, content: bytes, said: str
) -> None:
    writer.store([meaning(arrive(content))])
    tried = replay(database, replayer)
    assert tried.outcome is None
    assert said in tried.reason
    assert noted(database) == [(None, None, None)]


# What is held ------------------------------------------------------------------------------------------------------


def held(database: Database) -> list[str]:
    return [cause for (cause,) in rows(database, "select cause from platspuls.held order by 1")]


def test_a_name_that_is_known_now_is_no_longer_held(database: Database, writer: BatchWriter) -> None:
    message = received(flow(1, 0), device="new")
    writer.store([message])
    assert held(database) == ["unknown_device"]
    database.execute(
        "insert into platspuls.device (site_id, key, name_sv, name_en) "
        "select site_id, 'new', 'x', 'x' from platspuls.site"
    )
    assign(database, "{[2025-01-01T00:00Z,)}")
    writer.store([received(flow(1, 1))])
    assert held(database) == ["unknown_device"]
    writer.store([message])
    assert held(database) == []


def test_what_is_not_assigned_is_held_until_all_is_settled(database: Database, writer: BatchWriter) -> None:
    assign(database, "{[2025-03-03T10:01Z,)}")
    old, new = received(flow(1, 0)), received(flow(2, 1))
    for _ in range(2):
        writer.store([old])
        writer.store([new])
        assert held(database) == ["not_assigned"]
    [(since,)] = rows(database, "select unsettled_since from platspuls.delivery")
    assert since is not None
    assign(database, "{[2025-01-01T00:00Z,)}")
    writer.store([old])
    assert held(database) == []
    assert rows(database, "select unsettled_since from platspuls.delivery") == [(None,)]


def test_a_newer_version_is_held_until_its_records_are_settled(database: Database, writer: BatchWriter) -> None:
    newer = meaning(arrive(payload([flow(2, 1)]).replace(b'"minor":1', b'"minor":7,"new":1', 1)))
    writer.store([received(flow(1, 0))])
    writer.store([newer])
    database.execute(
        "insert into platspuls.device_status (device_id, online, at, epoch, made) values (1, true, %s, %s, 2)",
        (ARRIVED, EPOCH),
    )
    writer.store([received(flow(1, 0))])
    assert held(database) == ["newer_version"]
    writer.store([received(flow(2, 1))])
    assert held(database) == []
