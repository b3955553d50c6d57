"""What is settled of each epoch, as ranges: one row a device and epoch, locked before facts are touched."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

from core import wire
from core.ranges import Pair, Ranges
from ingest.batch.catalogue import DeviceId
from ingest.batch.parameters import as_json
from store.database import Database, statement

DeliveryId = NewType("DeliveryId", int)

MOST_RANGES: Final = 10_000
"""Beyond so many ranges of an epoch, only what touches one of them is settled: each message reads and writes them all.

A device that delivers in order has one. One of whose records every flow record is held makes 96 a day.
"""


class EpochKey(NamedTuple):
    """One epoch of one device."""

    device_id: DeviceId
    epoch: str


@dataclass(slots=True)
class EpochState:
    """One epoch during one transaction: what was settled before, and what this transaction settles.

    Attributes:
        delivery_id: its row.
        before: stored, rejected or lost before this transaction, and what is declared lost in it.
        stored: sequence numbers that are stored now.
        rejected: sequence numbers that are refused now.
        lost: ranges that the device declares lost now.
        made: the largest sequence number that a message names now; 0 for none.
        asked: the ranges that the device's messages were about, for the receipt.
        minor: minor version of the wire that the device writes.
    """

    delivery_id: DeliveryId
    before: Ranges
    stored: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    lost: list[Pair] = field(default_factory=list)
    made: int = 0
    asked: list[Pair] = field(default_factory=list)
    minor: int = 0

    def has(self, seq: int) -> bool:
        """Return whether the record is settled."""
        return seq in self.stored or seq in self.rejected or seq in self.before

    def has_room(self, first: int, last: int) -> bool:
        """Return whether these numbers may be settled; those that close gaps always may."""
        return len(self.before.pairs) < MOST_RANGES or self.before.meets(first - 1, last + 1)

    def note_batch(self, batch: wire.Batch, refused: Iterable[int]) -> None:
        """Note what a message is about."""
        seqs = [*(record.seq for record in batch.records), *refused]
        ends = [*seqs, *(lost.last for lost in batch.lost)]
        self.made = max([self.made, *ends])
        self.minor = min(batch.minor, wire.MINOR)
        self.asked += [(seq, seq) for seq in seqs] + [(lost.first, lost.last) for lost in batch.lost]

    def declare_lost(self, lost: wire.LostRange) -> int:
        """Settle a range that the device had to drop. Returns how many of its records weren't settled yet."""
        self.lost.append((lost.first, lost.last))
        before = self.settled().count()
        self.before = self.before.add(lost.first, lost.last)
        return self.settled().count() - before

    def settled(self) -> Ranges:
        """Return everything that is settled once the transaction is committed."""
        return self.before.union(Ranges.of_numbers(self.stored | self.rejected))


def lock_epochs(database: Database, epochs: Mapping[EpochKey, str | None]) -> dict[EpochKey, EpochState]:
    """Lock the devices, make new epochs known, and return what is settled of each epoch.

    Args:
        database: in a transaction; the locks last until its end.
        epochs: the epochs, each with the one before it where the device names it.
    """
    if not epochs:
        return {}
    database.execute(statement("delivery/device_lock"), {"devices": sorted({key.device_id for key in epochs})})
    found = _read(database, epochs.keys())
    new = [{"d": key.device_id, "e": key.epoch, "p": epochs[key]} for key in epochs if key not in found]
    if new:
        rows = database.execute(statement("delivery/register"), {"keys": as_json(new)})
        for device_id, epoch, delivery_id in rows:
            found[EpochKey(device_id, epoch)] = EpochState(delivery_id, Ranges())
    return found


def _read(database: Database, epochs: Collection[EpochKey]) -> dict[EpochKey, EpochState]:
    keys = as_json([{"d": key.device_id, "e": key.epoch} for key in epochs])
    rows = database.execute(statement("delivery/read"), {"keys": keys})
    return {
        EpochKey(device_id, epoch): EpochState(delivery_id, Ranges.parse(settled))
        for device_id, epoch, delivery_id, settled in rows
    }


def settle(database: Database, epochs: Iterable[EpochState]) -> None:
    """Write what the transaction settled."""
    rows = [
        {
            "i": epoch.delivery_id,
            "m": epoch.made,
            "s": str(Ranges.of_numbers(epoch.stored)),
            "r": str(Ranges.of_numbers(epoch.rejected)),
            "l": str(Ranges.of(epoch.lost)),
        }
        for epoch in epochs
    ]
    if rows:
        database.execute(statement("delivery/settle"), {"settled": as_json(rows)})


def forget_resolved(database: Database, devices: Collection[DeviceId]) -> None:
    """Forget what was held from these devices and waits no more."""
    if devices:
        database.execute(statement("quarantine/held_resolve"), {"devices": sorted(devices)})


def receipt_of(epoch: str, state: EpochState) -> wire.Receipt:
    """Return the receipt for what is settled. It may leave only after the commit."""
    through, also = state.settled().through_and_also(wire.MAX_RECORDS, state.asked)
    return wire.Receipt(epoch, through, also, minor=state.minor)
