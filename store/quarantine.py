"""The quarantine, as an operator lists it and decides on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database, statement, transaction


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """What made ingest fail, alone; site, device, epoch and seq are None where it can't be read."""

    number: int
    first_at: datetime
    last_at: datetime
    times: int
    topic: str
    site: str | None
    device: str | None
    epoch: str | None
    seq: int | None
    state: str
    reason: str
    is_kept: bool
    decided_by: str | None
    decision: str | None


def quarantined_records(
    database: Database, site: str | None, device: str | None, limit: int, *, decided: bool = False
) -> Sequence[QuarantinedRecord]:
    """Return what waits in quarantine, newest first; with `decided` also what no longer does. Raises DatabaseError."""
    wanted = {"site": site, "device": device, "limit": limit, "all": decided}
    with transaction(database):
        return [QuarantinedRecord(*row) for row in database.execute(statement("quarantine/quarantined_list"), wanted)]


def release(database: Database, number: int, who: str, reason: str) -> bool:
    """Let ingest try it again when it comes; return whether it waited. Raises DatabaseError."""
    return _decide(database, number, "released", who, reason)


def reject(database: Database, number: int, who: str, reason: str) -> bool:
    """Let ingest reject it for good when it comes; return whether it waited. Raises DatabaseError."""
    return _decide(database, number, "rejected", who, reason)


def _decide(database: Database, number: int, state: str, who: str, reason: str) -> bool:
    with transaction(database):
        decided = {"number": number, "state": state, "who": who, "decision": reason}
        marks = database.execute(statement("quarantine/quarantined_decide"), decided).fetchall()
        for (mark,) in marks:
            database.execute(statement("quarantine/quarantined_forget_suspect"), {"mark": mark})
    return bool(marks)
