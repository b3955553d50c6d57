"""Classifies each record of a batch: stored, repeated, held, or rejected and why not stored. Touches no database."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, assert_never

from core import wire
from ingest.batch.bounds import CONFLICTS, STRANGERS, UNPLACED, Owner, RecordName
from ingest.batch.catalogue import Catalogue, KnownDevice
from ingest.batch.delivery import (
    FOLLOWING_EPOCHS_A_DAY,
    MOST_RANGES,
    NEW_EPOCHS_A_DAY,
    RETIRES_SINCE,
    EpochKey,
    EpochState,
)
from ingest.batch.plan import (
    AheadRecord,
    BatchPlan,
    DamagedPart,
    DeviceDay,
    PresyncTotals,
    RepeatCheck,
    facts_of,
    origin_of,
)
from ingest.batch.rejects import reject_message, reject_record
from ingest.batch.setups import NEW_SETUPS_A_DAY, Setups
from ingest.messages import (
    HeldMessage,
    RecordsMessage,
    Refusal,
    RefusedMessage,
    RefusedRecord,
    Storable,
    UnreadableMessage,
)

LATEST_S: Final = 120
"""A record may end this long after it arrives, in seconds: clocks are never quite right."""
MOST_AHEAD_S: Final = 3600
"""One that ends up to so long after it arrives waits until it doesn't, in seconds; what is further ahead is refused."""
EARLIEST_S: Final = int(datetime.fromisoformat("2020-01-01T00:00:00Z").timestamp())
"""A record that starts before was made by a clock that had been reset."""
_DAY_S: Final = 86_400
_TOO_MANY_HOLES: Final = (
    "too_many_holes",
    f"more than {MOST_RANGES} gaps between its numbers: what is missing must come first",
)
_AHEAD: Final = (
    "ahead",
    f"it ends more than {LATEST_S} s after it arrives: the clock of the device is ahead, or the server's is behind",
)
_DAMAGED: Final = ("damaged", "part of a message can't be read, nor which record it was")
_FORKED: Final = "record {seq} of epoch {epoch} came again with other contents"
_UPDATE_COUNTER: Final = "update this counter's program, which then sends all that waits under a new epoch"
_TOO_MANY_EPOCHS: Final = (
    "too_many_epochs",
    f"more than {NEW_EPOCHS_A_DAY} new epochs of the device in a day, {FOLLOWING_EPOCHS_A_DAY} that name a known one",
)
_BEYOND_DAY: Final = {
    "too_many_conflicts": f"more than {CONFLICTS.rows} conflicts of the device within a day",
    "too_many_unplaced": f"more than {UNPLACED.rows} totals without a time of the device within a day",
}
_TOO_MANY_SETUPS: Final = ("too_many_setups", f"more than {NEW_SETUPS_A_DAY} new setups of the device within a day")


def classify(  # noqa: PLR0913, PLR0917 - what each step before found out
    messages: Iterable[Storable],
    catalogue: Catalogue,
    epochs: Mapping[EpochKey, EpochState],
    setups: Setups,
    repeats: RepeatCheck | None = None,
    waiting: Mapping[RecordName, str] | None = None,
) -> BatchPlan:
    """Return what is to be done with a batch, and settle in `epochs` what will be stored, rejected or lost.

    Args:
        messages: in the order of arrival.
        catalogue: which device is assigned to what.
        epochs: what is settled of each epoch in the batch; changed by what is decided.
        setups: ids of all setups that the batch names.
        repeats: what was found out about records whose numbers were settled before.
        waiting: records that must wait, and for what: the store keeps no more of such from their device today.
    """
    classifier = BatchClassifier(catalogue, epochs, setups, repeats or RepeatCheck(), waiting or {})
    for place, message in enumerate(messages):
        classifier.add(place, message)
    return classifier.plan


def owner_of(topic: wire.Topic) -> Owner:
    """Return whose a topic of a known device is."""
    return Owner(topic.site, topic.device)


def unknown_device(catalogue: Catalogue, topic: wire.Topic) -> tuple[str, str]:
    """Return cause and detail for a topic that names an unknown device."""
    if topic.site not in catalogue.sites:
        return "unknown_site", f"site {topic.site} is not known"
    return "unknown_device", f"device {topic.device} is not known at site {topic.site}"


@dataclass(frozen=True, slots=True)
class BatchClassifier:
    """Classifies the messages of one batch; see `classify`.

    Attributes:
        plan: what is to be done; grows with each message.
    """

    catalogue: Catalogue
    epochs: Mapping[EpochKey, EpochState]
    setups: Setups
    repeats: RepeatCheck
    waiting: Mapping[RecordName, str]
    plan: BatchPlan = field(default_factory=BatchPlan)

    def add(self, place: int, message: Storable) -> None:
        """Decide on one message; `place` is its own in the batch."""
        match message:
            case RecordsMessage():
                self._add_records(place, message)
            case RefusedMessage():
                is_known = message.topic is not None and self.catalogue.device(message.topic) is not None
                owner = owner_of(message.topic) if message.topic is not None and is_known else STRANGERS
                self.plan.reject(owner, reject_message(message))
            case HeldMessage(topic=topic, cause=cause, detail=detail):
                self.plan.hold(topic, cause, detail)
            case UnreadableMessage(error=error):
                raise error
            case _:
                assert_never(message)

    def _add_records(self, place: int, message: RecordsMessage) -> None:
        device = self.catalogue.device(message.topic)
        if device is None:
            self.plan.hold(message.topic, *unknown_device(self.catalogue, message.topic))
            return
        epoch = self.epochs.get(EpochKey(device.device_id, message.batch.epoch))
        if epoch is None:
            self.plan.hold(message.topic, *_TOO_MANY_EPOCHS)
            return
        self.plan.owners[epoch.delivery_id] = owner_of(message.topic), message.batch.epoch
        if self._has_forked(place, message, epoch):
            self._hold_forked(message, epoch)
            return
        epoch.note_batch(message.batch, [refused.seq for refused in message.refused])
        for refused in message.refused:
            self._reject(message, epoch, refused)
        for part in message.unnumbered:
            self.plan.damaged.setdefault(
                message.topic, DamagedPart(message.topic, wire.Epoch(message.batch.epoch), part)
            )
            self.plan.hold(message.topic, *_DAMAGED)
        for record in message.batch.records:
            self._add_record(place, message, device, epoch, record)
        for lost in message.batch.lost:
            if epoch.has_room(lost.first, lost.last):
                self.plan.lost += epoch.declare_lost(lost)
            else:
                self.plan.hold(message.topic, *_TOO_MANY_HOLES)

    def _add_record(
        self, place: int, message: RecordsMessage, device: KnownDevice, epoch: EpochState, record: wire.Record
    ) -> None:
        if epoch.has(record.seq):
            self.plan.repeats += 1
            self.plan.unkept += (place, record.seq) in self.repeats.unkept
        elif not epoch.has_room(record.seq, record.seq):
            self.plan.hold(message.topic, *_TOO_MANY_HOLES)
        elif refusal := _mistimed(record, message.incoming.arrived_at.timestamp()):
            self._reject(message, epoch, RefusedRecord(record.seq, refusal, wire.encode(record)))
            epoch.came[record.seq] = record
        elif cause := self.waiting.get((owner_of(message.topic), message.batch.epoch, record.seq)):
            self.plan.hold(message.topic, cause, _BEYOND_DAY[cause])
        elif (ahead_s := _ahead_s(record, message.incoming.arrived_at.timestamp())) > LATEST_S:
            self._hold_ahead(message, epoch, record, ahead_s)
        else:
            self._store(message, device, epoch, record)

    def _hold_ahead(self, message: RecordsMessage, epoch: EpochState, record: wire.Record, ahead_s: float) -> None:
        came_at = message.incoming.arrived_at
        sighting = AheadRecord(message.topic, came_at + timedelta(seconds=ahead_s), came_at)
        epoch.ahead_now[record.seq] = max(sighting.skew_s, epoch.ahead_now.get(record.seq, 0))
        self.plan.note_ahead(sighting)
        self.plan.hold(message.topic, *_AHEAD)

    def _has_forked(self, place: int, message: RecordsMessage, epoch: EpochState) -> bool:
        """Return whether the epoch has forked, by now: nothing of this message is settled then."""
        if epoch.fork is None:
            epoch.fork = next(
                (
                    record.seq
                    for record in message.batch.records
                    if (place, record.seq) in self.repeats.differing or not epoch.agrees_with(record)
                ),
                None,
            )
            self.plan.forks += epoch.fork is not None
        return epoch.fork is not None

    def _hold_forked(self, message: RecordsMessage, epoch: EpochState) -> None:
        epoch.note_disputed(message.batch, [refused.seq for refused in message.refused])
        said = _FORKED if epoch.minor >= RETIRES_SINCE else f"{_FORKED}: {_UPDATE_COUNTER}"
        for _ in range(max(len(message.batch.records), 1)):
            self.plan.hold(message.topic, "forked", said.format(seq=epoch.fork, epoch=message.batch.epoch))

    def _reject(self, message: RecordsMessage, epoch: EpochState, refused: RefusedRecord) -> None:
        if epoch.has(refused.seq):
            self.plan.repeats += 1
        elif not epoch.has_room(refused.seq, refused.seq):
            self.plan.hold(message.topic, *_TOO_MANY_HOLES)
        else:
            epoch.rejected.add(refused.seq)
            epoch.came[refused.seq] = refused.raw
            self.plan.reject(owner_of(message.topic), reject_record(message, refused))

    def _store(self, message: RecordsMessage, device: KnownDevice, epoch: EpochState, record: wire.Record) -> None:
        if missing := _unassigned(device, record):
            self.plan.hold(message.topic, "not_assigned", missing)
            return
        setup_id = self.setups.get((device.device_id, record.setup))
        if setup_id is None:
            self.plan.hold(message.topic, *_TOO_MANY_SETUPS)
            return
        if isinstance(record, wire.UnplacedRecord):
            self.plan.unplaced.append(PresyncTotals(device, epoch.delivery_id, setup_id, record))
        else:
            start_s = int(record.start.timestamp())
            if (unsure_s := _unsure_s(record, message.seen_at().timestamp())) > 0:
                epoch.ahead_now[record.seq] = unsure_s
            skew_s = epoch.skew_s(record.seq)
            self.plan.place(facts_of(device, origin_of(record, start_s, epoch.delivery_id, setup_id, skew_s)))
            self.plan.days.add(DeviceDay(device.device_id, start_s - start_s % _DAY_S))
        epoch.stored.add(record.seq)
        epoch.came[record.seq] = record
        self.plan.records += 1


def _mistimed(record: wire.Record, arrived_s: float) -> Refusal | None:
    if isinstance(record, wire.UnplacedRecord):
        return None
    start_s = record.start.timestamp()
    if start_s < EARLIEST_S:
        return Refusal("too_old", f"start {record.start.isoformat()} is before 2020")
    ahead_s = _ahead_s(record, arrived_s)
    if ahead_s > MOST_AHEAD_S:
        sentence = (
            f"start {record.start.isoformat()} + {record.period_s} s ends {ahead_s:.0f} s ahead of this server's clock"
        )
        return Refusal("too_new", f"{sentence}, {MOST_AHEAD_S} s at most")
    return None


def _ahead_s(record: wire.Record, arrived_s: float) -> float:
    """Return how many seconds after its arrival a record ends; below 0 where it ended before."""
    if isinstance(record, wire.UnplacedRecord):
        return 0.0
    return record.start.timestamp() + record.period_s - arrived_s


def _unsure_s(record: wire.Record, seen_s: float) -> int:
    """Return by how many seconds a record was ahead when it was first seen, where that was too many; else 0."""
    ahead_s = _ahead_s(record, seen_s)
    return math.ceil(ahead_s) if ahead_s > LATEST_S else 0


def _unassigned(device: KnownDevice, record: wire.Record) -> str | None:
    """Return which line or zone the device isn't assigned to at that time, or never where the record has no time."""
    at_s = None if isinstance(record, wire.UnplacedRecord) else int(record.start.timestamp())
    then = "" if at_s is None else " then"
    if not isinstance(record, wire.DwellRecord):
        for line in record.lines:
            if (part := device.lines.get(line.line)) is None or not (at_s is None or part.covers(at_s)):
                return f"line {line.line} is not assigned to the device{then}"
    for zone in record.zones:
        if (part := device.zones.get(zone.zone)) is None or not (at_s is None or part.covers(at_s)):
            return f"zone {zone.zone} is not assigned to the device{then}"
    return None
