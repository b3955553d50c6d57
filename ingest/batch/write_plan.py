"""Writes the plan of a batch in the caller's transaction: facts, conflicts, rejects, holds, versions of the data."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, cast

from core import wire
from ingest.batch.bounds import (
    CONFLICTS,
    UNPLACED,
    BeyondDayError,
    Bound,
    Owner,
    RecordName,
    What,
    note_uses,
    uses_today,
)
from ingest.batch.delivery import DeliveryId
from ingest.batch.kept import RecordNumber, facts_at, is_alike, number_of, without_number
from ingest.batch.parameters import as_json
from ingest.batch.plan import BatchPlan, F, FactOrigin, PlacedFact, Quarter
from ingest.batch.rows import (
    LINE_FLOW,
    ZONE_DWELL,
    ZONE_FLOW,
    FactTable,
    conflict_row,
    unplaced_line_rows,
    unplaced_zone_rows,
)
from ingest.batch.write_rejects import write_rejects
from ingest.gil_turn import GilTurn
from store.database import Database, DatabaseAwayError, statement

Row = Mapping[str, object]
Rows = list[Row]

_BEYOND: Final[Mapping[What, str]] = {"conflict": "too_many_conflicts", "unplaced": "too_many_unplaced"}


class WrittenFacts(NamedTuple):
    """What became of the facts of a plan.

    Attributes:
        stored: how many are stored and counted.
        conflicts: how many are kept as conflicts.
        repeated: numbers, by epoch, whose facts are all kept under an epoch before it, word for word: these are stored
            there, and no conflict.
        unkept_rejects: how many rejects came that were beyond a day's worth, of which nothing is kept.
    """

    stored: int
    conflicts: int
    repeated: Mapping[DeliveryId, set[int]]
    unkept_rejects: int


@dataclass(frozen=True, slots=True)
class _NotStored:
    """Facts whose minutes are covered: those to keep as conflicts, and those kept under an epoch before theirs."""

    conflicts: Rows = field(default_factory=list)
    repeated: Counter[RecordNumber] = field(default_factory=Counter)
    facts_of: dict[RecordNumber, int] = field(default_factory=dict)

    def repeat(self, origin: FactOrigin) -> None:
        number = RecordNumber(origin.delivery_id, origin.record.seq)
        self.repeated[number] += 1
        self.facts_of[number] = wire.facts_in(origin.record)

    def whole_records(self) -> dict[DeliveryId, set[int]]:
        whole: dict[DeliveryId, set[int]] = {}
        for number, times in self.repeated.items():
            if times == self.facts_of[number]:
                whole.setdefault(number.delivery_id, set()).add(number.seq)
        return whole


def write_plan(database: Database, plan: BatchPlan, gil_turn: GilTurn) -> WrittenFacts:
    """Write everything but what is settled, which comes last. Locks lines, then zones, in the order of their ids.

    Raises DatabaseAwayError when another writer was faster in a quarter-hour: the next try sees what it wrote.
    """
    left = _NotStored()
    _write_facts(database, LINE_FLOW, plan.lines, left, gil_turn)
    _write_facts(database, ZONE_FLOW, plan.zones, left, gil_turn)
    _write_facts(database, ZONE_DWELL, plan.dwells, left, gil_turn)
    _keep_within_day(database, plan, "conflict", CONFLICTS, left.conflicts)
    _execute(database, "facts/line_skew_put", "skews", _skews(plan.lines))
    _execute(database, "facts/zone_skew_put", "skews", _skews([*plan.zones, *plan.dwells]))
    lines, zones = unplaced_line_rows(plan.unplaced), unplaced_zone_rows(plan.unplaced)
    _keep_within_day(database, plan, "unplaced", UNPLACED, [*lines, *zones])
    _execute(database, "facts/unplaced_line_insert", "totals", lines)
    _execute(database, "facts/unplaced_zone_insert", "totals", zones)
    _execute(database, "facts/conflict_insert", "conflicts", left.conflicts)
    unkept_rejects = write_rejects(database, plan.owned_rejects)
    _execute(
        database,
        "quarantine/held_count",
        "held",
        [{**key._asdict(), "times": n} for key, n in sorted(plan.held.items())],
    )
    _execute(database, "facts/data_version_raise", "days", [{"d": day.device_id, "s": day.day_s} for day in plan.days])
    facts = len(plan.lines) + len(plan.zones) + len(plan.dwells)
    counted = facts - len(left.conflicts) - left.repeated.total()
    return WrittenFacts(counted, len(left.conflicts), left.whole_records(), unkept_rejects)


def _keep_within_day(database: Database, plan: BatchPlan, what: What, bound: Bound, rows: Sequence[Row]) -> None:
    """Count rows that are kept. Raises BeyondDayError when they are more than a device may add today."""
    if not rows:
        return
    sizes = [(cast("DeliveryId", row.get("delivery_id", row.get("delivery"))), len(as_json(row))) for row in rows]
    uses = uses_today(database, what, {plan.owners[delivery_id][0] for delivery_id, _ in sizes})
    for delivery_id, size in sizes:
        owner, _ = plan.owners[delivery_id]
        if not uses[owner].has_room(size, bound):
            raise BeyondDayError(_BEYOND[what], _names(plan, owner, rows))
        uses[owner].add(size)
    note_uses(database, what, uses)


def _names(plan: BatchPlan, owner: Owner, rows: Sequence[Row]) -> frozenset[RecordName]:
    """Return the records of one owner that these rows are of."""
    found = set()
    for row in rows:
        of, epoch = plan.owners[cast("DeliveryId", row.get("delivery_id", row.get("delivery")))]
        if of == owner:
            found.add((owner, epoch, cast("int", row["seq"])))
    return frozenset(found)


def _skews(placed: Iterable[PlacedFact[Any]]) -> Rows:
    """Return the largest skew of each quarter-hour that has one."""
    largest: dict[Quarter, int] = {}
    for quarter, origin, _ in placed:
        if origin.skew_s:
            largest[quarter] = max(origin.skew_s, largest.get(quarter, 0))
    return [{"i": part_id, "s": start_s, "w": skew_s} for (part_id, start_s), skew_s in sorted(largest.items())]


def _execute(database: Database, name: str, parameter: str, rows: Sequence[object]) -> None:
    if rows:
        database.execute(statement(name), {parameter: as_json(rows)})


def _write_facts(
    database: Database, table: FactTable[F], placed: Sequence[PlacedFact[F]], left: _NotStored, gil_turn: GilTurn
) -> None:
    """Store the facts whose minutes nothing covers yet, and add the rest to what is `left`."""
    if not placed:
        return
    minutes = _covered_minutes(database, table, {item.quarter for item in placed})
    accepted, conflicting = without_conflicts(placed, minutes)
    _part_conflicts(database, table, conflicting, left)
    if not accepted:
        return
    parameters = table.parameters(accepted)
    with gil_turn.waiting():
        [(written,)] = database.execute(statement(table.insert), parameters)
    expected = len({item.quarter for item in accepted})
    if written != expected:
        raise DatabaseAwayError(f"another writer covered the same minutes: {written} of {expected} quarter-hours")


def _part_conflicts(
    database: Database, table: FactTable[F], conflicting: Sequence[PlacedFact[F]], left: _NotStored
) -> None:
    """Tell conflicts from facts that are kept word for word under an epoch before theirs.

    A device that begins a new epoch sends under it what it knows no receipt for; some of that may have been stored.
    """
    before = _epochs_before(database, {item.origin.delivery_id for item in conflicting})
    followers = [item for item in conflicting if item.origin.delivery_id in before]
    kept = facts_at(database, table, [(item.part_id, item.origin.start_s) for item in followers])
    for item in conflicting:
        row = kept.get((item.part_id, item.origin.start_s))
        if (
            row is not None
            and number_of(row).delivery_id in before.get(item.origin.delivery_id, ())
            and is_alike(without_number(row), without_number(table.row(item)))
        ):
            left.repeat(item.origin)
        else:
            left.conflicts.append(conflict_row(table, item))


def _epochs_before(database: Database, deliveries: Collection[DeliveryId]) -> Mapping[DeliveryId, set[DeliveryId]]:
    found: dict[DeliveryId, set[DeliveryId]] = {}
    if deliveries:
        rows = database.execute(statement("delivery/epochs_before"), {"deliveries": sorted(deliveries)})
        for later, before in rows:
            found.setdefault(later, set()).add(before)
    return found


def _covered_minutes(database: Database, table: FactTable[F], quarters: set[Quarter]) -> dict[Quarter, int]:
    starts = [start_s for _, start_s in quarters]
    keys = as_json([{"i": part_id, "s": start_s} for part_id, start_s in sorted(quarters)])
    # Planned anew each time: a plan made while the table was small would read all of it later.
    rows = database.execute(
        statement(table.minutes), {"keys": keys, "first": min(starts), "last": max(starts)}, prepare=False
    )
    return {(part_id, start_s): minutes for part_id, start_s, minutes in rows}


def without_conflicts(
    placed: Iterable[PlacedFact[F]], minutes: MutableMapping[Quarter, int]
) -> tuple[list[PlacedFact[F]], list[PlacedFact[F]]]:
    """Split facts into those whose minutes nothing covers yet, and those that cover a minute again.

    Args:
        placed: the facts, in the order of arrival: the first to cover a minute is accepted.
        minutes: which minutes of each quarter-hour are covered; grows by the facts that are accepted.
    """
    accepted: list[PlacedFact[F]] = []
    conflicting: list[PlacedFact[F]] = []
    for item in placed:
        key, own = item.quarter, item.origin.minutes
        covered = minutes.get(key, 0)
        if covered & own:
            conflicting.append(item)
        else:
            minutes[key] = covered | own
            accepted.append(item)
    return accepted, conflicting
