"""Calendar files: what is taken of them, and that only clear refusals come of what isn't one."""

import random
import time
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import ParameterError
from api.planning.calendar_file import occurrences_of
from api.planning.week import MOST, days_of

ZONE = ZoneInfo("Europe/Stockholm")
DAYS = days_of(date(2026, 10, 1), date(2026, 11, 30))
NEW_YORK: Final = """\
BEGIN:VTIMEZONE
TZID:Over there
BEGIN:STANDARD
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


def event(*lines: str, uid: str = "a@example.org") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""])


def calendar(*parts: str) -> bytes:
    text = "".join(["BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//\n", *parts, "END:VCALENDAR\n"])
    return text.replace("\n", "\r\n").encode()


def times(body: bytes) -> list[tuple[str, str]]:
    found = occurrences_of(body, DAYS, ZONE, "other")
    return [(one["starts_at"][:16], one["ends_at"][:16]) for one in found]


CHOIR = ("SUMMARY:Kör", "DTSTART:20261020T170000", "DTEND:20261020T183000")


def test_repeats_keep_the_hour_of_the_sites_clocks_and_leave_out_exceptions() -> None:
    body = calendar(event(*CHOIR, "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261103T170000"))
    assert times(body) == [
        ("2026-10-20T15:00", "2026-10-20T16:30"),
        ("2026-10-27T16:00", "2026-10-27T17:30"),
        ("2026-11-10T16:00", "2026-11-10T17:30"),
    ]


def test_one_of_a_series_that_is_moved_keeps_its_key() -> None:
    series = event(*CHOIR, "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("SUMMARY:Kör", "RECURRENCE-ID:20261027T170000", "DTSTART:20261028T200000", "DURATION:PT1H")
    before = occurrences_of(calendar(series), DAYS, ZONE, "other")
    after = occurrences_of(calendar(series, moved), DAYS, ZONE, "other")
    assert {one["plan_key"] for one in before} == {one["plan_key"] for one in after}
    assert [one["starts_at"][:16] for one in after] == ["2026-10-20T15:00", "2026-10-28T19:00", "2026-11-03T16:00"]


def test_an_event_that_is_moved_or_renamed_keeps_its_key() -> None:
    [before] = occurrences_of(calendar(event(*CHOIR)), DAYS, ZONE, "other")
    [after] = occurrences_of(calendar(event("SUMMARY:x", "DTSTART:20261122T090000")), DAYS, ZONE, "other")
    assert before["plan_key"] == after["plan_key"]
    assert len(before["plan_key"]) == 44
    assert after["ends_at"] == "2026-11-22T09:00:00+00:00"  # without an end or a length: an hour


def test_zones_are_the_files_own_the_worlds_or_the_sites() -> None:
    for start, found in (
        ("DTSTART:20261020T170000", "2026-10-20T15:00"),
        ("DTSTART:20261020T170000Z", "2026-10-20T17:00"),
        ("DTSTART;TZID=Over there:20261020T170000", "2026-10-20T21:00"),
        ("DTSTART;TZID=Europe/London:20261020T170000", "2026-10-20T16:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20261020T170000", "2026-10-20T15:00"),
    ):
        assert times(calendar(NEW_YORK, event("SUMMARY:x", start, "DURATION:PT2H")))[0][0] == found, start


def test_whole_days_are_the_sites_also_those_of_25_hours() -> None:
    body = calendar(event("SUMMARY:Marknad", "DTSTART;VALUE=DATE:20261024", "DTEND;VALUE=DATE:20261026"))
    assert times(body) == [("2026-10-23T22:00", "2026-10-25T23:00")]
    assert times(calendar(event("SUMMARY:x", "DTSTART;VALUE=DATE:20261025"))) == [
        ("2026-10-24T22:00", "2026-10-25T23:00")
    ]


def test_a_cancelled_event_says_so_and_who_organises_it_stays_out() -> None:
    body = calendar(event(*CHOIR, "STATUS:CANCELLED", "ORGANIZER;CN=Anna:mailto:anna@example.org", "DESCRIPTION:x"))
    [one] = occurrences_of(body, DAYS, ZONE, "concert")
    assert (one["status"], one["kind"], one["title"]) == ("cancelled", "concert", "Kör")
    assert "anna" not in str(one).lower()
    assert "example.org" not in str(one)


@pytest.mark.parametrize(("body", "why"), [
    (b"", "isn't a calendar"),
    (b"\xff\xfe", "isn't a calendar"),
    (b"hello", "isn't a calendar"),
    (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "isn't a calendar"),
    (calendar(event("SUMMARY:Kör")), "event 1 'Kör': DTSTART"),
    (calendar(event("SUMMARY:Kör", "DTSTART:20261399T170000")), "event 1 'Kör': DTSTART"),
    (calendar(event(*CHOIR), event("DTSTART:20261020T170000", uid="b")), "event 2 'b': SUMMARY is missing"),
    (calendar(event(*CHOIR, "RRULE:FREQ=SECONDLY")), "'Kör': it repeats SECONDLY"),
    (calendar(event(*CHOIR, "RRULE:FREQ=DAILY;BYHOUR=1,2,3")), "'Kör': it repeats by BYHOUR"),
    (calendar(event(*CHOIR, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")), "a date that there never is"),
    (calendar(event(*CHOIR, "RRULE:COUNT=3")), "'Kör'"),
    *((calendar(event(*CHOIR, f"RRULE:FREQ={often};INTERVAL=0")), "without ever going on")
      for often in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")),
    (calendar(event(*CHOIR, "rrule:freq=daily;interval=1;interval=00")), "without ever going on"),
    (calendar(event(*CHOIR, "RRULE:FREQ=DAILY;INTERVAL=-1")), "without ever going on"),
    (calendar(event(*CHOIR, "RRULE:FREQ=DAILY;BYSETPOS=2")), "don't go with DAILY"),
    (calendar(event(*CHOIR, "RRULE;VALUE=TEXT:FREQ=SECONDLY")), "'Kör': RRULE can't be read"),
])  # fmt: skip
def test_what_cant_be_read_is_refused_by_the_event_s_name(body: bytes, why: str) -> None:
    with pytest.raises(ParameterError, match=why):
        occurrences_of(body, DAYS, ZONE, "other")


def test_more_than_may_be_planned_is_refused_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.planning.calendar_file.MOST", 400)
    daily = [event(f"SUMMARY:{n}", "DTSTART:20260101T090000", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(20)]
    began = time.monotonic()
    with pytest.raises(ParameterError, match="too much at a time"):
        occurrences_of(calendar(*daily), days_of(date(2026, 1, 1), date(2026, 12, 31)), ZONE, "other")
    assert time.monotonic() - began < 10


@pytest.mark.full
def test_more_events_than_may_be_planned_are_refused_by_their_number() -> None:
    many = [event("SUMMARY:x", "DTSTART:20200101T090000", uid=str(n)) for n in range(MOST + 1)]
    with pytest.raises(ParameterError, match=f"{MOST + 1} events"):
        occurrences_of(calendar(*many), DAYS, ZONE, "other")


FULL = calendar(
    NEW_YORK,
    event(*CHOIR, "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU", "EXDATE:20261103T170000"),
    event("SUMMARY:Kör", "RECURRENCE-ID:20261027T170000", "DTSTART:20261028T200000", "DURATION:PT1H"),
    event("SUMMARY:Dans", "DTSTART;TZID=Over there:20261021T170000", "RDATE:20261101T170000", uid="b"),
)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_of_any_file_come_activities_or_a_refusal(seed: int, times: int) -> None:
    """Lines cut, doubled, moved and changed in a letter: no other error, and nothing out of the days asked for."""
    chance, body = random.Random(seed), bytearray(FULL)
    for _ in range(times):
        at = chance.randrange(len(body))
        match chance.randrange(4):
            case 0:
                body[at] = chance.randrange(256)
            case 1:
                del body[at : at + chance.randrange(1, 30)]
            case 2:
                body[at:at] = chance.choice([b"\r\n", b";", b":", b"99999999", b"BEGIN:VEVENT\r\n", b"-", b"T"])
            case _:
                lines = bytes(body).split(b"\r\n")
                chance.shuffle(lines[4:])
                lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                body = bytearray(b"\r\n".join(lines))
    try:
        found = occurrences_of(bytes(body), DAYS, ZONE, "other")
    except ParameterError:
        return
    for one in found:
        assert "2026-09-30" <= one["starts_at"][:10] <= "2026-11-30"
        assert one["ends_at"] > one["starts_at"]
        assert 1 <= len(one["title"]) <= 120
