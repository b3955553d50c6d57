"""The page on which evaluators plan rounds of counting at random times."""

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, ServicesDep
from api.web.counting.planned_rounds import read_planned
from api.web.counting.start import count_places, site_start
from api.web.frame import PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage, path_of

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_STUDY)])

_YEAR_DAYS: Final = 366
_WEEKS: Final = 6


@router.get("/sites/{site}/count/plan")
async def round_plan_page(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show the plans that there are, and a form for a new one."""
    places = await count_places(services, site, reader.language)
    slots = await read_planned(services, site, before_days=_YEAR_DAYS, ahead_days=_YEAR_DAYS)
    plans = {slot.plan: slot.plan_name for slot in slots}
    today = services.now().astimezone(ZoneInfo(site.time_zone)).date()
    return page(
        "counting/round_plan.html",
        reader,
        here=Here(site, SitePage.COUNT),
        site_name=read(site.name, reader.language),
        places=places,
        plans=[
            {
                "name": name,
                "done": sum(slot.state == "done" for slot in slots if slot.plan == plan),
                "missed": sum(slot.state == "missed" for slot in slots if slot.plan == plan),
            }
            for plan, name in plans.items()
        ],
        first=(today + timedelta(days=1)).isoformat(),
        until=(today + timedelta(weeks=_WEEKS)).isoformat(),
        back=reader.address(path_of(site.site, SitePage.COUNT)),
        start=site_start(services, reader, site),
    )
