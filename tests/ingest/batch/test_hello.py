"""A message without records: a device whose clock is doubted asks for the server's time with it."""

import pytest

from core import wire
from ingest.batch.writer import BatchWriter
from store.database import Database
from tests.support.small_site import EPOCH, flow, received, rows

pytestmark = [pytest.mark.chain, pytest.mark.usefixtures("database")]


def test_it_gets_a_receipt_and_changes_nothing(database: Database, writer: BatchWriter) -> None:
    [first] = writer.store([received()]).receipts
    assert first.receipt == wire.Receipt(EPOCH, 0, minor=wire.MINOR)
    writer.store([received(flow(1, 0), flow(2, 1))])
    again = writer.store([received()])
    [second] = again.receipts
    assert (second.receipt.epoch, second.receipt.minor, second.receipt.rewind) == (EPOCH, wire.MINOR, False)
    assert (again.records, again.facts) == (0, 0)
    assert rows(database, "select stored::text, lost::text from platspuls.delivery") == [("{[1,3)}", "{}")]
