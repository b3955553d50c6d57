"""What waits for its cause (held) and what was refused for good (rejects), as an operator lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from store.database import Database, statement, transaction


@dataclass(frozen=True, slots=True)
class HeldCause:
    """Records that wait for one cause; is_known: their site and device are known by now."""

    site: str
    device: str
    cause: str
    detail: str
    first_at: datetime
    last_at: datetime
    times: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class ListedReject:
    """What was refused, without its payload; site and device are None where the topic names none."""

    number: int
    last_at: datetime
    times: int
    topic: str
    site: str | None
    device: str | None
    epoch: str | None
    seq: int | None
    code: str
    reason: str
    is_kept: bool
    outcome: str | None


class RejectSelection(NamedTuple):
    """Which rejects; None is any, and `held` are those alone whose last replay found that they must wait."""

    site: str | None = None
    device: str | None = None
    code: str | None = None
    since: datetime | None = None
    held: bool = False


def held_causes(database: Database, site: str | None, device: str | None, limit: int) -> Sequence[HeldCause]:
    """Return what waits, newest first. Raises DatabaseError."""
    wanted = {"site": site, "device": device, "limit": limit}
    with transaction(database):
        return [HeldCause(*row) for row in database.execute(statement("quarantine/held_list"), wanted)]


def rejects(database: Database, wanted: RejectSelection, limit: int) -> Sequence[ListedReject]:
    """Return rejects, newest first. Raises DatabaseError."""
    parameters = {**wanted._asdict(), "limit": limit}
    with transaction(database):
        return [ListedReject(*row) for row in database.execute(statement("quarantine/reject_list"), parameters)]


@dataclass(frozen=True, slots=True)
class RejectsBeyondDay:
    """What was refused beyond a day's worth of a device, in a UTC day; site and device are '' where none is known."""

    day: date
    site: str
    device: str
    code: str
    times: int
    last_at: datetime


def unkept_rejects(database: Database, wanted: RejectSelection, limit: int) -> Sequence[RejectsBeyondDay]:
    """Return how much was refused of which nothing is kept, newest first. Raises DatabaseError."""
    parameters = {**wanted._asdict(), "limit": limit}
    with transaction(database):
        return [RejectsBeyondDay(*row) for row in database.execute(statement("quarantine/unkept_list"), parameters)]


def rejects_to_replay(database: Database, wanted: RejectSelection) -> Sequence[int]:
    """Return the numbers of rejects that can be tried again, oldest first. Raises DatabaseError."""
    with transaction(database):
        return [number for (number,) in database.execute(statement("quarantine/reject_waiting"), wanted._asdict())]
