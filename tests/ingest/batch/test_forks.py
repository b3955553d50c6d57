"""Where what comes again differs from what is kept of its number, nothing of the epoch is settled any more."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from core import wire
from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.quarantine.bisect import store_around
from ingest.replay import Replayer, kept_reject
from store.aggregates.verify import Verifier
from store.database import Database, connect
from store.reconciliation import AccountFilter, accounts, complaints
from tests.support.forks import fork, is_retired, of_minor_0, receipt, run, settled, store_all
from tests.support.small_site import (
    ARRIVED,
    EPOCH,
    SITE,
    arrive,
    assert_recount_agrees,
    dump,
    flow,
    meaning,
    received,
    rows,
)

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

NEW_EPOCH = "fedcba9876543210"


def held(database: Database) -> list[tuple[str, str]]:
    return rows(database, "select cause, detail from platspuls.held order by 1")


def test_an_older_image_of_the_card_loses_no_minute(database: Database, writer: BatchWriter) -> None:
    """1-50 delivered, image taken, 51-150 delivered, image put back, 300 minutes offline: 51-350 are other records."""
    writer.store([received(*run(1, 50))])
    writer.store([received(*run(51, 150))])
    before = dump(database, "data_version")
    others = run(51, 350, later=1000, count=5)
    sent = [received(*others[at : at + 100]) for at in range(0, 300, 100)]
    assert all(is_retired(writer.store([message])) for message in sent)
    assert fork(database) == (51, "{[51,351)}")
    assert settled(database) == "{[1,151)}"
    assert dump(database, "data_version") == before
    assert held(database) == [("forked", f"record 51 of epoch {EPOCH} came again with other contents")]
    renumbered = [msgspec.structs.replace(record, seq=seq) for seq, record in enumerate(others, 1)]
    for at in range(0, 300, 100):
        stored = writer.store([received(*renumbered[at : at + 100], epoch=NEW_EPOCH, previous=EPOCH)])
        assert (stored.records, stored.conflicts) == (100, 0)
    assert rows(database, "select count(*), sum(forward) from platspuls.line_flow where line_id = 1") == [
        (450, 150 + 5 * 300)
    ]
    assert held(database) == []
    assert_recount_agrees(database)
    assert list(complaints(database, AccountFilter(), accounts(database, AccountFilter()), ARRIVED)) == []


@pytest.mark.parametrize("one_batch", [True, False])
def test_the_newest_slot_answered_first_settles_nothing_of_what_is_on_its_way(
    database: Database, writer: BatchWriter, one_batch: bool
) -> None:
    store_all(writer, run(1, 150))
    newest, reused = received(*run(447, 450, later=1000)), received(*run(51, 150, later=1000))
    if one_batch:
        assert is_retired(writer.store([newest, reused]))
    else:
        first = receipt(writer.store([newest]))
        assert (first.through, first.also, first.retire) == (0, [(447, 450)], False)
        assert is_retired(writer.store([reused]))
    assert settled(database) == "{[1,151),[447,451)}"
    assert fork(database) == (51, "{[51,151)}")


def test_more_than_a_thousand_reused_numbers_through_two_replicas(database: Database, database_url: str) -> None:
    replicas = [connect(database_url, application="replica", autocommit=True) for _ in range(2)]
    try:
        writers = [BatchWriter(replica) for replica in replicas]
        store_all(writers[0], run(1, 1200))
        before = dump(database)
        reused = [received(*run(at + 1, at + 100, later=5000)) for at in range(0, 1200, 100)]

        def send(replica: int) -> list[StoredBatch]:
            return [writers[replica].store([message]) for message in reused[replica::2]]

        with ThreadPoolExecutor(2) as pool:
            done = [stored for of_replica in pool.map(send, range(2)) for stored in of_replica]
        assert len(done) == 12
        assert all(is_retired(stored) for stored in done)
        assert dump(database, "delivery") == {name: table for name, table in before.items() if name != "delivery"}
        assert settled(database) == "{[1,1201)}"
        assert fork(database)[1] == "{[1,1201)}"
    finally:
        for replica in replicas:
            replica.close()


def test_a_message_with_some_equal_and_some_other_records_settles_nothing(
    database: Database, writer: BatchWriter
) -> None:
    """The image sends 45-50 again with what it made since; under the new epoch these six are no conflict."""
    store_all(writer, run(1, 150))
    message = [*run(45, 50), *run(51, 144, later=1000)]
    assert is_retired(writer.store([received(*message)]))
    before = dump(database, "delivery", "data_version")
    renumbered = [msgspec.structs.replace(record, seq=seq) for seq, record in enumerate(message, 1)]
    stored = writer.store([received(*renumbered, epoch=NEW_EPOCH, previous=EPOCH)])
    assert (stored.records, stored.facts, stored.conflicts) == (100, 94 * 4, 0)
    assert (settled(database), settled(database, NEW_EPOCH)) == ("{[1,151)}", "{[1,101)}")
    assert dump(database)["conflict"] == before["conflict"] == []
    [month] = Verifier(database, SITE).months(None, None)
    assert Verifier(database, SITE).disagreements(month) == []
    assert rows(database, "select repeated::text from platspuls.delivery where epoch = %s", NEW_EPOCH) == [("{[1,7)}",)]
    again = writer.store([received(*renumbered, epoch=NEW_EPOCH, previous=EPOCH)])
    assert (again.repeats, again.forks) == (100, 0)


def test_only_what_an_epoch_before_has_word_for_word_is_no_conflict(writer: BatchWriter) -> None:
    writer.store([received(*run(1, 3))])
    same = msgspec.structs.replace(run(3, 3)[0], seq=1)
    other = msgspec.structs.replace(run(2, 2, count=4)[0], seq=2)
    assert writer.store([received(same, other, epoch=NEW_EPOCH)]).conflicts == 8
    stored = writer.store([received(same, other, epoch="00000000000000aa", previous=NEW_EPOCH)])
    assert stored.conflicts == 8
    stored = writer.store([received(same, other, epoch="00000000000000bb", previous=EPOCH)])
    assert stored.conflicts == 4
    last = writer.store([received(same, epoch="00000000000000cc", previous="00000000000000bb")])
    assert (last.conflicts, last.records) == (0, 1)


def test_a_fork_of_an_older_counter_is_held_until_its_program_is_updated(
    database: Database, writer: BatchWriter
) -> None:
    store_all(writer, run(1, 150), of_minor_0)
    others = run(51, 150, later=1000)
    for _ in range(2):
        stored = writer.store([of_minor_0(*others)])
        assert receipt(stored) == wire.Receipt(EPOCH, 0)
        assert stored.records == 0
    [(cause, detail)] = held(database)
    assert cause == "forked"
    assert "update this counter's program" in detail
    [account] = accounts(database, AccountFilter())
    assert account.forked_at is not None
    [sentence, *_] = complaints(database, AccountFilter(), [account], ARRIVED)
    assert "has forked" in sentence
    assert is_retired(writer.store([received(*others)]))
    renumbered = [msgspec.structs.replace(record, seq=seq) for seq, record in enumerate(others, 1)]
    assert writer.store([received(*renumbered, epoch=NEW_EPOCH, previous=EPOCH)]).records == 100
    assert held(database) == []


def test_nothing_later_of_a_forked_epoch_is_settled_by_whatever_message(
    database: Database, writer: BatchWriter
) -> None:
    writer.store([received(*run(1, 3))])
    writer.store([received(*run(2, 2, later=100))])
    bad = wire.encode(flow(9, 9)).replace(b'"forward":1', b'"forward":-1')
    for message in (
        received(*run(4, 9)),
        received(lost=[wire.LostRange(4, 9, "outbox_full")]),
        received(),
        meaning(arrive(wire.encode_batch(EPOCH, [bad]))),
    ):
        assert is_retired(writer.store([message]))
    assert settled(database) == "{[1,4)}"
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]
    assert rows(database, "select made from platspuls.delivery") == [(3,)]


def test_what_was_rejected_before_the_fork_can_be_stored_after_it(
    database: Database, database_url: str, writer: BatchWriter
) -> None:
    database.execute("alter table platspuls.line_flow add constraint rule check (forward <> 13)")
    list(store_around(writer.store, [received(flow(1, 0), flow(2, 1, count=13))]))
    database.execute("alter table platspuls.line_flow drop constraint rule")
    assert is_retired(writer.store([received(flow(1, 50))]))
    kept = kept_reject(database, 1)
    assert kept is not None
    with connect(database_url, application="replay", autocommit=True) as connection:
        assert Replayer(connection, "karin").replay(kept).outcome == "stored"
    assert fork(database)[0] == 1
    assert is_retired(writer.store([received(flow(1, 0))]))
