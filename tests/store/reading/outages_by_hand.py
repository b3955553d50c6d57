"""Outages, counted in Python from every quarter-hour, to compare the statement of quality with."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import api
from store.database import Database
from tests.support.small_site import rows

_STATEMENT = Path(api.__file__).parent / "database" / "sql" / "numbers" / "quality.sql"
_QUARTERS = (
    "select {kind}, start_utc, observed_ms, expected_ms from reading.{kind}_flow('torget', 'quarter', %s, %s, %s) "
    "where expected_ms > 0 order by 1, 2"
)

Outages = dict[tuple[str, str, datetime], tuple[int, int, int]]
"""How many there were of a line or zone in a bucket, and how long all and the longest were, in milliseconds."""


def outages(database: Database, bucket: str, start: datetime, end: datetime, hours: str) -> Outages:
    """Return them as the statement of quality has them, where there were any."""
    asked = {
        "site": "torget", "bucket": bucket, "from_utc": start, "to_utc": end, "hours": hours, "lines": None,
        "zones": None, "whole": False,
    }  # fmt: skip
    query = f"select * from ({_STATEMENT.read_text('utf-8')}) as row where outages > 0"  # noqa: S608 - a file of ours
    cursor = database.execute(query.encode(), asked)
    names = [column.name for column in cursor.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        (row["kind"], row["part"], datetime.fromisoformat(row["start_utc"])): (
            row["outages"], row["outage_ms"], row["longest_outage_ms"],
        )
        for row in found
    }  # fmt: skip


def outages_by_hand(database: Database, bucket: str, start: datetime, end: datetime, hours: str) -> Outages:
    """Return the same, from all quarter-hours of reading.line_flow and reading.zone_flow."""
    cells = [
        at for (at,) in rows(database, "select start_utc from reading.cells('torget', %s, %s, %s)", bucket, start, end)
    ]
    found: Outages = {}
    for kind in ("line", "zone"):
        parts: dict[str, list[tuple[datetime, int, int]]] = defaultdict(list)
        for part, at, observed_ms, expected_ms in rows(database, _QUARTERS.format(kind=kind), start, end, hours):
            parts[part].append((at, observed_ms, expected_ms))
        for part, quarters in parts.items():
            for at, missed in _by_cell(sorted(cells), quarters):
                found[kind, part, at] = (len(missed), sum(missed), max(missed))
    return found


def _by_cell(cells: Sequence[datetime], quarters: Sequence[tuple[datetime, int, int]]) -> Iterator[Any]:
    last = max((at for at, observed_ms, _ in quarters if observed_ms), default=None)
    missed: dict[datetime, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    run = 0
    for at, observed_ms, expected_ms in quarters:
        if 10 * observed_ms >= 9 * expected_ms:
            run += 1
        elif last and at < last:
            missed[cells[bisect_right(cells, at) - 1]][run] += expected_ms - observed_ms
    for cell, runs in missed.items():
        yield cell, list(runs.values())
