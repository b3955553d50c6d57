"""Rows for the statements, as a JSON document or as an array a column. The short names are those in the SQL file."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Generic, Literal, LiteralString

import msgspec
from msgspec import Struct

from core import wire
from ingest.batch.facts import F, Placed

_encoder: Final = msgspec.json.Encoder()


def as_json(rows: object) -> str:
    """Return rows as the JSON text that a statement takes."""
    return _encoder.encode(rows).decode()


class _DwellRow(Struct):
    i: int
    s: int
    d: int
    q: int
    u: int
    c: list[int]
    co: int
    k: list[int]
    ko: int
    g: list[int]
    go: int
    o: int
    x: int


_Row = tuple[int, ...]

_LINE_COLUMNS: Final = ("i", "s", "p", "d", "q", "u", "f", "b", "gf", "gb", "o", "x")
_ZONE_COLUMNS: Final = ("i", "s", "p", "d", "q", "u", "n", "a", "e", "l", "w", "m", "o", "x")


_line_counts: Final = attrgetter("forward", "backward", "gross_forward", "gross_backward", "observed_ms")
_zone_counts: Final = attrgetter("entries", "appeared", "exits", "lost", "presence_s", "occupancy_max", "observed_ms")


def _line_row(item: Placed[wire.LineFlow]) -> _Row:
    quarter, source, fact = item
    return (quarter[0], *source.told, *_line_counts(fact), source.flags)


def _zone_row(item: Placed[wire.ZoneFlow]) -> _Row:
    quarter, source, fact = item
    return (quarter[0], *source.told, *_zone_counts(fact), source.flags)


def _dwell_row(item: Placed[wire.ZoneDwell]) -> Struct:
    source, fact = item.source, item.fact
    return _DwellRow(
        item.part_id,
        source.start_s,
        source.delivery_id,
        source.record.seq,
        source.setup_id,
        fact.complete.bins,
        fact.complete.over_s,
        fact.cut.bins,
        fact.cut.over_s,
        fact.fragment.bins,
        fact.fragment.over_s,
        fact.observed_ms,
        source.flags,
    )


@dataclass(frozen=True, slots=True)
class FactTable(Generic[F]):
    """How one kind of fact is written.

    Attributes:
        kind: the table's name, and the kind that a conflict is shown as.
        part: what the facts are about.
        minutes: the statement that tells which minutes are told.
        insert: the statement that stores, and answers how many quarter-hours it wrote.
        parameters: facts as that statement takes them, by line or zone, then by time, so that writers don't block in a
            ring.
    """

    kind: Literal["line_flow", "zone_flow", "zone_dwell"]
    part: Literal["line_id", "zone_id"]
    minutes: LiteralString
    insert: LiteralString
    parameters: Callable[[Iterable[Placed[F]]], Mapping[str, str]]


def _line_parameters(placed: Iterable[Placed[wire.LineFlow]]) -> Mapping[str, str]:
    return _as_columns(_LINE_COLUMNS, map(_line_row, placed))


def _zone_parameters(placed: Iterable[Placed[wire.ZoneFlow]]) -> Mapping[str, str]:
    return _as_columns(_ZONE_COLUMNS, map(_zone_row, placed))


def _dwell_parameters(placed: Iterable[Placed[wire.ZoneDwell]]) -> Mapping[str, str]:
    return {"facts": as_json([_dwell_row(item) for item in sorted(placed, key=_place)])}


def _place(item: Placed[wire.ZoneDwell]) -> tuple[int, int]:
    return item.part_id, item.source.start_s


def _as_columns(names: Sequence[str], rows: Iterable[_Row]) -> Mapping[str, str]:
    """Return sorted rows as one array a column, in PostgreSQL's text: it reads them faster than JSON objects."""
    columns = zip(*_in_order(rows), strict=True)
    return {name: f"{{{as_json(column)[1:-1]}}}" for name, column in zip(names, columns, strict=True)}


def _in_order(rows: Iterable[_Row]) -> Iterator[_Row]:
    """Yield rows by line or zone, then by time. Those of each part come in order nearly always: little is compared."""
    by_part: dict[int, list[_Row]] = {}
    for row in rows:
        by_part.setdefault(row[0], []).append(row)
    for part_id in sorted(by_part):
        yield from sorted(by_part[part_id])


LINE_FLOW: Final = FactTable("line_flow", "line_id", "line_minutes", "line_flow_insert", _line_parameters)
ZONE_FLOW: Final = FactTable("zone_flow", "zone_id", "zone_minutes", "zone_flow_insert", _zone_parameters)
ZONE_DWELL: Final = FactTable("zone_dwell", "zone_id", "dwell_minutes", "zone_dwell_insert", _dwell_parameters)


def conflict_row(table: FactTable[F], item: Placed[F]) -> Mapping[str, object]:
    """Return a fact that isn't counted, as it is kept beside the facts."""
    source = item.source
    told: dict[str, object] = msgspec.to_builtins(item.fact)
    return {
        "kind": table.kind,
        table.part: item.part_id,
        "start_s": source.start_s,
        "period_s": source.record.period_s,
        "delivery_id": source.delivery_id,
        "seq": source.record.seq,
        "fact": told | {"setup": source.record.setup, "flags": source.record.flags},
    }
