"""Whether a site is open or staffed, and what is on: from its hours, dated exceptions, and what staff have planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.web.formatting import NO_VALUE, write_clock, write_weekday
from api.web.i18n import texts
from core.asked_times import midnight
from core.texts.catalog import Language

LOOKED_AHEAD: Final = timedelta(days=8)
"""How far the next opening is looked for."""
_SHOWN: Final = 3
"""Activities shown at most: the plan has the rest."""


@dataclass(frozen=True, slots=True)
class HoursOn:
    """Hours on a date: kind is open or staffed; opens and closes (00:00 to 24:00) None: closed by an exception."""

    kind: str
    day: date
    opens: str | None
    closes: str | None


@dataclass(frozen=True, slots=True)
class ActivityOn:
    """What is on: its title as people wrote it, when, and what became of it."""

    title: str
    starts_at: datetime
    ends_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is known of these days: hours from yesterday on, and today's activities."""

    hours: Sequence[HoursOn]
    activities: Sequence[ActivityOn]


@dataclass(frozen=True, slots=True)
class ShownAgenda:
    """In words. open_word is true, false, or empty where the site has no hours."""

    open_word: str
    open_text: str
    staffed_text: str
    activities: Sequence[str]


def instants(hours: Sequence[HoursOn], kind: str, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return when it is open or staffed, in order; what closes at midnight and opens then again is one."""
    found: list[tuple[datetime, datetime]] = []
    for one in sorted((one for one in hours if one.kind == kind), key=lambda one: (one.day, one.opens or "")):
        if one.opens is None or one.closes is None:
            continue
        opens, closes = _instant(one.day, one.opens, zone), _instant(one.day, one.closes, zone)
        if found and found[-1][1] == opens:
            found[-1] = (found[-1][0], closes)
        else:
            found.append((opens, closes))
    return found


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """Return the instant of a time of day, of 24:00 the first of the next date."""
    if clock == "24:00":
        return midnight(day + timedelta(days=1), zone)
    return datetime.combine(day, time.fromisoformat(clock), zone)


def show_agenda(agenda: Agenda, now: datetime, zone: ZoneInfo, language: Language) -> ShownAgenda:
    """Say whether it is open at `now` and what is next, who is there today, and what is on."""
    word, text = _open_text(agenda.hours, now, zone, language)
    return ShownAgenda(
        open_word=word,
        open_text=text,
        staffed_text=_staffed_text(agenda.hours, now, zone, language),
        activities=[
            _activity_text(activity, now, zone, language) for activity in agenda.activities if activity.ends_at > now
        ][:_SHOWN],
    )


def _open_text(hours: Sequence[HoursOn], now: datetime, zone: ZoneInfo, language: Language) -> tuple[str, str]:
    _ = texts(language).gettext
    if not any(one.kind == "open" for one in hours):
        return "", ""
    known = instants(hours, "open", zone)
    for opens, closes in known:
        if opens <= now < closes:
            if closes - now >= LOOKED_AHEAD - timedelta(days=1):
                return "true", _("Open")
            return "true", _("Open until {time}").format(time=_clock(closes, zone))
    coming = [opens for opens, _closes in known if opens > now]
    if not coming:
        return "false", _("Closed")
    return "false", _("Closed, opens {time}").format(time=_when(coming[0], now, zone, language))


def _when(at: datetime, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return the time of day, with its day where that isn't today."""
    _ = texts(language).gettext
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return _clock(at, zone)
    day = _("tomorrow") if days == 1 else write_weekday(at.astimezone(zone).date(), language)
    return f"{day} {_clock(at, zone)}"


def _staffed_text(hours: Sequence[HoursOn], now: datetime, zone: ZoneInfo, language: Language) -> str:
    _ = texts(language).gettext
    if not any(one.kind == "staffed" for one in hours):
        return ""
    today = now.astimezone(zone).date()
    spans = [
        f"{_short(one.opens)}{NO_VALUE}{_short(one.closes)}"
        for one in hours
        if one.kind == "staffed" and one.day == today and one.opens and one.closes
    ]
    return _("Staffed {hours}").format(hours=", ".join(spans)) if spans else _("Not staffed today")


def _short(clock: str) -> str:
    """Return 11 for 11:00, and 11:30 as it is."""
    return clock.removesuffix(":00").removeprefix("0") or "0"


def _activity_text(activity: ActivityOn, now: datetime, zone: ZoneInfo, language: Language) -> str:
    _ = texts(language).gettext
    if activity.status == "cancelled":
        return _("Cancelled: {title}").format(title=activity.title)
    if activity.starts_at <= now:
        text = _("{title} until {time}")
        return text.format(title=activity.title, time=_clock(activity.ends_at, zone))
    return f"{activity.title} {_clock(activity.starts_at, zone)}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return write_clock(at.astimezone(zone), seconds=False)
