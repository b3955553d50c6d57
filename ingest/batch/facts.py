"""Facts: the parts of a record by line or zone, and which of them tell a time that was told before."""

from collections.abc import Iterable, MutableMapping
from typing import Final, Generic, NamedTuple, NewType, TypeVar

from core import wire
from ingest.batch.catalogue import PartId, SetupNumber

DeliveryId = NewType("DeliveryId", int)

MINUTE_S: Final = 60

F = TypeVar("F", wire.LineFlow, wire.ZoneFlow, wire.ZoneDwell)

Quarter = tuple[PartId, int]
"""A line or zone, and the start of a quarter-hour in seconds since 1970-01-01T00:00Z."""


class Source(NamedTuple):
    """What all facts of one record share.

    Attributes:
        delivery_id: the epoch it came in.
        record: the record.
        start_s: its start, in seconds since 1970-01-01T00:00Z.
        setup_id: its setup.
        told: start, period, epoch, number and setup, as they stand in each row.
        flags: its flags as bits.
        quarter_s: the start of its quarter-hour, in the same seconds.
        minutes: its minutes within the quarter-hour, one bit each.
    """

    delivery_id: DeliveryId
    record: wire.PlacedRecord
    start_s: int
    setup_id: SetupNumber
    told: tuple[int, int, DeliveryId, int, SetupNumber]
    flags: int
    quarter_s: int
    minutes: int


def source_of(record: wire.PlacedRecord, start_s: int, delivery_id: DeliveryId, setup_id: SetupNumber) -> Source:
    """Return what the facts of a record share."""
    into_quarter_s = start_s % wire.QUARTER_S
    minutes = ((1 << record.period_s // MINUTE_S) - 1) << into_quarter_s // MINUTE_S
    flags = wire.flag_bits(record.flags) if record.flags else 0
    told = (start_s, record.period_s, delivery_id, record.seq, setup_id)
    return Source(delivery_id, record, start_s, setup_id, told, flags, start_s - into_quarter_s, minutes)


class Placed(NamedTuple, Generic[F]):
    """A fact with the quarter-hour, of a line or zone, that it adds to."""

    quarter: Quarter
    source: Source
    fact: F

    @property
    def part_id(self) -> PartId:
        """The line or zone that it is about."""
        return self.quarter[0]


def without_conflicts(
    placed: Iterable[Placed[F]], minutes: MutableMapping[Quarter, int]
) -> tuple[list[Placed[F]], list[Placed[F]]]:
    """Split facts into those whose minutes nobody told yet, and those that tell a minute again.

    Args:
        placed: the facts, in the order of arrival: the first to tell a minute is believed.
        minutes: which minutes of each quarter-hour are told; grows by the facts that are believed.
    """
    believed: list[Placed[F]] = []
    conflicts: list[Placed[F]] = []
    for item in placed:
        key, told = item.quarter, item.source.minutes
        before = minutes.get(key, 0)
        if before & told:
            conflicts.append(item)
        else:
            minutes[key] = before | told
            believed.append(item)
    return believed, conflicts
