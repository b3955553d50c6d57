"""The plan: a week of activities, added one by one or with repeats, copied, from a template or a calendar's file."""

from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, ServicesDep
from api.tables.places import Space
from api.web.formatting import write_date, write_weekday
from api.web.frame import PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage
from api.web.offline.start import outbox_start
from api.web.today.asked_day import AskedDay
from api.web.today.day_reads import local_day, read_records, read_templates
from api.web.today.page_start import PLAN, site_start, words_of
from core.asked_times import midnight
from core.ranges import TimeRange
from core.texts.catalog import Language

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])

_WEEK: Final = timedelta(days=7)


@router.get(f"/sites/{{site}}/{PLAN}")
async def plan_page(
    services: ServicesDep, caller: CallerDep, reader: Reader, site: KnownSite, day: AskedDay = None
) -> Response:
    """Show the week of a day."""
    zone, today = ZoneInfo(site.time_zone), local_day(services.now(), site)
    monday = (day or today) - timedelta(days=(day or today).weekday())
    week = TimeRange(midnight(monday, zone), midnight(monday + _WEEK, zone))
    spaces = await services.database.rows("places/spaces", {"site": site.site}, Space)
    records = await read_records(services.database, site, caller, {"activities": week})
    start = site_start(services, reader, site) | {
        "first": monday.isoformat(),
        "today": today.isoformat(),
        "week": _week_of(monday),
        "week_before": _week_of(monday - _WEEK),
        "records_from": week.start.isoformat(),
        "records_to": week.end.isoformat(),
        "records": records,
        "templates": await read_templates(services.database, site, caller),
        "outbox": outbox_start(services, reader, site),
    }
    return page(
        "today/plan.html",
        reader,
        here=Here(site, SitePage.TODAY, {"day": monday.isoformat()}),
        site_name=read(site.name, reader.language),
        week=monday.isocalendar().week,
        earlier=(monday - _WEEK).isoformat(),
        later=(monday + _WEEK).isoformat(),
        days=[_day(monday + timedelta(days=n), reader.language) for n in range(7)],
        spaces=[{"key": space.space, "name": read(space.name, reader.language)} for space in spaces],
        words=words_of(reader.language),
        start=start,
    )


def _week_of(monday: date) -> str:
    """Return the week as the API takes it: 2026-W48."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _day(day: date, language: Language) -> dict[str, Any]:
    return {"day": day.isoformat(), "name": f"{write_weekday(day, language)} {write_date(day, language)}"}
