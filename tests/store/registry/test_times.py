"""Local dates to UTC: days of 23, 24 and 25 hours, skipped and repeated midnights, odd offsets."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ranges import TimeRange
from core.site_file.times import (
    FOREVER,
    Periods,
    instant,
    merged,
    period,
    show,
    show_periods,
    start_of_day,
    without,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Stockholm", "2026-10-01", "2026-09-30T22:00"),
        ("Europe/Stockholm", "2026-03-29", "2026-03-28T23:00"),  # 23 hours long
        ("Europe/Stockholm", "2026-03-30", "2026-03-29T22:00"),
        ("Europe/Stockholm", "2026-10-25", "2026-10-24T22:00"),  # 25 hours long
        ("Europe/Stockholm", "2026-10-26", "2026-10-25T23:00"),
        ("Asia/Kathmandu", "2026-10-01", "2026-09-30T18:15"),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00"),  # 24.5 hours long
        ("Australia/Lord_Howe", "2026-04-06", "2026-04-05T13:30"),
        ("America/St_Johns", "2026-07-01", "2026-07-01T02:30"),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),  # midnight is skipped: it begins at 01:00
        ("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00"),  # midnight comes twice: the first one
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),  # midnight is skipped
    ],
)
def test_a_date_begins_at_its_first_instant(zone: str, day: str, expected: str) -> None:
    assert start_of_day(date.fromisoformat(day), ZoneInfo(zone)) == datetime.fromisoformat(f"{expected}Z")


@given(
    st.sampled_from(
        ["Europe/Stockholm", "Atlantic/Azores", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
    st.dates(date(2015, 1, 1), date(2035, 12, 31)),
)
def test_the_quarter_before_a_date_is_another_date(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    start = start_of_day(day, zone)
    assert start.astimezone(zone).date() == day
    assert (start - timedelta(minutes=15)).astimezone(zone).date() == day - timedelta(days=1)


def test_a_date_time_keeps_its_own_offset() -> None:
    at = datetime.fromisoformat("2026-10-25T02:30:00+01:00")
    assert instant(at, STOCKHOLM) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-10-01", "2026-10-01T09:00+02:00", "2026-10-25T02:30+01:00", "2026-10-25T02:30+02:00"]
)
def test_instants_are_shown_as_they_are_written(text: str) -> None:
    moment = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    assert show(instant(moment, STOCKHOLM), STOCKHOLM) == text


def test_periods_are_shown_for_people() -> None:
    first = period(date(2026, 10, 1), date(2026, 12, 1), STOCKHOLM)
    second = period(date(2027, 1, 1), None, STOCKHOLM)
    assert show_periods((first, second), STOCKHOLM) == "2026-10-01 to 2026-12-01, from 2027-01-01"
    assert show_periods((), STOCKHOLM) == "never"


_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def _hours(*pairs: tuple[int, int | None]) -> list[TimeRange]:
    def at(hour: int) -> datetime:
        return _EPOCH + timedelta(hours=hour)

    return [TimeRange(at(start), FOREVER if end is None else at(end)) for start, end in pairs]


def test_periods_that_touch_are_one() -> None:
    assert merged(_hours((5, None), (2, 4), (0, 2))) == tuple(_hours((0, 4), (5, None)))


_lengths = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=6)


def _made(lengths: list[tuple[int, int]]) -> Periods:
    return merged(_hours(*((start, start + length) for start, length in lengths)))


def _covered(periods: Periods) -> set[int]:
    return {hour for hour in range(60) for one in periods if one.start <= _EPOCH + timedelta(hours=hour) < one.end}


@given(_lengths, _lengths)
def test_what_is_left_is_what_was_there_and_not_taken(
    some: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    periods, holes = _made(some), _made(taken)
    left = without(periods, holes)
    assert _covered(left) == _covered(periods) - _covered(holes)
    assert left == merged(left)
