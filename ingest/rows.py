"""Rows for the statements: each goes as one JSON document. The short names are those in the SQL file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, LiteralString

import msgspec
from msgspec import Struct

from ingest import wire
from ingest.facts import F, Placed

_encoder: Final = msgspec.json.Encoder()


def as_json(rows: object) -> str:
    """Return rows as the JSON text that a statement takes."""
    return _encoder.encode(rows).decode()


class _LineRow(Struct):
    i: int
    s: int
    p: int
    d: int
    q: int
    u: int
    f: int
    b: int
    gf: int
    gb: int
    o: int
    x: int


class _ZoneRow(Struct):
    i: int
    s: int
    p: int
    d: int
    q: int
    u: int
    n: int
    a: int
    e: int
    l: int  # noqa: E741 - the name in the SQL file
    w: int
    m: int
    o: int
    x: int


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


def _line_row(item: Placed[wire.LineFlow]) -> Struct:
    source, fact = item.source, item.fact
    return _LineRow(
        item.part_id,
        source.start_s,
        source.record.period_s,
        source.delivery_id,
        source.record.seq,
        source.setup_id,
        fact.forward,
        fact.backward,
        fact.gross_forward,
        fact.gross_backward,
        fact.observed_ms,
        source.flags,
    )


def _zone_row(item: Placed[wire.ZoneFlow]) -> Struct:
    source, fact = item.source, item.fact
    return _ZoneRow(
        item.part_id,
        source.start_s,
        source.record.period_s,
        source.delivery_id,
        source.record.seq,
        source.setup_id,
        fact.entries,
        fact.appeared,
        fact.exits,
        fact.lost,
        fact.presence_s,
        fact.occupancy_max,
        fact.observed_ms,
        source.flags,
    )


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
        row: one fact as a row.
    """

    kind: Literal["line_flow", "zone_flow", "zone_dwell"]
    part: Literal["line_id", "zone_id"]
    minutes: LiteralString
    insert: LiteralString
    row: Callable[[Placed[F]], Struct]


LINE_FLOW: Final = FactTable("line_flow", "line_id", "line_minutes", "line_flow_insert", _line_row)
ZONE_FLOW: Final = FactTable("zone_flow", "zone_id", "zone_minutes", "zone_flow_insert", _zone_row)
ZONE_DWELL: Final = FactTable("zone_dwell", "zone_id", "dwell_minutes", "zone_dwell_insert", _dwell_row)


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


def fact_rows(table: FactTable[F], placed: Iterable[Placed[F]]) -> str:
    """Return facts as the JSON text for `table.insert`."""
    return as_json([table.row(item) for item in placed])
