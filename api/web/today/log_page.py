"""What was entered, day by day: to look at, correct, withdraw, and see how it was before."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, ServicesDep
from api.tables.places import Space
from api.web.frame import PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage
from api.web.offline.start import outbox_start
from api.web.today.asked_day import AskedDay
from api.web.today.day_reads import ENTITIES, local_day, read_records
from api.web.today.page_start import LOG, site_start, words_of
from core.asked_times import midnight
from core.ranges import TimeRange

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])

_DAYS: Final = 7


@router.get(f"/sites/{{site}}/{LOG}")
async def log_page(
    services: ServicesDep, caller: CallerDep, reader: Reader, site: KnownSite, day: AskedDay = None
) -> Response:
    """Show what was entered in the week that ends with a day."""
    zone, today = ZoneInfo(site.time_zone), local_day(services.now(), site)
    last = day or today
    first = last - timedelta(days=_DAYS - 1)
    span = TimeRange(midnight(first, zone), midnight(last + timedelta(days=1), zone))
    spaces = await services.database.rows("places/spaces", {"site": site.site}, Space)
    start = site_start(services, reader, site) | {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "records_from": span.start.isoformat(),
        "records_to": span.end.isoformat(),
        "records": await read_records(services.database, site, caller, dict.fromkeys(ENTITIES, span)),
        "outbox": outbox_start(services, reader, site),
    }
    return page(
        "today/log.html",
        reader,
        here=Here(site, SitePage.TODAY, {"day": last.isoformat()}),
        site_name=read(site.name, reader.language),
        earlier=(first - timedelta(days=1)).isoformat(),
        later=(last + timedelta(days=_DAYS)).isoformat() if last < today else None,
        first=first.isoformat(),
        last=last.isoformat(),
        spaces=[{"key": space.space, "name": read(space.name, reader.language)} for space in spaces],
        words=words_of(reader.language),
        start=start,
    )
