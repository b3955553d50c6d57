"""What the pages of the day's work ask the database for: what people wrote, the hours, and who is silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime

from api.access.caller import Caller
from api.database.reading import Ask, Database
from api.routes.record_parameters import MOST, RecordQuery
from api.routes.round_slots import RoundSlotRow
from api.tables.base import FrozenModel
from api.tables.health import DeviceHealth
from api.tables.places import Site, Space
from core.asked_times import midnight
from core.ranges import TimeRange

DAYS_BACK: Final = 14
"""How far back a page looks for what is missing."""
_CLOSES_BACK: Final = 90
"""How far back a close of a day says that this site closes its days."""


class OpeningTime(FrozenModel):
    """One time in which a site is `open` or `staffed`, half-open."""

    kind: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class _Written(FrozenModel):
    record: dict[str, Any]
    at: datetime
    log_record_id: int


Records = Mapping[str, Sequence[dict[str, Any]]]
"""What people wrote, as the API shows it, by the end of its address: `staff-time`."""


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A day of a site, as read.

    Attributes:
        day: the local date.
        span: from its midnight to the next one.
        looked_from: how far back records were read.
        records: what people wrote of it, and what is missing of the days before.
        hours: when it is open and staffed.
        spaces: of the site.
        devices: how they are.
        rounds: when manual counts are planned.
    """

    day: date
    span: TimeRange
    looked_from: datetime
    records: Records
    hours: Sequence[OpeningTime]
    spaces: Sequence[Space]
    devices: Sequence[DeviceHealth]
    rounds: Sequence[RoundSlotRow] = ()


ENTITIES: Final[Mapping[str, str]] = {
    "activities": "activity",
    "staff-time": "staff_time",
    "incidents": "incident",
    "notes": "note",
    "day-closes": "day_close",
}
"""The kinds of log records that these pages show and write, by the end of their address."""


def day_span(day: date, zone: ZoneInfo) -> TimeRange:
    """Return the local day: 23, 24 or 25 hours."""
    return TimeRange(midnight(day, zone), midnight(day + timedelta(days=1), zone))


async def read_records(
    database: Database, site: Site, caller: Caller, spans: Mapping[str, TimeRange]
) -> dict[str, list[dict[str, Any]]]:
    """Return what people wrote in these times, by the end of its address; each kind in the order of time."""
    asks = [_written(site, caller, ENTITIES[path], span) for path, span in spans.items()]
    found = await database.together(*asks)
    return {path: [row.record for row in reversed(rows)] for path, rows in zip(spans, found, strict=True)}


def _written(site: Site, caller: Caller, entity: str, span: TimeRange) -> Ask:
    query = RecordQuery(site.site, span.start, span.end, limit=MOST)
    return Ask(
        "logbook/log_records", query.parameters(entity=entity, kind=None, **caller.names_at(site.site)), _Written
    )


async def read_templates(database: Database, site: Site, caller: Caller) -> list[dict[str, Any]]:
    """Return the templates of the site's activities, by name."""
    query = RecordQuery(site.site, limit=MOST).parameters(
        entity="activity_template", kind=None, **caller.names_at(site.site)
    )
    rows = await database.rows("logbook/log_records", query, _Written)
    return sorted((row.record for row in rows), key=lambda record: str(record["name"]).casefold())


async def read_work_day(database: Database, site: Site, caller: Caller, day: date) -> WorkDay:
    """Return a day of the site, and of the days before it what may be missing."""
    zone = ZoneInfo(site.time_zone)
    span = day_span(day, zone)
    before = TimeRange(midnight(day - timedelta(days=DAYS_BACK), zone), span.end)
    closes = TimeRange(midnight(day - timedelta(days=_CLOSES_BACK), zone), span.end)
    records = await read_records(database, site, caller, dict.fromkeys(ENTITIES, before) | {"day-closes": closes})
    of = {"site": site.site}
    hours, spaces, devices, rounds = await database.together(
        Ask("places/opening_times", of | {"from_utc": before.start, "to_utc": span.end}, OpeningTime),
        Ask("places/spaces", of, Space),
        Ask("health/devices", of, DeviceHealth),
        Ask("logbook/round_slots", of | {"from_utc": span.start, "to_utc": span.end}, RoundSlotRow),
    )
    return WorkDay(day, span, before.start, records, hours, spaces, devices, rounds)


def unclosed_days(work: WorkDay, zone: ZoneInfo) -> list[date]:
    """Return the days before this one, oldest first, that the site was open and nobody closed.

    Days before the first that anybody closed are not asked for, but yesterday always is: nobody fills in two weeks of
    a place that begins.
    """
    closed = {date.fromisoformat(record["day"]) for record in work.records["day-closes"]}
    yesterday = work.day - timedelta(days=1)
    first = max(work.day - timedelta(days=DAYS_BACK), min(closed | {yesterday}))
    return [
        day
        for day in (first + timedelta(days=n) for n in range((work.day - first).days))
        if day not in closed and _was_open(work, day_span(day, zone))
    ]


def _was_open(work: WorkDay, span: TimeRange) -> bool:
    """Tell whether the site was open in the span; a site without hours always is."""
    hours = [found for found in work.hours if found.kind == "open"]
    return not hours or any(found.starts_at < span.end and found.ends_at > span.start for found in hours)


def local_day(now: datetime, site: Site) -> date:
    """Return today's date at the site."""
    return now.astimezone(ZoneInfo(site.time_zone)).date()
