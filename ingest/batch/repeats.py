"""Compares records that come again with what is kept of their numbers: a number alone is no identity.

An older copy of an outbox that was put back, or one that lost its last commits, makes other records under numbers that
were used before. Where what comes differs from what is kept, the epoch has forked: `classify` settles nothing of it.

What is kept is looked for where the record says that it stands: by start, at all lines and zones of its device. Only
where nothing stands there are the facts of these lines and zones searched by number.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from core import wire
from ingest.batch.catalogue import KnownDevice, KnownPart, PartId
from ingest.batch.delivery import DeliveryId, EpochState
from ingest.batch.kept import (
    FactKey,
    KeptConflict,
    Place,
    RecordNumber,
    conflicts_of,
    facts_at,
    forgotten_before_s,
    is_alike,
    number_of,
    rejects_of,
    totals_of,
    with_facts,
)
from ingest.batch.plan import F, PlacedFact, RecordKey, RepeatCheck, facts_of, origin_of
from ingest.batch.rows import LINE_FLOW, ZONE_DWELL, ZONE_FLOW, FactTable, Row, totals_rows
from ingest.batch.setups import SetupNumber, Setups
from ingest.messages import RecordsMessage
from store.database import Database

_UNKNOWN_SETUP: Final = SetupNumber(0)
_SEARCHED: Final = 10_000
"""Most numbers that are remembered as having no facts: beyond it all are forgotten, and searched for again."""

_MESSAGES: Final = 1000
"""Most messages that are remembered as alike what is kept: a megabyte or so."""


class ComingAgain(NamedTuple):
    """A record whose number is settled.

    Attributes:
        key: where in the batch it is.
        number: its epoch and number.
        digest: of the message's bytes.
    """

    key: RecordKey
    number: RecordNumber
    digest: bytes
    message: RecordsMessage
    device: KnownDevice
    epoch: EpochState
    record: wire.Record


def coming_again(place: int, message: RecordsMessage, device: KnownDevice, epoch: EpochState) -> Iterator[ComingAgain]:
    """Yield the records of a message whose numbers were settled before; its `place` is that in the batch."""
    before, delivery_id = epoch.before, epoch.delivery_id
    again = [record for record in message.batch.records if record.seq in before]
    digest = hashlib.sha256(message.incoming.payload).digest() if again else b""
    for record in again:
        number = RecordNumber(delivery_id, record.seq)
        yield ComingAgain((place, record.seq), number, digest, message, device, epoch, record)


def _message_of(one: ComingAgain) -> tuple[DeliveryId, bytes]:
    return one.number.delivery_id, one.digest


class _Own(NamedTuple):
    """One fact of a record that comes again, and as it would stand in its table."""

    row: Row
    item: PlacedFact[Any]


class _Kept(NamedTuple):
    """What is kept of one record."""

    facts: dict[FactKey, Row]
    conflicts: Mapping[FactKey, KeptConflict]


@dataclass(slots=True)
class RepeatComparer:
    """Compares what comes again. It remembers of which numbers nothing was found: none is searched for twice.

    It remembers messages too, by their bytes: what is kept never changes, so a message that is sent over and over is
    compared once, and a flood of one costs its neighbours little.
    """

    _searched: set[RecordNumber] = field(default_factory=set)
    _alike: dict[tuple[DeliveryId, bytes], set[int]] = field(default_factory=dict)

    def compare(self, database: Database, coming: Sequence[ComingAgain], setups: Setups) -> RepeatCheck:
        """Return which of these records differ from what is kept. Runs in the transaction that locks their epochs."""
        coming = [one for one in coming if one.record.seq not in self._alike.get(_message_of(one), ())]
        if not coming:
            return RepeatCheck()
        check = self._compare(database, coming, setups)
        others = {*check.differing, *check.unkept}
        self._remember_alike(one for one in coming if one.key not in others)
        return check

    def _compare(self, database: Database, coming: Sequence[ComingAgain], setups: Setups) -> RepeatCheck:
        stored = [one for one in coming if one.record.seq in one.epoch.known.stored]
        rejected = [one for one in coming if one.record.seq in one.epoch.known.rejected]
        lost = {one.key for one in coming} - {one.key for one in (*stored, *rejected)}
        placed = [one for one in stored if not isinstance(one.record, wire.UnplacedRecord)]
        unplaced = [one for one in stored if isinstance(one.record, wire.UnplacedRecord)]
        verdicts = {
            **_compare_placed(database, placed, setups),
            **_compare_unplaced(database, unplaced, setups),
            **_compare_rejected(database, rejected),
        }
        unfound = [one for one in stored if verdicts[one.key] is None]
        elsewhere = self._kept_elsewhere(database, unfound)
        differing = {key for key, same in verdicts.items() if same is False} | elsewhere
        return RepeatCheck(differing, {key for key, same in verdicts.items() if same is None} - elsewhere | lost)

    def _kept_elsewhere(self, database: Database, unfound: Sequence[ComingAgain]) -> set[RecordKey]:
        """Return which of these have something kept under their number that isn't where their record says."""
        wanted = [one for one in unfound if one.number not in self._searched]
        if not wanted:
            return set()
        numbers = [one.number for one in wanted]
        found = {*totals_of(database, numbers), *conflicts_of(database, numbers)}
        for device_id in {one.device.device_id for one in wanted}:
            of_device = [one.number for one in wanted if one.device.device_id == device_id]
            found |= with_facts(database, device_id, of_device)
        self._remember(set(numbers) - found)
        return {one.key for one in wanted if one.number in found}

    def _remember_alike(self, alike: Iterable[ComingAgain]) -> None:
        for one in alike:
            if len(self._alike) >= _MESSAGES:
                self._alike.clear()
            self._alike.setdefault(_message_of(one), set()).add(one.record.seq)

    def _remember(self, numbers: set[RecordNumber]) -> None:
        if len(self._searched) + len(numbers) > _SEARCHED:
            self._searched.clear()
        self._searched |= numbers


def _compare_placed(
    database: Database, placed: Sequence[ComingAgain], setups: Setups
) -> Mapping[RecordKey, bool | None]:
    """Return for each whether it is what is kept; None where nothing is kept at its place."""
    if not placed:
        return {}
    kept = _kept_at_their_places(database, placed)
    own = {one.key: _own_facts(one, setups) for one in placed}
    verdicts = {one.key: _is_same(own[one.key], kept[one.key]) for one in placed}
    if any(verdicts[one.key] is False for one in placed):
        horizon_s = forgotten_before_s(database)
        for one in placed:
            if _start_s(one) < horizon_s and _is_part(kept[one.key], own[one.key]):
                verdicts[one.key] = True
    return verdicts


def _kept_at_their_places(database: Database, placed: Sequence[ComingAgain]) -> dict[RecordKey, _Kept]:
    conflicts = conflicts_of(database, [one.number for one in placed])
    kept = {one.key: _Kept({}, conflicts.get(one.number, {})) for one in placed}
    flows = [one for one in placed if isinstance(one.record, wire.FlowRecord)]
    dwells = [one for one in placed if isinstance(one.record, wire.DwellRecord)]
    _add_kept(database, LINE_FLOW, [(one, _places(one, one.device.lines)) for one in flows], kept)
    _add_kept(database, ZONE_FLOW, [(one, _places(one, one.device.zones)) for one in flows], kept)
    _add_kept(database, ZONE_DWELL, [(one, _places(one, one.device.zones)) for one in dwells], kept)
    return kept


def _add_kept(
    database: Database,
    table: FactTable[F],
    wanted: Sequence[tuple[ComingAgain, Sequence[Place]]],
    kept: Mapping[RecordKey, _Kept],
) -> None:
    found = facts_at(database, table, [place for _, places in wanted for place in places])
    for one, places in wanted:
        for place in places:
            if (row := found.get(place)) and number_of(row) == one.number:
                kept[one.key].facts[table.kind, place[0]] = row


def _places(one: ComingAgain, parts: Mapping[str, KnownPart]) -> list[Place]:
    return [(part.part_id, _start_s(one)) for part in parts.values()]


def _start_s(one: ComingAgain) -> int:
    return 0 if isinstance(one.record, wire.UnplacedRecord) else int(one.record.start.timestamp())


def _own_facts(one: ComingAgain, setups: Setups) -> dict[FactKey, _Own] | None:
    """Return the facts of a record; None where it names a line or zone that its device was never assigned to."""
    if isinstance(one.record, wire.UnplacedRecord):
        return {}
    setup_id = setups.get((one.device.device_id, one.record.setup), _UNKNOWN_SETUP)
    try:
        lines, zones, dwells = facts_of(
            one.device,
            origin_of(one.record, _start_s(one), one.epoch.delivery_id, setup_id, one.epoch.skew_s(one.record.seq)),
        )
    except KeyError:
        return None
    return {
        **{(LINE_FLOW.kind, item.part_id): _Own(LINE_FLOW.row(item), item) for item in lines},
        **{(ZONE_FLOW.kind, item.part_id): _Own(ZONE_FLOW.row(item), item) for item in zones},
        **{(ZONE_DWELL.kind, item.part_id): _Own(ZONE_DWELL.row(item), item) for item in dwells},
    }


def _is_same(own: Mapping[FactKey, _Own] | None, kept: _Kept) -> bool | None:
    if not kept.facts and not kept.conflicts:
        return True if own == {} else None
    if own is None or own.keys() != kept.facts.keys() | kept.conflicts.keys():
        return False
    return _is_part(kept, own)


def _is_part(kept: _Kept, own: Mapping[FactKey, _Own] | None) -> bool:
    """Return whether all that is kept is among these facts, word for word."""
    return own is not None and (
        all(key in own and _is_fact(own[key], row) for key, row in kept.facts.items())
        and all(key in own and _is_conflict(own[key].item, conflict) for key, conflict in kept.conflicts.items())
    )


def _is_fact(own: _Own, row: Row) -> bool:
    """Return whether this is the fact that is kept; where its clock was seen ahead, whichever of them is flagged so."""
    return own.row == row or (own.item.origin.skew_s > 0 and is_alike(own.row, row))


def _is_conflict(item: PlacedFact[Any], kept: KeptConflict) -> bool:
    """Return whether this fact was kept as a conflict; older versions kept less of it."""
    origin = item.origin
    if (kept.start_s, kept.period_s) != (origin.start_s, origin.record.period_s):
        return False
    fact = {**msgspec.to_builtins(item.fact), "setup": origin.record.setup, "flags": sorted(origin.record.flags)}
    return all(fact.get(name) == (sorted(value) if name == "flags" else value) for name, value in kept.fact.items())


def _compare_unplaced(
    database: Database, unplaced: Sequence[ComingAgain], setups: Setups
) -> Mapping[RecordKey, bool | None]:
    kept = totals_of(database, [one.number for one in unplaced])
    return {one.key: _own_totals(one, setups) == kept[one.number] if one.number in kept else None for one in unplaced}


def _own_totals(one: ComingAgain, setups: Setups) -> Mapping[tuple[str, PartId], Row] | None:
    assert isinstance(one.record, wire.UnplacedRecord)  # noqa: S101 - chosen for it
    setup_id = setups.get((one.device.device_id, one.record.setup), _UNKNOWN_SETUP)
    try:
        return totals_rows(one.device, one.record, setup_id)
    except KeyError:
        return None


def _compare_rejected(database: Database, rejected: Sequence[ComingAgain]) -> Mapping[RecordKey, bool | None]:
    kept = rejects_of(database, [(str(one.message.topic), one.message.batch.epoch, one.record.seq) for one in rejected])
    return {
        one.key: _is_among(one.record, kept.get((str(one.message.topic), one.message.batch.epoch, one.record.seq), ()))
        for one in rejected
    }


def _is_among(record: wire.Record, payloads: Iterable[bytes]) -> bool | None:
    """Return whether a record is one of those that were refused; None where nothing of them is kept."""
    found = [payload == wire.encode(record) or record in _read(payload) for payload in payloads]
    return any(found) if found else None


def _read(payload: bytes) -> Iterator[wire.Record]:
    try:
        yield from wire.decode_batch(wire.encode_batch("0" * 16, [payload])).batch.records
    except wire.WireError:
        return
