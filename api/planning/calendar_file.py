"""Events of a calendar's file (iCalendar, RFC 5545) as planned activities; repeats are laid out by libraries.

Only what is needed is taken: titles and times. Who organises an event, who comes and what is written about it stay out.
"""

import hashlib
import time as clock
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, vRecur

from api.errors import ParameterError
from api.planning.week import MOST

_MOST_S: Final = 5.0
"""How long laying out may take, in seconds; looked at between events."""
_HOUR: Final = timedelta(hours=1)
_TITLE: Final = 120
_ALIEN: Final = {
    "DAILY": {"BYSETPOS", "BYWEEKNO", "BYYEARDAY"},
    "WEEKLY": {"BYMONTHDAY", "BYWEEKNO", "BYYEARDAY"},
    "MONTHLY": {"BYWEEKNO", "BYYEARDAY"},
    "YEARLY": set[str](),
}
"""Parts of a rule that don't go with how often it repeats: looking for days that fit all takes long, for nothing."""
_LONGEST_MONTHS: Final = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def occurrences_of(body: bytes, days: Sequence[date], zone: ZoneInfo, kind: str) -> list[dict[str, Any]]:
    """Return what starts on these dates, in order of time, as fields of activities with their plan_key.

    Args:
        body: the file, UTF-8.
        days: the dates, by the site's clocks.
        zone: the site's: of times without one, and of whole days.
        kind: what sort of activity they are.

    Raises:
        ParameterError: it is no such file, an event can't be read (it is named), or it would be too many.
    """
    found: list[dict[str, Any]] = []
    ends_at = clock.monotonic() + _MOST_S
    for calendar in _calendars(body):
        for series in _series(calendar):
            name = _name(series[-1])
            try:
                found += _laid_out(series, days, zone, kind)
            except ParameterError:
                raise
            except Exception as error:
                # The libraries raise all sorts of errors for what a file may hold.
                raise ParameterError(f"{name}: its times or repeats can't be read ({error})"[:300]) from error
            if len(found) > MOST or clock.monotonic() > ends_at:
                raise ParameterError(f"{name}: until here it is too much at a time; choose fewer days")
    return sorted(found, key=lambda one: (one["starts_at"], one["plan_key"]))


def _calendars(body: bytes) -> Iterator[Calendar]:
    try:
        calendars = Calendar.from_ical(body.decode("utf-8-sig"), multiple=True)
    except Exception as error:
        # As above: of a line that can't be parsed the message holds the line.
        raise ParameterError(f"the file isn't a calendar that can be read: {error}"[:300]) from error
    found = [one for one in calendars if one.name == "VCALENDAR"]
    if not found:
        raise ParameterError("the file isn't a calendar: it has no BEGIN:VCALENDAR")
    yield from found


def _series(calendar: Calendar) -> Iterator[list[Component]]:
    """Yield the events of a calendar by their UID, each behind its time zones: an event, and what is changed of it."""
    kept = [part for part in calendar.subcomponents if part.name == "VTIMEZONE"]
    named: dict[str, list[Component]] = {}
    for number, event in enumerate(calendar.walk("VEVENT"), 1):
        _check(event, number)
        uid = str(event.get("UID") or f"{event.get('SUMMARY')} {event['DTSTART'].to_ical()!r}")
        named.setdefault(uid, []).append(event)
    if len(named) > MOST:
        raise ParameterError(f"the file has {len(named)} events, {MOST} are the most at a time")
    for uid, events in named.items():
        for event in events:
            event["UID"] = uid
        head = Calendar()
        for name in ("VERSION", "PRODID", "X-WR-TIMEZONE"):
            if name in calendar:
                head[name] = calendar[name]
        yield [head, *kept, *events]


def _name(event: Component, number: int | None = None) -> str:
    which = "" if number is None else f" {number}"
    return f"event{which} {str(event.get('SUMMARY') or event.get('UID') or '')[:60]!r}"


def _check(event: Component, number: int) -> None:
    """Refuse an event that can't be planned, by its number and title."""
    name = _name(event, number)
    if event.errors:
        raise ParameterError(f"{name}: {event.errors[0][0]} can't be read ({event.errors[0][1]})"[:300])
    if not hasattr(event.get("DTSTART"), "dt"):
        raise ParameterError(f"{name}: DTSTART is missing, or there are several")
    if not _title(event):
        raise ParameterError(f"{name}: SUMMARY is missing: an activity needs a title")
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, vRecur):
            raise ParameterError(f"{name}: RRULE can't be read")
        _check_rule(name, {key: value if isinstance(value, list) else [value] for key, value in rule.items()})


def _check_rule(name: str, rule: dict[str, list[Any]]) -> None:
    """Refuse repeats that would never end, or are never: nobody arranges such."""
    often = str((rule.get("FREQ") or [""])[0]).upper()
    if often not in _ALIEN:
        raise ParameterError(f"{name}: it repeats {often or 'without FREQ'}; daily is the most often that is taken")
    if many := [part for part in ("BYHOUR", "BYMINUTE", "BYSECOND") if part in rule]:
        raise ParameterError(f"{name}: it repeats by {many[0]}; daily is the most often that is taken")
    if any(int(steps) < 1 for steps in rule.get("INTERVAL", [])):
        raise ParameterError(f"{name}: it repeats without ever going on: INTERVAL is less than 1")
    months, dates = rule.get("BYMONTH", []), rule.get("BYMONTHDAY", [])
    longest = max((_LONGEST_MONTHS.get(int(month), 31) for month in months), default=31)
    if dates and min(abs(int(one)) for one in dates) > longest:
        raise ParameterError(f"{name}: it repeats on a date that there never is")
    if _ALIEN[often] & {*rule}:
        raise ParameterError(f"{name}: its repeats can't be read: they don't go with {often}")


def _laid_out(series: list[Component], days: Sequence[date], zone: ZoneInfo, kind: str) -> Iterator[dict[str, Any]]:
    calendar, *parts = series
    for part in parts:
        calendar.add_component(part)
    is_repeated = any(name in part for part in parts for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    around = timedelta(days=2)
    for event in recurring_ical_events.of(calendar).between(days[0] - around, days[-1] + around):
        starts, ends = (_moment(event.get(name), zone) for name in ("DTSTART", "DTEND"))
        if starts is None or not days[0] <= starts.astimezone(zone).date() <= days[-1]:
            continue
        of = event["RECURRENCE-ID"].dt if is_repeated and "RECURRENCE-ID" in event else None
        yield {
            "kind": kind,
            "title": _title(event),
            "starts_at": starts.isoformat(),
            "ends_at": (ends if ends and ends > starts else starts + _HOUR).isoformat(),
            "status": "cancelled" if str(event.get("STATUS", "")).upper() == "CANCELLED" else "planned",
            "plan_key": _plan_key(str(event["UID"]), of, zone),
        }


def _moment(value: Any, zone: ZoneInfo) -> datetime | None:  # noqa: ANN401 - what a property holds is anything
    """Return a time as UTC: without a zone it is the site's, and a date is its midnight."""
    at = getattr(value, "dt", None)
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return datetime.combine(at, time(), zone).astimezone(UTC) if isinstance(at, date) else None


def _title(event: Component) -> str:
    words = "".join(letter if letter.isprintable() else " " for letter in str(event.get("SUMMARY") or ""))
    return " ".join(words.split())[:_TITLE].strip()


def _plan_key(uid: str, of: date | None, zone: ZoneInfo) -> str:
    """Return what stays the same when an event is moved or renamed. Digested: a UID may hold an address."""
    at = "" if of is None else of.isoformat()
    if isinstance(of, datetime):
        at = (of if of.tzinfo else of.replace(tzinfo=zone)).astimezone(UTC).isoformat()
    return f"ics:{hashlib.sha256(f'{uid}|{at}'.encode()).hexdigest()[:40]}"
