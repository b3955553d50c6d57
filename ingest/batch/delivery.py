"""What is settled of each epoch, as ranges: one row a device and epoch, locked before facts are touched."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NewType

from core import wire
from core.ranges import Pair, Ranges
from ingest.batch.catalogue import DeviceId
from ingest.batch.parameters import as_json
from store.database import Database, statement

DeliveryId = NewType("DeliveryId", int)

_MINUTE_S: Final = 60
RETIRES_SINCE: Final = 1
"""The first minor version whose devices end an epoch that has forked when a receipt says so."""
NEW_EPOCHS_A_DAY: Final = 5
"""Epochs that a device may make known in a day without naming a known one: outboxes that are replaced, and so on."""
FOLLOWING_EPOCHS_A_DAY: Final = 50
"""Epochs that name a known one before: a clock that is set to and fro makes some."""
MOST_RANGES: Final = 10_000
"""Beyond so many ranges of an epoch, only what touches one of them is settled: each message reads and writes them all.

A device that delivers in order has one. One of whose records every flow record is held makes 96 a day.
"""


class EpochKey(NamedTuple):
    """One epoch of one device."""

    device_id: DeviceId
    epoch: str


class SettledBefore(NamedTuple):
    """What was settled of an epoch before a transaction, by how; what is in neither was declared lost."""

    stored: Ranges = Ranges()
    rejected: Ranges = Ranges()


@dataclass(slots=True)
class EpochState:
    """One epoch during one transaction: what was settled before, and what this transaction settles.

    Attributes:
        delivery_id: its row.
        before: stored, rejected or lost before this transaction, and what is declared lost in it.
        known: which of these were stored and which rejected, before this transaction.
        stored: sequence numbers that are stored now.
        rejected: sequence numbers that are refused now.
        came: what is stored or rejected now, by number: what comes again is compared with it. Of a record that can't be
            read, its text; None where that may not be kept.
        lost: ranges that the device declares lost now.
        made: the largest sequence number that a message names now; 0 for none.
        asked: the ranges that the device's messages were about, for the receipt.
        minor: minor version of the wire that the device writes.
        fork: the number that came again with other contents, since when nothing of the epoch is settled; None for none.
        disputed: the ranges that messages named since it forked, and that are not settled by them.
        repeated: numbers stored now whose facts are all kept under an epoch before it.
        ahead: which numbers were seen ahead of their time before this transaction, by how many seconds.
        ahead_now: numbers that are seen ahead now, by how many seconds.
    """

    delivery_id: DeliveryId
    before: Ranges
    known: SettledBefore = field(default_factory=SettledBefore)
    stored: set[int] = field(default_factory=set)
    rejected: set[int] = field(default_factory=set)
    came: dict[int, wire.Record | bytes | None] = field(default_factory=dict)
    lost: list[Pair] = field(default_factory=list)
    made: int = 0
    asked: list[Pair] = field(default_factory=list)
    minor: int = 0
    fork: int | None = None
    disputed: list[Pair] = field(default_factory=list)
    repeated: set[int] = field(default_factory=set)
    ahead: Sequence[tuple[int, Ranges]] = ()
    ahead_now: dict[int, int] = field(default_factory=dict)

    def has(self, seq: int) -> bool:
        """Return whether the record is settled."""
        return seq in self.stored or seq in self.rejected or seq in self.before

    def skew_s(self, seq: int) -> int:
        """Return by how many seconds the number was seen ahead of its time, at most; 0 where it wasn't."""
        return max([self.ahead_now.get(seq, 0), *(skew_s for skew_s, numbers in self.ahead if seq in numbers)])

    def agrees_with(self, record: wire.Record) -> bool:
        """Return whether nothing else came under the record's number in this transaction."""
        before = self.came.get(record.seq)
        return before is None or before == record

    def has_room(self, first: int, last: int) -> bool:
        """Return whether these numbers may be settled; those that close gaps always may."""
        return len(self.before.pairs) < MOST_RANGES or self.before.meets(first - 1, last + 1)

    def note_batch(self, batch: wire.Batch, refused: Iterable[int]) -> None:
        """Note what a message is about."""
        named = named_by(batch, refused)
        self.made = max([self.made, *(last for _, last in named)])
        self.minor = min(batch.minor, wire.MINOR)
        self.asked += named

    def note_disputed(self, batch: wire.Batch, refused: Iterable[int]) -> None:
        """Note what a message is about of which nothing is settled, since the epoch has forked."""
        self.minor = min(batch.minor, wire.MINOR)
        self.disputed += named_by(batch, refused)

    def declare_lost(self, lost: wire.LostRange) -> int:
        """Settle a range that the device had to drop. Returns how many of its records weren't settled yet."""
        self.lost.append((lost.first, lost.last))
        known = sum(last - first + 1 for first, last in self.before.cut(lost.first, lost.last))
        now = (self.stored | self.rejected) - {seq for seq in self.stored | self.rejected if seq in self.before}
        known += sum(lost.first <= seq <= lost.last for seq in now)
        self.before = self.before.add(lost.first, lost.last)
        return lost.last - lost.first + 1 - known

    def settled(self) -> Ranges:
        """Return everything that is settled once the transaction is committed."""
        return self.before.union(Ranges.of_numbers(self.stored | self.rejected))


def named_by(batch: wire.Batch, refused: Iterable[int]) -> list[Pair]:
    """Return the numbers that a message is about: its records, those that are `refused`, and those declared lost."""
    seqs = [*(record.seq for record in batch.records), *refused]
    return [(seq, seq) for seq in seqs] + [(lost.first, lost.last) for lost in batch.lost]


def lock_epochs(database: Database, epochs: Mapping[EpochKey, str | None]) -> dict[EpochKey, EpochState]:
    """Lock the devices, make new epochs known, and return what is settled of each epoch that is known.

    A device may make a few epochs known in a day; those beyond wait, and are missing in what is returned.

    Args:
        database: in a transaction; the locks last until its end.
        epochs: the epochs, each with the one before it where the device names it.
    """
    if not epochs:
        return {}
    database.execute(statement("delivery/device_lock"), {"devices": sorted({key.device_id for key in epochs})})
    found = _read(database, epochs.keys())
    new = {key: previous for key, previous in epochs.items() if key not in found}
    admitted = _admit(database, new) if new else []
    if admitted:
        rows = database.execute(statement("delivery/register"), {"keys": _named(admitted, epochs)})
        for device_id, epoch, delivery_id in rows:
            found[EpochKey(device_id, epoch)] = EpochState(delivery_id, Ranges())
        database.execute(statement("delivery/epochs_admitted"), {"keys": _named(admitted, epochs)})
    return found


def _named(keys: Iterable[EpochKey], epochs: Mapping[EpochKey, str | None]) -> str:
    return as_json([{"n": n, "d": key.device_id, "e": key.epoch, "p": epochs[key]} for n, key in enumerate(keys)])


def _admit(database: Database, new: Mapping[EpochKey, str | None]) -> list[EpochKey]:
    """Return which new epochs are made known now; the others wait, and are noted in the order in which they came."""
    devices = sorted({key.device_id for key in new})
    room = {device_id: [NEW_EPOCHS_A_DAY, FOLLOWING_EPOCHS_A_DAY] for device_id in devices}
    for device_id, alone, following in database.execute(statement("delivery/epoch_room"), {"devices": devices}):
        room[device_id] = [NEW_EPOCHS_A_DAY - alone, FOLLOWING_EPOCHS_A_DAY - following]
    before = as_json([{"d": key.device_id, "e": previous} for key, previous in new.items() if previous])
    known = {EpochKey(*row) for row in database.execute(statement("delivery/epochs_known"), {"keys": before})}
    ahead = _waiting_before(database, devices)
    admitted: list[EpochKey] = []
    for key, previous in new.items():
        follows = previous is not None and EpochKey(key.device_id, previous) in known
        others = 0 if follows else sum(other not in admitted for other in _before(key, ahead[key.device_id]))
        if room[key.device_id][follows] > others:
            room[key.device_id][follows] -= 1
            admitted.append(key)
            known.add(key)
    if waiting := [key for key in new if key not in admitted]:
        database.execute(statement("delivery/epochs_wait"), {"keys": _named(waiting, new)})
    return admitted


def _waiting_before(database: Database, devices: Sequence[DeviceId]) -> Mapping[DeviceId, list[EpochKey]]:
    """Return the epochs that wait, by device, in the order in which they came first."""
    waiting: dict[DeviceId, list[EpochKey]] = {device_id: [] for device_id in devices}
    for device_id, epoch in database.execute(statement("delivery/epochs_waiting"), {"devices": devices}):
        waiting[device_id].append(EpochKey(device_id, epoch))
    return waiting


def _before(key: EpochKey, waiting: Sequence[EpochKey]) -> Sequence[EpochKey]:
    return waiting[: waiting.index(key)] if key in waiting else waiting


def _read(database: Database, epochs: Collection[EpochKey]) -> dict[EpochKey, EpochState]:
    keys = as_json([{"d": key.device_id, "e": key.epoch} for key in epochs])
    rows = database.execute(statement("delivery/read"), {"keys": keys})
    return {
        EpochKey(device_id, epoch): EpochState(
            delivery_id,
            Ranges.parse(settled),
            SettledBefore(Ranges.parse(stored), Ranges.parse(rejected)),
            fork=fork,
            ahead=[(skew_s, Ranges.parse(numbers)) for skew_s, numbers in ahead],
        )
        for device_id, epoch, delivery_id, settled, stored, rejected, fork, ahead in rows
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
            "f": epoch.fork,
            "x": str(Ranges.of(epoch.disputed)),
            "p": str(Ranges.of_numbers(epoch.repeated)),
            "v": epoch.minor,
        }
        for epoch in epochs
    ]
    if rows:
        database.execute(statement("delivery/settle"), {"settled": as_json(rows)})


def note_ahead(database: Database, epochs: Iterable[EpochState]) -> None:
    """Note which numbers were seen ahead of their time, in the transaction that holds them."""
    rows = [
        {"i": epoch.delivery_id, "w": skew_s, "n": str(Ranges.of_numbers(seqs))}
        for epoch in epochs
        for skew_s, seqs in _by_skew(epoch.ahead_now).items()
    ]
    if rows:
        database.execute(statement("delivery/ahead_note"), {"ahead": as_json(rows)})


def _by_skew(ahead: Mapping[int, int]) -> Mapping[int, Sequence[int]]:
    """Return numbers by their skew, rounded up to whole minutes."""
    found: dict[int, list[int]] = {}
    for seq, skew_s in ahead.items():
        found.setdefault(-(-skew_s // _MINUTE_S) * _MINUTE_S, []).append(seq)
    return found


def forget_resolved(database: Database, devices: Collection[DeviceId]) -> None:
    """Forget what was held from these devices and waits no more."""
    if devices:
        database.execute(statement("quarantine/held_resolve"), {"devices": sorted(devices)})


def receipt_of(epoch: str, state: EpochState) -> wire.Receipt:
    """Return the receipt for what a device asked. It may leave only after the commit.

    It names settled numbers of the messages that it answers, and no others: a message that is still on its way may hold
    other records under numbers that were settled before. For an epoch that has forked it names none.
    """
    if state.fork is not None:
        return wire.Receipt(epoch, 0, minor=state.minor, retire=state.minor >= RETIRES_SINCE)
    answered = state.settled().both(Ranges.of(state.asked))
    through, also = answered.through_and_also(wire.MAX_RECORDS)
    return wire.Receipt(epoch, through, also, minor=state.minor)
