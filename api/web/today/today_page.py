"""Today: what is on, what is missing, and one tap to start, count and end. The start page of those who work there."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, ServicesDep
from api.web.formatting import write_clock, write_date, write_weekday
from api.web.frame import PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage
from api.web.offline.start import outbox_start
from api.web.today.day_reads import WorkDay, local_day, read_work_day, unclosed_days
from api.web.today.page_start import day_start, site_start, words_of

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])


@router.get("/sites/{site}/today")
async def today_page(services: ServicesDep, caller: CallerDep, reader: Reader, site: KnownSite) -> Response:
    """Show today at the site."""
    zone, now = ZoneInfo(site.time_zone), services.now()
    day = await read_work_day(services.database, site, caller, local_day(now, site))
    start = site_start(services, reader, site) | day_start(day, reader)
    start["unclosed"] = [other.isoformat() for other in unclosed_days(day, zone)]
    start["outbox"] = outbox_start(services, reader, site)
    return page(
        "today/today.html",
        reader,
        here=Here(site, SitePage.TODAY),
        site_name=read(site.name, reader.language),
        weekday=write_weekday(day.day, reader.language),
        date=write_date(day.day, reader.language),
        clock=write_clock(now.astimezone(zone), seconds=False),
        activities=_of_the_day(day, zone),
        spaces=start["spaces"],
        words=words_of(reader.language),
        start=start,
    )


def _of_the_day(day: WorkDay, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the day's activities for a reader without scripts: when, and what."""
    return [
        {"title": record["title"], "from": _clock(record["starts_at"], zone), "to": _clock(record["ends_at"], zone)}
        for record in day.records["activities"]
        if datetime.fromisoformat(record["ends_at"]) > day.span.start
    ]


def _clock(text: str, zone: ZoneInfo) -> str:
    return write_clock(datetime.fromisoformat(text).astimezone(zone), seconds=False)
