"""Totals that have no time, of a device that lost its power before it knew its clock: stored beside the facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from core import wire
from ingest.batch.catalogue import Device, SetupNumber
from ingest.batch.facts import DeliveryId
from ingest.batch.rows import as_json
from store.database import Database, statement


class Unplaced(NamedTuple):
    """One record of such totals, from a device that is or was assigned to all its lines and zones."""

    device: Device
    delivery_id: DeliveryId
    setup_id: SetupNumber
    record: wire.UnplacedRecord


def never_assigned(device: Device, record: wire.UnplacedRecord) -> str | None:
    """Return which line or zone the device was never assigned to, or None. When it counted, nobody knows."""
    for line in record.lines:
        if line.line not in device.lines:
            return f"line {line.line} is not assigned to the device"
    for zone in record.zones:
        if zone.zone not in device.zones:
            return f"zone {zone.zone} is not assigned to the device"
    return None


def store_unplaced(database: Database, found: Sequence[Unplaced]) -> None:
    """Store the totals in the caller's transaction, which settles their records."""
    lines = [row for item in found for row in _line_rows(item)]
    zones = [row for item in found for row in _zone_rows(item)]
    if lines:
        database.execute(statement("unplaced_line_insert"), {"totals": as_json(lines)})
    if zones:
        database.execute(statement("unplaced_zone_insert"), {"totals": as_json(zones)})


def _line_rows(item: Unplaced) -> Iterator[Mapping[str, object]]:
    for total in item.record.lines:
        yield {"part": item.device.lines[total.line].part_id, **_row(item, total)}


def _zone_rows(item: Unplaced) -> Iterator[Mapping[str, object]]:
    for total in item.record.zones:
        yield {"part": item.device.zones[total.zone].part_id, **_row(item, total)}


def _row(item: Unplaced, total: wire.LineTotal | wire.ZoneTotal) -> Mapping[str, object]:
    told: dict[str, object] = msgspec.to_builtins(total)
    flags: Iterable[wire.Flag] = item.record.flags
    shared = {"delivery": item.delivery_id, "seq": item.record.seq, "setup": item.setup_id}
    return {**told, **shared, "flags": wire.flag_bits(flags)}
