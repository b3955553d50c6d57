"""Finds devices that believe more to be settled than the store knows of, and asks them to send it again.

A device reports in its status how many records it made and how many of them wait for a receipt. A receipt follows the
commit, so what the device holds for settled is settled here too: unless the store was restored from a backup, or
another took its place that was behind. No mark has to be kept: as long as the device believes too much, each status
of it is answered with a receipt that says `rewind`; one that got lost is followed by another.

A receipt that is out of date when it arrives does no harm: the device sends some records once more than needed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core import wire
from core.ranges import Ranges
from ingest.batch.catalogue import Catalogue, DeviceId
from ingest.batch.parameters import as_json
from ingest.messages import AddressedReceipt, StatusMessage
from store.database import Database, statement


@dataclass(frozen=True, slots=True)
class _Belief:
    """What a device believes of its epoch: of `made` records, all but `waiting` are settled."""

    topic: wire.Topic
    device_id: DeviceId
    epoch: str
    made: int
    waiting: int
    minor: int

    def rewind(self, settled: Ranges) -> AddressedReceipt:
        through, also = settled.through_and_also(wire.MAX_RECORDS)
        receipt = wire.Receipt(self.epoch, through, also, rewind=True, minor=min(self.minor, wire.MINOR))
        return AddressedReceipt(wire.Topic(self.topic.site, self.topic.device, wire.Kind.RECEIPT), receipt)


def rewinds(database: Database, statuses: Iterable[StatusMessage], catalogue: Catalogue) -> list[AddressedReceipt]:
    """Return receipts for the devices that believe too much. Runs in the caller's transaction.

    Devices that are offline, unknown, or don't report how much they made and how much waits, are passed over.
    """
    beliefs = list(_beliefs(statuses, catalogue))
    if not beliefs:
        return []
    reported = as_json(
        [{"n": n, "d": b.device_id, "e": b.epoch, "m": b.made, "w": b.waiting} for n, b in enumerate(beliefs)]
    )
    rows = database.execute(statement("delivery/behind"), {"reported": reported}).fetchall()
    return [beliefs[n].rewind(Ranges.parse(settled)) for n, settled in rows]


def _beliefs(statuses: Iterable[StatusMessage], catalogue: Catalogue) -> Iterator[_Belief]:
    for message in statuses:
        status, device = message.status, catalogue.device(message.topic)
        if device is None or not status.online:
            continue
        if status.epoch is None or status.made is None or status.outbox_records is None:
            continue
        yield _Belief(message.topic, device.device_id, status.epoch, status.made, status.outbox_records, status.minor)
