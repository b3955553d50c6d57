"""What the live page asks the database for: the API's own statements, with the page's own times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from api.database.reading import Ask, Database
from api.ranges import Bucket
from api.series_query import series_parameters
from api.tables.flow import LineFlowRow, SiteFlowRow
from api.tables.health import Conflict, EpochDelivery, Held
from api.tables.places import Border, Device, Line, Site, Space, Zone
from api.typical import UsualDays, UsualSoFar, UsualStep, so_far, version_before
from api.web.live.agenda import LOOKED_AHEAD, ActivityOn, Agenda, HoursOn
from api.web.live.day import DaySpans, DaySums, SoFar, WeekAgo, spans
from api.web.live.view import OpenIssues, SiteParts, Way
from core.ranges import TimeRange

_RECENT: Final = timedelta(days=1)
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class StaysToday:
    """How many visits of today lasted so long, at least; None where nothing was watched. The zones' own thresholds."""

    stays: int | None
    least_s: int | None
    most_s: int | None


@dataclass(frozen=True, slots=True)
class RecentCrossings:
    """What a line counted in about the last quarter-hour."""

    line: str
    forward: int
    backward: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Today and the week before, as read.

    Attributes:
        spans: what was asked for.
        today: all steps of today, those to come with nothing in them.
        week_before: all steps of the same weekday a week before.
        sums: of today, and of both days in the same time by the clock.
        ways: crossings of today by line.
        usual: what is usual on such a day, by the clock.
        week: this week so far beside what is usual; None in the first quarter-hour of a week.
        yesterday: entries of the day before.
        recent: crossings of about the last quarter-hour by line.
        stays: how many have stayed today.
    """

    spans: DaySpans
    today: list[SiteFlowRow]
    week_before: list[SiteFlowRow]
    sums: DaySums
    ways: dict[str, Way]
    recent: dict[str, Way]
    usual: list[UsualStep]
    week: UsualSoFar | None
    yesterday: SiteFlowRow | None
    stays: StaysToday | None


async def read_place(database: Database, site: Site) -> SiteParts:
    """Return the site with all its parts."""
    return SiteParts(site, *await database.together(*_parts(site)))


def _parts(site: Site) -> list[Ask]:
    """Return what asks for the parts of a site, in the order of SiteParts."""
    of = {"site": site.site}
    return [
        Ask("places/spaces", of, Space),
        Ask("places/borders", of, Border),
        Ask("places/lines", of, Line),
        Ask("places/zones", of, Zone),
        Ask("places/devices", of, Device),
    ]


async def read_page(
    database: Database, site: Site, now: datetime, *, log: bool
) -> tuple[SiteParts, OpenIssues, Agenda]:
    """Return what the page needs beside the numbers: the site with its parts, what waits for somebody, and what is on.

    `log`: the reader may see activities.
    """
    asks = [*_parts(site), *_issues(site), *_agenda(site, now)]
    found = await database.together(*asks)
    place, issues, (hours, activities) = SiteParts(site, *found[:5]), found[5:9], found[9:]
    return place, _open_issues(issues, now), Agenda(hours, activities if log else [])


def _agenda(site: Site, now: datetime) -> list[Ask]:
    zone = ZoneInfo(site.time_zone)
    today = spans(now, zone).today
    day = now.astimezone(zone).date()
    dates = {"site": site.site, "first": day - timedelta(days=1), "last": day + LOOKED_AHEAD}
    of_today = {"site": site.site, "from_utc": today.start, "to_utc": today.end}
    return [Ask("places/opening", dates, HoursOn), Ask("places/activities_on", of_today, ActivityOn)]


async def read_day(database: Database, site: Site, bucket: Bucket, now: datetime, usual_days: UsualDays) -> DayFigures:
    """Return today until `now` and the week before, in steps of `bucket`.

    What is expected ends where every line can have reported, so that coverage isn't measured against time to come.
    """
    asked = spans(now, ZoneInfo(site.time_zone))
    so_far_of_day = TimeRange(asked.today.start, now)
    known, week_before, beside, ways, day_so_far, week, yesterday, recent, stays = await database.together(
        Ask("numbers/site_today", {"site": site.site, "at": now}, SoFar),
        _flow(site, bucket, asked.week_before),
        Ask("numbers/site_week_ago", {"site": site.site, "at": now}, WeekAgo),
        Ask("numbers/line_flow", series_parameters(site, Bucket.DAY, so_far_of_day) | {"only": None}, LineFlowRow),
        so_far([site.site], Bucket.DAY, now),
        so_far([site.site], Bucket.WEEK, now),
        _flow(site, Bucket.DAY, asked.yesterday),
        Ask("numbers/line_recent", {"site": site.site, "at": now}, RecentCrossings),
        Ask("numbers/stays_today", {"site": site.site, "from_utc": asked.today.start, "to_utc": now}, StaysToday),
    )
    until = known[0].until_utc if known else now
    today, [known_before] = await database.together(
        _flow(site, bucket, TimeRange(asked.today.start, until)), version_before(site.site, asked.today.start)
    )
    rest = TimeRange(today[-1].end_utc if today else asked.today.start, asked.today.end)
    [to_come] = await database.together(_flow(site, bucket, rest))
    return DayFigures(
        spans=asked,
        today=today + to_come,
        week_before=week_before,
        sums=DaySums(_first(known), _first(beside), _first(day_so_far)),
        ways={row.line: (row.forward, row.backward) for row in ways},
        usual=await usual_days.of(database, site.site, bucket, asked.day, known_before["version"]),
        week=_first(week),
        yesterday=_first(yesterday),
        recent={row.line: (row.forward, row.backward) for row in recent},
        stays=_first(stays),
    )


def _flow(site: Site, bucket: Bucket, span: TimeRange) -> Ask:
    return Ask("numbers/site_flow", series_parameters(site, bucket, span) | {"only": None}, SiteFlowRow)


def _first(found: list[_Row]) -> _Row | None:
    return found[0] if found else None


def _issues(site: Site) -> list[Ask]:
    of = {"site": site.site}
    return [
        Ask("health/held", of, Held),
        Ask("health/conflicts", of, Conflict),
        Ask("health/delivery", of, EpochDelivery),
        Ask("health/setup_changes", of, dict),
    ]


def _open_issues(found: list[list[Any]], now: datetime) -> OpenIssues:
    """Return what waits for somebody. What was held and didn't come again within a day is taken as resolved."""
    held, conflicts, delivery, [setups] = found
    return OpenIssues(
        held=sum(cause.times for cause in held if now - cause.last_at < _RECENT),
        conflicts=sum(conflict.records for conflict in conflicts),
        rejects=sum(epoch.rejected for epoch in delivery),
        setup_changes=setups["changes"],
    )
