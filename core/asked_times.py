"""Times as people write them, in parameters of the API and options of the command line alike.

All of them say an instant: the one at which what they name begins, by the site's clocks. A period is all of what it
names.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.alike import alike

FORMS: Final = (
    "a date such as 2026-10-25, a month (2026-10), a week (2026-W43), today, yesterday, this-week, last-week, "
    "this-month, last-month, so long ago (7d, 2w, 12h), or a time with offset such as 2026-10-25T12:00+02:00"
)
"""What is accepted, for descriptions and refusals."""

DESCRIPTION: Final = f"By the site's clocks, the first instant of {FORMS}."
"""What is accepted, as a sentence."""
PERIODS: Final = (
    "a date such as 2026-10-25, a month (2026-10), a week (2026-W43), today, yesterday, this-week, last-week, "
    "this-month, last-month, the whole days before today (7d, 2w), or the first and the last of these "
    "(2026-W40..2026-W45)"
)
"""What is accepted where a period is asked for."""
DAYS: Final = "a date such as 2026-10-25, today, yesterday, or so long ago (7d)"
"""What is accepted where one day is asked for."""
EARLIEST: Final = datetime(2019, 12, 31, tzinfo=UTC)
"""2020 has begun somewhere on earth. No record is older: ingest rejects what ended before."""
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

_QUARTER: Final = timedelta(minutes=15)
_AGO: Final = re.compile(r"([0-9]{1,5})([hdw])")
_ONE_DAY: Final = re.compile(r"today|yesterday|tomorrow|[0-9]{1,5}d|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
_WEEK: Final = re.compile(r"[0-9]{4}-?W[0-9]{2}")
_DAY_COUNTS: Final[Mapping[str, int]] = {"this-week": 7, "last-week": 7}
_TO: Final = ".."
_DAYS: Final[Mapping[str, Callable[[date], date]]] = {
    "today": lambda today: today,
    "yesterday": lambda today: today - timedelta(days=1),
    "tomorrow": lambda today: today + timedelta(days=1),
    "this-week": lambda today: today - timedelta(days=today.weekday()),
    "last-week": lambda today: today - timedelta(days=today.weekday() + 7),
    "this-month": lambda today: today.replace(day=1),
    "last-month": lambda today: (today.replace(day=1) - timedelta(days=1)).replace(day=1),
}

WORDS: Final = tuple(_DAYS)
"""All words among FORMS."""


class AskedTimeError(ValueError):
    """A time can't be used; the text names the field, its value and what is accepted."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def instant(name: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the instant at which what a text names begins, in UTC.

    Days (7d) and weeks (2w) ago begin with that local day; hours (12h) ago are taken back to a whole quarter-hour.

    Args:
        name: of the field, for the refusal.
        text: one of FORMS.
        zone: of the site.
        now: aware.

    Raises:
        AskedTimeError: it is none of FORMS, or doesn't lie between 2020 and 2100.
    """
    try:
        found = _read(name, text, zone, now)
    except (ValueError, OverflowError) as error:
        if isinstance(error, AskedTimeError):
            raise
        raise AskedTimeError(f"{name} {text} must be {FORMS}{alike(text, WORDS)}") from error
    if not EARLIEST <= found < LATEST:
        raise AskedTimeError(f"{name} {text} must lie between 2020 and {LATEST.year}")
    return found


def period(name: str, text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """Return both ends of the days, weeks or months that a text names, all of them, in UTC: the second is exclusive.

    Args:
        name: of the field, for the refusal.
        text: one of PERIODS.
        zone: of the site.
        now: aware.

    Raises:
        AskedTimeError: it is none of PERIODS, doesn't lie between 2020 and 2100, or its last part ends before its
            first.
    """
    first, dots, last = text.partition(_TO)
    today = now.astimezone(zone).date()
    try:
        begins, after = _days_of(first, today)
        after = _days_of(last, today)[1] if dots else after
        start, end = midnight(begins, zone), midnight(after, zone)
    except (ValueError, OverflowError) as error:
        raise AskedTimeError(f"{name} {text} must be {PERIODS}{alike(text, WORDS)}") from error
    if begins >= after:
        raise AskedTimeError(f"{name} {text} is no time: {last or 'today'} ends before {first} begins")
    if not EARLIEST <= start < end <= LATEST:
        raise AskedTimeError(f"{name} {text} must lie between 2020 and {LATEST.year}")
    return start, end


def is_over(text: str, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether a text names a whole day, week or month that has ended, and not an instant or how long ago."""
    if _AGO.fullmatch(text) or _TO in text:
        return False
    try:
        return period("", text, zone, now)[1] <= now
    except AskedTimeError:
        return False


def names_a_day(text: str) -> bool:
    """Return whether a text has the form of one day, and not of a week, a month or a time."""
    return _ONE_DAY.fullmatch(text) is not None


def day(name: str, text: str, zone: ZoneInfo, now: datetime) -> date:
    """Return the one local day that a text names: a date, today, yesterday, 7d. Takes and raises as `instant`."""
    if not names_a_day(text):
        raise AskedTimeError(f"{name} {text} must be one day: {DAYS}")
    return instant(name, text, zone, now).astimezone(zone).date()


def check_past(name: str, text: str, start: datetime, now: datetime) -> None:
    """Raise AskedTimeError where a range of the past begins after now: nothing can be in it yet."""
    if start > now:
        raise AskedTimeError(f"{name} {text} lies in the future: nothing has been counted yet")


def written(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant by the site's clocks and in UTC."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local:%Z} ({at.astimezone(UTC):%Y-%m-%d %H:%M}Z)"


def _read(name: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    today = now.astimezone(zone).date()
    if named := _DAYS.get(text):
        return midnight(named(today), zone)
    if ago := _AGO.fullmatch(text):
        return _ago(int(ago[1]), ago[2], zone, now)
    if _MONTH.fullmatch(text):
        return midnight(date.fromisoformat(f"{text}-01"), zone)
    if "T" not in text:
        return midnight(date.fromisoformat(text), zone)
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise AskedTimeError(f"{name} {text} must be {FORMS}: it has no offset")
    return found.astimezone(UTC)


def _days_of(text: str, today: date) -> tuple[date, date]:
    """Return the first day of what a text names and the day after its last. Raises ValueError, OverflowError."""
    if named := _DAYS.get(text):
        first = named(today)
        return first, _next_month(first) if text.endswith("month") else first + timedelta(days=_DAY_COUNTS.get(text, 1))
    if (ago := _AGO.fullmatch(text)) and ago[2] != "h":
        return today - timedelta(days=int(ago[1]) * (7 if ago[2] == "w" else 1)), today
    if _MONTH.fullmatch(text):
        first = date.fromisoformat(f"{text}-01")
        return first, _next_month(first)
    first = date.fromisoformat(text)
    return first, first + timedelta(days=7 if _WEEK.fullmatch(text) else 1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _ago(count: int, unit: str, zone: ZoneInfo, now: datetime) -> datetime:
    if unit == "h":
        at = now.astimezone(UTC) - timedelta(hours=count)
        return at - (at - LATEST) % _QUARTER
    return midnight(now.astimezone(zone).date() - timedelta(days=count * (7 if unit == "w" else 1)), zone)
