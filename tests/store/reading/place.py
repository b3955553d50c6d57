"""A site whose quarter-hours a test puts in, kept in Python as well, so that answers can be worked out twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from store.database import Database

QUARTER = timedelta(minutes=15)
QUARTER_MS = 900_000
ALWAYS = "{(,)}"
BINS = 24


@dataclass(frozen=True, slots=True)
class Passed:
    """One quarter-hour of a line."""

    start: datetime
    forward: int
    backward: int
    observed_ms: int = QUARTER_MS


@dataclass(frozen=True, slots=True)
class Dwelt:
    """One quarter-hour of a zone's dwell: visits a bin, complete, cut and fragment."""

    start: datetime
    complete: Sequence[int] = (0,) * BINS
    cut: Sequence[int] = (0,) * BINS
    fragment: Sequence[int] = (0,) * BINS
    observed_ms: int = QUARTER_MS


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line as the test made it. from_space and to_space: None is outside."""

    key: str
    role: str
    from_space: str | None
    to_space: str | None
    commissioned: Sequence[tuple[datetime | None, datetime | None]]


@dataclass(slots=True)
class Place:
    """A site in the store, and what was put into it."""

    database: Database
    site: str
    time_zone: str
    lines: dict[str, LinePlace] = field(default_factory=dict)
    passed: dict[str, list[Passed]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._run(
            "insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256) "
            "values (%s, 'På sv', 'In en', %s, '')",
            self.site,
            self.time_zone,
        )

    def space(self, key: str) -> None:
        self._run(
            "insert into platspuls.space (site_id, key, name_sv, name_en) "
            "select site_id, %s, 'Rum', 'Room' from platspuls.site where key = %s",
            key,
            self.site,
        )

    def line(self, line: LinePlace) -> None:
        """Add a line on a border of its own."""
        self._run(
            "insert into platspuls.border (site_id, key, name_sv, name_en, from_space_id, to_space_id) "
            "select site_id, %(key)s, 'G', 'B', "
            "(select space_id from platspuls.space where site_id = site.site_id and key = %(from)s), "
            "(select space_id from platspuls.space where site_id = site.site_id and key = %(to)s) "
            "from platspuls.site where key = %(site)s",
            {"key": line.key, "from": line.from_space, "to": line.to_space, "site": self.site},
        )
        self._run(
            "insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned) "
            "select site_id, border_id, border.key, 'Linje', 'Line, \"quoted\"', %s, %s::tstzmultirange "
            "from platspuls.border join platspuls.site using (site_id) where border.key = %s and site.key = %s",
            line.role,
            multirange(line.commissioned),
            line.key,
            self.site,
        )
        self.lines[line.key] = line
        self.passed[line.key] = []

    def zone(self, key: str, space: str, commissioned: Sequence[tuple[datetime | None, datetime | None]]) -> None:
        self._run(
            "insert into platspuls.zone (site_id, space_id, key, name_sv, name_en, covers_space, disjoint, "
            "stay_threshold_s, commissioned) "
            "select site_id, space_id, %s, 'Zon', 'Zone', false, true, 60, %s::tstzmultirange "
            "from platspuls.space join platspuls.site using (site_id) where space.key = %s and site.key = %s",
            key,
            multirange(commissioned),
            space,
            self.site,
        )

    def passes(self, line: str, *quarters: Passed, setup: int = 1, flags: int = 0) -> None:
        with self.database.cursor() as cursor:
            cursor.executemany(
                b"insert into platspuls.line_quarter select line_id, %s, %s, %s, %s, %s, %s, %s, 32767, %s "
                b"from platspuls.line join platspuls.site using (site_id) where line.key = %s and site.key = %s",
                [
                    (
                        q.start,
                        setup,
                        q.forward,
                        q.backward,
                        q.forward + 1,
                        q.backward + 2,
                        q.observed_ms,
                        flags,
                        line,
                        self.site,
                    )
                    for q in quarters
                ],
            )
        self.passed[line] += quarters

    def dwells(self, zone: str, *quarters: Dwelt, flags: int = 0) -> None:
        places = ", ".join(["%s"] * (3 * (BINS + 1)))
        with self.database.cursor() as cursor:
            cursor.executemany(
                f"insert into platspuls.zone_dwell select zone_id, %s, 1, 1, 1, {places}, %s, %s "  # noqa: S608 - ours
                "from platspuls.zone join platspuls.site using (site_id) "
                "where zone.key = %s and site.key = %s".encode(),
                [
                    (q.start, *q.complete, 0, *q.cut, 0, *q.fragment, 0, q.observed_ms, flags, zone, self.site)
                    for q in quarters
                ],
            )

    def occupies(self, zone: str, start: datetime, counts: Sequence[int], observed_ms: int = QUARTER_MS) -> None:
        """Put in one quarter-hour: entries, appeared, exits, lost, presence_s, occupancy_max."""
        self._run(
            "insert into platspuls.zone_quarter select zone_id, %s, 1, %s, %s, %s, %s, %s, %s, %s, 32767, 0 "
            "from platspuls.zone join platspuls.site using (site_id) where zone.key = %s and site.key = %s",
            start,
            *counts,
            observed_ms,
            zone,
            self.site,
        )

    def ask(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """Return rows as dicts."""
        cursor = self.database.execute(query.encode(), parameters)
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _run(self, query: str, *parameters: object) -> None:
        given = parameters[0] if len(parameters) == 1 and isinstance(parameters[0], dict) else parameters
        self.database.execute(query.encode(), given)


def multirange(ranges: Sequence[tuple[datetime | None, datetime | None]]) -> str:
    """Return PostgreSQL's text of half-open ranges; None is without end."""

    def end(at: datetime | None) -> str:
        return f'"{at.isoformat()}"' if at else ""

    return "{" + ",".join(f"[{end(start)},{end(to)})" for start, to in ranges) + "}"


def bins(**counts: int) -> tuple[int, ...]:
    """Return a histogram from counts by bin: b0=3 are three in the first."""
    return tuple(counts.get(f"b{number}", 0) for number in range(BINS))
