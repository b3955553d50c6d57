"""Sites and their parts."""

from types import GenericAlias

from fastapi import APIRouter
from pydantic import BaseModel

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.problems import responses
from api.routes.openapi_examples import ok
from api.services import KnownSite, ServicesDep, VisibleSites
from api.tables.places import Border, CalendarDates, Device, Line, Site, Space, Zone

router = APIRouter(route_class=RuledRoute, tags=["places"], dependencies=[needs(Right.PLACES)])


@router.get("/sites", responses={**ok(Site, is_list=True), **responses()})
async def sites(sites: VisibleSites) -> list[Site]:
    """Return the sites that the caller may see."""
    return sites


@router.get("/sites/{site}", responses={**ok(Site), **responses(404)})
async def site(site: KnownSite) -> Site:
    """Return one site."""
    return site


def _add_parts(name: str, row: type[BaseModel], about: str) -> None:
    async def parts(services: ServicesDep, site: KnownSite) -> list[BaseModel]:
        return await services.database.rows(f"places/{name}", {"site": site.site}, row)

    router.add_api_route(
        f"/sites/{{site}}/{name}",
        parts,
        response_model=GenericAlias(list, row),
        responses={**ok(row, is_list=True), **responses(404)},
        name=name,
        description=about,
    )


_add_parts("spaces", Space, "Return the spaces of a site.")
_add_parts("borders", Border, "Return the borders of a site; forward over a border's lines is from -> to.")
_add_parts("lines", Line, "Return the counting lines of a site, and when they were commissioned.")
_add_parts("zones", Zone, "Return the zones of a site, and when they were commissioned.")
_add_parts("devices", Device, "Return the devices of a site, and what each of them watches when.")
_add_parts("calendar", CalendarDates, "Return the holidays and school breaks of a site, by its site file.")
