"""The writer against a real PostgreSQL: what is stored, settled, refused, held, and what comes again."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from core import wire
from core.ranges import Ranges
from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.messages import Storable, incoming
from ingest.quarantine.bisect import store_around
from store.database import Database, DatabaseAwayError, DataError, connect
from tests.support.small_site import (
    ARRIVED,
    DEVICE,
    EPOCH,
    SITE,
    START,
    ZONES,
    a_run,
    arrive,
    assert_recount_agrees,
    assign,
    dump,
    dwell,
    flow,
    make_site,
    meaning,
    payload,
    received,
    rows,
)
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

OTHER_EPOCH = "fedcba9876543210"


def settled(database: Database, epoch: str = EPOCH) -> tuple[str, str, str]:
    [row] = rows(
        database, "select stored::text, rejected::text, lost::text from platspuls.delivery where epoch = %s", epoch
    )
    return row[0], row[1], row[2]


def named(stored: StoredBatch) -> list[tuple[int, int]]:
    """Return the ranges that the receipts name."""
    receipts = [addressed.receipt for addressed in stored.receipts]
    return [
        pair for receipt in receipts for pair in [*([(1, receipt.through)] if receipt.through else []), *receipt.also]
    ]


def rejects(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "select code, epoch, seq, times from platspuls.reject order by seq, reject_id")


def test_a_record_becomes_facts_quarters_and_a_receipt(database: Database, writer: BatchWriter) -> None:
    stored = writer.store([received(flow(1, 0, zones=ZONES, count=3), flow(2, 14), dwell(3, 0))])
    [receipt] = stored.receipts
    assert str(receipt.topic) == "platspuls/v1/torget/cam/receipt"
    assert receipt.receipt == wire.Receipt(EPOCH, 3, minor=wire.MINOR)
    assert (stored.records, stored.facts, stored.conflicts) == (3, 8, 0)
    assert settled(database) == ("{[1,4)}", "{}", "{}")
    assert rows(database, "select forward, gross_backward, minutes from platspuls.line_quarter") == [
        (4, 2, 0b100000000000001),
        (4, 2, 0b100000000000001),
    ]
    assert rows(database, "select complete_23, fragment_over_s, flags from platspuls.zone_dwell") == [(1, 14400, 1)] * 2
    assert_recount_agrees(database)


def split_anyhow(rng: random.Random, batch: wire.Batch) -> Iterator[wire.Batch]:
    """Cut a message at random, with its lost ranges in a random part."""
    records, pieces = batch.records, []
    while records:
        size = rng.randint(1, len(records))
        pieces.append(msgspec.structs.replace(batch, records=records[:size], lost=[]))
        records = records[size:]
    place = rng.randrange(len(pieces))
    pieces[place] = msgspec.structs.replace(pieces[place], lost=batch.lost)
    yield from pieces


def as_message(batch: wire.Batch) -> Storable:
    return received(*batch.records, epoch=batch.epoch, lost=batch.lost)


def in_batches(rng: random.Random, messages: Sequence[Storable]) -> Iterator[Sequence[Storable]]:
    rest = list(messages)
    while rest:
        size = rng.randint(1, 6)
        yield rest[:size]
        rest = rest[size:]


@pytest.mark.parametrize("seed", range(4))
def test_what_comes_again_in_any_order_and_split_changes_nothing(
    database: Database, writer: BatchWriter, seed: int
) -> None:
    rng = random.Random(seed)
    run = a_run(rng)
    for messages in in_batches(rng, [as_message(batch) for batch in run]):
        writer.store(messages)
    before = dump(database)
    assert_recount_agrees(database)
    assert before["conflict"]
    for _ in range(2):
        again = [as_message(piece) for batch in run for piece in split_anyhow(rng, batch)]
        rng.shuffle(again)
        for messages in in_batches(rng, again):
            assert writer.store(messages).records == 0
    assert dump(database) == before


@pytest.mark.parametrize("seed", range(3))
def test_without_time_covered_twice_the_order_of_arrival_doesnt_matter(
    database: Database, writer: BatchWriter, seed: int, database_url: str
) -> None:
    rng = random.Random(seed)
    run = a_run(rng, [EPOCH])
    pieces = [as_message(piece) for batch in run for piece in split_anyhow(rng, batch)]
    rng.shuffle(pieces)
    for messages in in_batches(rng, pieces):
        writer.store(messages)
    shuffled = dump(database, "data_version")
    database.execute("truncate platspuls.line_flow, platspuls.zone_flow, platspuls.zone_dwell")
    database.execute("truncate platspuls.line_quarter, platspuls.zone_quarter")
    database.execute("truncate platspuls.conflict, platspuls.delivery restart identity cascade")
    with connect(database_url, application="test", autocommit=True) as connection:
        BatchWriter(connection).store([as_message(batch) for batch in run])
    assert dump(database, "data_version") == shuffled


def test_a_second_epoch_at_the_same_start_is_a_conflict_shown_and_not_counted(
    database: Database, writer: BatchWriter
) -> None:
    writer.store([received(flow(1, 0, zones=ZONES, count=5), dwell(2, 0, count=5))])
    before = dump(database, "conflict", "delivery", "data_version")
    stored = writer.store([received(flow(1, 0, zones=ZONES, count=7), dwell(2, 0, count=7), epoch=OTHER_EPOCH)])
    assert (stored.records, stored.facts, stored.conflicts) == (2, 0, 6)
    assert stored.receipts[0].receipt == wire.Receipt(OTHER_EPOCH, 2, minor=wire.MINOR)
    assert dump(database, "conflict", "delivery", "data_version") == before
    shown = rows(
        database, "select kind, line_id, zone_id, seq, (fact->>'forward')::int from platspuls.conflict order by 1, 2, 3"
    )
    assert shown == [
        ("line_flow", 1, None, 1, 7),
        ("line_flow", 2, None, 1, 7),
        ("zone_dwell", None, 1, 2, None),
        ("zone_dwell", None, 2, 2, None),
        ("zone_flow", None, 1, 1, None),
        ("zone_flow", None, 2, 1, None),
    ]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_longer_period_over_covered_minutes_is_a_conflict(
    database: Database, writer: BatchWriter, at_once: bool
) -> None:
    first, later = received(flow(1, 7)), received(flow(1, 5, period_s=300), epoch=OTHER_EPOCH)
    free = received(flow(2, 10, period_s=300), epoch=OTHER_EPOCH)
    if at_once:
        assert writer.store([first, later, free]).conflicts == 2
    else:
        assert [writer.store([message]).conflicts for message in (first, later, free)] == [0, 2, 0]
    assert rows(database, "select minutes, forward from platspuls.line_quarter")[0] == (0b111110010000000, 2)


def test_an_unknown_line_is_held_and_stored_once_it_is_assigned(database: Database, writer: BatchWriter) -> None:
    assign(database, "{[2025-04-01T00:00Z,)}")
    message = received(flow(1, 0), wire.FlowRecord(seq=2, start=START, period_s=60, setup="sim-a"))
    stored = writer.store([message])
    assert stored.receipts[0].receipt == wire.Receipt(EPOCH, 0, [(2, 2)], minor=wire.MINOR)
    assert [(cause.cause, times) for cause, times in stored.held.items()] == [("not_assigned", 1)]
    writer.store([message])
    assert rows(database, "select detail, times from platspuls.held") == [
        ("line north is not assigned to the device then", 2)
    ]
    assign(database, "{[2025-01-01T00:00Z,2025-02-01T00:00Z),[2025-03-01T00:00Z,)}")
    stored = writer.store([message])
    assert (stored.records, stored.facts) == (1, 2)
    assert settled(database) == ("{[1,3)}", "{}", "{}")


@pytest.mark.parametrize(
    ("site", "device", "cause"), [("nowhere", DEVICE, "unknown_site"), (SITE, "stranger", "unknown_device")]
)
def test_a_stranger_is_held_without_a_receipt(
    database: Database, writer: BatchWriter, site: str, device: str, cause: str
) -> None:
    stored = writer.store([received(flow(1, 0), site=site, device=device), received(flow(1, 0))])
    assert [receipt.topic.device for receipt in stored.receipts] == [DEVICE]
    assert rows(database, "select site_key, device_key, cause, times from platspuls.held") == [(site, device, cause, 1)]
    assert rows(database, "select count(*) from platspuls.delivery") == [(1,)]


def test_a_stranger_is_known_as_soon_as_the_site_has_it(database: Database, writer: BatchWriter) -> None:
    message = received(flow(1, 0), site="new-site")
    assert writer.store([message]).records == 0
    make_site(database, "new-site")
    assert writer.store([message]).records == 1


def test_made_up_causes_are_bounded(database: Database, writer: BatchWriter) -> None:
    database.execute(
        "insert into platspuls.held (site_key, device_key, cause, detail) "
        "select 'x', 'x', 'x', n::text from generate_series(1, 9999) n"
    )
    for device in ("one", "two", "one"):
        writer.store([received(flow(1, 0), device=device)])
    assert rows(database, "select device_key, times from platspuls.held where site_key <> 'x'") == [("one", 2)]


def test_a_refused_record_is_settled_and_its_neighbours_are_stored(database: Database, writer: BatchWriter) -> None:
    records = [
        wire.encode(flow(1, 0)),
        wire.encode(flow(2, 1)).replace(b'"forward":1', b'"forward":-1'),
        wire.encode(flow(3, 2)).replace(b'"forward":1', b'"face":"anna"'),
        wire.encode(flow(4, 3)),
    ]
    message = arrive(wire.encode_batch(EPOCH, records))
    for _ in range(2):
        stored = writer.store([meaning(message)])
        assert stored.receipts[0].receipt == wire.Receipt(EPOCH, 4, minor=wire.MINOR)
    assert settled(database) == ("{[1,2),[4,5)}", "{[2,4)}", "{}")
    assert rejects(database) == [("invalid", EPOCH, 2, 1), ("unknown_field", EPOCH, 3, 1)]
    kept = rows(database, "select payload, field_names from platspuls.reject order by seq")
    assert b'"forward":-1' in kept[0][0]
    assert kept[1][0] is None
    assert "face" in kept[1][1]
    assert "anna" not in str(rows(database, "select reject::text from platspuls.reject"))


@pytest.mark.parametrize(
    ("start", "period_s", "code"),
    [
        (datetime(2019, 12, 31, 23, 59, tzinfo=UTC), 60, "too_old"),
        (ARRIVED + timedelta(minutes=60), 60, "too_new"),
        (ARRIVED + timedelta(days=7000), 900, "too_new"),
        (ARRIVED + timedelta(minutes=1), 60, None),
    ],
)
def test_a_start_that_no_clock_can_mean_is_rejected(
    database: Database, writer: BatchWriter, start: datetime, period_s: int, code: str | None
) -> None:
    record = wire.FlowRecord(seq=1, start=start, period_s=period_s, setup="sim-a")
    stored = writer.store([received(record)])
    assert stored.receipts[0].receipt == wire.Receipt(EPOCH, 1, minor=wire.MINOR)
    assert rejects(database) == ([(code, EPOCH, 1, 1)] if code else [])


def test_lost_ranges_are_settled_but_not_what_is_stored(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(3, 0))])
    lost = [wire.LostRange(1, 5, "outbox_full"), wire.LostRange(9, 9, "outbox_full")]
    stored = writer.store([received(flow(6, 1), lost=lost, previous=OTHER_EPOCH)])
    assert stored.receipts[0].receipt == wire.Receipt(EPOCH, 6, [(9, 9)], minor=wire.MINOR)
    assert settled(database) == ("{[3,4),[6,7)}", "{}", "{[1,3),[4,6),[9,10)}")
    assert writer.store([received(flow(2, 5), flow(9, 6))]).repeats == 2
    assert rows(database, "select made from platspuls.delivery") == [(9,)]


def test_a_new_epoch_is_registered_with_the_one_before(database: Database, writer: BatchWriter) -> None:
    writer.store([received(epoch=OTHER_EPOCH, previous=EPOCH)])
    assert rows(database, "select epoch, previous_epoch, made from platspuls.delivery") == [(OTHER_EPOCH, EPOCH, 0)]


def test_refused_messages_are_counted_and_nothing_strange_is_kept(database: Database, writer: BatchWriter) -> None:
    hostile = [
        arrive(b'{"epoch":"0123456789abcdef","records":[],"face":"anna"}'),
        arrive(b"\xff\xfe" + b"anna" * 5),
        arrive(b'{"picture":"' + b"anna" * 20_000 + b'"}'),
        arrive(b'["anna"]'),
    ]
    for _ in range(2):
        assert not writer.store([meaning(message) for message in hostile]).receipts
    assert [row[0] for row in rejects(database)] == ["unknown_field", "invalid", "size", "invalid"]
    assert {row[3] for row in rejects(database)} == {2}
    assert "anna" not in str(rows(database, "select reject::text, encode(payload, 'escape') from platspuls.reject"))


@pytest.mark.parametrize("topic", ["platspuls/v1/torget/cam/records/x", "\0\ud800" * 300, "platspuls/v1/A/cam/records"])
def test_a_strange_topic_is_refused(database: Database, writer: BatchWriter, topic: str) -> None:
    message = incoming(topic, payload([flow(1, 0)]), ARRIVED)
    assert not writer.store([meaning(message)]).receipts
    assert rejects(database) == [("topic", None, None, 1)]


def test_a_newer_minor_version_is_held(database: Database, writer: BatchWriter) -> None:
    newer = arrive(b'{"minor":7,"epoch":"0123456789abcdef","records":[{"kind":"smell"}]}')
    stored = writer.store([meaning(newer)])
    assert not stored.receipts
    assert rows(database, "select device_key, cause, detail from platspuls.held") == [
        (DEVICE, "newer_version", "written by wire 1.7, this is 1.1")
    ]


# What the database refuses, and what others do meanwhile -----------------------------------------------------------


@pytest.mark.parametrize("poisoned", [1, 17, 40])
def test_one_record_that_the_database_refuses_is_found(database: Database, writer: BatchWriter, poisoned: int) -> None:
    database.execute("alter table platspuls.line_flow add constraint poison check (forward <> 666)")
    records = [flow(seq, seq, count=666 if seq == poisoned else seq) for seq in range(1, 41)]
    messages = [received(*records[at : at + 7], lost=[wire.LostRange(90, 91, "outbox_full")]) for at in range(0, 40, 7)]
    done = list(store_around(writer.store, messages))
    assert Ranges.of(pair for stored in done for pair in named(stored)).pairs == ((1, 40), (90, 91))
    assert rejects(database) == [("database", EPOCH, poisoned, 1)]
    assert rows(database, "select count(distinct seq) from platspuls.line_flow") == [(39,)]
    assert settled(database)[2] == "{[90,92)}"
    assert_recount_agrees(database)


def test_a_quarter_hour_of_the_largest_records_fits_its_columns(database: Database, writer: BatchWriter) -> None:
    most = wire.MAX_COUNT
    zone = wire.ZoneFlow("stage", most, most, most, most, most * 60, most, 60_000)
    records = [
        wire.FlowRecord(seq=seq, start=START + timedelta(minutes=seq - 1), period_s=60, setup="sim-a", zones=[zone])
        for seq in range(1, 16)
    ]
    list(store_around(writer.store, [received(*records)]))
    assert rejects(database) == []
    assert rows(database, "select presence_s from platspuls.zone_quarter") == [(most * wire.QUARTER_S,)]
    assert_recount_agrees(database)


def test_what_is_no_record_and_still_refused_is_raised(database: Database, writer: BatchWriter) -> None:
    database.execute("alter table platspuls.delivery add constraint poison check (made < 5)")
    with pytest.raises(DataError, match="poison"):
        list(store_around(writer.store, [received(flow(9, 0))]))
    assert rows(database, "select count(*) from platspuls.line_flow") == [(0,)]


def test_a_minute_covered_by_another_writer_meanwhile_stores_nothing_and_can_be_tried_again(
    database: Database, database_url: str, writer: BatchWriter
) -> None:
    """The other has covered the quarter-hour before ours reads, and commits only when ours waits for it."""
    with connect(database_url, application="other") as other, ThreadPoolExecutor(1) as pool:
        other.execute("insert into platspuls.line_quarter values (1, '2025-03-03T10:00Z', 1, 0, 0, 0, 0, 0, 3, 0)")
        ours = pool.submit(writer.store, [received(flow(1, 0))])
        waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'writer'"
        eventually(lambda: bool(rows(database, waiting)))
        other.commit()
        with pytest.raises(DatabaseAwayError, match="another writer"):
            ours.result(PATIENCE_S)
    assert rows(database, "select count(*) from platspuls.line_flow") == [(0,)]
    stored = writer.store([received(flow(1, 0))])
    assert (stored.facts, stored.conflicts) == (1, 1)


def test_many_writers_of_the_same_devices_store_everything_once(database: Database, database_url: str) -> None:
    make_site(database, "two", ["a", "b"])
    run = [
        received(*(flow(seq, (seq + at) % 300, zones=ZONES) for seq in range(at, at + 5)), site="two", device=device)
        for at in range(1, 100, 5)
        for device in ("a", "b")
    ]

    def work(seed: int) -> None:
        rng = random.Random(seed)
        with connect(database_url, application="test", autocommit=True) as connection:
            writer = BatchWriter(connection)
            for messages in in_batches(rng, rng.sample(run, len(run))):
                store_until_done(writer, messages)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert_recount_agrees(database)
    assert rows(database, "select stored::text from platspuls.delivery") == [("{[1,101)}",)] * 2
    [(facts, conflicts)] = rows(
        database,
        "select (select count(*) from platspuls.line_flow) + (select count(*) from platspuls.zone_flow), "
        "(select count(*) from platspuls.conflict)",
    )
    assert facts + conflicts == 2 * 100 * 4


def store_until_done(writer: BatchWriter, messages: Sequence[Storable]) -> None:
    for _ in range(50):
        try:
            list(store_around(writer.store, messages))
        except DatabaseAwayError:
            continue
        return
    pytest.fail("the database never let the batch through")


def test_days_of_a_device_rise_with_what_is_stored_only(database: Database, writer: BatchWriter) -> None:
    message = received(flow(1, 0), flow(2, 14 * 60))
    writer.store([message])
    writer.store([message])
    writer.store([received(flow(3, 1))])
    days = rows(database, "select device_id, day::text, version from platspuls.data_version order by day")
    assert days == [(1, "2025-03-03", 2), (1, "2025-03-04", 1)]
