"""Forgets raw facts and refused messages older than what is kept; aggregates, dwell and delivery stay for ever."""

from datetime import datetime
from typing import Final

from store.database import Database, statement, transaction

_REFUSED: Final = ("reject", "held", "suspect", "unkept_reject", "day_count")


def forget_before(database: Database, before: datetime) -> int:
    """Drop the raw flow facts that start before `before`, in every edition.

    The time is noted first: aggregates of what comes before can't be counted again, and `verify` leaves them alone.

    Facts of a site from within a phase of a study stay until the phase is archived. PostgreSQL alone deletes all other
    rows, a limited number in a transaction. TimescaleDB drops whole chunks (7 days): some facts just before the time
    stay, and all of a chunk that a phase of any site touches.

    Args:
        database: a connection in autocommit mode.
        before: aware time.

    Returns:
        How many chunks or rows went.

    Raises:
        DatabaseError: what the database says.
    """
    with transaction(database):
        database.execute(statement("housekeeping/note_horizon"), {"before": before})
    names = ("chunks",) if _has_chunks(database) else ("rows_line_flow", "rows_zone_flow")
    return sum(_forget(database, f"housekeeping/{name}", before) for name in names)


def forget_refused(database: Database, before: datetime) -> int:
    """Drop the rejects, counts of rejects, held causes and suspects that came last before `before`.

    Which numbers were rejected stays known.

    Args:
        database: a connection in autocommit mode.
        before: aware time.

    Returns:
        How many rows went.

    Raises:
        DatabaseError: what the database says.
    """
    return sum(_forget(database, f"housekeeping/{name}", before) for name in _REFUSED)


def _has_chunks(database: Database) -> bool:
    with transaction(database):
        return database.execute(statement("housekeeping/has_timescale")).fetchone() is not None


def _forget(database: Database, name: str, before: datetime) -> int:
    total = 0
    while gone := _forget_some(database, name, before):
        total += gone
    return total


def _forget_some(database: Database, name: str, before: datetime) -> int:
    with transaction(database):
        return database.execute(statement(name), {"before": before}).rowcount
