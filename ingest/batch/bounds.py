"""What one device, and all together, may make the store keep in a UTC day: who has its password can send without end.

Counts are kept by device and day, and locked while they are compared: two replicas can't both use the last place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from ingest.batch.parameters import as_json
from store.database import Database, statement

What = Literal["reject", "conflict", "unplaced"]


class Owner(NamedTuple):
    """Whose something is, by the keys of site and device."""

    site_key: str
    device_key: str


RecordName = tuple[Owner, str, int]
"""A record by owner, epoch and number: a name that outlives a transaction that is undone."""

STRANGERS: Final = Owner("", "")
"""Whoever is no known device, all together."""
ALL: Final = Owner("*", "*")
"""All devices and strangers together."""


class Bound(NamedTuple):
    """How many rows may be kept in a day, and how many bytes of them."""

    rows: int
    size_bytes: int


REJECTS: Final = Bound(1000, 16_000_000)
"""Rejects of one device, and of all strangers together. A broken program repeats itself; that adds no rows."""
ALL_REJECTS: Final = Bound(100_000, 256_000_000)
CONFLICTS: Final = Bound(20_000, 20_000_000)
"""Facts of one device that are kept as conflicts. What is beyond waits in the device."""
UNPLACED: Final = Bound(20_000, 20_000_000)
"""Totals without a time of one device, by line and zone. What is beyond waits in the device."""


class BeyondDayError(Exception):
    """Some records would make the store keep more than a day's worth of something: they must wait.

    Attributes:
        cause: for which they are held.
        records: which, by owner, epoch and number.
    """

    def __init__(self, cause: str, records: frozenset[RecordName]) -> None:
        super().__init__(f"{cause}: {len(records)} records")
        self.cause = cause
        self.records = records


@dataclass(slots=True)
class DayUse:
    """What was kept today of one owner, and what is added now."""

    rows: int
    size_bytes: int
    added_rows: int = 0
    added_bytes: int = 0

    def has_room(self, size_bytes: int, bound: Bound) -> bool:
        """Return whether one row more of this size is within the bound."""
        rows, used_bytes = self.rows + self.added_rows, self.size_bytes + self.added_bytes
        return rows < bound.rows and used_bytes + size_bytes <= bound.size_bytes

    def add(self, size_bytes: int, rows: int = 1) -> None:
        """Count rows that are kept now."""
        self.added_rows += rows
        self.added_bytes += size_bytes


def uses_today(database: Database, what: What, owners: Iterable[Owner]) -> dict[Owner, DayUse]:
    """Lock and return what was kept today of these. Runs in the caller's transaction."""
    wanted = {"what": what, "owners": as_json([{"s": site, "d": device} for site, device in sorted(set(owners))])}
    database.execute(statement("bounds/day_begin"), wanted)
    rows = database.execute(statement("bounds/day_lock"), wanted)
    return {Owner(site, device): DayUse(kept, kept_bytes) for site, device, kept, kept_bytes in rows}


def note_uses(database: Database, what: What, uses: Mapping[Owner, DayUse]) -> None:
    """Add what is kept now to the counts of today."""
    added = [
        {"s": owner.site_key, "d": owner.device_key, "n": use.added_rows, "b": use.added_bytes}
        for owner, use in uses.items()
        if use.added_rows
    ]
    if added:
        database.execute(statement("bounds/day_add"), {"what": what, "uses": as_json(added)})
