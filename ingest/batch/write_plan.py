"""Writes the plan of a batch in the caller's transaction: facts, conflicts, rejects, holds, versions of the data."""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import NamedTuple

from ingest.batch.parameters import as_json
from ingest.batch.plan import BatchPlan, F, PlacedFact, Quarter
from ingest.batch.rejects import rows_with_counts
from ingest.batch.rows import (
    LINE_FLOW,
    ZONE_DWELL,
    ZONE_FLOW,
    FactTable,
    conflict_row,
    unplaced_line_rows,
    unplaced_zone_rows,
)
from ingest.gil_turn import GilTurn
from store.database import Database, DatabaseAwayError, statement

Rows = list[Mapping[str, object]]


class FactCounts(NamedTuple):
    """How many facts are stored and counted, and how many are kept as conflicts."""

    stored: int
    conflicts: int


def write_plan(database: Database, plan: BatchPlan, gil_turn: GilTurn) -> FactCounts:
    """Write everything but what is settled, which comes last. Locks lines, then zones, in the order of their ids.

    Raises DatabaseAwayError when another writer was faster in a quarter-hour: the next try sees what it wrote.
    """
    conflicts: Rows = []
    _write_facts(database, LINE_FLOW, plan.lines, conflicts, gil_turn)
    _write_facts(database, ZONE_FLOW, plan.zones, conflicts, gil_turn)
    _write_facts(database, ZONE_DWELL, plan.dwells, conflicts, gil_turn)
    _execute(database, "facts/unplaced_line_insert", "totals", unplaced_line_rows(plan.unplaced))
    _execute(database, "facts/unplaced_zone_insert", "totals", unplaced_zone_rows(plan.unplaced))
    _execute(database, "facts/conflict_insert", "conflicts", conflicts)
    _execute(database, "quarantine/reject_insert", "rejects", rows_with_counts(plan.rejects))
    _execute(
        database,
        "quarantine/held_count",
        "held",
        [{**key._asdict(), "times": n} for key, n in sorted(plan.held.items())],
    )
    _execute(database, "facts/data_version_raise", "days", [{"d": day.device_id, "s": day.day_s} for day in plan.days])
    facts = len(plan.lines) + len(plan.zones) + len(plan.dwells)
    return FactCounts(facts - len(conflicts), len(conflicts))


def _execute(database: Database, name: str, parameter: str, rows: Sequence[object]) -> None:
    if rows:
        database.execute(statement(name), {parameter: as_json(rows)})


def _write_facts(
    database: Database, table: FactTable[F], placed: Sequence[PlacedFact[F]], conflicts: Rows, gil_turn: GilTurn
) -> None:
    """Store the facts whose minutes nothing covers yet, and add the rest to `conflicts`."""
    if not placed:
        return
    minutes = _covered_minutes(database, table, {item.quarter for item in placed})
    accepted, conflicting = without_conflicts(placed, minutes)
    conflicts += [conflict_row(table, item) for item in conflicting]
    if not accepted:
        return
    parameters = table.parameters(accepted)
    with gil_turn.waiting():
        [(written,)] = database.execute(statement(table.insert), parameters)
    expected = len({item.quarter for item in accepted})
    if written != expected:
        raise DatabaseAwayError(f"another writer covered the same minutes: {written} of {expected} quarter-hours")


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
