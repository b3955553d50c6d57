"""Anomalies: detects what is unusual by the rules of the reading contract, and keeps it for a person to answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from store.database import Database, command, statement, transaction

_QUARTER: Final = timedelta(minutes=15)


class Detected(NamedTuple):
    """How many anomalies were found new, found again, and found no more."""

    new: int
    again: int
    gone: int


@dataclass(frozen=True, slots=True)
class StoredAnomaly:
    """What a rule found, and what was answered: the columns of `reading.anomaly`.

    Attributes:
        part: key of the line, zone, space or device.
        measured, usual: as the rule's function in `store/sql/reading/` says.
        state: open, answered or gone.
        version: of the answer; 0 for none.
    """

    site: str
    number: int
    rule: str
    part: str
    starts_at: datetime
    ends_at: datetime
    measured: float | None
    usual: float | None
    state: str
    answer: str | None
    reason: str | None
    version: int


def sites(database: Database) -> list[str]:
    """Return the keys of all sites. Raises DatabaseError."""
    with transaction(database):
        return sorted(key for (key,) in database.execute(statement("catalogue/sites")))


def detect(database: Database, site: str, now: datetime, days: int) -> Detected:
    """Apply the rules to the last `days` days of a site, up to the quarter-hour that is finished.

    Looks at one site don't meet: the second waits. What was found before and overlaps is the same anomaly, longer or
    shorter now; what lies within the range and isn't found any more is marked as gone, and kept.

    Args:
        database: a connection in autocommit mode, as a user who may write the store.
        site: its key.
        now: aware time.
        days: 1 or more.

    Raises:
        DatabaseError: what the database says.
    """
    end = _down(now)
    given = {"site": site, "from": end - timedelta(days=days), "to": end}
    with transaction(database):
        database.execute(statement("anomalies/lock"), given)
        [counts] = database.execute(statement("anomalies/detect"), given)
    return Detected(*counts)


def list_anomalies(database: Database, site: str | None, *, everything: bool, limit: int) -> Sequence[StoredAnomaly]:
    """Return the oldest open anomalies, or the oldest of all, of a site or of every one. Raises DatabaseError."""
    given = {"site": site, "all": everything, "limit": limit}
    with transaction(database):
        return [StoredAnomaly(*row) for row in database.execute(statement("anomalies/list"), given)]


def answer(database: Database, by: str, site: str, number: int, fields: Mapping[str, object]) -> None:
    """Answer an anomaly, whatever was answered before.

    Args:
        database: a connection in autocommit mode.
        by: who, for the audit.
        site: its key.
        number: of the anomaly.
        fields: answer, reason, result_seen; None is left out.

    Raises CommandRefusedError with the command's sentence, or another DatabaseError.
    """
    said = {name: value for name, value in fields.items() if value is not None}
    given = {"by": by, "site": site, "number": number, "fields": json.dumps(said)}
    with command(database):
        before = database.execute(statement("anomalies/answer_version"), given).fetchone()
        database.execute(statement("anomalies/answer"), given | {"version": before[0] if before else 0})


def _down(at: datetime) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // _QUARTER.total_seconds() * _QUARTER.total_seconds(), UTC)
