"""Which days are asked for because nobody closed them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from api.web.today.day_reads import DAYS_BACK, OpeningTime, WorkDay, day_span, unclosed_days

ZONE = ZoneInfo("Europe/Stockholm")
TODAY = date(2026, 11, 5)


def opened(day: date) -> OpeningTime:
    return OpeningTime(
        kind="open",
        starts_at=datetime(day.year, day.month, day.day, 7, tzinfo=ZONE),
        ends_at=datetime(day.year, day.month, day.day, 22, tzinfo=ZONE),
    )


def unclosed(closed: list[date], hours: list[OpeningTime]) -> list[date]:
    records = {"day-closes": [{"day": day.isoformat()} for day in closed]}
    span = day_span(TODAY, ZONE)
    return unclosed_days(WorkDay(TODAY, span, span.start, records, hours, [], []), ZONE)


def days(*back: int) -> list[date]:
    return [TODAY - timedelta(days=n) for n in back]


def test_a_place_that_never_closed_a_day_is_asked_for_yesterday_alone() -> None:
    assert unclosed([], []) == days(1)


def test_one_that_closes_its_days_is_asked_for_those_of_a_fortnight_that_are_missing() -> None:
    assert unclosed(days(1, 3), []) == days(2)
    assert unclosed(days(60), []) == days(*range(DAYS_BACK, 0, -1))


def test_days_on_which_it_was_shut_are_not_asked_for() -> None:
    """A site with hours; also the day on which clocks go back."""
    assert unclosed(days(60), [opened(day) for day in days(2, 11)]) == days(11, 2)
    assert unclosed([], [opened(day) for day in days(2)]) == []


def test_a_closed_day_is_not_asked_for_and_today_never_is() -> None:
    assert unclosed(days(*range(1, 15)), []) == []
    assert unclosed([TODAY], []) == days(1)
