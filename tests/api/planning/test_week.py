"""Weeks laid out on dates: times of the site's clocks, also when these change."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from api.errors import ParameterError
from api.planning.week import MOST, WeekItem, as_item, days_of, laid_out

ZONE = ZoneInfo("Europe/Stockholm")
FIELDS = {"kind": "concert", "title": "Kör"}


def at(item: WeekItem, day: date) -> tuple[str, str]:
    one = item.on(day, ZONE)
    return one["starts_at"][:16], one["ends_at"][:16]


def test_an_hour_of_the_clock_stays_that_hour_in_summer_and_winter() -> None:
    item = WeekItem(7, time(17), time(19), 0, FIELDS)
    assert at(item, date(2026, 10, 18)) == ("2026-10-18T15:00", "2026-10-18T17:00")
    assert at(item, date(2026, 10, 25)) == ("2026-10-25T16:00", "2026-10-25T18:00")


def test_nights_in_which_the_clocks_change_have_their_length() -> None:
    night = WeekItem(6, time(22), time(4), 1, FIELDS)
    assert at(night, date(2026, 10, 24)) == ("2026-10-24T20:00", "2026-10-25T03:00")  # seven hours
    assert at(night, date(2026, 3, 28)) == ("2026-03-28T21:00", "2026-03-29T02:00")  # five
    never = WeekItem(7, time(2, 45), time(3, 15), 0, FIELDS)  # it begins in the hour that is left out
    assert at(never, date(2026, 3, 29)) == ("2026-03-29T01:45", "2026-03-29T02:15")


def test_a_week_that_was_is_the_same_week_again() -> None:
    for item in (WeekItem(6, time(22), time(4), 1, FIELDS), WeekItem(1, time(9), time(9), 3, FIELDS)):
        day = next(day for day in days_of(date(2026, 10, 19), date(2026, 10, 25)) if day.isoweekday() == item.weekday)
        once = {"space": None, "organiser": None, **item.on(day, ZONE)}
        assert as_item(once, ZONE) == item


def test_keys_are_no_longer_than_they_may_be_and_differ_by_what_is_planned() -> None:
    longest = {"kind": "performance", "title": "x" * 120, "space": "s" * 40}
    keys = {
        WeekItem(1, time(9), time(10), 0, fields).on(date(2026, 10, 5), ZONE)["plan_key"]
        for fields in (longest, longest | {"title": "y"}, longest | {"space": "t"}, longest | {"kind": "game"})
    }
    assert len(keys) == 4
    assert max(map(len, keys)) <= 200


def test_too_many_days_or_activities_are_refused() -> None:
    for until in (date(2026, 10, 4), date(2029, 1, 1)):
        with pytest.raises(ParameterError, match="until"):
            days_of(date(2026, 10, 5), until)
    daily = [WeekItem(day, time(9), time(10), 0, FIELDS) for day in range(1, 8)] * 20
    with pytest.raises(ParameterError, match=str(MOST)):
        laid_out(daily, days_of(date(2026, 1, 1), date(2026, 12, 31)), ZONE)
