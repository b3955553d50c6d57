"""Days, weeks and months, and the times beside them, over every kind of end: months, years, summer time."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from api.web.history.spans import HistoryView, passed_part, profile_span, same_part, span_of

ZONE = ZoneInfo("Europe/Stockholm")
DAYS = st.dates(date(2020, 2, 1), date(2099, 1, 1))
VIEWS = st.sampled_from(list(HistoryView))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@given(VIEWS, DAYS)
def test_spans_follow_each_other_without_a_gap_and_hold_their_day(view: HistoryView, day: date) -> None:
    span = span_of(view, day)
    assert span.first <= day < span.after
    for earlier, later in pairwise([span.previous, span, span.following]):
        assert earlier.after == later.first
    assert span.before.after <= span.first


@given(VIEWS, DAYS, st.integers(0, 400 * 96))
def test_a_part_is_compared_with_as_long_a_part_by_the_clock(view: HistoryView, day: date, quarters: int) -> None:
    span = span_of(view, day)
    now = span.range(ZONE).start + quarters * timedelta(minutes=15)
    part = passed_part(span, ZONE, now)
    for other in (span.before, span.year_before):
        beside, whole = same_part(other, span, part, ZONE), other.range(ZONE)
        assert whole.start == beside.start <= beside.end <= whole.end
        if part.end >= span.range(ZONE).end:
            assert beside == whole
        elif beside.end < whole.end:
            clocks = [end.astimezone(ZONE) for end in (part.end, beside.end)]
            missing_hour = abs(clocks[0].hour - clocks[1].hour) == 1
            assert clocks[0].time() == clocks[1].time() or missing_hour
            assert clocks[0].date() - span.first == clocks[1].date() - other.first


def test_a_week_under_way_stands_beside_the_same_days_until_the_same_time() -> None:
    span = span_of(HistoryView.WEEK, date(2026, 11, 18))
    part = passed_part(span, ZONE, at("2026-11-18T14:37:20"))
    assert part.end == at("2026-11-18T14:30")
    assert same_part(span.before, span, part, ZONE).end == at("2026-11-11T14:30")
    assert same_part(span.year_before, span, part, ZONE).end == at("2025-11-19T14:30")


def test_a_long_month_under_way_stands_beside_all_of_a_shorter_one() -> None:
    span = span_of(HistoryView.MONTH, date(2027, 3, 30))
    part = passed_part(span, ZONE, at("2027-03-30T12:00"))
    assert same_part(span.before, span, part, ZONE) == span.before.range(ZONE)


def test_a_day_is_compared_with_its_weekday_and_has_25_hours_in_october() -> None:
    span = span_of(HistoryView.DAY, date(2026, 10, 25))
    assert (span.before.first, span.year_before.first) == (date(2026, 10, 18), date(2025, 10, 26))
    whole = span.range(ZONE)
    assert whole.end - whole.start == timedelta(hours=25)


def test_hours_by_weekday_are_of_the_month_or_of_four_weeks() -> None:
    assert profile_span(span_of(HistoryView.MONTH, date(2026, 2, 9))) == (date(2026, 2, 1), date(2026, 3, 1))
    assert profile_span(span_of(HistoryView.WEEK, date(2026, 2, 9))) == (date(2026, 1, 19), date(2026, 2, 16))
