"""What somebody counted by hand at a site, as pages show it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from api.database.reading import Ask, Database
from api.tables.base import FrozenModel


class OwnCount(FrozenModel):
    """A manual count that the reader wrote, or changed last."""

    manual_count_id: int
    version: int
    mode: str
    space: str | None
    zone: str | None
    line: str | None
    starts_at: datetime
    ends_at: datetime | None
    joint: str | None
    total: int
    tallies: list[dict[str, Any]]
    note: str | None
    late: bool

    @property
    def place(self) -> str:
        """Return the key of where it was."""
        return self.line or self.zone or self.space or ""


class OwnRound(BaseModel):
    """A counting round that the reader entered: what of its row is shown."""

    counting_round: int
    version: int
    line: str | None
    zone: str | None
    starts_at: datetime
    hand: dict[str, Any]
    state: str
    machine: dict[str, Any] | None
    note: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


async def read_own(database: Database, site: str, author: str) -> tuple[list[OwnCount], list[OwnRound]]:
    """Return the manual counts and the counting rounds of an author, the newest hundred of each."""
    counts, rounds = await database.together(
        Ask("logbook/own_counts", {"site": site, "author": author}, OwnCount),
        Ask(
            "calibration/counting_rounds",
            {"site": site, "numbers": None, "author": author, "names": False, "limit": 100},
            OwnRound,
        ),
    )
    return counts, rounds


async def read_one(database: Database, site: str, author: str, number: int) -> OwnCount | None:
    """Return a manual count of an author by its number; None: it isn't theirs, or was withdrawn."""
    counts, _ = await read_own(database, site, author)
    return next((count for count in counts if count.manual_count_id == number), None)
