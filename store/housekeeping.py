"""Forgets raw facts, refused messages and texts older than what is kept; aggregates, dwell and delivery stay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from store.database import Database, Rollback, statement, transaction

_REFUSED: Final = ("reject", "held", "suspect", "unkept_reject", "day_count")


def forget_before(database: Database, before: datetime) -> int:
    """Drop the raw flow facts that start before `before`, in every edition.

    The time is noted first: aggregates of what comes before can't be counted again, and `verify` leaves them alone.

    What counting rounds were compared with is kept with them before.

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
        database.execute(statement("housekeeping/counting_rounds"), {"before": before})
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


@dataclass(frozen=True, slots=True)
class TextsRemoved:
    """What lost text in own words.

    Attributes:
        records: log records that hold now, or were withdrawn.
        versions: changes in the history: of these, and of others whose earlier versions are old.
    """

    records: int
    versions: int


def remove_texts(database: Database, by: str, before: datetime, months: int, *, is_rehearsal: bool) -> TextsRemoved:
    """Take away notes, and reasons of what was withdrawn, that were last written and ended before `before`.

    In the history too; numbers and times stay, and `text_removed_at` says that there was something. Files of the log
    say for how many months texts are kept, and each site's audit that some went.

    Args:
        database: a connection in autocommit mode, of the owner.
        by: who does it, for the audit.
        before: aware time.
        months: how long texts are kept, as it is said.
        is_rehearsal: nothing is taken away: what would be is counted.

    Returns:
        How much went, or would.

    Raises:
        DatabaseError: what the database says.
    """
    removed = TextsRemoved(0, 0)
    with transaction(database):
        asked = {"by": by, "before": before, "months": months}
        [(records, versions)] = database.execute(statement("housekeeping/texts"), asked).fetchall()
        removed = TextsRemoved(records, versions)
        if is_rehearsal:
            raise Rollback
    return removed


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
