"""The overview: the first page of who has several sites, or none; who has one goes on to it."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.access.roles import Right
from api.access.rules import needs
from api.services import ServicesDep, VisibleSites
from api.web.frame import HEADERS, PageRoute, Reader, page
from api.web.navigation import start_path
from api.web.overview.lines import overview_lines
from api.web.overview.reads import read_overview

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.LIVE)])


@router.get("/")
async def overview(services: ServicesDep, reader: Reader, sites: VisibleSites) -> Response:
    """Show each site of the reader in one line, or go on to the only one."""
    if len(sites) == 1:
        address = reader.address(start_path(sites[0].site, reader.caller))
        return RedirectResponse(address, HTTPStatus.TEMPORARY_REDIRECT, headers=HEADERS)
    now = services.now()
    lines = []
    if sites:
        lines = overview_lines(sites, await read_overview(services, sites, reader.caller), reader, now)
    return page("overview/overview.html", reader, lines=lines, at=now.isoformat())
