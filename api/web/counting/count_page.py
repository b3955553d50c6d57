"""The page for counting by hand beside a counter, on a phone. The browser keeps what was counted until it is sent."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.roles import Right
from api.access.rules import needs
from api.services import KnownSite, ServicesDep
from api.web.frame import PageRoute, Reader, page
from api.web.live.page_reads import read_place
from api.web.live.view import read, sides
from api.web.navigation import Here, SitePage, path_of
from api.web.offline.start import outbox_start

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])


@router.get("/sites/{site}/count")
async def count_page(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show two large buttons for the crossings of a line."""
    place = await read_place(services.database, site)
    lines = []
    for line in place.lines:
        origin, goal = sides(line, place, reader.language)
        lines.append({"key": line.line, "name": read(line.name, reader.language), "forward": goal, "backward": origin})
    start = {
        "site": site.site,
        "time_zone": site.time_zone,
        "lines": lines,
        "outbox": outbox_start(services, reader, site),
        "address": f"/api/v1/sites/{quote(site.site)}/counting-rounds",
    }
    home = reader.address(path_of(site.site))
    here = Here(site, SitePage.COUNT)
    name = read(site.name, reader.language)
    return page(
        "counting/count.html",
        reader,
        here=here,
        site_name=name,
        lines=lines,
        home=home,
        start=start,
    )
