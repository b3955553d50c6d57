"""Devices that believe more to be settled than the store knows of: it was restored from a backup."""

import pytest

from core import wire
from ingest.batch.writer import BatchWriter
from ingest.live.rewind import rewinds
from ingest.messages import AddressedReceipt, StatusMessage
from store.database import Database, transaction
from tests.support.small_site import ARRIVED, DEVICE, EPOCH, SITE, flow, received

pytestmark = pytest.mark.chain


def status(made: int | None, waiting: int | None, *, device: str = DEVICE, online: bool = True) -> StatusMessage:
    says = wire.Status(online=online, at=ARRIVED, epoch=wire.Epoch(EPOCH), made=made, outbox_records=waiting)
    return StatusMessage(wire.Topic(SITE, device, wire.Kind.STATUS), says, ARRIVED)


def asked(database: Database, *statuses: StatusMessage) -> list[AddressedReceipt]:
    with transaction(database):
        return rewinds(database, statuses, BatchWriter(database).catalogue())


def test_who_believes_too_much_is_asked_for_what_is_missing(database: Database, writer: BatchWriter) -> None:
    writer.store([received(*[flow(seq, seq) for seq in (1, 2, 3, 5, 6)])])
    [found] = asked(database, status(made=9, waiting=3))
    assert found.topic == wire.Topic(SITE, DEVICE, wire.Kind.RECEIPT)
    assert found.receipt == wire.Receipt(wire.Epoch(EPOCH), 3, [(5, 6)], rewind=True)


@pytest.mark.parametrize(("made", "waiting"), [(9, 4), (9, 9), (6, 1), (3, 0), (0, 0)])
def test_who_believes_no_more_than_is_true_is_left_alone(
    database: Database, writer: BatchWriter, made: int, waiting: int
) -> None:
    writer.store([received(*[flow(seq, seq) for seq in (1, 2, 3, 5, 6)])])
    assert asked(database, status(made, waiting)) == []


def test_what_is_lost_is_settled(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 1), lost=[wire.LostRange(2, 5, "outbox_full")])])
    assert asked(database, status(made=6, waiting=1)) == []


def test_what_is_rejected_is_settled(database: Database, writer: BatchWriter) -> None:
    writer.store([received(flow(1, 1), flow(3, 3))])
    database.execute("update platspuls.delivery set rejected = '{[2,3)}'")
    assert asked(database, status(made=4, waiting=1)) == []


def test_an_epoch_that_the_store_never_heard_of_comes_whole(database: Database) -> None:
    [found] = asked(database, status(made=9, waiting=8))
    assert found.receipt == wire.Receipt(wire.Epoch(EPOCH), 0, rewind=True)
    assert asked(database, status(made=9, waiting=9)) == []


@pytest.mark.parametrize(
    "passed_over",
    [status(9, 0, device="stranger"), status(9, 0, online=False), status(None, 0), status(9, None)],
    ids=["unknown", "offline", "made not reported", "waiting not reported"],
)
def test_those_who_cannot_be_asked_are_passed_over(database: Database, passed_over: StatusMessage) -> None:
    assert asked(database, passed_over) == []


def test_a_receipt_with_more_holes_than_it_can_name_tells_the_lowest(database: Database, writer: BatchWriter) -> None:
    odd = range(1, 2 * wire.MAX_RECORDS + 50, 2)
    for start in range(0, len(odd), wire.MAX_RECORDS):
        writer.store([received(*[flow(seq, seq) for seq in odd[start : start + wire.MAX_RECORDS]])])
    [found] = asked(database, status(made=odd[-1], waiting=0))
    assert found.receipt.also[-1] == (2 * wire.MAX_RECORDS + 1, 2 * wire.MAX_RECORDS + 1)
