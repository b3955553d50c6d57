"""Decides, record by record, what is to be done with it. Touches nothing but what it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, assert_never

from core import wire
from ingest.batch.catalogue import NEW_SETUPS_A_DAY, Catalogue, Device, DeviceId, Setups
from ingest.batch.delivery import MOST_RANGES, EpochKey, Settling
from ingest.batch.facts import Placed, Source, source_of
from ingest.batch.rejects import Reject, reject_message, reject_record
from ingest.batch.unplaced import Unplaced, never_assigned
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
EARLIEST_S: Final = int(datetime.fromisoformat("2020-01-01T00:00:00Z").timestamp())
"""A record that starts before was made by a clock that had been reset."""
_DAY_S: Final = 86_400
_TOO_MANY_HOLES: Final = (
    "too_many_holes",
    f"more than {MOST_RANGES} gaps between its numbers: what is missing must come first",
)
_TOO_MANY_SETUPS: Final = ("too_many_setups", f"more than {NEW_SETUPS_A_DAY} new setups of the device within a day")


class Cause(NamedTuple):
    """Why something is held: it passes once someone mends it, and the device sends it again."""

    site_key: str
    device_key: str
    cause: str
    detail: str


class DeviceDay(NamedTuple):
    """A UTC day whose data of one device changed; day_s is its start in seconds since 1970-01-01T00:00Z."""

    device_id: DeviceId
    day_s: int


@dataclass(slots=True)
class Sorted:
    """What is to be done with a batch.

    Attributes:
        lines: facts of lines, in the order of arrival.
        zones: facts of zones, the same.
        dwells: dwell of zones, the same.
        rejects: what is refused for good.
        held: how many records or messages wait, by cause.
        unplaced: totals that have no time.
        days: the days whose data changes.
        records: how many records are stored.
        repeats: how many records were settled before.
        lost: how many records are declared lost that weren't settled before.
    """

    lines: list[Placed[wire.LineFlow]] = field(default_factory=list)
    zones: list[Placed[wire.ZoneFlow]] = field(default_factory=list)
    dwells: list[Placed[wire.ZoneDwell]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    held: dict[Cause, int] = field(default_factory=dict)
    days: set[DeviceDay] = field(default_factory=set)
    records: int = 0
    repeats: int = 0
    lost: int = 0

    def hold(self, topic: wire.Topic, cause: str, detail: str) -> None:
        """Count one more that waits for this cause."""
        key = Cause(topic.site, topic.device, cause, detail)
        self.held[key] = self.held.get(key, 0) + 1


def unknown_device(catalogue: Catalogue, topic: wire.Topic) -> tuple[str, str]:
    """Return cause and detail for a topic that names no known device."""
    if topic.site not in catalogue.sites:
        return "unknown_site", f"site {topic.site} is not known"
    return "unknown_device", f"device {topic.device} is not known at site {topic.site}"


@dataclass(frozen=True, slots=True)
class Sorter:
    """Sorts the messages of one batch.

    Attributes:
        catalogue: who may tell about what.
        epochs: what is settled; changed by the sorting.
        setups: ids of all setups that the batch names.
        result: what is to be done; grows by the sorting.
    """

    catalogue: Catalogue
    epochs: Mapping[EpochKey, Settling]
    setups: Setups
    result: Sorted = field(default_factory=Sorted)

    def sort(self, message: Storable) -> None:
        """Decide on one message."""
        match message:
            case RecordsMessage():
                self._sort_records(message)
            case RefusedMessage():
                self.result.rejects.append(reject_message(message))
            case HeldMessage(topic=topic, detail=detail):
                self.result.hold(topic, wire.NewerVersionError.code, detail)
            case UnreadableMessage(error=error):
                raise error
            case _:
                assert_never(message)

    def _sort_records(self, message: RecordsMessage) -> None:
        device = self.catalogue.device(message.topic)
        if device is None:
            self.result.hold(message.topic, *unknown_device(self.catalogue, message.topic))
            return
        epoch = self.epochs[EpochKey(device.device_id, message.batch.epoch)]
        epoch.hear_of(message.batch, [refused.seq for refused in message.refused])
        arrived_s = message.incoming.arrived_at.timestamp()
        for refused in message.refused:
            self._refuse(message, epoch, refused)
        for record in message.batch.records:
            if epoch.has(record.seq):
                self.result.repeats += 1
            elif not epoch.has_room(record.seq, record.seq):
                self.result.hold(message.topic, *_TOO_MANY_HOLES)
            elif refusal := _mistimed(record, arrived_s):
                self._refuse(message, epoch, RefusedRecord(record.seq, refusal, wire.encode(record)))
            else:
                self._store(message, device, epoch, record)
        for lost in message.batch.lost:
            if epoch.has_room(lost.first, lost.last):
                self.result.lost += epoch.lose(lost)
            else:
                self.result.hold(message.topic, *_TOO_MANY_HOLES)

    def _refuse(self, message: RecordsMessage, epoch: Settling, refused: RefusedRecord) -> None:
        if epoch.has(refused.seq):
            self.result.repeats += 1
        elif not epoch.has_room(refused.seq, refused.seq):
            self.result.hold(message.topic, *_TOO_MANY_HOLES)
        else:
            epoch.rejected.add(refused.seq)
            self.result.rejects.append(reject_record(message, refused))

    def _store(self, message: RecordsMessage, device: Device, epoch: Settling, record: wire.Record) -> None:
        if missing := _unassigned(device, record):
            self.result.hold(message.topic, "not_assigned", missing)
            return
        setup_id = self.setups.get((device.device_id, record.setup))
        if setup_id is None:
            self.result.hold(message.topic, *_TOO_MANY_SETUPS)
            return
        if isinstance(record, wire.UnplacedRecord):
            self.result.unplaced.append(Unplaced(device, epoch.delivery_id, setup_id, record))
        else:
            start_s = int(record.start.timestamp())
            self._place(device, source_of(record, start_s, epoch.delivery_id, setup_id))
            self.result.days.add(DeviceDay(device.device_id, start_s - start_s % _DAY_S))
        epoch.stored.add(record.seq)
        self.result.records += 1

    def _place(self, device: Device, source: Source) -> None:
        result, at_s = self.result, source.quarter_s
        match source.record:
            case wire.FlowRecord(lines=lines, zones=zones):
                result.lines += [Placed((device.lines[fact.line].part_id, at_s), source, fact) for fact in lines]
                result.zones += [Placed((device.zones[fact.zone].part_id, at_s), source, fact) for fact in zones]
            case wire.DwellRecord(zones=dwells):
                result.dwells += [Placed((device.zones[fact.zone].part_id, at_s), source, fact) for fact in dwells]
            case _:
                assert_never(source.record)


def _mistimed(record: wire.Record, arrived_s: float) -> Refusal | None:
    if isinstance(record, wire.UnplacedRecord):
        return None
    start_s = record.start.timestamp()
    if start_s < EARLIEST_S:
        return Refusal("too_old", f"start {record.start.isoformat()} is before 2020")
    ahead_s = start_s + record.period_s - arrived_s
    if ahead_s > LATEST_S:
        sentence = f"start {record.start.isoformat()} + {record.period_s} s ends {ahead_s:.0f} s after it arrived"
        return Refusal("too_new", f"{sentence}, {LATEST_S} s at most")
    return None


def _unassigned(device: Device, record: wire.Record) -> str | None:
    """Return which line or zone the device may not tell about then, or ever where it tells no time, or None."""
    if isinstance(record, wire.UnplacedRecord):
        return never_assigned(device, record)
    at_s = int(record.start.timestamp())
    if isinstance(record, wire.FlowRecord):
        for line in record.lines:
            if (part := device.lines.get(line.line)) is None or not part.covers(at_s):
                return f"line {line.line} is not assigned to the device then"
    for zone in record.zones:
        if (part := device.zones.get(zone.zone)) is None or not part.covers(at_s):
            return f"zone {zone.zone} is not assigned to the device then"
    return None
