"""Counts sums by hour and day again from the quarter-hours that they were made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from core.ranges import TimeRange
from store.database import Database, statement, transaction

Part = Literal["line", "zone"]
_KINDS: Final[Mapping[str, Part]] = {"line": "line", "zone": "zone", "zone_dwell": "zone"}


@dataclass(frozen=True, slots=True)
class SumDifference:
    """A sum that isn't what its quarter-hours say.

    Attributes:
        kept: its columns, or None where it is missing.
        recounted: the columns as summed up again, or None where there is no quarter-hour.
        start: of the hour or day.
        end: of it.
        unit: which of both.
    """

    site: str
    part: Part
    key: str
    start: datetime
    kept: Mapping[str, int] | None
    recounted: Mapping[str, int] | None
    end: datetime
    unit: Literal["hour", "day"]

    def __str__(self) -> str:
        """Return the difference as one line."""
        return f"{self.site} {self.part} {self.key}, {self.unit} from {self.start:%Y-%m-%d %H:%MZ}: {self._what()}"

    def _what(self) -> str:
        if self.kept is None or self.recounted is None:
            return "quarter-hours, but no sum" if self.kept is None else "a sum, but no quarter-hours"
        return ", ".join(
            f"{name} kept {value}, summed up again {self.recounted[name]}"
            for name, value in self.kept.items()
            if value != self.recounted[name]
        )


class SumDifferences(NamedTuple):
    """What differs in one site and month: some of the differences, and how many there are."""

    differences: list[SumDifference]
    total: int


def sum_differences(database: Database, site: str, month: TimeRange, most: int) -> SumDifferences:
    """Return the sums that differ, at most `most` of lines, of zones, and of their dwell each.

    Args:
        database: a connection in autocommit mode.
        site: its key.
        month: hours and days that overlap it.
        most: how many to return.

    Raises:
        DatabaseError: what the database says.
    """
    found: list[SumDifference] = []
    total = 0
    for kind, part in _KINDS.items():
        asked = {"site": site, "from": month.start, "to": month.end, "limit": most}
        with transaction(database):
            rows = database.execute(statement(f"verify/{kind}_sums"), asked).fetchall()
        found += [SumDifference(site, part, *row[:-1]) for row in rows]
        total += rows[0][-1] if rows else 0
    return SumDifferences(found, total)


def forget_sums(database: Database, site: str, differences: list[SumDifference]) -> None:
    """Let these sums count for nothing until they are made again. Locks the site's devices.

    The site's version rises: nobody keeps an answer that was made of them.

    Raises:
        DatabaseError: what the database says.
    """
    with transaction(database):
        database.execute(statement("verify/lock"), {"site": site})
        for one in differences:
            asked = {"site": site, "key": one.key, "start": one.start, "end": one.end}
            database.execute(statement(f"verify/repair_{one.part}_sums"), asked)
        database.execute(statement("facts/site_version_raise"), {"site": site})
