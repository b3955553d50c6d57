"""What the live page asks the database for: the API's own statements, with the page's own times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from api.database.reading import Ask, Database
from api.ranges import Bucket
from api.series_query import series_parameters
from api.tables.flow import LineFlowRow, SiteFlowRow
from api.tables.health import Conflict, EpochDelivery, Held
from api.tables.places import Border, Device, Line, Site, Space, Zone
from api.web.live.day import DaySpans, DaySums, WeekAgo, spans
from api.web.live.view import OpenIssues, SiteParts, Way
from core.ranges import TimeRange

_RECENT: Final = timedelta(days=1)
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Today and the week before, as read.

    Attributes:
        spans: what was asked for.
        today: all steps of today, those to come with nothing in them.
        week_before: all steps of the same weekday a week before.
        sums: of today, and of both days in the same time by the clock.
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
    spaces, borders, lines, zones, devices = await database.together(
        Ask("places/spaces", of, Space),
        Ask("places/borders", of, Border),
        Ask("places/lines", of, Line),
        Ask("places/zones", of, Zone),
        Ask("places/devices", of, Device),
    )
    return SiteParts(site, spaces, borders, lines, zones, devices)


async def read_day(database: Database, site: Site, bucket: Bucket, now: datetime) -> DayFigures:
    """Return today until `now` and the week before, in steps of `bucket`.

    What is expected ends at `now`, so that the open hour's coverage isn't measured against time to come.
    """
    asked = spans(now, ZoneInfo(site.time_zone))
    so_far = TimeRange(asked.today.start, now)
    today, week_before, sum_so_far, beside, ways = await database.together(
        _flow(site, bucket, so_far),
        _flow(site, bucket, asked.week_before),
        _flow(site, Bucket.DAY, so_far),
        Ask("numbers/site_week_ago", {"site": site.site, "at": now}, WeekAgo),
        Ask("numbers/line_flow", series_parameters(site, Bucket.DAY, so_far) | {"only": None}, LineFlowRow),
    )
    rest = TimeRange(today[-1].end_utc if today else asked.today.start, asked.today.end)
    [to_come] = await database.together(_flow(site, bucket, rest))
    return DayFigures(
        spans=asked,
        today=today + to_come,
        week_before=week_before,
        sums=DaySums(_first(sum_so_far), _first(beside)),
        ways={row.line: (row.forward, row.backward) for row in ways},
    )


def _flow(site: Site, bucket: Bucket, span: TimeRange) -> Ask:
    return Ask("numbers/site_flow", series_parameters(site, bucket, span) | {"only": None}, SiteFlowRow)


def _first(found: list[_Row]) -> _Row | None:
    return found[0] if found else None


async def read_issues(database: Database, site: Site, now: datetime) -> OpenIssues:
    """Return what waits for somebody. What was held and didn't come again within a day is taken as resolved."""
    of = {"site": site.site}
    held, conflicts, delivery, [setups] = await database.together(
        Ask("health/held", of, Held),
        Ask("health/conflicts", of, Conflict),
        Ask("health/delivery", of, EpochDelivery),
        Ask("health/setup_changes", of, dict),
    )
    return OpenIssues(
        held=sum(cause.times for cause in held if now - cause.last_at < _RECENT),
        conflicts=sum(conflict.records for conflict in conflicts),
        rejects=sum(epoch.rejected for epoch in delivery),
        setup_changes=setups["changes"],
    )
