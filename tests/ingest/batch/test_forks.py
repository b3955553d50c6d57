"""A number alone is no identity: what comes again is compared with what is kept of its number.

Where it differs the epoch has forked: nothing of it is settled any more, and nothing counted is taken for a repeat.
"""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from core import wire
from core.ranges import Ranges
from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.messages import Storable
from ingest.quarantine.bisect import store_around
from ingest.replay import Replayer, kept_reject
from store.database import Database, connect
from store.housekeeping import forget_before
from store.reconciliation import AccountFilter, accounts, complaints
from store.verify import Verifier
from tests.support.small_site import (
    ARRIVED,
    EPOCH,
    SITE,
    START,
    ZONES,
    arrive,
    assert_recount_agrees,
    dump,
    dwell,
    flow,
    meaning,
    payload,
    received,
    rows,
)

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

NEW_EPOCH = "fedcba9876543210"


def of_minor_0(*records: wire.Record, epoch: str = EPOCH) -> Storable:
    """Return records as a counter of the wire 1.0 sends them."""
    content = payload(records, epoch).replace(b'"minor":1', b'"minor":0')
    assert b'"minor":0' in content
    return meaning(arrive(content))


def run(first: int, last: int, *, later: int = 0, count: int = 1) -> list[wire.Record]:
    """Return records first..last, each of a minute of its own, so many minutes later."""
    return [flow(seq, seq + later, zones=ZONES, count=count) for seq in range(first, last + 1)]


def store_all(writer: BatchWriter, records: Sequence[wire.Record], make: Callable[..., Storable] = received) -> None:
    for at in range(0, len(records), 100):
        writer.store([make(*records[at : at + 100])])


def settled(database: Database, epoch: str = EPOCH) -> str:
    [(found,)] = rows(
        database, "select (stored + rejected + lost)::text from platspuls.delivery where epoch = %s", epoch
    )
    return str(found)


def fork(database: Database, epoch: str = EPOCH) -> tuple[int | None, str]:
    [row] = rows(database, "select fork_seq, disputed::text from platspuls.delivery where epoch = %s", epoch)
    return row[0], row[1]


def receipt(stored: StoredBatch) -> wire.Receipt:
    [addressed] = stored.receipts
    return addressed.receipt


def is_retired(stored: StoredBatch) -> bool:
    found = receipt(stored)
    return found.retire and found.through == 0 and not found.also


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


def changed_facts(record: wire.FlowRecord, **changes: int) -> wire.FlowRecord:
    lines = [msgspec.structs.replace(record.lines[0], **changes), *record.lines[1:]]
    return msgspec.structs.replace(record, lines=lines)


_KEPT = flow(1, 7, zones=ZONES, count=3)
OTHERS: dict[str, wire.Record] = {
    "a count": changed_facts(_KEPT, forward=4),
    "a gross count": changed_facts(_KEPT, gross_backward=9),
    "observed time": changed_facts(_KEPT, observed_ms=59_999),
    "a count of a zone": msgspec.structs.replace(
        _KEPT, zones=[msgspec.structs.replace(_KEPT.zones[0], presence_s=1), _KEPT.zones[1]]
    ),
    "the setup": msgspec.structs.replace(_KEPT, setup="sim-b"),
    "a flag": msgspec.structs.replace(_KEPT, flags=[wire.Flag.DARK]),
    "the flag of an unsure clock": msgspec.structs.replace(_KEPT, flags=[wire.Flag.CLOCK_UNSURE]),
    "the start": msgspec.structs.replace(_KEPT, start=_KEPT.start + timedelta(hours=5)),
    "the start, to what another record covers": msgspec.structs.replace(_KEPT, start=START),
    "the period": msgspec.structs.replace(_KEPT, start=START + timedelta(minutes=5), period_s=300),
    "a line less": msgspec.structs.replace(_KEPT, lines=_KEPT.lines[:1]),
    "a zone less": msgspec.structs.replace(_KEPT, zones=[]),
    "a line that the device never had": msgspec.structs.replace(
        _KEPT, lines=[msgspec.structs.replace(_KEPT.lines[0], line="elsewhere")]
    ),
    "the kind": dwell(1, 0),
    "totals without a time": wire.UnplacedRecord(seq=1, setup="sim-a", lines=[wire.LineTotal("north", 1, 2, 3, 4, 60)]),
}


@pytest.mark.parametrize("change", OTHERS)
@pytest.mark.parametrize("at_once", [False, True])
def test_whatever_differs_is_a_fork(database: Database, writer: BatchWriter, change: str, at_once: bool) -> None:
    """In one batch with what it differs from, and after it."""
    beside = received(flow(2, 0))
    if at_once:
        stored = writer.store([beside, received(_KEPT), received(OTHERS[change])])
    else:
        writer.store([beside, received(_KEPT)])
        before = dump(database, "setup")
        stored = writer.store([received(OTHERS[change], flow(3, 300))])
        assert dump(database, "setup") == before
    assert is_retired(stored)
    assert stored.forks == 1
    assert fork(database)[0] == 1
    assert settled(database) == "{[1,3)}"
    assert writer.store([received(_KEPT)]).repeats == 0


@pytest.mark.parametrize("record", [_KEPT, dwell(1, 0), OTHERS["totals without a time"]])
@pytest.mark.parametrize("as_conflict", [False, True])
def test_whatever_is_the_same_is_a_repeat(
    database: Database, writer: BatchWriter, record: wire.Record, as_conflict: bool
) -> None:
    if as_conflict:
        writer.store([received(_KEPT, dwell(2, 0), epoch=NEW_EPOCH)])
    writer.store([received(record)])
    before = dump(database)
    stored = writer.store([received(record)])
    assert (stored.repeats, stored.unkept, stored.forks) == (1, 0, 0)
    assert receipt(stored).through == 1
    assert dump(database) == before


def test_a_conflict_is_compared_as_it_was_kept_by_whichever_version(database: Database, writer: BatchWriter) -> None:
    writer.store([received(_KEPT, epoch=NEW_EPOCH)])
    flagged = msgspec.structs.replace(_KEPT, flags=[wire.Flag.MOVED, wire.Flag.DARK])
    assert writer.store([received(flagged)]).conflicts == 4
    database.execute("update platspuls.conflict set fact = fact - 'setup' where line_id is not null")
    assert writer.store([received(flagged)]).repeats == 1
    assert is_retired(writer.store([received(changed_facts(flagged, forward=8))]))


def test_a_record_in_part_a_conflict_is_compared_whole(writer: BatchWriter) -> None:
    writer.store([received(flow(1, 7, lines=["north"], count=9), epoch=NEW_EPOCH)])
    assert writer.store([received(_KEPT)]).conflicts == 1
    assert writer.store([received(_KEPT)]).repeats == 1
    assert is_retired(writer.store([received(changed_facts(_KEPT, forward=8))]))


def test_what_was_refused_is_compared_with_what_was_kept_of_it(database: Database, writer: BatchWriter) -> None:
    old = msgspec.structs.replace(_KEPT, start=_KEPT.start.replace(year=2019))
    writer.store([received(old)])
    assert writer.store([received(old)]).repeats == 1
    assert is_retired(writer.store([received(_KEPT)]))
    assert rows(database, "select count(*) from platspuls.line_flow") == [(0,)]


def test_what_could_not_be_read_and_now_can_is_another_record(writer: BatchWriter) -> None:
    bad = wire.encode(_KEPT).replace(b'"forward":3', b'"forward":-3')
    damaged = meaning(arrive(wire.encode_batch(EPOCH, [bad])))
    for _ in range(2):
        assert writer.store([damaged]).forks == 0
    assert is_retired(writer.store([received(_KEPT)]))


def test_a_damaged_copy_of_what_is_stored_loses_nothing_and_is_no_fork(writer: BatchWriter) -> None:
    writer.store([received(_KEPT)])
    bad = wire.encode(_KEPT).replace(b'"forward":3', b'"forward":-3')
    stored = writer.store([meaning(arrive(wire.encode_batch(EPOCH, [bad])))])
    assert (stored.repeats, stored.forks, receipt(stored).through) == (1, 0, 1)


def test_what_was_declared_lost_or_is_kept_no_more_counts_as_a_repeat_and_is_said(
    database: Database, writer: BatchWriter
) -> None:
    lost = [wire.LostRange(2, 3, "outbox_full")]
    writer.store([received(_KEPT, lost=lost)])
    stored = writer.store([received(flow(3, 50))])
    assert (stored.repeats, stored.unkept, receipt(stored).also) == (1, 1, [(3, 3)])
    forget_before(database, ARRIVED)
    for _ in range(2):
        stored = writer.store([received(_KEPT)])
        assert (stored.repeats, stored.unkept, stored.forks) == (1, 1, 0)
    assert rows(database, "select forked_at from platspuls.delivery") == [(None,)]


def test_facts_that_are_half_forgotten_are_no_fork(database: Database, writer: BatchWriter) -> None:
    """Lines are forgotten before zones, and a record may come in between."""
    writer.store([received(_KEPT)])
    database.execute("insert into platspuls.forgotten (before) values ('2026-01-01T00:00Z')")
    database.execute("delete from platspuls.line_flow")
    assert writer.store([received(_KEPT)]).forks == 0
    assert writer.store([received(msgspec.structs.replace(_KEPT, zones=_KEPT.zones[::-1]))]).forks == 0
    assert is_retired(writer.store([received(OTHERS["a count of a zone"])]))


def test_a_record_without_facts_comes_again_without_a_search(writer: BatchWriter) -> None:
    empty = wire.FlowRecord(seq=1, start=START, period_s=60, setup="sim-a")
    writer.store([received(empty)])
    stored = writer.store([received(empty)])
    assert (stored.repeats, stored.unkept, stored.forks) == (1, 0, 0)


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


@pytest.mark.parametrize("seed", range(2))
def test_in_any_world_nothing_that_differs_is_taken_for_a_repeat(writer: BatchWriter, seed: int) -> None:
    """Records come again, some of them changed: a message is settled only where each is what is kept."""
    rng = random.Random(seed)
    for world in range(15):
        epoch = f"{rng.getrandbits(64):016x}"
        known = [flow(seq, 100 * world + 2 * seq, zones=ZONES, count=rng.randint(0, 3)) for seq in range(1, 21)]
        writer.store([received(*known, epoch=epoch)])
        sent = [maybe_changed(rng, known[at]) for at in sorted(rng.sample(range(20), rng.randint(1, 20)))]
        stored = writer.store([received(*sent, epoch=epoch)])
        same = all(record == known[record.seq - 1] for record in sent)
        found = receipt(stored)
        named = Ranges.of([*([(1, found.through)] if found.through else []), *found.also])
        assert found.retire is not same
        assert named == (Ranges.of_numbers(record.seq for record in sent) if same else Ranges())
        assert stored.records == 0


def maybe_changed(rng: random.Random, record: wire.FlowRecord) -> wire.FlowRecord:
    match rng.randrange(20):
        case 0:
            return changed_facts(record, forward=record.lines[0].forward + 1)
        case 1:
            return msgspec.structs.replace(record, start=record.start + timedelta(minutes=1))
        case 2:
            return msgspec.structs.replace(record, lines=[])
        case _:
            return record
