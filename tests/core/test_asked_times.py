"""Times as people write them: what each form means by the site's clocks, and what is said of all others."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.asked_times import WORDS, AskedTimeError, check_past, instant, is_over, midnight, period, written

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 11, 4, 23, 20, tzinfo=UTC)
"""Thursday 5 November, 00:20, in Stockholm; Wednesday in UTC."""
LOCAL = {
    "2026-10-25": "2026-10-25T00:00+02:00",
    "2026-10-26": "2026-10-26T00:00+01:00",
    "20261026": "2026-10-26T00:00+01:00",
    "2026-10": "2026-10-01T00:00+02:00",
    "2026-11": "2026-11-01T00:00+01:00",
    "2026-W43": "2026-10-19T00:00+02:00",
    "2026-W43-7": "2026-10-25T00:00+02:00",
    "today": "2026-11-05T00:00+01:00",
    "yesterday": "2026-11-04T00:00+01:00",
    "tomorrow": "2026-11-06T00:00+01:00",
    "this-week": "2026-11-02T00:00+01:00",
    "last-week": "2026-10-26T00:00+01:00",
    "this-month": "2026-11-01T00:00+01:00",
    "last-month": "2026-10-01T00:00+02:00",
    "0d": "2026-11-05T00:00+01:00",
    "7d": "2026-10-29T00:00+01:00",
    "14d": "2026-10-22T00:00+02:00",  # fourteen days and an hour before
    "2w": "2026-10-22T00:00+02:00",
    "12h": "2026-11-04T12:15+01:00",
    "2026-10-25T02:30+02:00": "2026-10-25T02:30+02:00",
    "2026-10-25T02:30+01:00": "2026-10-25T02:30+01:00",
    "2026-10-25T01:30Z": "2026-10-25T02:30+01:00",
}


@pytest.mark.parametrize(("text", "expected"), LOCAL.items())
def test_each_form_is_an_instant_by_the_sites_clocks(text: str, expected: str) -> None:
    found = instant("from", text, STOCKHOLM, NOW)
    assert found == datetime.fromisoformat(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "d",
        "-7d",
        "7 d",
        "7D",
        "Yesterday",
        "last week",
        "2026-13",
        "2026-W60",
        "2026-02-30",
        "10/25/2026",
        "soon",
    ],
)
def test_what_is_none_of_them_names_the_field_the_value_and_what_is_accepted(text: str) -> None:
    with pytest.raises(AskedTimeError) as refused:
        instant("--since", text, STOCKHOLM, NOW)
    said = str(refused.value)
    assert said.startswith(f"--since {text} must be a date such as 2026-10-25")
    assert all(form in said for form in ("7d", "yesterday", "last-week", "2026-W43", "2026-10)", "offset"))


@pytest.mark.parametrize("text", ["1999-01-01", "0001-01", "9999-12-31", "2100-02", "99999d", "9999-12-31T23:00-10:00"])
def test_what_lies_too_far_away_is_named(text: str) -> None:
    with pytest.raises(AskedTimeError, match=f"from {text} must"):
        instant("from", text, STOCKHOLM, NOW)


def test_a_time_without_an_offset_may_be_two() -> None:
    with pytest.raises(AskedTimeError, match=r"2026-10-25T02:30 must be .*: it has no offset"):
        instant("from", "2026-10-25T02:30", STOCKHOLM, NOW)


@given(
    zone=st.sampled_from(
        ["Europe/Stockholm", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
    ),
    now=st.datetimes(datetime(2021, 6, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - hypothesis adds the zone itself
    days=st.integers(0, 400),
)
def test_all_names_of_a_day_are_the_same_instant(zone: str, now: datetime, days: int) -> None:
    """Whatever the zone and the length of its days: 7d is the date of a week ago, 1d is yesterday, 0d today."""
    where, at = ZoneInfo(zone), now.replace(tzinfo=UTC)
    today = at.astimezone(where).date()
    day = today - timedelta(days=days)
    assert instant("from", f"{days}d", where, at) == instant("from", str(day), where, at) == midnight(day, where)
    assert instant("from", "today", where, at) == instant("from", "0d", where, at) <= at
    assert instant("from", "1d", where, at) == instant("from", "yesterday", where, at)
    monday = instant("from", "this-week", where, at).astimezone(where).date()
    assert (monday.weekday(), monday.isocalendar()[:2]) == (0, today.isocalendar()[:2])
    week = "{}-W{:02}".format(*today.isocalendar()[:2])
    assert instant("from", week, where, at) == instant("from", "this-week", where, at)
    assert instant("from", f"{today:%Y-%m}", where, at) == instant("from", "this-month", where, at)


@given(text=st.text(max_size=12))
def test_any_text_is_an_instant_or_a_refusal(text: str) -> None:
    try:
        assert instant("from", text, STOCKHOLM, NOW).tzinfo is UTC
    except AskedTimeError as error:
        assert str(error).startswith(f"from {text}")  # noqa: PT017 - any text may be refused or not


def test_a_range_of_the_past_begins_in_the_past() -> None:
    check_past("from", "today", NOW, NOW)
    with pytest.raises(AskedTimeError, match="from tomorrow lies in the future: nothing has been counted yet"):
        check_past("from", "tomorrow", NOW + timedelta(seconds=1), NOW)


def test_an_instant_is_written_by_both_clocks() -> None:
    assert written(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), STOCKHOLM) == "2026-10-25 02:30 CEST (2026-10-25 00:30Z)"
    assert written(midnight(date(2026, 10, 26), STOCKHOLM), STOCKHOLM) == "2026-10-26 00:00 CET (2026-10-25 23:00Z)"


PERIODS = {
    "2026-10-25": ("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
    "2026-10": ("2026-10-01T00:00+02:00", "2026-11-01T00:00+01:00"),
    "2025-12": ("2025-12-01T00:00+01:00", "2026-01-01T00:00+01:00"),
    "2026-W43": ("2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
    "2026-W43-7": ("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00"),
    "2026-W40..2026-W43": ("2026-09-28T00:00+02:00", "2026-10-26T00:00+01:00"),
    "2026-09..2026-10-25": ("2026-09-01T00:00+02:00", "2026-10-26T00:00+01:00"),
    "today": ("2026-11-05T00:00+01:00", "2026-11-06T00:00+01:00"),
    "yesterday": ("2026-11-04T00:00+01:00", "2026-11-05T00:00+01:00"),
    "this-week": ("2026-11-02T00:00+01:00", "2026-11-09T00:00+01:00"),
    "last-week": ("2026-10-26T00:00+01:00", "2026-11-02T00:00+01:00"),
    "this-month": ("2026-11-01T00:00+01:00", "2026-12-01T00:00+01:00"),
    "last-month": ("2026-10-01T00:00+02:00", "2026-11-01T00:00+01:00"),
    "7d": ("2026-10-29T00:00+01:00", "2026-11-05T00:00+01:00"),
    "last-month..yesterday": ("2026-10-01T00:00+02:00", "2026-11-05T00:00+01:00"),
}


@pytest.mark.parametrize(("text", "expected"), PERIODS.items())
def test_a_period_is_all_of_what_it_names_by_the_sites_clocks(text: str, expected: tuple[str, str]) -> None:
    assert period("period", text, STOCKHOLM, NOW) == tuple(datetime.fromisoformat(at) for at in expected)


@pytest.mark.parametrize(
    "text", ["", "..", "2026-W43..", "..2026-W43", "12h", "0d", "2026-10-25T12:00Z", "2026-W45..2026-W40"]
)
def test_what_is_not_whole_days_is_refused_as_a_period(text: str) -> None:
    with pytest.raises(AskedTimeError, match=r"^period "):
        period("period", text, STOCKHOLM, NOW)


@pytest.mark.parametrize("word", WORDS)
def test_a_mistyped_word_is_answered_with_the_word(word: str) -> None:
    for text in {word.capitalize(), word.replace("-", ""), word.replace("-", " "), f"{word}s"} - {word}:
        for refused in (instant, period):
            with pytest.raises(AskedTimeError, match=f"did you mean {word}"):
                refused("from", text, STOCKHOLM, NOW)


@given(
    st.dates(date(2020, 2, 1), date(2099, 11, 1)),
    st.sampled_from(["Europe/Stockholm", "Asia/Kathmandu", "America/Havana"]),
)
def test_periods_are_the_days_between_their_instants(day: date, zone: str) -> None:
    """A day, week or month begins as an instant of that name, and the next one of its kind begins where it ends."""
    place = ZoneInfo(zone)
    year, week, _ = day.isocalendar()
    for text, after in (
        (f"{day}", f"{day + timedelta(days=1)}"),
        (f"{year}-W{week:02}", f"{day + timedelta(days=7 - day.weekday())}"),
        (f"{day:%Y-%m}", f"{(day.replace(day=1) + timedelta(days=40)):%Y-%m}"),
    ):
        ends = period("period", text, place, NOW)
        assert ends == (instant("from", text, place, NOW), instant("from", after, place, NOW))
        assert is_over(text, place, NOW) == (ends[1] <= NOW)
