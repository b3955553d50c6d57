"""The close of a day: opened as planned, who worked when, disturbances, anything unusual. One page, one button."""

from datetime import date
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.errors import ParameterError
from api.services import KnownSite, ServicesDep
from api.web.formatting import write_date, write_weekday
from api.web.frame import PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage
from api.web.offline.start import outbox_start
from api.web.today.asked_day import AskedDay
from api.web.today.day_reads import local_day, read_work_day, unclosed_days
from api.web.today.page_start import CLOSE, day_start, site_start, words_of
from core.texts.catalog import Language

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])


@router.get(f"/sites/{{site}}/{CLOSE}")
async def close_page(
    services: ServicesDep, caller: CallerDep, reader: Reader, site: KnownSite, day: AskedDay = None
) -> Response:
    """Show what closes a day."""
    zone, today = ZoneInfo(site.time_zone), local_day(services.now(), site)
    asked = day or today
    if asked > today:
        raise ParameterError(f"day {asked} hasn't come yet")
    work = await read_work_day(services.database, site, caller, asked)
    start = site_start(services, reader, site) | day_start(work, reader)
    start["today"] = today.isoformat()
    start["outbox"] = outbox_start(services, reader, site)
    return page(
        "today/close.html",
        reader,
        here=Here(site, SitePage.TODAY, {"day": asked.isoformat()}),
        site_name=read(site.name, reader.language),
        weekday=write_weekday(asked, reader.language),
        date=write_date(asked, reader.language),
        is_today=asked == today,
        unclosed=[_unclosed(other, reader.language) for other in unclosed_days(work, zone)],
        spaces=start["spaces"],
        words=words_of(reader.language),
        start=start,
    )


def _unclosed(day: date, language: Language) -> dict[str, str]:
    return {"day": day.isoformat(), "name": f"{write_weekday(day, language)} {write_date(day, language)}"}
