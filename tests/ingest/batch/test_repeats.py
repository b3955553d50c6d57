"""A number alone is no identity: what comes again is compared with all that is kept of its number."""

import random
from datetime import timedelta

import msgspec
import pytest

from core import wire
from core.ranges import Ranges
from ingest.batch.writer import BatchWriter
from store.database import Database
from store.housekeeping import forget_before
from tests.support.forks import fork, is_retired, receipt, settled
from tests.support.small_site import (
    ARRIVED,
    EPOCH,
    START,
    ZONES,
    arrive,
    dump,
    dwell,
    flow,
    meaning,
    received,
    rows,
)

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

NEW_EPOCH = "fedcba9876543210"


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


@pytest.mark.parametrize("seed", range(2))
def test_in_any_world_nothing_that_differs_is_taken_for_a_repeat(writer: BatchWriter, seed: int) -> None:
    """Records come again, some of them changed: a message is settled only where each is what is kept."""
    rng = random.Random(seed)
    epoch = EPOCH
    for world in range(15):
        previous, epoch = epoch, f"{rng.getrandbits(64):016x}"
        known = [flow(seq, 100 * world + 2 * seq, zones=ZONES, count=rng.randint(0, 3)) for seq in range(1, 21)]
        writer.store([received(*known, epoch=epoch, previous=previous)])
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
