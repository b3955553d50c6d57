"""From and to: local dates, offsets, the longest ranges, and now as the last end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import ApiError, ParameterError, TooMuchAskedError
from api.ranges import LONGEST_DAYS, Bucket, When, check_length, time_range

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 6, 1, 12, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "following", "hours"),
    [
        ("Europe/Stockholm", "2025-03-30", "2025-03-31", 23),
        ("Europe/Stockholm", "2025-10-26", "2025-10-27", 25),
        ("Asia/Kathmandu", "2025-10-26", "2025-10-27", 24),
        ("Australia/Lord_Howe", "2025-04-06", "2025-04-07", 24.5),
        ("America/Havana", "2025-03-09", "2025-03-10", 23),  # it has no midnight
        ("America/Havana", "2025-11-02", "2025-11-03", 25),  # it has two
    ],
)
def test_a_date_is_the_first_instant_of_the_local_day(zone: str, day: str, following: str, hours: float) -> None:
    found = time_range(Bucket.HOUR, day, following, ZoneInfo(zone), NOW)
    assert (found.end - found.start) / timedelta(hours=1) == hours


@pytest.mark.parametrize("text", ["2026-05-01T12:00+02:00", "2026-05-01T12:00 02:00", "2026-05-01T10:00Z"])
def test_a_time_has_an_offset_and_an_unencoded_plus_is_a_plus(text: str) -> None:
    assert time_range(Bucket.HOUR, text, None, STOCKHOLM, NOW).start == datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_the_end_is_never_later_than_now() -> None:
    assert time_range(Bucket.DAY, "2026-06-01", "2026-06-02", STOCKHOLM, NOW).end == NOW
    assert time_range(Bucket.DAY, "2026-06-01", None, STOCKHOLM, NOW).end == NOW


@pytest.mark.parametrize(
    ("zone", "month", "following"),
    [
        ("Europe/Stockholm", "2025-10", "2025-11"),
        ("America/Nuuk", "2025-10", "2025-11"),
        ("America/Santiago", "2024-04", "2024-05"),
        ("Australia/Lord_Howe", "2025-04", "2025-05"),
    ],
)
def test_a_month_is_never_too_long_for_its_clocks(zone: str, month: str, following: str) -> None:
    """A range is as long as the site's clocks say, and not an hour more where they are put back in it."""
    found = time_range(Bucket.QUARTER, month, following, ZoneInfo(zone), NOW)
    assert When(period=month).range(Bucket.QUARTER, ZoneInfo(zone), NOW) == found


def test_what_is_a_little_too_long_is_longer_than_what_is_given() -> None:
    with pytest.raises(TooMuchAskedError, match="are 32 days, but bucket quarter is given for 31 days"):
        time_range(Bucket.QUARTER, "31d", None, STOCKHOLM, NOW)


def test_an_end_later_than_now_makes_no_range_too_long() -> None:
    check_length(Bucket.HOUR, "7d", "2099-01-01", NOW)
    assert time_range(Bucket.HOUR, "7d", "2099-01-01", STOCKHOLM, NOW).end == NOW


@pytest.mark.parametrize("start", ["2026-07-01", "tomorrow", "2026-W23-2", "2026-06-01T14:15+02:00"])
def test_what_lies_in_the_future_is_not_an_empty_answer(start: str) -> None:
    with pytest.raises(ParameterError, match="lies in the future: nothing has been counted yet"):
        time_range(Bucket.DAY, start, None, STOCKHOLM, NOW)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [("last-week", "this-week", 7), ("yesterday", "today", 1), ("7d", "today", 7), ("2026-05", "2026-06", 31)],
)
def test_ranges_are_asked_for_in_words(start: str, end: str, days: int) -> None:
    found = time_range(Bucket.DAY, start, end, STOCKHOLM, NOW)
    assert found.end - found.start == timedelta(days=days)


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("last week", None, "from last week must be a date such as"),
        ("2026-02-30", None, "from 2026-02-30 must be a date"),
        ("2026-05-01", "2026-05-01T12:00", "to 2026-05-01T12:00 must be .* it has no offset"),
        ("2026-05-01T12:07+02:00", None, "from 2026-05-01T12:07.02:00 must be on a quarter-hour"),
        ("2026-05-02", "2026-05-02", "to 2026-05-02 must be after from 2026-05-02"),
        ("2026-05-02", "2026-05-01", "to 2026-05-01 must be after"),
        ("1999-01-01", None, "from 1999-01-01 must lie between 2020 and 2100"),
        ("0001-01-01", None, "from 0001-01-01"),
        ("9999-12-31T23:00-10:00", None, "from 9999-12-31"),
        ("2026-05-01", "2100-01-02", "to 2100-01-02 must lie"),
        ("", None, "from  must be a date"),
    ],
)
def test_what_is_wrong_is_named_with_its_value(start: str, end: str | None, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        time_range(Bucket.HOUR, start, end, STOCKHOLM, NOW)


@pytest.mark.parametrize("bucket", [Bucket.QUARTER, Bucket.HOUR])
def test_the_longest_range_is_just_possible(bucket: Bucket) -> None:
    days = LONGEST_DAYS[bucket]
    start = datetime(2024, 12, 31, tzinfo=UTC)
    last = start + timedelta(days=days)
    time_range(bucket, start.isoformat(), last.isoformat(), STOCKHOLM, NOW)
    with pytest.raises(TooMuchAskedError, match=rf"bucket {bucket} is given for {days} days at most"):
        time_range(bucket, start.isoformat(), (last + timedelta(minutes=15)).isoformat(), STOCKHOLM, NOW)


texts = (
    st.text(max_size=40) | st.dates().map(str) | st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
)


@given(start=texts, end=st.none() | texts, bucket=st.sampled_from(Bucket), zone=st.timezones())
def test_any_text_is_a_range_or_an_error_of_ours(start: str, end: str | None, bucket: Bucket, zone: ZoneInfo) -> None:
    try:
        found = time_range(bucket, start, end, zone, NOW)
    except ApiError:
        return
    assert found.start <= found.end
    assert found.end <= max(NOW, found.start)
