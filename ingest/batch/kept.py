"""What the store keeps at the places where facts would stand, and under the numbers of records."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from ingest.batch.catalogue import DeviceId, PartId
from ingest.batch.delivery import DeliveryId
from ingest.batch.parameters import as_columns, as_json
from ingest.batch.plan import CLOCK_UNSURE, F
from ingest.batch.rows import FactTable, Row
from store.database import Database, statement

Place = tuple[PartId, int]
"""A line or zone, and the start of a fact in seconds since 1970-01-01T00:00Z."""
FactKey = tuple[str, PartId]
"""The table of a fact, and the line or zone that it is about."""

_NUMBER: Final = slice(3, 5)
"""Where the epoch and the number stand in a row."""


class RecordNumber(NamedTuple):
    """One record of one epoch."""

    delivery_id: DeliveryId
    seq: int


class KeptConflict(NamedTuple):
    """A fact that was kept beside the facts, since its time was covered before."""

    start_s: int
    period_s: int
    fact: Mapping[str, Any]


def number_of(row: Row) -> RecordNumber:
    """Return which record a fact is of."""
    return RecordNumber(*cast("tuple[DeliveryId, int]", row[_NUMBER]))


def without_number(row: Row) -> Row:
    """Return a fact without the record that it is of."""
    return (*row[: _NUMBER.start], *row[_NUMBER.stop :])


def is_alike(kept: Row, row: Row) -> bool:
    """Return whether two facts are the same, but for the flag that ingest itself adds where a clock was ahead."""
    *kept_counts, kept_flags = kept
    *counts, flags = row
    return kept_counts == counts and cast("int", kept_flags) | CLOCK_UNSURE == cast("int", flags) | CLOCK_UNSURE


def facts_at(database: Database, table: FactTable[F], places: Iterable[Place]) -> dict[Place, Row]:
    """Return the facts that stand at these places."""
    wanted = sorted(set(places))
    if not wanted:
        return {}
    starts = [start_s for _, start_s in wanted]
    parameters = {**as_columns(("i", "s"), wanted), "first": min(starts), "last": max(starts)}
    # Planned anew each time: a plan made while the table was small would read all of it later.
    rows = database.execute(statement(table.kept), parameters, prepare=False)
    return {(row[0], row[1]): row for row in rows}


def conflicts_of(
    database: Database, numbers: Sequence[RecordNumber]
) -> Mapping[RecordNumber, Mapping[FactKey, KeptConflict]]:
    """Return what is kept of these records as conflicts."""
    found: dict[RecordNumber, dict[FactKey, KeptConflict]] = {}
    if numbers:
        rows = database.execute(statement("facts/conflicts_kept"), as_columns(("d", "q"), numbers))
        for delivery_id, seq, kind, part_id, *rest in rows:
            found.setdefault(RecordNumber(delivery_id, seq), {})[kind, part_id] = KeptConflict(*rest)
    return found


def totals_of(database: Database, numbers: Sequence[RecordNumber]) -> Mapping[RecordNumber, Mapping[FactKey, Row]]:
    """Return what is kept of these records as totals without a time."""
    found: dict[RecordNumber, dict[FactKey, Row]] = {}
    for kind in ("unplaced_lines", "unplaced_zones") if numbers else ():
        rows = database.execute(statement(f"facts/{kind}_kept"), as_columns(("d", "q"), numbers))
        for delivery_id, seq, part_id, *rest in rows:
            found.setdefault(RecordNumber(delivery_id, seq), {})[kind, part_id] = tuple(rest)
    return found


def with_facts(database: Database, device_id: DeviceId, numbers: Iterable[RecordNumber]) -> set[RecordNumber]:
    """Return which of these records of a device have facts anywhere. Reads all facts of its lines and zones."""
    found: set[RecordNumber] = set()
    by_epoch: dict[DeliveryId, list[int]] = {}
    for number in numbers:
        by_epoch.setdefault(number.delivery_id, []).append(number.seq)
    for delivery_id, seqs in by_epoch.items():
        parameters = {"device": device_id, "delivery": delivery_id, "seqs": seqs}
        rows = database.execute(statement("facts/numbers_with_facts"), parameters, prepare=False)
        found |= {RecordNumber(delivery_id, seq) for (seq,) in rows}
    return found


def rejects_of(
    database: Database, numbers: Iterable[tuple[str, str, int]]
) -> Mapping[tuple[str, str, int], Sequence[bytes]]:
    """Return what is kept of records that were refused for good, by topic, epoch and number."""
    found: dict[tuple[str, str, int], list[bytes]] = {}
    wanted = [{"t": topic, "e": epoch, "q": seq} for topic, epoch, seq in numbers]
    if wanted:
        rows = database.execute(statement("quarantine/rejects_kept"), {"numbers": as_json(wanted)})
        for topic, epoch, seq, payload in rows:
            found.setdefault((topic, epoch, seq), []).append(payload)
    return found


def forgotten_before_s(database: Database) -> int:
    """Return before which time raw facts may be gone, in seconds since 1970-01-01T00:00Z; 0 where none are."""
    row = database.execute(statement("facts/forgotten_before")).fetchone()
    return int(row[0]) if row else 0
