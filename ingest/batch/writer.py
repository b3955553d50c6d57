"""Stores a batch of messages in one transaction. `BatchWriter.store` is the recipe; each step is a call downwards.

catalogue   `catalogue`  which device is assigned to what
lock        `delivery`   the epochs of the batch, and what is settled of each
register    `setups`     setups that are new
compare     `repeats`    records whose numbers are settled: whether they are what is kept (`kept`) of these
classify    `classify`   each record: stored, repeated, held or rejected; makes the `plan`
write       `write_plan` the plan: facts, conflicts, rejects, holds (`rows` says how they stand in the statements)
settle      `delivery`   the sequence numbers that need nothing any more
receipt     `delivery`   what is settled, for the device, once the transaction is committed
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core import wire
from ingest.batch.bounds import BeyondDayError, RecordName
from ingest.batch.catalogue import Catalogue, CatalogueCache
from ingest.batch.classify import classify
from ingest.batch.delivery import (
    DeliveryId,
    EpochKey,
    EpochState,
    forget_resolved,
    lock_epochs,
    note_ahead,
    receipt_of,
    settle,
)
from ingest.batch.plan import AheadRecord, DamagedPart, HoldCause
from ingest.batch.repeats import ComingAgain, RepeatComparer, coming_again
from ingest.batch.setups import SetupKey, SetupRegistry
from ingest.batch.write_plan import write_plan
from ingest.gil_turn import GilTurn
from ingest.messages import AddressedReceipt, RecordsMessage, Refusal, Storable
from store.database import Database, transaction


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """What a committed transaction did.

    Attributes:
        receipts: one for each device and epoch in the batch, also when all were repeats.
        records: records stored.
        facts: facts stored and counted.
        conflicts: facts kept but not counted.
        repeats: records that were settled before.
        unkept: those of them of which nothing is kept to compare them with.
        forks: epochs that turned out to have forked.
        ahead: of each device whose records end later than they came and are held for it, the furthest one.
        damaged: of each device that sent something without a readable number, the first.
        rejects: messages and records refused for good.
        unkept_rejects: those of them that were beyond a day's worth: counted, and nothing of them kept.
        held: records and messages that wait, by cause.
        refusals: why each reject was refused.
        lost: records that devices declared lost now.
    """

    receipts: tuple[AddressedReceipt, ...]
    records: int
    facts: int
    conflicts: int
    repeats: int
    rejects: int
    held: Mapping[HoldCause, int]
    refusals: tuple[Refusal, ...] = ()
    lost: int = 0
    unkept: int = 0
    forks: int = 0
    ahead: tuple[AheadRecord, ...] = ()
    unkept_rejects: int = 0
    damaged: tuple[DamagedPart, ...] = ()


class BatchWriter:
    """Stores batches through one connection.

    Args:
        database: a connection in autocommit mode that nobody else uses meanwhile.
        gil_turn: lets the reading of the next batch give way while this one is prepared.
        replays: what is stored was kept here and is chosen by a person: an epoch that forked since doesn't hold it.
    """

    def __init__(self, database: Database, gil_turn: GilTurn | None = None, *, replays: bool = False) -> None:
        self._database = database
        self._gil_turn = gil_turn or GilTurn()
        self._replays = replays
        self._catalogue = CatalogueCache()
        self._setups = SetupRegistry()
        self._comparer = RepeatComparer()

    def catalogue(self) -> Catalogue:
        """Return the catalogue as it is now. Runs in the caller's transaction."""
        return self._catalogue.current(self._database)

    def store(self, messages: Sequence[Storable]) -> StoredBatch:
        """Store all messages or none, and return the receipts, which may leave now.

        Raises:
            DatabaseAwayError: try the same again, soon; nothing was stored.
            DataError: the database refuses something among the messages; nothing was stored.
            NotReadyError: the schema or the rights are not as they must be.
        """
        waiting: dict[RecordName, str] = {}
        while True:
            try:
                return self._store(messages, waiting)
            except BeyondDayError as beyond:
                if beyond.records <= waiting.keys():
                    raise
                waiting |= dict.fromkeys(beyond.records, beyond.cause)

    def _store(self, messages: Sequence[Storable], waiting: Mapping[RecordName, str]) -> StoredBatch:
        """Store all messages or none. Raises BeyondDayError for records that must be among those `waiting`."""
        with self._gil_turn.preparing(), transaction(self._database) as database:
            catalogue = self.catalogue()
            known = list(_from_known_devices(messages, catalogue))
            epochs = self._lock_epochs(database, known)
            setups = self._setups.ids(database, (minors := _setups(known)).keys(), minors)
            repeats = self._comparer.compare(database, list(_coming_again(known, catalogue, epochs)), setups)
            plan = classify(messages, catalogue, epochs, setups, repeats, waiting)
            facts = write_plan(database, plan, self._gil_turn)
            _note_repeated(epochs.values(), facts.repeated)
            settle(database, epochs.values())
            note_ahead(database, epochs.values())
            forget_resolved(database, {key.device_id for key in epochs})
        self._setups.remember(setups)
        return StoredBatch(
            receipts=_receipts(known, epochs),
            records=plan.records,
            facts=facts.stored,
            conflicts=facts.conflicts,
            repeats=plan.repeats,
            rejects=len(plan.rejects),
            held=plan.held,
            refusals=tuple(Refusal(reject.code, reject.reason) for reject in plan.rejects),
            lost=plan.lost,
            unkept=plan.unkept,
            forks=plan.forks,
            ahead=tuple(plan.ahead.values()),
            unkept_rejects=facts.unkept_rejects,
            damaged=tuple(plan.damaged.values()),
        )

    def _lock_epochs(self, database: Database, known: Iterable["_Known"]) -> dict[EpochKey, EpochState]:
        epochs = lock_epochs(database, {one.key: one.message.batch.previous_epoch for one in known})
        if self._replays:
            for epoch in epochs.values():
                epoch.fork = None
        return epochs


class _Known(NamedTuple):
    """A message of a known device, with its place in the batch."""

    place: int
    key: EpochKey
    message: RecordsMessage


def _from_known_devices(messages: Iterable[Storable], catalogue: Catalogue) -> Iterable[_Known]:
    for place, message in enumerate(messages):
        if isinstance(message, RecordsMessage) and (device := catalogue.device(message.topic)):
            yield _Known(place, EpochKey(device.device_id, message.batch.epoch), message)


def _setups(known: Iterable[_Known]) -> Mapping[SetupKey, int]:
    """Return the setups that are named, with the minor version of the wire."""
    return {
        (one.key.device_id, record.setup): one.message.batch.minor
        for one in known
        for record in one.message.batch.records
    }


def _coming_again(
    known: Iterable[_Known], catalogue: Catalogue, epochs: Mapping[EpochKey, EpochState]
) -> Iterable[ComingAgain]:
    """Yield the records whose numbers were settled before, but of epochs that have forked: those are not compared."""
    for place, key, message in known:
        epoch, device = epochs.get(key), catalogue.device(message.topic)
        if epoch and epoch.fork is None and device:
            yield from coming_again(place, message, device, epoch)


def _note_repeated(epochs: Iterable[EpochState], repeated: Mapping[DeliveryId, set[int]]) -> None:
    for epoch in epochs:
        epoch.repeated = repeated.get(epoch.delivery_id, set())


def _receipts(known: Iterable[_Known], epochs: Mapping[EpochKey, EpochState]) -> tuple[AddressedReceipt, ...]:
    """Return a receipt for each epoch; one that waits to be made known has an empty one: the server is there."""
    newest = {one.key: one.message for one in known}
    return tuple(
        AddressedReceipt(
            wire.Topic(message.topic.site, message.topic.device, wire.Kind.RECEIPT),
            receipt_of(key.epoch, epochs[key])
            if key in epochs
            else wire.Receipt(key.epoch, 0, minor=min(message.batch.minor, wire.MINOR)),
        )
        for key, message in newest.items()
    )
