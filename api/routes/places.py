"""Sites and their parts."""

from fastapi import APIRouter

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.problems import responses
from api.routes.openapi_examples import ok
from api.services import KnownSite, ServicesDep
from api.tables.places import Border, Device, Line, Site, Space, Zone

router = APIRouter(tags=["places"], dependencies=[needs(Right.PLACES)])


@router.get("/sites", responses={**ok(Site, is_list=True), **responses()})
async def sites(services: ServicesDep, caller: CallerDep) -> list[Site]:
    """Return the sites that the caller may see."""
    return [site for site in await services.database.rows("places/sites", {}, Site) if caller.may_see(site.site)]


@router.get("/sites/{site}", responses={**ok(Site), **responses(404)})
async def site(site: KnownSite) -> Site:
    """Return one site."""
    return site


@router.get("/sites/{site}/spaces", responses={**ok(Space, is_list=True), **responses(404)})
async def spaces(services: ServicesDep, site: KnownSite) -> list[Space]:
    """Return the spaces of a site."""
    return await services.database.rows("places/spaces", {"site": site.site}, Space)


@router.get("/sites/{site}/borders", responses={**ok(Border, is_list=True), **responses(404)})
async def borders(services: ServicesDep, site: KnownSite) -> list[Border]:
    """Return the borders of a site; forward over a border's lines is from -> to."""
    return await services.database.rows("places/borders", {"site": site.site}, Border)


@router.get("/sites/{site}/lines", responses={**ok(Line, is_list=True), **responses(404)})
async def lines(services: ServicesDep, site: KnownSite) -> list[Line]:
    """Return the counting lines of a site, and when they were commissioned."""
    return await services.database.rows("places/lines", {"site": site.site}, Line)


@router.get("/sites/{site}/zones", responses={**ok(Zone, is_list=True), **responses(404)})
async def zones(services: ServicesDep, site: KnownSite) -> list[Zone]:
    """Return the zones of a site, and when they were commissioned."""
    return await services.database.rows("places/zones", {"site": site.site}, Zone)


@router.get("/sites/{site}/devices", responses={**ok(Device, is_list=True), **responses(404)})
async def devices(services: ServicesDep, site: KnownSite) -> list[Device]:
    """Return the devices of a site, and what each of them watches when."""
    return await services.database.rows("places/devices", {"site": site.site}, Device)
