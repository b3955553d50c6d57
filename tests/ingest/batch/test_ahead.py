"""Records that end later than they come: they wait, are stored flagged, and are never wrong as truth."""

import random
from datetime import timedelta

import pytest

from core import wire
from ingest.batch.writer import BatchWriter
from ingest.throughput_log import ThroughputLog
from store.database import Database, connect
from tests.support.forks import receipt, run
from tests.support.small_site import (
    EPOCH,
    START,
    ZONES,
    assert_recount_agrees,
    dwell,
    flow,
    received,
    rows,
)

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

UNSURE = wire.flag_bits([wire.Flag.CLOCK_UNSURE])
END = START + timedelta(seconds=60)


def ahead(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "select skew_s, numbers::text from platspuls.ahead order by 1")


def held(database: Database) -> list[tuple[object, ...]]:
    return rows(database, "select cause, times from platspuls.held")


def test_a_device_ahead_by_minutes_loses_nothing_and_is_flagged(database: Database, writer: BatchWriter) -> None:
    record = flow(1, 0, zones=ZONES)
    stored = writer.store([received(record, at=END - timedelta(seconds=300))])
    assert (stored.records, stored.rejects, receipt(stored).through) == (0, 0, 0)
    assert held(database) == [("ahead", 1)]
    assert ahead(database) == [(300, "{[1,2)}")]
    assert writer.store([received(record, at=END - timedelta(seconds=200))]).records == 0
    assert ahead(database) == [(240, "{[1,2)}"), (300, "{[1,2)}")]
    stored = writer.store([received(record, flow(2, 1), at=END - timedelta(seconds=59))])
    assert (stored.records, receipt(stored).through) == (2, 2)
    assert rows(database, "select seq, flags from platspuls.line_flow where line_id = 1 order by 1") == [
        (1, UNSURE),
        (2, 0),
    ]
    assert rows(database, "select distinct skew_s from reading.line_skew") == [(300,)]
    assert rows(database, "select distinct skew_s from reading.zone_skew") == [(300,)]
    assert held(database) == []
    again = writer.store([received(record, flow(2, 1))])
    assert (again.repeats, again.forks) == (2, 0)
    assert_recount_agrees(database)


def test_what_was_seen_ahead_is_known_to_another_replica_and_after_a_rollback(
    database: Database, database_url: str, writer: BatchWriter
) -> None:
    early = received(dwell(1, 0), at=START + timedelta(minutes=5))
    writer.store([early])
    assert ahead(database) == [(600, "{[1,2)}")]
    with connect(database_url, application="replica", autocommit=True) as other:
        assert BatchWriter(other).store([received(dwell(1, 0), at=START + timedelta(minutes=15))]).records == 1
    assert rows(database, "select distinct flags & %s from platspuls.zone_dwell", UNSURE) == [(UNSURE,)]
    assert rows(database, "select distinct skew_s from platspuls.zone_skew") == [(600,)]


@pytest.mark.parametrize("skew_s", [180, 900, 3500])
def test_a_clock_that_stays_ahead_delivers_everything_late_and_flagged(
    database: Database, writer: BatchWriter, skew_s: int
) -> None:
    """A minute's record each minute; what waits is sent again each minute: nothing starves, nothing is lost."""
    waiting: list[wire.Record] = []
    for minute in range(120):
        waiting.append(flow(minute + 1, minute))
        now = END + timedelta(minutes=minute) - timedelta(seconds=skew_s)
        for sent in (waiting[-1:], waiting[:100]):
            found = receipt(writer.store([received(*sent, at=now)]))
            settled = {seq for first, last in [(1, found.through), *found.also] for seq in range(first, last + 1)}
            waiting = [record for record in waiting if record.seq not in settled]
        assert len(waiting) <= skew_s // 60 + 1
    assert rows(database, "select count(*), min(flags), max(flags) from platspuls.line_flow where line_id = 1") == [
        (120 - len(waiting), UNSURE, UNSURE)
    ]
    assert len(ahead(database)) <= 60
    assert rows(database, "select distinct skew_s <= %s from platspuls.line_skew", skew_s + 60) == [(True,)]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_came_ahead_of_its_time_is_never_stored_without_a_flag(
    database: Database, writer: BatchWriter, seed: int
) -> None:
    rng = random.Random(seed)
    records = run(1, 60)
    offsets = {record.seq: rng.choice([-400, -100, 0, 130, 300, 2000, 3599]) for record in records}
    for _ in range(3):
        rng.shuffle(records)
        for record in records:
            assert not isinstance(record, wire.UnplacedRecord)
            end = record.start + timedelta(seconds=record.period_s)
            writer.store([received(record, at=end - timedelta(seconds=offsets[record.seq]))])
    for record in sorted(records, key=lambda one: one.seq):
        writer.store([received(record)])
    flagged = {seq for (seq,) in rows(database, "select seq from platspuls.line_flow where flags = %s", UNSURE)}
    assert flagged == {seq for seq, offset in offsets.items() if offset > 120}
    assert rows(database, "select count(*) from platspuls.line_flow where line_id = 1") == [(60,)]


def test_too_many_gaps_among_what_is_ahead_are_noted_as_a_whole(database: Database, writer: BatchWriter) -> None:
    ranges = ",".join(f"[{seq},{seq + 1})" for seq in range(2, 2004, 2))
    writer.store([received(flow(1, 0))])
    database.execute(
        "insert into platspuls.ahead (delivery_id, skew_s, numbers) values (1, 300, %s)", (f"{{{ranges}}}",)
    )
    writer.store([received(flow(5000, 9), at=END + timedelta(minutes=4))])
    assert ahead(database) == [(300, "{[2,5001)}")]
    assert writer.store([received(flow(3, 1))]).records == 1
    assert rows(database, "select distinct flags from platspuls.line_flow where seq = 3") == [(UNSURE,)]
    assert writer.store([received(flow(1, 0), flow(3, 1))]).forks == 0


def test_the_log_names_both_clocks_once_an_hour_a_device(writer: BatchWriter, caplog: pytest.LogCaptureFixture) -> None:
    log = ThroughputLog()
    for seq in range(1, 4):
        log.note(writer.store([received(flow(seq, 0), at=END - timedelta(seconds=300))]))
    [said] = [text for text in caplog.messages if " came at " in text]
    assert said == (
        "a record from torget/cam ends at 2025-03-03T10:01:00+00:00 and came at 2025-03-03T09:56:00+00:00 by this "
        "server's clock: one of them is wrong, by 300 s"
    )


@pytest.mark.parametrize(
    ("skew_s", "buckets"), [(225, []), (226, ["quarter"]), (900, ["quarter"]), (901, ["quarter", "hour"])]
)
def test_a_study_leaves_out_what_is_off_by_more_than_a_quarter_of_its_bucket(
    database: Database, skew_s: int, buckets: list[str]
) -> None:
    database.execute("insert into platspuls.line_skew values (1, %s, %s)", (START, skew_s))
    database.execute("insert into platspuls.zone_skew values (1, %s, 10)", (START,))
    found = [
        bucket
        for bucket in ("quarter", "hour", "day", "week")
        if rows(
            database,
            "select line, zone, start, skew_s from reading.skewed_quarters('torget', %s, %s, %s)",
            bucket,
            START,
            START + timedelta(hours=1),
        )
        == [("north", None, START, skew_s)]
    ]
    assert found == buckets


def test_a_clock_ahead_is_an_anomaly_of_its_device(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), at=END - timedelta(seconds=300))])
    soon = "now() - interval '1 day', now() + interval '1 hour'"
    found = rows(database, f"select device, measured from reading.anomaly_clock('torget', {soon})")  # noqa: S608 - ours
    assert found == [("cam", 300)]
    assert rows(database, "select device, epoch, skew_s, records from reading.ahead") == [("cam", EPOCH, 300, 1)]
