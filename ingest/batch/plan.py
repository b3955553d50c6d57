"""The plan of a batch: everything that is to be written for its messages, decided before anything is written."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Generic, NamedTuple, TypeVar, assert_never

from core import wire
from ingest.batch.bounds import Owner
from ingest.batch.catalogue import DeviceId, KnownDevice, PartId
from ingest.batch.delivery import DeliveryId
from ingest.batch.rejects import CountedReject, Reject
from ingest.batch.setups import SetupNumber

CLOCK_UNSURE: Final = wire.flag_bits([wire.Flag.CLOCK_UNSURE])
_MINUTE_S: Final = 60

F = TypeVar("F", wire.LineFlow, wire.ZoneFlow, wire.ZoneDwell)

Quarter = tuple[PartId, int]
"""A line or zone, and the start of a quarter-hour in seconds since 1970-01-01T00:00Z."""


class FactOrigin(NamedTuple):
    """What all facts of one record share.

    Attributes:
        delivery_id: the epoch it came in.
        record: the record.
        start_s: its start, in seconds since 1970-01-01T00:00Z.
        columns: start, period, epoch, number and setup, as they stand in each row.
        flags: its flags as bits.
        quarter_s: the start of its quarter-hour, in the same seconds.
        minutes: its minutes within the quarter-hour, one bit each.
        skew_s: by how many seconds its end lay ahead when it first came, where that was too many; else 0.
    """

    delivery_id: DeliveryId
    record: wire.PlacedRecord
    start_s: int
    columns: tuple[int, int, DeliveryId, int, SetupNumber]
    flags: int
    quarter_s: int
    minutes: int
    skew_s: int = 0


class PlacedFact(NamedTuple, Generic[F]):
    """A fact with the quarter-hour, of a line or zone, that it adds to."""

    quarter: Quarter
    origin: FactOrigin
    fact: F

    @property
    def part_id(self) -> PartId:
        """The line or zone that it is about."""
        return self.quarter[0]


class PlacedFacts(NamedTuple):
    """All facts of one record, by the table that they stand in."""

    lines: Sequence[PlacedFact[wire.LineFlow]] = ()
    zones: Sequence[PlacedFact[wire.ZoneFlow]] = ()
    dwells: Sequence[PlacedFact[wire.ZoneDwell]] = ()


def origin_of(
    record: wire.PlacedRecord, start_s: int, delivery_id: DeliveryId, setup_id: SetupNumber, skew_s: int = 0
) -> FactOrigin:
    """Return what the facts of a record share. Where its clock was ahead, they are flagged so."""
    into_quarter_s = start_s % wire.QUARTER_S
    minutes = ((1 << record.period_s // _MINUTE_S) - 1) << into_quarter_s // _MINUTE_S
    flags = wire.flag_bits(record.flags) if record.flags else 0
    columns = (start_s, record.period_s, delivery_id, record.seq, setup_id)
    flags |= CLOCK_UNSURE if skew_s else 0
    return FactOrigin(delivery_id, record, start_s, columns, flags, start_s - into_quarter_s, minutes, skew_s)


def facts_of(device: KnownDevice, origin: FactOrigin) -> PlacedFacts:
    """Return the facts of a record. Raises KeyError for a line or zone that the device was never assigned to."""
    at_s = origin.quarter_s
    match origin.record:
        case wire.FlowRecord(lines=lines, zones=zones):
            return PlacedFacts(
                [PlacedFact((device.lines[fact.line].part_id, at_s), origin, fact) for fact in lines],
                [PlacedFact((device.zones[fact.zone].part_id, at_s), origin, fact) for fact in zones],
            )
        case wire.DwellRecord(zones=dwells):
            placed = [PlacedFact((device.zones[fact.zone].part_id, at_s), origin, fact) for fact in dwells]
            return PlacedFacts(dwells=placed)
        case _:
            assert_never(origin.record)


class PresyncTotals(NamedTuple):
    """A record of totals without a time, from a device that lost its power before it knew its clock."""

    device: KnownDevice
    delivery_id: DeliveryId
    setup_id: SetupNumber
    record: wire.UnplacedRecord


class HoldCause(NamedTuple):
    """Why something is held: it is stored once someone resolves the cause, and the device sends it again."""

    site_key: str
    device_key: str
    cause: str
    detail: str


RecordKey = tuple[int, int]
"""The place of a message in its batch, and the number of a record in it."""


class RepeatCheck(NamedTuple):
    """What was found out about the records of a batch whose numbers were settled before.

    Attributes:
        differing: those of whose number other contents are kept.
        unkept: those of whose number nothing is kept, or that were declared lost: they count as repeats.
    """

    differing: Collection[RecordKey] = frozenset()
    unkept: Collection[RecordKey] = frozenset()


class AheadRecord(NamedTuple):
    """A record that ends later than it came: its device's clock is ahead, or this server's is behind."""

    topic: wire.Topic
    ends_at: datetime
    came_at: datetime

    @property
    def skew_s(self) -> int:
        """By how many seconds, rounded up."""
        return math.ceil((self.ends_at - self.came_at).total_seconds())


class DamagedPart(NamedTuple):
    """A part of a message that is damaged so that nobody knows which record it was."""

    topic: wire.Topic
    epoch: wire.Epoch
    part: wire.UnnumberedPart

    def __str__(self) -> str:
        """Say where it stood, in a sentence."""
        ends = [f"after {self.part.after}"] * (self.part.after is not None)
        ends += [f"before {self.part.before}"] * (self.part.before is not None)
        where = " and ".join(ends) or "alone"
        whose = f"{self.topic.site}/{self.topic.device}, epoch {self.epoch}"
        return f"a record of {whose}, that stands {where} in its message, can't be read, nor its number"


class DeviceDay(NamedTuple):
    """A UTC day whose data of one device changed; day_s is its start in seconds since 1970-01-01T00:00Z."""

    device_id: DeviceId
    day_s: int


@dataclass(slots=True)
class BatchPlan:
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
        unkept: of how many of these nothing is kept that they could be compared with.
        forks: how many epochs turned out to have forked.
        lost: how many records are declared lost that weren't settled before.
        owners: whose each epoch is, and its name.
        owned_rejects: the rejects, with whose they are.
        ahead: of each device whose records are held for that, the one that is furthest ahead.
        damaged: of each device that sent something without a readable number, the first.
    """

    lines: list[PlacedFact[wire.LineFlow]] = field(default_factory=list)
    zones: list[PlacedFact[wire.ZoneFlow]] = field(default_factory=list)
    dwells: list[PlacedFact[wire.ZoneDwell]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    owned_rejects: list[CountedReject] = field(default_factory=list)
    owners: dict[DeliveryId, tuple[Owner, str]] = field(default_factory=dict)
    unplaced: list[PresyncTotals] = field(default_factory=list)
    held: dict[HoldCause, int] = field(default_factory=dict)
    days: set[DeviceDay] = field(default_factory=set)
    records: int = 0
    repeats: int = 0
    unkept: int = 0
    forks: int = 0
    lost: int = 0
    ahead: dict[wire.Topic, AheadRecord] = field(default_factory=dict)
    damaged: dict[wire.Topic, DamagedPart] = field(default_factory=dict)

    def place(self, facts: PlacedFacts) -> None:
        """Add the facts of one record."""
        self.lines += facts.lines
        self.zones += facts.zones
        self.dwells += facts.dwells

    def reject(self, owner: Owner, reject: Reject) -> None:
        """Add one that is refused for good."""
        self.rejects.append(reject)
        self.owned_rejects.append(CountedReject(owner, reject))

    def note_ahead(self, record: AheadRecord) -> None:
        """Note one that is held since it is ahead."""
        if (known := self.ahead.get(record.topic)) is None or known.skew_s < record.skew_s:
            self.ahead[record.topic] = record

    def hold(self, topic: wire.Topic, cause: str, detail: str) -> None:
        """Count one more that waits for this cause."""
        key = HoldCause(topic.site, topic.device, cause, detail)
        self.held[key] = self.held.get(key, 0) + 1
