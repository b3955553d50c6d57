"""Counting again against a real PostgreSQL: planted faults are found, and repaired where the facts allow it."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from core.ranges import TimeRange
from ingest.batch.writer import BatchWriter
from store.aggregates.verify import Differences, Verifier
from store.database import Database, connect
from store.housekeeping import forget_before
from tests.support.small_site import (
    START,
    ZONES,
    a_run,
    assert_recount_agrees,
    dump,
    dwell,
    flow,
    make_site,
    received,
    rows,
)
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain


@pytest.fixture
def verifier(database: Database, writer: BatchWriter) -> Verifier:
    """A site with some hours of two epochs, time reported twice and records lost."""
    make_site(database, "other")
    for seed, site in ((1, "torget"), (2, "other")):
        for batch in a_run(random.Random(seed)):
            writer.store([received(*batch.records, epoch=batch.epoch, lost=batch.lost, site=site)])
    return Verifier(database, "torget")


def months(verifier: Verifier) -> list[TimeRange]:
    return verifier.months(None, None)


def all_of(verifier: Verifier) -> Differences:
    [month] = months(verifier)
    return verifier.differences(month, 1000)


FAULTS = {
    "a count": "update platspuls.line_quarter set forward = forward + 1 where line_id = 1 and start = %s",
    "an observed time": "update platspuls.zone_quarter set observed_ms = 0 where zone_id = 1 and start = %s",
    "a setup": "update platspuls.line_quarter set setup_id = 2 where line_id = 1 and start = %s",
    "a missing quarter-hour": "delete from platspuls.zone_quarter where zone_id = 1 and start = %s",
    "a minute": "update platspuls.line_quarter set minutes = minutes & 32766 where line_id = 1 and start = %s",
}


def test_nothing_differs_after_any_run(verifier: Verifier) -> None:
    assert all_of(verifier) == Differences([], 0)
    assert [verifier.disagreements(month) for month in months(verifier)] == [[]]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_mended(database: Database, verifier: Verifier, fault: str) -> None:
    database.execute("insert into platspuls.setup (device_id, key) values (1, 'other')")
    before = dump(database, "data_version")
    versions = rows(database, "select device_id, version from platspuls.data_version order by 1")
    database.execute(FAULTS[fault].encode(), (START + timedelta(minutes=15),))
    found = all_of(verifier)
    [difference] = found.differences
    assert (found.total, difference.start, difference.gone) == (1, START + timedelta(minutes=15), False)
    assert difference.key in {"north", "benches"}
    assert verifier.repair(months(verifier)[0]) == 1
    assert dump(database, "data_version") == before
    assert all_of(verifier).total == 0
    raised = rows(database, "select device_id, version from platspuls.data_version order by 1")
    assert raised == [(versions[0][0], versions[0][1] + 1), *versions[1:]]


def test_where_facts_are_gone_nothing_is_repaired(database: Database, verifier: Verifier) -> None:
    database.execute("delete from platspuls.line_flow where line_id = 1 and start = '2025-03-03 10:16Z'")
    database.execute("delete from platspuls.zone_flow where zone_id = 2 and start >= '2025-03-03 10:30Z'")
    before = dump(database)
    differences = all_of(verifier).differences
    assert {difference.gone for difference in differences} == {True}
    assert "facts of some minutes are gone" in str(differences[0])
    assert any("a quarter-hour, but no facts" in str(difference) for difference in differences)
    assert verifier.repair(months(verifier)[0]) == 0
    assert dump(database) == before


def test_a_fact_of_a_record_that_is_not_stored_is_found(database: Database, verifier: Verifier) -> None:
    database.execute("update platspuls.delivery set stored = stored - '{[2,4)}' where delivery_id = 1")
    [found] = verifier.disagreements(months(verifier)[0])
    assert str(found).endswith("facts of records that aren't stored: 2-3")


def test_a_stored_record_without_facts_is_found(database: Database, verifier: Verifier) -> None:
    [(seq,)] = rows(database, "select min(seq) from platspuls.zone_dwell where delivery_id = 1")
    database.execute("delete from platspuls.zone_dwell where delivery_id = 1 and seq = %s", (seq,))
    [found] = verifier.disagreements(months(verifier)[0])
    assert found.factless.pairs == ((seq, seq),)
    assert all_of(verifier).total == 0


def test_records_of_a_device_without_lines_have_no_facts(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), flow(2, 1, lines=()), flow(3, 2))])
    verifier = Verifier(database, "torget")
    assert [found.factless.pairs for found in verifier.disagreements(months(verifier)[0])] == [((2, 2),)]
    database.execute("delete from platspuls.device_line")
    database.execute("delete from platspuls.device_zone")
    assert verifier.disagreements(months(verifier)[0]) == []


def test_what_was_forgotten_is_left_alone(database: Database, verifier: Verifier) -> None:
    horizon = START + timedelta(minutes=22)
    forget_before(database, horizon)
    verifier = Verifier(database, "torget")
    [month] = months(verifier)
    assert month.start == START + timedelta(minutes=30)
    assert verifier.differences(month, 10).total == 0
    assert verifier.disagreements(month) == []
    assert verifier.repair(month) == 0
    assert rows(database, "select before from platspuls.forgotten") == [(horizon,)]
    forget_before(database, START)
    assert rows(database, "select before from platspuls.forgotten") == [(horizon,)]


def test_it_goes_month_by_month(database: Database, writer: BatchWriter) -> None:
    to_april = 28 * 1440 + 14 * 60  # minutes from START to the first of April
    writer.store(
        [received(flow(1, 0), *(flow(2 + n, to_april - 2 + n, zones=ZONES) for n in range(4)), dwell(9, 29 * 96))]
    )
    verifier = Verifier(database, "torget")
    found = months(verifier)
    assert [(span.start, span.end) for span in found] == [
        (START, datetime(2025, 4, 1, tzinfo=UTC)),
        (datetime(2025, 4, 1, tzinfo=UTC), datetime(2025, 4, 1, 10, 15, tzinfo=UTC)),
    ]
    assert [verifier.differences(month, 9).total for month in found] == [0, 0]
    database.execute("update platspuls.line_quarter set forward = 9")
    assert [verifier.differences(month, 1).total for month in found] == [4, 2]
    assert verifier.months(START + timedelta(minutes=31), START + timedelta(minutes=50)) == [
        TimeRange(START + timedelta(minutes=30), START + timedelta(minutes=60))
    ]


def test_a_site_without_data_has_no_months(database: Database) -> None:
    assert months(Verifier(database, "torget")) == []


def test_a_repair_waits_for_what_is_being_stored(
    database: Database, database_url: str, verifier: Verifier, writer: BatchWriter
) -> None:
    database.execute("update platspuls.line_quarter set forward = 0")
    [month] = months(verifier)
    with connect(database_url, application="ingesting") as other:
        other.execute("select device_id from platspuls.device where device_id = 1 for no key update")
        with connect(database_url, application="repair", autocommit=True) as mine:
            mine.execute("set lock_timeout = '100ms'")
            with pytest.raises(Exception, match="lock timeout"):
                Verifier(mine, "torget").repair(month)
    eventually(lambda: verifier.repair(month) > 0)
    writer.store([received(flow(500, 200))])
    assert all_of(Verifier(database, "torget")).total == 0
    assert rows(database, "select count(*) from platspuls.line_quarter where forward = 0 and line_id > 2") != [(0,)]
    Verifier(database, "other").repair(month)
    assert_recount_agrees(database)
