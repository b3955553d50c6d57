"""What the routes work with, made once by the app factory and found through the request."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Path, Request

from api.access.caller import Caller, CallerDep
from api.access.rules import authorised
from api.api_index import ApiIndex
from api.constant_answer import ConstantAnswer
from api.database.readiness import Readiness
from api.database.reading import Database
from api.database.shared_answers import SharedAnswers
from api.database.writing import Commands
from api.errors import UnknownPlaceError
from api.export_log import ExportLog
from api.live import LiveFeeds
from api.public.answers import PublicAnswers
from api.tables.places import Site
from api.typical import UsualDays
from core.alike import did_you_mean

_KEY: Final = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the program that a route may need.

    Attributes:
        database: reads the reading contract.
        commands: writes what people note.
        readiness: whether the database can answer.
        live: one poller a site, shared by all who follow it.
        description: of the API, for programs.
        exports: notes who takes files.
        public: answers to the public, as they were made last.
        shared: bodies of short answers, as they were made last.
        usual: what is usual on a date at a site.
        index: where everything of the API is.
        viewer: the files of the page that shows the description, by name.
        now: the time, aware.
    """

    database: Database
    commands: Commands
    readiness: Readiness
    live: LiveFeeds
    description: ConstantAnswer
    exports: ExportLog
    public: PublicAnswers
    shared: SharedAnswers
    usual: UsualDays
    index: ApiIndex
    viewer: Mapping[str, ConstantAnswer]
    now: Callable[[], datetime]


async def services_of(request: Request) -> Services:
    """Return the app's services."""
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services_of)]


def is_key(text: str) -> bool:
    """Tell whether this may be a key of the site file."""
    return _KEY.fullmatch(text) is not None


async def site_key(
    services: ServicesDep,
    caller: CallerDep,
    site: Annotated[str, Path(description="Key of the site.", examples=["haninge-entre"])],
) -> str:
    """Return what may be the key of a site. Raises UnknownPlaceError where it can't be."""
    if not is_key(site):
        raise await unknown_site(services, caller, site)
    return site


async def known_site(services: ServicesDep, caller: CallerDep, site: Annotated[str, Depends(site_key)]) -> Site:
    """Return the site. Raises UnknownPlaceError."""
    found = await services.database.rows("places/site", {"site": site}, Site)
    if not found:
        raise await unknown_site(services, caller, site)
    return found[0]


async def unknown_site(services: Services, caller: Caller, key: str) -> UnknownPlaceError:
    """Return the refusal of a key: it names like ones of those that the caller may see."""
    known = [site.site for site in await services.database.rows("places/sites", {}, Site) if caller.may_see(site.site)]
    return UnknownPlaceError(f"there is no site {key}{did_you_mean(key, known)}")


KnownSite = Annotated[Site, Depends(known_site)]


async def known_site_key(site: KnownSite) -> str:
    """Return the key of the site. Raises UnknownPlaceError."""
    return site.site


KnownSiteKey = Annotated[str, Depends(known_site_key)]


async def visible_sites(request: Request, services: ServicesDep, caller: CallerDep) -> list[Site]:
    """Return the sites where the caller has what the route needs."""
    needed = authorised(request)
    sites = await services.database.rows("places/sites", {}, Site)
    return [site for site in sites if all(caller.may(right, site.site) for right in needed)]


VisibleSites = Annotated[list[Site], Depends(visible_sites)]
