"""Weeks of activities, laid out on dates by the site's clocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.errors import ParameterError

MOST: Final = 5_000
"""The most activities that one request may plan."""
_MOST_DAYS: Final = 732


@dataclass(frozen=True, slots=True)
class WeekItem:
    """One activity of a week.

    Attributes:
        weekday: 1 is Monday.
        starts: by the site's clocks.
        ends: by the site's clocks.
        days: on how many dates later it ends.
        fields: kind, title, space and organiser, as far as they are known.
    """

    weekday: int
    starts: time
    ends: time
    days: int
    fields: dict[str, str]

    def on(self, day: date, zone: ZoneInfo) -> dict[str, Any]:
        """Return the activity of a date, as fields of an activity: planned, with its plan_key."""
        starts = datetime.combine(day, self.starts, zone).astimezone(UTC)
        ends = datetime.combine(day + timedelta(days=self.days), self.ends, zone).astimezone(UTC)
        if ends <= starts:  # an hour that the clocks leave out
            ends = starts + self._length()
        key = f"{day} {self.starts:%H:%M} {self.fields.get('space', '-')} {self.fields['kind']} {self.fields['title']}"
        times = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
        return {**self.fields, **times, "status": "planned", "plan_key": f"plan:{key}"}

    def _length(self) -> timedelta:
        day = date(2026, 1, 1)
        return datetime.combine(day + timedelta(days=self.days), self.ends) - datetime.combine(day, self.starts)


def days_of(first: date, until: date) -> list[date]:
    """Return the dates from first to until, both of them. Raises ParameterError."""
    count = (until - first).days + 1
    if not 1 <= count <= _MOST_DAYS:
        raise ParameterError(f"until {until} must be 0 to {_MOST_DAYS - 1} days after first {first}")
    return [first + timedelta(days=n) for n in range(count)]


def laid_out(items: Sequence[WeekItem], days: Sequence[date], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return what the items are on these dates, in order of time. Raises ParameterError where it is too much."""
    count = sum(item.weekday == day.isoweekday() for day in days for item in items)
    if count > MOST:
        raise ParameterError(f"until {days[-1]}: these would be {count} activities, {MOST} are the most at a time")
    return sorted(_laid_out(items, days, zone), key=lambda one: (one["starts_at"], one["plan_key"]))


def _laid_out(items: Sequence[WeekItem], days: Sequence[date], zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    for day in days:
        yield from (item.on(day, zone) for item in items if item.weekday == day.isoweekday())


def as_item(activity: dict[str, Any], zone: ZoneInfo) -> WeekItem:
    """Return an activity that was as one of a week."""
    starts, ends = (datetime.fromisoformat(activity[name]).astimezone(zone) for name in ("starts_at", "ends_at"))
    fields = {name: activity[name] for name in ("kind", "title", "space", "organiser") if activity[name] is not None}
    return WeekItem(
        starts.isoweekday(),
        starts.time().replace(second=0, microsecond=0),
        ends.time().replace(second=0, microsecond=0),
        (ends.date() - starts.date()).days,
        fields,
    )
