"""What the live page asks the database for: the API's own statements, with the page's own times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.database.reading import Database
from api.ranges import Bucket
from api.tables.flow import LineFlowRow, SiteFlowRow
from api.tables.health import Conflict, EpochDelivery, Held
from api.tables.places import Border, Device, Line, Site, Space, Zone
from api.web.day import DaySpans, DaySums, spans
from api.web.view import OpenIssues, SiteParts, Way
from core.ranges import TimeRange

_RECENT: Final = timedelta(days=1)
_ALL: Final = {"hours": "all", "only": None}


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Today and the week before, as read.

    Attributes:
        spans: what was asked for.
        today: all steps of today, those to come with nothing in them.
        week_before: all steps of the same weekday a week before.
        sums: over parts of the two days.
        ways: crossings of today by line.
    """

    spans: DaySpans
    today: list[SiteFlowRow]
    week_before: list[SiteFlowRow]
    sums: DaySums
    ways: dict[str, Way]


async def read_place(database: Database, site: Site) -> SiteParts:
    """Return the site with all its parts."""
    of = {"site": site.site}
    return SiteParts(
        site=site,
        spaces=await database.rows("spaces", of, Space),
        borders=await database.rows("borders", of, Border),
        lines=await database.rows("lines", of, Line),
        zones=await database.rows("zones", of, Zone),
        devices=await database.rows("devices", of, Device),
    )


async def read_day(database: Database, site: Site, bucket: Bucket, now: datetime) -> DayFigures:
    """Return today until `now` and the week before, in steps of `bucket`.

    What is expected ends at `now`, so that the open hour's coverage isn't measured against time to come.
    """
    asked = spans(now, ZoneInfo(site.time_zone))
    so_far = TimeRange(asked.today.start, now)
    told = await _flow(database, site, bucket, so_far)
    rest = TimeRange(told[-1].end_utc if told else asked.today.start, asked.today.end)
    return DayFigures(
        spans=asked,
        today=told + await _flow(database, site, bucket, rest),
        week_before=await _flow(database, site, bucket, asked.week_before),
        sums=DaySums(
            so_far=await _sum(database, site, so_far),
            finished=await _sum(database, site, asked.finished),
            compared=await _sum(database, site, asked.compared),
        ),
        ways=await _ways(database, site, so_far),
    )


def _parameters(site: Site, bucket: Bucket, span: TimeRange) -> dict[str, object]:
    return {"site": site.site, "bucket": bucket.value, "from_utc": span.start, "to_utc": span.end, **_ALL}


async def _flow(database: Database, site: Site, bucket: Bucket, span: TimeRange) -> list[SiteFlowRow]:
    return await database.rows("site_flow", _parameters(site, bucket, span), SiteFlowRow)


async def _sum(database: Database, site: Site, span: TimeRange) -> SiteFlowRow | None:
    found = await _flow(database, site, Bucket.DAY, span)
    return found[0] if found else None


async def _ways(database: Database, site: Site, span: TimeRange) -> dict[str, Way]:
    found = await database.rows("line_flow", _parameters(site, Bucket.DAY, span), LineFlowRow)
    return {row.line: (row.forward, row.backward) for row in found}


async def read_troubles(database: Database, site: Site, now: datetime) -> OpenIssues:
    """Return what waits for somebody. What was held and didn't come again within a day is taken as mended."""
    of = {"site": site.site}
    held = await database.rows("health_held", of, Held)
    conflicts = await database.rows("health_conflicts", of, Conflict)
    delivery = await database.rows("health_delivery", of, EpochDelivery)
    return OpenIssues(
        held=sum(cause.times for cause in held if now - cause.last_at < _RECENT),
        conflicts=sum(conflict.records for conflict in conflicts),
        rejects=sum(epoch.rejected for epoch in delivery),
    )
