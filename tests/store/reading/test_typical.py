"""What is usual on such a weekday, beside today: worked out again in Python from the same quarter-hours."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest

from store.database import connect
from tests.store.reading.place import QUARTER, QUARTER_MS, LinePlace, Passed, Place

pytestmark = pytest.mark.chain

ZONE = "Europe/Stockholm"
DAY = date(2026, 11, 18)
"""A Wednesday. Clocks went back on 25 October, within the ten weeks before."""
BLIND = (date(2026, 11, 11), date(2026, 10, 28))
"""Wednesdays of which too little was watched."""
HOLIDAY = date(2026, 10, 21)
"""A Wednesday that is a holiday."""


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE)).astimezone(UTC)


@pytest.fixture
def place(database_url: str) -> Iterator[Place]:
    """Return a site with eleven weeks of drawn entries until 14:30 on DAY."""
    with connect(database_url, application="test", autocommit=True) as database:
        made = Place(database, "hall", ZONE)
        made.space("hall")
        made.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        database.execute(
            "insert into platspuls.site_calendar (site_id, kind, first_day, end_day, name)"
            " select site_id, 'holiday', %s, %s, 'Helg' from platspuls.site",
            (HOLIDAY, HOLIDAY + timedelta(days=1)),
        )
        draw = random.Random(17)
        at = midnight(DAY - timedelta(days=77))
        quarters = []
        while at < midnight(DAY) + timedelta(hours=14, minutes=30):
            blind = at.astimezone(ZoneInfo(ZONE)).date() in BLIND and at.astimezone(ZoneInfo(ZONE)).hour < 12
            quarters.append(Passed(at, draw.randrange(40), 1, 0 if blind else QUARTER_MS))
            at += QUARTER
        made.passes("gate", *quarters)
        yield made


def entries(place: Place, start: datetime, end: datetime) -> int:
    return sum(passed.forward for passed in place.passed["gate"] if start <= passed.start < end)


def like(day: date) -> list[date]:
    """Return the Wednesdays of the ten weeks before that were watched and no holiday."""
    weeks = [day - timedelta(weeks=n) for n in range(1, 11)]
    return [one for one in weeks if one not in {*BLIND, HOLIDAY}][:8]


def quartiles(values: list[int]) -> list[float]:
    return quantiles(values, n=4, method="inclusive")


def test_each_hour_has_the_quartiles_of_the_days_like_it(place: Place) -> None:
    rows = place.ask("select * from reading.typical_day('hall', 'hour', %s) order by clock", DAY)
    days = like(DAY)
    assert len(days) == 7
    for hour, row in enumerate(rows):
        start = timedelta(hours=hour)
        values = [entries(place, midnight(day) + start, midnight(day) + start + timedelta(hours=1)) for day in days]
        low, middle, high = quartiles(values)
        assert (row["clock"], row["days"]) == (time(hour), 7)
        assert (row["low"], row["middle"], row["high"]) == (round(low), round(middle), round(high)), values
    assert len(rows) == 24


def test_a_holiday_is_compared_with_sundays_and_holidays(place: Place) -> None:
    found = [row["day"] for row in place.ask("select day from reading.like_days('hall', %s)", date(2026, 11, 22))]
    assert HOLIDAY in found
    assert {day.isoweekday() for day in found if day != HOLIDAY} == {7}
    assert len(found) == 11


def test_the_day_and_the_week_so_far_stand_beside_the_same_part_of_others(place: Place) -> None:
    at = midnight(DAY) + timedelta(hours=14, minutes=37)
    until = timedelta(hours=14, minutes=30)
    [day] = place.ask("select * from reading.typical_so_far('hall', 'day', %s)", at)
    values = [entries(place, midnight(one), midnight(one) + until) for one in like(DAY)]
    assert day["entries"] == entries(place, midnight(DAY), at)
    assert (day["number"], day["middle"]) == (7, round(quartiles(values)[1]))
    assert day["previous"] == values[0]  # the week before too little was watched
    [week] = place.ask("select * from reading.typical_so_far('hall', 'week', %s)", at)
    assert week["entries"] == entries(place, midnight(date(2026, 11, 16)), at)
    assert week["number"] == 8
    mondays = [date(2026, 11, 16) - timedelta(weeks=n) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)]
    usual = [entries(place, midnight(one), midnight(one + timedelta(days=2)) + until) for one in mondays]
    assert min(usual) <= week["low"] <= week["middle"] <= week["high"] <= max(usual)
    assert week["previous"] == usual[0]


def test_below_three_days_nothing_is_called_usual(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        made = Place(database, "new", ZONE)
        made.space("hall")
        made.line(LinePlace("gate", "main", None, "hall", [(midnight(date(2026, 11, 1)), None)]))
        start = midnight(date(2026, 11, 1))
        made.passes("gate", *(Passed(start + n * QUARTER, 3, 1) for n in range(96 * 17)))
        rows = made.ask("select * from reading.typical_day('new', 'hour', %s)", DAY)
        assert {(row["days"], row["low"], row["middle"], row["high"]) for row in rows} == {(2, None, None, None)}
        [row] = made.ask("select * from reading.typical_so_far('new', 'day', %s)", midnight(DAY) + timedelta(hours=9))
        assert (row["number"], row["middle"], row["previous"]) == (2, None, 9 * 4 * 3)
        early = midnight(DAY) + timedelta(minutes=9)
        assert made.ask("select * from reading.typical_so_far('new', 'day', %s)", early) == []
