"""What somebody counted by hand: to look at, correct, withdraw, and enter from paper."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.errors import UnknownRecordError
from api.services import KnownSite, ServicesDep
from api.web.counting.own_counts import OwnCount, read_one, read_own
from api.web.counting.planned_rounds import KeptSlot
from api.web.counting.start import CountPlaces, count_places, site_start, words_of
from api.web.frame import PageRoute, Reader, page
from api.web.live.view import read
from api.web.navigation import Here, SitePage, path_of

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])


def _name(count: OwnCount, places: CountPlaces) -> str:
    part = "zone" if count.zone else "space"
    found = places.lines if count.line else [area for area in places.areas if area["part"] == part]
    return next((place["name"] for place in found if place["key"] == count.place), count.place)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


@router.get("/sites/{site}/count/own")
async def own_page(services: ServicesDep, caller: CallerDep, reader: Reader, site: KnownSite) -> Response:
    """List what the reader counted, the newest first."""
    places = await count_places(services, site, reader.language)
    counts, rounds = await read_own(services.database, site.site, caller.author)
    zone, home = ZoneInfo(site.time_zone), path_of(site.site, SitePage.COUNT)
    lines = {line["key"]: line for line in places.lines}
    return page(
        "counting/own.html",
        reader,
        here=Here(site, SitePage.COUNT),
        site_name=read(site.name, reader.language),
        counts=[
            {
                "row": count,
                "name": _name(count, places),
                "at": _local(count.starts_at, zone),
                "correct": f"{home}/enter?count={count.manual_count_id}&lang={reader.language}",
            }
            for count in counts
        ],
        rounds=[
            {
                "row": row,
                "line": lines.get(row.line or ""),
                "name": lines.get(row.line or "", {}).get("name", row.zone or row.line),
                "at": _local(row.starts_at, zone),
            }
            for row in rounds
        ],
        back=reader.address(home),
        start=site_start(services, reader, site),
    )


@router.get("/sites/{site}/count/enter")
async def enter_page(  # noqa: PLR0913, PLR0917  what it depends on, and its parameters
    services: ServicesDep,
    caller: CallerDep,
    reader: Reader,
    site: KnownSite,
    kept: KeptSlot,
    mode: Literal["stationary", "moving"] = "stationary",
    count: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> Response:
    """Show a form for a count on paper, or one to correct a count of the reader."""
    places = await count_places(services, site, reader.language)
    old = await read_one(services.database, site.site, caller.author, count) if count else None
    if count and old is None:
        raise UnknownRecordError(f"you have no count {count} at the site {site.site}")
    mode = "moving" if old and old.mode == "moving" else mode if old is None else "stationary"
    found = places.lines if mode == "moving" else places.areas
    home = path_of(site.site, SitePage.COUNT)
    return page(
        "counting/enter.html",
        reader,
        here=Here(site, SitePage.COUNT, {"count": str(count)} if count else {"mode": mode, **kept}),
        site_name=read(site.name, reader.language),
        mode=mode,
        old=old,
        old_name=_name(old, places) if old else "",
        places=found,
        other=f"{home}/enter?mode={'stationary' if mode == 'moving' else 'moving'}&lang={reader.language}",
        back=reader.address(f"{home}/own"),
        start=site_start(services, reader, site)
        | {"mode": mode, "places": found, "old": old.model_dump(mode="json") if old else None},
    )


@router.get("/sites/{site}/count/paper")
async def paper_page(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show the forms to print: one for who is here, one for who passes."""
    home = path_of(site.site, SitePage.COUNT)
    places = await count_places(services, site, reader.language)
    return page(
        "counting/paper.html",
        reader,
        here=Here(site, SitePage.COUNT),
        site_name=read(site.name, reader.language),
        words=words_of(reader.language),
        places=places,
        enter={mode: f"{home}/enter?mode={mode}&lang={reader.language}" for mode in ("stationary", "moving")},
        back=reader.address(home),
    )
