"""Where the weather at a site comes from."""

from fastapi import APIRouter

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.problems import responses
from api.routes.openapi_examples import ok
from api.services import KnownSite, ServicesDep
from api.tables.weather import WeatherImport

router = APIRouter(route_class=RuledRoute, tags=["places"], dependencies=[needs(Right.READ_LOG_RECORDS)])


@router.get("/sites/{site}/weather/imports", responses={**ok(WeatherImport, is_list=True), **responses(404)})
async def weather_imports(services: ServicesDep, caller: CallerDep, site: KnownSite) -> list[WeatherImport]:
    """Return the files of weather that were imported: by whom, when, and how many values they changed."""
    return await services.database.rows(
        "places/weather_imports", {"site": site.site, **caller.names_at(site.site)}, WeatherImport
    )
