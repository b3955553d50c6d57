"""Stores a batch of messages in one transaction: what is settled, facts, quarter-hours, rejects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core import wire
from ingest.batch.catalogue import Catalogue, CatalogueKeeper, DeviceId, SetupBook, SetupKey
from ingest.batch.classify import Cause, Sorted, Sorter
from ingest.batch.delivery import EpochKey, Settling, lock, receipt_of, settle
from ingest.batch.facts import F, Placed, Quarter, without_conflicts
from ingest.batch.rejects import counted
from ingest.batch.rows import LINE_FLOW, ZONE_DWELL, ZONE_FLOW, FactTable, as_json, conflict_row
from ingest.batch.unplaced import store_unplaced
from ingest.gil_turn import Pace
from ingest.messages import RecordsMessage, Refusal, Storable
from store.database import Database, DatabaseAwayError, statement, transaction


@dataclass(frozen=True, slots=True)
class Addressed:
    """A receipt and the topic that it goes to."""

    topic: wire.Topic
    receipt: wire.Receipt


@dataclass(frozen=True, slots=True)
class Stored:
    """What a committed transaction did.

    Attributes:
        receipts: one a device and epoch heard of, also when all were repeats.
        records: records stored.
        facts: facts stored and counted.
        conflicts: facts kept but not counted.
        repeats: records that were settled before.
        rejects: messages and records refused for good.
        held: records and messages that wait, by cause.
        refusals: why each reject was refused.
        lost: records that devices declared lost now.
    """

    receipts: tuple[Addressed, ...]
    records: int
    facts: int
    conflicts: int
    repeats: int
    rejects: int
    held: Mapping[Cause, int]
    refusals: tuple[Refusal, ...] = ()
    lost: int = 0


class Writer:
    """Stores batches through one connection.

    Args:
        database: a connection in autocommit mode that nobody else uses meanwhile.
        pace: tells others when the writer needs Python for itself.
    """

    def __init__(self, database: Database, pace: Pace | None = None) -> None:
        self._database = database
        self._pace = pace or Pace()
        self._catalogue = CatalogueKeeper()
        self._setups = SetupBook()

    def catalogue(self) -> Catalogue:
        """Return the catalogue as it is now. Runs in the caller's transaction."""
        return self._catalogue.current(self._database)

    def store(self, messages: Sequence[Storable]) -> Stored:
        """Store all messages or none, and return the receipts, which may leave now.

        Raises:
            DatabaseAwayError: try the same again, soon; nothing was stored.
            DataError: the database refuses something among the messages; nothing was stored.
            NotReadyError: the schema or the rights are not as they must be.
        """
        with self._pace.preparing(), transaction(self._database):
            catalogue = self.catalogue()
            epochs = lock(self._database, _epochs(messages, catalogue))
            setups = self._setups.ids(self._database, _setups(messages, catalogue))
            sorter = Sorter(catalogue, epochs, setups)
            for message in messages:
                sorter.sort(message)
            facts, conflicts = self._write(sorter.result)
            settle(self._database, epochs.values())
            self._mend({key.device_id for key in epochs})
        self._setups.remember(setups)
        done = sorter.result
        return Stored(
            receipts=_receipts(messages, catalogue, epochs),
            records=done.records,
            facts=facts,
            conflicts=conflicts,
            repeats=done.repeats,
            rejects=len(done.rejects),
            held=done.held,
            refusals=tuple(Refusal(reject.code, reject.reason) for reject in done.rejects),
            lost=done.lost,
        )

    def _write(self, work: Sorted) -> tuple[int, int]:
        """Write facts and all that goes with them. Returns how many facts are counted, and how many aren't."""
        doubted: list[Mapping[str, object]] = []
        self._write_facts(LINE_FLOW, work.lines, doubted)
        self._write_facts(ZONE_FLOW, work.zones, doubted)
        self._write_facts(ZONE_DWELL, work.dwells, doubted)
        store_unplaced(self._database, work.unplaced)
        self._execute("conflict_insert", "conflicts", doubted)
        self._execute("reject_insert", "rejects", counted(work.rejects))
        self._execute("held_count", "held", [{**key._asdict(), "times": n} for key, n in sorted(work.held.items())])
        self._execute("data_version_raise", "days", [{"d": day.device_id, "s": day.day_s} for day in work.days])
        facts = len(work.lines) + len(work.zones) + len(work.dwells)
        return facts - len(doubted), len(doubted)

    def _mend(self, devices: set[DeviceId]) -> None:
        """Forget what was held from these devices and waits no more."""
        if devices:
            self._database.execute(statement("held_mend"), {"devices": sorted(devices)})

    def _execute(self, name: str, parameter: str, rows: Sequence[object]) -> None:
        if rows:
            self._database.execute(statement(name), {parameter: as_json(rows)})

    def _write_facts(
        self, table: FactTable[F], placed: Sequence[Placed[F]], doubted: list[Mapping[str, object]]
    ) -> None:
        """Store what nobody told yet, and add the rest to `doubted`."""
        if not placed:
            return
        minutes = self._minutes(table, {item.quarter for item in placed})
        believed, conflicts = without_conflicts(placed, minutes)
        doubted += [conflict_row(table, item) for item in conflicts]
        if not believed:
            return
        parameters = table.parameters(believed)
        with self._pace.waiting():
            [(written,)] = self._database.execute(statement(table.insert), parameters)
        expected = len({item.quarter for item in believed})
        if written != expected:
            raise DatabaseAwayError(f"another writer told the same minutes: {written} of {expected} quarter-hours")

    def _minutes(self, table: FactTable[F], quarters: set[Quarter]) -> dict[Quarter, int]:
        starts = [start_s for _, start_s in quarters]
        keys = as_json([{"i": part_id, "s": start_s} for part_id, start_s in sorted(quarters)])
        # Planned anew each time: a plan made while the table was small would read all of it later.
        rows = self._database.execute(
            statement(table.minutes), {"keys": keys, "first": min(starts), "last": max(starts)}, prepare=False
        )
        return {(part_id, start_s): minutes for part_id, start_s, minutes in rows}


def _known(messages: Iterable[Storable], catalogue: Catalogue) -> Iterable[tuple[EpochKey, RecordsMessage]]:
    for message in messages:
        if isinstance(message, RecordsMessage) and (device := catalogue.device(message.topic)):
            yield EpochKey(device.device_id, message.batch.epoch), message


def _epochs(messages: Iterable[Storable], catalogue: Catalogue) -> dict[EpochKey, str | None]:
    return {key: message.batch.previous_epoch for key, message in _known(messages, catalogue)}


def _setups(messages: Iterable[Storable], catalogue: Catalogue) -> set[SetupKey]:
    return {
        (key.device_id, record.setup)
        for key, message in _known(messages, catalogue)
        for record in message.batch.records
    }


def _receipts(
    messages: Iterable[Storable], catalogue: Catalogue, epochs: Mapping[EpochKey, Settling]
) -> tuple[Addressed, ...]:
    topics = {key: message.topic for key, message in _known(messages, catalogue)}
    return tuple(
        Addressed(wire.Topic(topic.site, topic.device, wire.Kind.RECEIPT), receipt_of(key.epoch, epochs[key]))
        for key, topic in topics.items()
    )
