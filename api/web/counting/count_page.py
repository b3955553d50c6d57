"""The pages for counting by hand on a phone: what to count, who is here, who passes by, and beside a counter."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, Services, ServicesDep
from api.web.counting.planned_rounds import KeptSlot, read_planned, shown_round
from api.web.counting.start import count_places, site_start
from api.web.frame import PageReader, PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage, path_of

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])


@router.get("/sites/{site}/count")
async def choose_page(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show what is due, what can be counted, one large button each, and what has become of planned rounds."""
    home = path_of(site.site, SitePage.COUNT)
    places, planned = await count_places(services, site, reader.language), await read_planned(services, site)
    rounds = [shown_round(slot, places, reader, site) for slot in planned]
    may_plan = reader.caller.may(Right.WRITE_STUDY, site.site)
    return page(
        "counting/choose.html",
        reader,
        here=Here(site, SitePage.COUNT),
        site_name=read(site.name, reader.language),
        ways={way: reader.address(f"{home}/{way}") for way in ("here", "passing", "beside", "paper", "own")},
        plan=reader.address(f"{home}/plan") if may_plan else None,
        due=[slot for slot in rounds if slot["state"] == "due"],
        rounds=rounds,
    )


@router.get("/sites/{site}/count/here")
async def here_page(services: ServicesDep, reader: Reader, site: KnownSite, kept: KeptSlot) -> Response:
    """Show the buttons to count who is in a space or zone at this moment."""
    return await _tally_page(services, reader, Here(site, SitePage.COUNT, kept), "stationary")


@router.get("/sites/{site}/count/passing")
async def passing_page(services: ServicesDep, reader: Reader, site: KnownSite, kept: KeptSlot) -> Response:
    """Show the buttons to count who passes a line for some minutes."""
    return await _tally_page(services, reader, Here(site, SitePage.COUNT, kept), "moving")


async def _tally_page(services: Services, reader: PageReader, here: Here, mode: str) -> Response:
    site = here.site
    places = await count_places(services, site, reader.language)
    found = places.lines if mode == "moving" else places.areas
    return page(
        "counting/tally.html",
        reader,
        here=here,
        site_name=read(site.name, reader.language),
        mode=mode,
        places=found,
        back=reader.address(path_of(site.site, SitePage.COUNT)),
        start=site_start(services, reader, site) | {"mode": mode, "places": found},
    )


@router.get("/sites/{site}/count/beside")
async def beside_page(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show two large buttons for the crossings of a line, to compare with its counter."""
    lines = (await count_places(services, site, reader.language)).lines
    return page(
        "counting/count.html",
        reader,
        here=Here(site, SitePage.COUNT),
        site_name=read(site.name, reader.language),
        lines=lines,
        home=reader.address(path_of(site.site, SitePage.COUNT)),
        start=site_start(services, reader, site) | {"lines": lines},
    )
