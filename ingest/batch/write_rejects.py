"""Writes what is refused for good: once each, of a device no more than a day's worth; beyond it, a count by code."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ingest.batch.bounds import ALL, ALL_REJECTS, REJECTS, Owner, note_uses, uses_today
from ingest.batch.parameters import as_json
from ingest.batch.rejects import CountedReject, RejectKey, counted, key_of
from store.database import Database, statement

_ROW_BYTES: Final = 400
"""What a row takes besides its texts: its head, its numbers and its entries in the indexes."""


def write_rejects(database: Database, rejects: Iterable[CountedReject]) -> int:
    """Keep rejects in the caller's transaction. Returns how many came that were beyond a day's worth."""
    coming = counted(rejects)
    if not coming:
        return 0
    again = _raise_known(database, coming)
    fresh = [one for one in coming if key_of(one.reject) not in again]
    return _keep(database, fresh) if fresh else 0


def _raise_known(database: Database, coming: Sequence[CountedReject]) -> set[RejectKey]:
    rows = database.execute(
        statement("quarantine/reject_again"), {"rejects": as_json([one.as_row() for one in coming])}
    )
    return {RejectKey(*row) for row in rows}


def _keep(database: Database, fresh: Sequence[CountedReject]) -> int:
    uses = uses_today(database, "reject", [ALL, *(one.owner for one in fresh)])
    kept: list[Mapping[str, object]] = []
    unkept: Counter[tuple[Owner, str]] = Counter()
    for one in fresh:
        size = _ROW_BYTES + one.size_bytes()
        if uses[one.owner].has_room(size, REJECTS) and uses[ALL].has_room(size, ALL_REJECTS):
            uses[one.owner].add(size)
            uses[ALL].add(size)
            kept.append(one.as_row())
        else:
            unkept[one.owner, one.reject.code] += one.times
    if kept:
        database.execute(statement("quarantine/reject_insert"), {"rejects": as_json(kept)})
    note_uses(database, "reject", uses)
    if unkept:
        rows = [
            {"s": owner.site_key, "d": owner.device_key, "code": code, "times": times}
            for (owner, code), times in unkept.items()
        ]
        database.execute(statement("quarantine/unkept_count"), {"unkept": as_json(rows)})
    return unkept.total()
