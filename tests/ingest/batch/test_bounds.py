"""What a device could make grow without end, and the bounds of it."""

from datetime import timedelta

import pytest

from core import wire
from ingest.batch import delivery
from ingest.batch.setups import NEW_SETUPS_A_DAY
from ingest.batch.writer import BatchWriter
from store.database import Database
from store.housekeeping import forget_before, forget_refused
from tests.support.small_site import (
    ARRIVED,
    EPOCH,
    ZONES,
    arrive,
    dump,
    dwell,
    flow,
    make_site,
    meaning,
    received,
    rows,
)

pytestmark = pytest.mark.chain


def with_setup(seq: int, setup: str) -> wire.FlowRecord:
    record = flow(seq, seq)
    return wire.FlowRecord(
        seq=record.seq, start=record.start, period_s=record.period_s, setup=setup, lines=record.lines
    )


def held(database: Database) -> list[tuple[str, int]]:
    return [(cause, times) for cause, times in rows(database, "select cause, times from platspuls.held order by 1")]


def test_new_setups_beyond_a_days_worth_wait(database: Database, writer: BatchWriter) -> None:
    most = NEW_SETUPS_A_DAY
    stored = writer.store([received(*[with_setup(seq, f"s{seq:03d}") for seq in range(1, most + 6)])])
    assert stored.records == most
    assert held(database) == [("too_many_setups", 5)]
    assert writer.store([received(with_setup(most + 6, "s001"))]).records == 1
    database.execute("update platspuls.setup set first_heard_at = now() - interval '25 hours'")
    assert writer.store([received(*[with_setup(seq, f"s{seq:03d}") for seq in range(1, most + 6)])]).records == 5
    assert held(database) == []


def test_numbers_with_too_many_gaps_wait_until_gaps_are_closed(
    database: Database, writer: BatchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MOST_RANGES", 3)
    writer.store([received(*[flow(seq, seq) for seq in (1, 3, 5)])])
    bad = wire.encode(flow(11, 11)).replace(b'"forward":1', b'"forward":-1')
    scattered = [
        received(flow(7, 7)),
        received(lost=[wire.LostRange(9, 9, "outbox_full")]),
        meaning(arrive(wire.encode_batch(EPOCH, [bad]))),
    ]
    for message in scattered:
        writer.store([message])
    assert rows(database, "select (stored + rejected + lost)::text from platspuls.delivery") == [
        ("{[1,2),[3,4),[5,6)}",)
    ]
    assert held(database) == [("too_many_holes", 3)]
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]
    writer.store([received(flow(2, 2), flow(4, 4))])
    for message in scattered:
        writer.store([message])
    assert rows(database, "select (stored + rejected + lost)::text from platspuls.delivery") == [
        ("{[1,6),[7,8),[9,10)}",)
    ]
    writer.store([received(*[flow(seq, seq) for seq in (6, 8, 10)])])
    writer.store([scattered[-1]])
    assert rows(database, "select (stored + rejected + lost)::text from platspuls.delivery") == [("{[1,12)}",)]
    assert held(database) == []


def test_old_traffic_after_retention_doubles_nothing(database: Database, writer: BatchWriter) -> None:
    records = [flow(seq, seq, zones=ZONES, count=seq) for seq in range(1, 41)]
    both = [received(*records), received(dwell(41, 0), dwell(42, 1))]
    writer.store(both)
    before = dump(database)
    assert forget_before(database, ARRIVED) == 160
    assert rows(database, "select count(*) from platspuls.line_flow") == [(0,)]
    assert writer.store(both).repeats == 42
    another = [
        received(*records, epoch="fedcba9876543210"),
        received(dwell(41, 0), dwell(42, 1), epoch="fedcba9876543210"),
    ]
    stored = writer.store(another)
    assert (stored.facts, stored.conflicts) == (0, 164)
    assert rows(database, "select count(*) from platspuls.line_flow") == [(0,)]
    after = dump(database)
    for table in ("line_quarter", "zone_quarter", "zone_dwell"):
        assert after[table] == before[table]


def test_what_was_refused_or_held_long_ago_is_forgotten(database: Database, writer: BatchWriter) -> None:
    writer.store([meaning(arrive(b"junk")), received(flow(1, 0), device="stranger")])
    writer.store([meaning(arrive(b"other junk"))])
    database.execute("update platspuls.reject set last_at = now() - interval '400 days' where payload_bytes = 4")
    database.execute("update platspuls.held set last_at = now() - interval '400 days'")
    database.execute(
        "insert into platspuls.suspect (mark, last_at) values ('a', now() - interval '400 days'), ('b', now())"
    )
    [(now,)] = rows(database, "select now()")
    assert forget_refused(database, now - timedelta(days=396)) == 3
    assert rows(database, "select payload_bytes from platspuls.reject") == [(10,)]
    assert rows(database, "select mark from platspuls.suspect") == [("b",)]
    assert held(database) == []


def declare(database: Database, during: str, *, archived: bool = False, site: str = "torget") -> None:
    """Declare a phase of a study."""
    database.execute(
        "with study as (insert into platspuls.study (site_id, key) select site_id, %(d)s from platspuls.site "
        "where key = %(s)s returning study_id) "
        "insert into platspuls.phase (study_id, key, during, closed_at, archived_at) "
        "select study_id, 'before', %(d)s::tstzrange, %(a)s, %(a)s from study",
        {"d": during, "s": site, "a": ARRIVED if archived else None},
    )


def test_raw_facts_of_a_phase_are_kept_until_it_is_archived(database: Database, writer: BatchWriter) -> None:
    make_site(database, "other")
    for site in ("torget", "other"):
        writer.store([received(*[flow(seq, seq, zones=ZONES) for seq in range(1, 41)], site=site)])
    declare(database, "[2025-03-03T10:10Z,2025-03-03T10:20Z)")
    declare(database, "[2025-03-03T10:30Z,2025-03-03T10:35Z)", archived=True)
    assert forget_before(database, ARRIVED) == 320 - 40
    assert rows(
        database,
        "select site.key, count(*), min(start)::text, max(start)::text from platspuls.line_flow "
        "join platspuls.line using (line_id) join platspuls.site using (site_id) group by 1",
    ) == [("torget", 20, "2025-03-03 10:10:00+00", "2025-03-03 10:19:00+00")]
    database.execute("update platspuls.phase set closed_at = now(), archived_at = now()")
    assert forget_before(database, ARRIVED) == 40
