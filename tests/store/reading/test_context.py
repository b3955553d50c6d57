"""Weather and calendar beside each bucket equal plain Python from what was put in, hour by hour and date by date.

Worlds are drawn: zones whose hours lie between those of UTC, days on which clocks change, weather that is missing for a
part of the time, calendars without the one kind or for one year alone.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.database import Database, connect
from store.weather import Measure, WeatherSource, WeatherValue, import_weather
from tests.store.reading.by_hand import cells
from tests.store.reading.context_by_hand import Known
from tests.store.reading.place import QUARTER, Place
from tests.store.reading.sum_worlds import PLACES
from tests.support.properties import worlds

pytestmark = [pytest.mark.chain, pytest.mark.simulation]

HOUR = timedelta(hours=1)
SOURCE = WeatherSource("file.csv", "test")
DAYS = 20
ZONES = (
    *PLACES,
    ("Asia/Kathmandu", datetime(2025, 12, 31, tzinfo=UTC)),
    ("Europe/Stockholm", datetime(2025, 12, 31, tzinfo=UTC)),
)
KINDS = ("holiday", "school_break")


class ContextWorld:
    """A site with some weather and some calendar, around a day on which clocks or the year change, drawn by `seed`."""

    def __init__(self, database: Database, seed: int) -> None:
        self.rng = random.Random(seed)
        time_zone, change = ZONES[seed % len(ZONES)]
        self.zone = ZoneInfo(time_zone)
        self.first = change.replace(minute=0) - timedelta(days=self.rng.randint(3, DAYS - 3))
        self.place = Place(database, "torget", time_zone)
        self.weather: dict[Measure, dict[datetime, float]] = {measure: {} for measure in Measure}
        for measure in Measure:
            if self.rng.random() < 0.8:
                self.weather[measure] = self._values()
                values = [WeatherValue(at, value) for at, value in self.weather[measure].items()]
                import_weather(database, "torget", measure, values, SOURCE)
        self.calendar: list[tuple[str, date, date, str]] = []
        for kind in KINDS:
            self._mark(kind)
        for dates in self.calendar:
            database.execute("insert into platspuls.site_calendar values (1, %s, %s, %s, %s)", dates)

    def _values(self) -> dict[datetime, float]:
        """Return values by the hour for a part of the time, with holes."""
        begin, end = sorted(self.rng.sample(range(-30, 24 * DAYS + 30), 2))
        kept = [hour for hour in range(begin, end) if self.rng.random() < 0.9]
        return {self.first + HOUR * hour: self.rng.randint(0, 199) / 10 for hour in kept}

    def _mark(self, kind: str) -> None:
        day = self.first.date() - timedelta(days=9)
        while day < self.first.date() + timedelta(days=DAYS + 9):
            end = day + timedelta(days=self.rng.choice((1, 1, 1, 5)))
            if self.rng.random() < 0.15:
                self.calendar.append((kind, day, end, f"{kind} of {day}"))
            day = end

    def asked(self) -> tuple[datetime, datetime]:
        start = self.first + QUARTER * self.rng.randint(-60, 600)
        return start, start + QUARTER * self.rng.randint(1, 96 * 12)


@pytest.mark.parametrize("seed", worlds(range(44), every=22))
def test_what_stands_beside_a_bucket_is_what_was_put_in(database_url: str, seed: int) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        world = ContextWorld(database, seed)
        known = Known(world.zone, world.weather, world.calendar)
        for bucket in ("hour", "day", "week", "month"):
            start, end = world.asked()
            asked = "select * from reading.context_cells('torget', %s, %s, %s) order by 1"
            found = world.place.ask(asked, bucket, start, end)
            wanted = cells(str(world.zone), bucket, start, end)
            assert [row["start_utc"] for row in found] == [cell.start for cell in wanted]
            for row, cell in zip(found, wanted, strict=True):
                check(row, known.beside(bucket, cell))


def check(row: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert set(row) == {"start_utc", *wanted}
    for name, value in wanted.items():
        if isinstance(value, float):
            assert float(row[name]) == pytest.approx(value, abs=0.0501), (name, row)
        else:
            assert row[name] == value, (name, row)
