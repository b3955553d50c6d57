"""Sums of quarter-hours by hour and local day, made in the background once a day is over.

Answers take them where they can (`sql/reading/sums/`), and quarter-hours for the rest, so that nothing depends on how
far this is. A step sums up at most some weeks of some lines or zones, the newest first, and holds up for some
milliseconds what the devices of their site send.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from store.database import Database, statement, transaction

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {"line": ("line",), "zone": ("zone", "zone_dwell")}
"""What is summed up of lines and of zones."""
_UNITS: Final = ("hour", "day")
"""In this order: days are summed up from hours."""
_LATE: Final = timedelta(hours=1)
"""A day is over when it ended so long ago: what comes with the usual delay comes before its sums."""
_STEP_DAYS: Final = 128
"""At most so many days of lines or zones are summed up in one step."""


class _Next(NamedTuple):
    """What is summed up next: parts of a site between two local midnights."""

    site_id: int
    time_zone: str
    parts: list[int]
    start: datetime
    end: datetime
    days: int


def sum_up_some(database: Database, now: datetime) -> int:
    """Sum up a part of the days that are over and have no sums yet.

    Several programs may call this at once: one of them does something.

    Args:
        database: a connection in autocommit mode.
        now: aware time.

    Returns:
        How many days of lines and zones were summed up; 0 when there was nothing to do, or another program does it.

    Raises:
        DatabaseError: what the database says; nothing of this step was done.
    """
    return sum(_sum_up_some(database, part, now - _LATE) for part in _PARTS)


def _sum_up_some(database: Database, part: str, until: datetime) -> int:
    with transaction(database):
        [(alone,)] = database.execute(statement("sums/alone"))
        if not alone:
            return 0
        found = database.execute(statement(f"sums/{part}_pending"), {"until": until}, prepare=False).fetchone()
        if found is None:
            return 0
        return _sum_up(database, part, _Next(*found))


def _sum_up(database: Database, part: str, following: _Next) -> int:
    parts = following.parts[: max(1, _STEP_DAYS // following.days)]
    asked = {"parts": parts, "time_zone": following.time_zone, "from": following.start, "to": following.end}
    database.execute(statement("sums/lock"), {"site_id": following.site_id})
    for what in _PARTS[part]:
        for unit in _UNITS:
            for step in ("delete", "insert"):
                # Planned anew each time: a plan made while the table was small would read all of it later.
                database.execute(statement(f"sums/{what}_{unit}_{step}"), asked, prepare=False)
    database.execute(statement(f"sums/{part}_note"), asked)
    return len(parts) * following.days
