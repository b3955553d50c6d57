"""Open or closed, staffed, what is on: by the site's clocks, whatever they do that night."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.web.live.agenda import ActivityOn, Agenda, HoursOn, show_agenda
from core.texts.catalog import Language

ZONE = ZoneInfo("Europe/Stockholm")
FRIDAY = date(2026, 11, 20)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def week(opens: str, closes: str, *, kind: str = "open", closed: tuple[date, ...] = ()) -> list[HoursOn]:
    """Return hours from the day before FRIDAY, closed on Sundays and on given dates."""
    days = [FRIDAY + timedelta(days=n) for n in range(-1, 9)]
    return [
        HoursOn(kind, day, None, None) if day in closed else HoursOn(kind, day, opens, closes)
        for day in days
        if day.isoweekday() < 7
    ]


@pytest.mark.parametrize(
    ("now", "closed", "expected"),
    [
        ("2026-11-20T06:59:59", (), "Stängt, öppnar 07:00"),
        ("2026-11-20T07:00", (), "Öppet till 21:00"),
        ("2026-11-20T21:00", (), "Stängt, öppnar i morgon 07:00"),
        ("2026-11-21T21:30", (), "Stängt, öppnar måndag 07:00"),
        ("2026-11-20T12:00", (FRIDAY,), "Stängt, öppnar i morgon 07:00"),
    ],
)
def test_open_until_or_closed_until(now: str, closed: tuple[date, ...], expected: str) -> None:
    found = show_agenda(Agenda(week("07:00", "21:00", closed=closed), []), at(now), ZONE, Language.SV)
    assert found.open_text == expected
    assert found.open_word == str(expected.startswith("Öppet")).lower()


def test_what_closes_at_midnight_and_opens_then_is_open_on() -> None:
    always = [HoursOn("open", FRIDAY + timedelta(days=n), "00:00", "24:00") for n in range(-1, 9)]
    assert show_agenda(Agenda(always, []), at("2026-11-20T23:59"), ZONE, Language.EN).open_text == "Open"


@pytest.mark.parametrize(("day", "opening"), [("2026-10-25", "02:00:00+01:00"), ("2026-03-29", "04:00:00+02:00")])
def test_a_night_when_clocks_change_opens_by_the_clock(day: str, opening: str) -> None:
    """Of an hour that comes twice, or none: it opens when clocks show it, and is closed until then."""
    hours = [HoursOn("open", date.fromisoformat(day), "04:00", "12:00")]
    before = datetime.fromisoformat(f"{day}T{opening}") - timedelta(seconds=1)
    assert show_agenda(Agenda(hours, []), before, ZONE, Language.SV).open_text == "Stängt, öppnar 04:00"


def test_staffed_hours_are_short() -> None:
    hours = week("11:00", "18:30", kind="staffed")
    assert show_agenda(Agenda(hours, []), at("2026-11-20T08:00"), ZONE, Language.SV).staffed_text == (
        "Bemannat 11\N{EN DASH}18:30"
    )
    assert show_agenda(Agenda(hours, []), at("2026-11-22T08:00"), ZONE, Language.SV).staffed_text == "Obemannat i dag"
    assert show_agenda(Agenda([], []), at("2026-11-22T08:00"), ZONE, Language.SV).staffed_text == ""


def test_what_is_on_and_to_come_is_named_and_what_is_over_is_not() -> None:
    planned = (("Kaffe", "09:00", "10:00"), ("Bordtennis", "14:00", "16:00"), ("Pianokväll", "17:00", "19:00"))
    activities = [
        ActivityOn(title, at(f"2026-11-20T{start}"), at(f"2026-11-20T{end}"), "planned")
        for title, start, end in planned
    ]
    found = show_agenda(Agenda([], activities), at("2026-11-20T15:00"), ZONE, Language.SV)
    assert found.activities == ["Bordtennis till 16:00", "Pianokväll 17:00"]
    assert (found.open_word, found.open_text) == ("", "")
    off = [replace(one, status="cancelled") for one in activities]
    said = show_agenda(Agenda([], off), at("2026-11-20T15:00"), ZONE, Language.SV).activities
    assert said == ["Inställt: Bordtennis", "Inställt: Pianokväll"]
