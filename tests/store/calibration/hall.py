"""A place with a line and a zone, facts of some days, and calibrations, all from one seed."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from store.database import Database
from tests.store.reading.by_hand import utc
from tests.store.reading.place import BINS, QUARTER, LinePlace, Place

START = utc("2026-03-02T00:00")
MINUTE = timedelta(minutes=1)
SITE = "hall"
DARK = 1


@dataclass(slots=True)
class Hall:
    """The place, and how to count beside its counters."""

    place: Place
    database: Database
    counting_rounds: list[int] = field(default_factory=list)

    @classmethod
    def made(cls, database: Database, site: str = SITE) -> "Hall":
        """Make the place: lines `gate` (in from outside) and `back` (out to it), the zone `bench`, one counter."""
        place = Place(database, site, "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        place.line(LinePlace("back", "main", "hall", None, [(None, None)]))
        place.zone("bench", "hall", [(None, None)])
        hall = cls(place, database)
        hall.run(
            "insert into platspuls.device (site_id, key, name_sv, name_en) "
            "select site_id, 'camera', 'K', 'C' from platspuls.site where key = %s",
            site,
        )
        for key in ("one", "two"):
            hall.run(
                "insert into platspuls.setup (device_id, key) select max(device_id), %s from platspuls.device", key
            )
        for part in ("line", "zone"):
            hall.run(
                f"insert into platspuls.device_{part} select device_id, {part}_id, '{{(,)}}' "  # noqa: S608  two words
                f"from platspuls.device join platspuls.{part} using (site_id) join platspuls.site using (site_id) "
                "where site.key = %s",
                site,
            )
        return hall

    def run(self, query: str, *parameters: object) -> Any:  # noqa: ANN401  whatever the query gives
        """Run a query; return the first value of its first row, if it has one."""
        cursor = self.database.execute(query.encode(), parameters)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def line_facts(  # noqa: PLR0913  as many columns
        self,
        line: str,
        start: datetime,
        counts: list[tuple[int, int]],
        *,
        flags: int = 0,
        setup: int = 1,
        period_s: int = 60,
    ) -> None:
        """Put in facts of a line, one after the other."""
        same = (period_s * 1000, flags, line, self.place.site)
        given = [
            (start + number * timedelta(seconds=period_s), period_s, setup, *counted, *counted, *same)
            for number, counted in enumerate(counts)
        ]
        with self.database.cursor() as cursor:
            cursor.executemany(
                b"insert into platspuls.line_flow select line_id, %s, %s, 1, 1, %s, %s, %s, %s, %s, %s, %s "
                b"from platspuls.line join platspuls.site using (site_id) where line.key = %s and site.key = %s",
                given,
            )

    def zone_facts(self, zone: str, start: datetime, presence: list[int], *, flags: int = 0) -> None:
        """Put in a zone's minutes."""
        for number, presence_s in enumerate(presence):
            self.run(
                "insert into platspuls.zone_flow select zone_id, %s, 60, 1, 1, 1, 0, 0, 0, 0, %s, 1, 60000, %s "
                "from platspuls.zone join platspuls.site using (site_id) where zone.key = %s and site.key = %s",
                start + number * MINUTE,
                *(presence_s, flags, zone, self.place.site),
            )

    def counting_round(self, **given: object) -> int:
        """Add a counting round; times are aware."""
        text = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
        number: int = self.run(
            "select writing.counting_round_add('cli:test', %s, %s)",
            self.place.site,
            json.dumps({"counted_by": "AB", **text}),
        )
        self.counting_rounds.append(number)
        return number

    def calibration(self, factors: list[Mapping[str, object]], **given: object) -> int:
        """Add a calibration of the counting rounds made so far."""
        text = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
        about = {
            "strata": "none",
            "method": "as given",
            "counting_rounds": self.counting_rounds,
            "factors": factors,
            **text,
        }
        number: int = self.run("select writing.calibration_add('cli:test', %s, %s)", self.place.site, json.dumps(about))
        return number

    def counted_line(
        self, line: str = "gate", start: datetime = START - timedelta(days=2), counting_rounds: int = 6
    ) -> None:
        """Make facts of half hours, an hour apart, and count each by hand: a tenth more than was given."""
        for number in range(counting_rounds):
            at = start + number * 4 * QUARTER
            self.line_facts(line, at, [(10, 20)] * 30)
            self.counting_round(
                **{"kind": "crossings", "line": line, "from": at, "to": at + 30 * MINUTE},
                hand={"forward": 330, "backward": 660},
            )

    def counted_zone(self, kind: str, start: datetime = START - timedelta(days=2), counting_rounds: int = 6) -> None:
        """Make a zone's facts of an hour each, and count each by hand."""
        for number in range(counting_rounds):
            at = start + number * 8 * QUARTER
            self.zone_facts("bench", at, [120] * 60)
            bins = [0] * BINS
            bins[3], bins[8] = 30, 10
            hand = {"looks": 30, "present": 66} if kind == "presence" else {"complete": bins, "known_s": None}
            self.counting_round(**{"kind": kind, "zone": "bench", "from": at, "to": at + 60 * MINUTE}, hand=hand)


def factor(measure: str, value: float, **more: object) -> dict[str, object]:
    """Return a factor as calibrations take it."""
    spread = {"low": round(value - 0.1, 6), "high": round(value + 0.2, 6), "counting_rounds": 6, "spread": 0.1}
    return {"measure": measure, "dark": None, "busy": None, "factor": value, "hand": 10, "machine": 9, **spread, **more}


def chance(name: str) -> random.Random:
    """Return chance that is the same each time."""
    return random.Random(name)
