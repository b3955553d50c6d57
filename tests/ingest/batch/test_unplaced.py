"""Totals without a time: stored once, shown, and never counted into anything."""

import msgspec
import pytest

from core import wire
from core.wire import LineTotal, UnplacedRecord, ZoneTotal
from ingest.batch.writer import BatchWriter
from store.aggregates.verify import Verifier
from store.database import Database
from tests.support.small_site import EPOCH, SITE, assert_recount_agrees, flow, received, rows

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]

FACTS = ("line_flow", "zone_flow", "zone_dwell", "line_quarter", "zone_quarter", "conflict", "data_version")
SHOWN = """select line, zone, forward, gross_backward, entries, presence_s, observed_s, flags, seq, epoch
from reading.unplaced where site = %s order by seq, line, zone"""


def unplaced(seq: int, line: str = "north", zone: str = "stage") -> UnplacedRecord:
    lines, zones = [LineTotal(line, 5, 6, 7, 8, 3600)], [ZoneTotal(zone, 1, 2, 3, 4, 86_400_000_000, 3600)]
    return UnplacedRecord(seq=wire.Seq(seq), setup="sim-a", flags=[wire.Flag.DARK], lines=lines, zones=zones)


def test_they_are_stored_settled_shown_and_never_facts(database: Database, writer: BatchWriter) -> None:
    stored = writer.store([received(unplaced(1), unplaced(2))])
    assert (stored.records, stored.facts, stored.conflicts) == (2, 0, 0)
    assert stored.receipts[0].receipt == wire.Receipt(EPOCH, 2, minor=wire.MINOR)
    shown = rows(database, SHOWN, SITE)
    assert shown[:2] == [
        ("north", None, 5, 8, None, None, 3600, 1, 1, EPOCH),
        (None, "stage", None, None, 1, 86_400_000_000, 3600, 1, 1, EPOCH),
    ]
    assert len(shown) == 4
    for table in FACTS:
        assert rows(database, f"select count(*) from platspuls.{table}") == [(0,)]  # noqa: S608 - names of ours


def test_repeats_add_nothing(database: Database, writer: BatchWriter) -> None:
    writer.store([received(unplaced(1))])
    again = writer.store([received(unplaced(1)), received(unplaced(1))])
    assert (again.records, again.repeats) == (0, 2)
    assert again.receipts[0].receipt == wire.Receipt(EPOCH, 1, minor=wire.MINOR)
    assert len(rows(database, SHOWN, SITE)) == 2


@pytest.mark.parametrize(("line", "zone"), [("west", "stage"), ("north", "roof")])
def test_one_about_an_unknown_line_or_zone_is_held(writer: BatchWriter, line: str, zone: str) -> None:
    stored = writer.store([received(unplaced(1, line, zone), unplaced(2))])
    assert [(cause.cause, times) for cause, times in stored.held.items()] == [("not_assigned", 1)]
    assert stored.receipts[0].receipt == wire.Receipt(EPOCH, 0, [(2, 2)], minor=wire.MINOR)


def test_they_are_reconciled_like_any_record_and_missed_by_no_count(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 0), unplaced(2), flow(3, 1))])
    assert rows(database, "select made, stored, unsettled, unknown from reading.reconciliation") == [(3, 3, 0, 0)]
    assert_recount_agrees(database)
    verifier = Verifier(database, SITE)
    assert [verifier.disagreements(month) for month in verifier.months(None, None)] == [[]]


def test_a_status_without_a_time_is_taken(database: Database, writer: BatchWriter) -> None:
    del writer
    document = msgspec.json.encode({"online": True, "clock_known": False})
    status = wire.decode(wire.Kind.STATUS, document)
    assert isinstance(status, wire.Status)
    assert status.at is None
    database.execute(
        "insert into platspuls.device_status (device_id, online) select device_id, true from platspuls.device"
    )
    assert rows(database, "select at, online from reading.device_health") == [(None, True)]
