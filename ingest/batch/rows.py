"""Rows of facts, as the statements take them. The short names are those in the SQL files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Generic, Literal, LiteralString

import msgspec

from core import wire
from ingest.batch.catalogue import KnownDevice, KnownPart, PartId
from ingest.batch.parameters import as_columns, as_json
from ingest.batch.plan import F, PlacedFact, PresyncTotals
from ingest.batch.setups import SetupNumber

Row = tuple[object, ...]
"""A fact as its table holds it: line or zone, start, period, epoch, number and setup; counts; flags."""
_Row = tuple[int, ...]

_LINE_COLUMNS: Final = ("i", "s", "p", "d", "q", "u", "f", "b", "gf", "gb", "o", "x")
_ZONE_COLUMNS: Final = ("i", "s", "p", "d", "q", "u", "n", "a", "e", "l", "w", "m", "o", "x")
_DWELL_COLUMNS: Final = ("i", "s", "p", "d", "q", "u", "c", "co", "k", "ko", "g", "go", "o", "x")

_line_counts: Final = attrgetter("forward", "backward", "gross_forward", "gross_backward", "observed_ms")
_zone_counts: Final = attrgetter("entries", "appeared", "exits", "lost", "presence_s", "occupancy_max", "observed_ms")
_line_totals: Final = attrgetter("forward", "backward", "gross_forward", "gross_backward", "observed_s")
_zone_totals: Final = attrgetter("entries", "appeared", "exits", "lost", "presence_s", "observed_s")
_dwell_counts: Final = attrgetter(
    *(f"{kind}.{part}" for kind in ("complete", "cut", "fragment") for part in ("bins", "over_s")), "observed_ms"
)


def _line_row(item: PlacedFact[wire.LineFlow]) -> _Row:
    quarter, origin, fact = item
    return (quarter[0], *origin.columns, *_line_counts(fact), origin.flags)


def _zone_row(item: PlacedFact[wire.ZoneFlow]) -> _Row:
    quarter, origin, fact = item
    return (quarter[0], *origin.columns, *_zone_counts(fact), origin.flags)


def _dwell_row(item: PlacedFact[wire.ZoneDwell]) -> Row:
    quarter, origin, fact = item
    return (quarter[0], *origin.columns, *_dwell_counts(fact), origin.flags)


@dataclass(frozen=True, slots=True)
class FactTable(Generic[F]):
    """How one kind of fact is written.

    Attributes:
        kind: the table's name, and the kind that a conflict is shown as.
        part: what the facts are about.
        minutes: the statement that returns which minutes are covered.
        kept: the statement that returns the facts that stand at some places, as `row` has them.
        row: a fact as it stands in the table.
        insert: the statement that stores, and returns how many quarter-hours it wrote.
        parameters: facts as that statement takes them, by line or zone, then by time, so that writers don't block in a
            ring.
    """

    kind: Literal["line_flow", "zone_flow", "zone_dwell"]
    part: Literal["line_id", "zone_id"]
    minutes: LiteralString
    kept: LiteralString
    row: Callable[[PlacedFact[F]], Row]
    insert: LiteralString
    parameters: Callable[[Iterable[PlacedFact[F]]], Mapping[str, str]]


def _line_parameters(placed: Iterable[PlacedFact[wire.LineFlow]]) -> Mapping[str, str]:
    return as_columns(_LINE_COLUMNS, _in_order(map(_line_row, placed)))


def _zone_parameters(placed: Iterable[PlacedFact[wire.ZoneFlow]]) -> Mapping[str, str]:
    return as_columns(_ZONE_COLUMNS, _in_order(map(_zone_row, placed)))


def _dwell_parameters(placed: Iterable[PlacedFact[wire.ZoneDwell]]) -> Mapping[str, str]:
    return {
        "facts": as_json(
            [dict(zip(_DWELL_COLUMNS, _dwell_row(item), strict=True)) for item in sorted(placed, key=_place)]
        )
    }


def _place(item: PlacedFact[wire.ZoneDwell]) -> tuple[int, int]:
    return item.part_id, item.origin.start_s


def _in_order(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Yield rows by line or zone, then by time. Those of each part come in order nearly always: little is compared."""
    by_part: dict[int, list[_Row]] = {}
    for row in rows:
        by_part.setdefault(row[0], []).append(row)
    for part_id in sorted(by_part):
        yield from sorted(by_part[part_id])


LINE_FLOW: Final = FactTable(
    "line_flow",
    "line_id",
    "facts/line_minutes",
    "facts/line_flow_kept",
    _line_row,
    "facts/line_flow_insert",
    _line_parameters,
)
ZONE_FLOW: Final = FactTable(
    "zone_flow",
    "zone_id",
    "facts/zone_minutes",
    "facts/zone_flow_kept",
    _zone_row,
    "facts/zone_flow_insert",
    _zone_parameters,
)
ZONE_DWELL: Final = FactTable(
    "zone_dwell",
    "zone_id",
    "facts/dwell_minutes",
    "facts/zone_dwell_kept",
    _dwell_row,
    "facts/zone_dwell_insert",
    _dwell_parameters,
)


def conflict_row(table: FactTable[F], item: PlacedFact[F]) -> Mapping[str, object]:
    """Return a fact that isn't counted, as it is kept beside the facts."""
    origin = item.origin
    fact: dict[str, object] = msgspec.to_builtins(item.fact)
    return {
        "kind": table.kind,
        table.part: item.part_id,
        "start_s": origin.start_s,
        "period_s": origin.record.period_s,
        "delivery_id": origin.delivery_id,
        "seq": origin.record.seq,
        "fact": fact | {"setup": origin.record.setup, "flags": origin.record.flags},
    }


def unplaced_line_rows(totals: Iterable[PresyncTotals]) -> list[Mapping[str, object]]:
    """Return one row for each line of totals that have no time."""
    return [_unplaced_row(item, item.device.lines[total.line], total) for item in totals for total in item.record.lines]


def unplaced_zone_rows(totals: Iterable[PresyncTotals]) -> list[Mapping[str, object]]:
    """Return one row for each zone of totals that have no time."""
    return [_unplaced_row(item, item.device.zones[total.zone], total) for item in totals for total in item.record.zones]


def totals_rows(
    device: KnownDevice, record: wire.UnplacedRecord, setup_id: SetupNumber
) -> Mapping[tuple[str, PartId], Row]:
    """Return totals without a time as their tables hold them, by kind and line or zone.

    Raises KeyError for a line or zone that the device was never assigned to.
    """
    flags = wire.flag_bits(record.flags)
    return {
        **{
            ("unplaced_lines", device.lines[total.line].part_id): (setup_id, *_line_totals(total), flags)
            for total in record.lines
        },
        **{
            ("unplaced_zones", device.zones[total.zone].part_id): (setup_id, *_zone_totals(total), flags)
            for total in record.zones
        },
    }


def _unplaced_row(item: PresyncTotals, part: KnownPart, total: wire.LineTotal | wire.ZoneTotal) -> Mapping[str, object]:
    counts: dict[str, object] = msgspec.to_builtins(total)
    shared = {"part": part.part_id, "delivery": item.delivery_id, "seq": item.record.seq, "setup": item.setup_id}
    return {**counts, **shared, "flags": wire.flag_bits(item.record.flags)}
