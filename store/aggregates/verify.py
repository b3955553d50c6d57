"""Counts again: quarter-hours against the facts they were made from, and facts against what was delivered.

A site and a UTC month at a time, each in one statement: so it sees one moment of the store while ingest goes on, and
neither memory nor locks grow with the age of the store.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple

from core.ranges import Ranges, TimeRange
from store.database import Database, statement, transaction

_QUARTER: Final = timedelta(minutes=15)
_OUTER_MARGIN: Final = timedelta(hours=1)
_INNER_MARGIN: Final = timedelta(minutes=30)
_PARTS: Final[tuple[Literal["line"], Literal["zone"]]] = ("line", "zone")


@dataclass(frozen=True, slots=True)
class Difference:
    """A quarter-hour that isn't what its facts say.

    Attributes:
        kept: its columns, or None where it is missing.
        recounted: the columns as counted again, or None where there is no fact.
        gone: facts are missing for minutes that were stored: the quarter-hour may be right, so it is not repaired.
    """

    site: str
    part: Literal["line", "zone"]
    key: str
    start: datetime
    kept: Mapping[str, int] | None
    recounted: Mapping[str, int] | None
    gone: bool

    def __str__(self) -> str:
        """Return the difference as one line."""
        return f"{self.site} {self.part} {self.key}, {self.start:%Y-%m-%d %H:%MZ}: {self._what()}"

    def _what(self) -> str:
        if self.kept is None:
            return "facts, but no quarter-hour"
        if self.recounted is None:
            return "a quarter-hour, but no facts"
        changed = [
            f"{name} kept {value}, recounted {self.recounted[name]}"
            for name, value in self.kept.items()
            if value != self.recounted[name]
        ]
        return ", ".join(["facts of some minutes are gone"] * self.gone + changed)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Records of one epoch whose facts and delivery don't agree.

    Attributes:
        unstored: numbers that have facts but aren't stored.
        factless: numbers that are stored but have no facts.
    """

    site: str
    device: str
    epoch: str
    unstored: Ranges
    factless: Ranges

    def __str__(self) -> str:
        """Return it as one line."""
        parts = []
        if self.unstored.pairs:
            parts.append(f"facts of records that aren't stored: {_shown(self.unstored)}")
        if self.factless.pairs:
            parts.append(f"stored records without facts: {_shown(self.factless)}")
        return f"{self.site}/{self.device}, epoch {self.epoch}: {'; '.join(parts)}"


def _shown(ranges: Ranges, most: int = 10) -> str:
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in ranges.pairs[:most]]
    return ", ".join([*shown, *["..."] * (len(ranges.pairs) > most)])


class Differences(NamedTuple):
    """What differs in one site and month: some of the differences, and how many there are."""

    differences: list[Difference]
    total: int


class Verifier:
    """Counts one site again.

    Args:
        database: a connection in autocommit mode.
        site: its key.
    """

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site
        with transaction(database):
            forgotten = database.execute(statement("housekeeping/horizon")).fetchone()
        self._horizon = _up(forgotten[0]) if forgotten else None

    def months(
        self, first: datetime | None, end: datetime | None, *, also_without_facts: bool = False
    ) -> list[TimeRange]:
        """Return the UTC months, cut to [first, end) and to where raw facts still exist; None: as far as there are any.

        Both are aware times, and widened to whole quarter-hours. also_without_facts: wherever there are quarter-hours.
        """
        with transaction(self._database):
            [(oldest, newest)] = self._database.execute(statement("verify/span"), {"site": self._site})
        if oldest is None:
            return []
        horizon = None if also_without_facts else self._horizon
        start = max(filter(None, (_down(oldest), first and _down(first), horizon)))
        stop = min(filter(None, (_down(newest) + _QUARTER, end and _up(end))))
        return list(_months(start, stop))

    def differences(self, month: TimeRange, most: int) -> Differences:
        """Return the quarter-hours that differ, at most `most` of lines and of zones each."""
        found: list[Difference] = []
        total = 0
        for part in _PARTS:
            with transaction(self._database):
                rows = self._database.execute(statement(f"verify/{part}"), self._range(month, limit=most)).fetchall()
            found += [Difference(self._site, part, *row[:-1]) for row in rows]
            total += rows[0][-1] if rows else 0
        return Differences(found, total)

    def disagreements(self, month: TimeRange) -> list[Disagreement]:
        """Return where facts and delivery don't agree."""
        bounds = {
            "outer_from": self._not_forgotten(month.start - _OUTER_MARGIN, timedelta(0)),
            "inner_from": self._not_forgotten(month.start - _INNER_MARGIN, _INNER_MARGIN),
            "inner_to": month.end + _INNER_MARGIN,
            "outer_to": month.end + _OUTER_MARGIN,
        }
        with transaction(self._database):
            rows = self._database.execute(statement("verify/delivery"), {"site": self._site, **bounds}).fetchall()
        return [
            Disagreement(self._site, device, epoch, Ranges.parse(unstored), Ranges.parse(factless))
            for device, epoch, unstored, factless in rows
        ]

    def repair(self, month: TimeRange) -> int:
        """Write what the facts say, but where facts are gone. Locks the site's devices. Returns how many it wrote."""
        written = 0
        with transaction(self._database):
            self._database.execute(statement("verify/lock"), {"site": self._site})
            for part in _PARTS:
                [(some,)] = self._database.execute(statement(f"verify/repair_{part}"), self._range(month))
                written += some
        return written

    def _range(self, month: TimeRange, **more: object) -> dict[str, object]:
        return {"site": self._site, "from": month.start, "to": month.end, **more}

    def _not_forgotten(self, start: datetime, margin: timedelta) -> datetime:
        return start if self._horizon is None else max(start, self._horizon + margin)


def _down(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _up(at: datetime) -> datetime:
    below = _down(at)
    return below if below == at else below + _QUARTER


def _months(start: datetime, stop: datetime) -> Iterator[TimeRange]:
    while start < stop:
        following = (start.replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1)
        yield TimeRange(start, min(following, stop))
        start = following
