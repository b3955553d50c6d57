"""What the routes work with, made once by the app factory and found through the request."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request

from api.access.caller import Caller, caller_of
from api.database.reading import Database
from api.database.single_flight import SingleFlightCache
from api.database.writing import Commands
from api.errors import ParameterError, UnknownPlaceError
from api.export_log import ExportLog
from api.live import LiveFeeds
from api.public.rows import Grid, PublicDwell
from api.ranges import LONGEST_DAYS, Bucket, Hours, check_length, check_threshold, time_range
from api.tables.places import Site
from core.ranges import TimeRange

_KEY: Final = re.compile(r"[a-z0-9-]{1,40}")
_LONGEST: Final = ", ".join(f"{bucket} {days} days" for bucket, days in LONGEST_DAYS.items())


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the program that a route may need.

    Attributes:
        database: reads the reading contract.
        commands: writes what people tell.
        live: one poller a site, shared by all who follow it.
        exports: notes who takes files.
        public: dwell on the public's grid, as it was told last.
        now: the time, aware.
    """

    database: Database
    commands: Commands
    live: LiveFeeds
    exports: ExportLog
    public: SingleFlightCache[Grid[PublicDwell]]
    now: Callable[[], datetime]


def services_of(request: Request) -> Services:
    """Return the app's services."""
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services_of)]


def site_key(site: Annotated[str, Path(description="Key of the site.", examples=["haninge-entre"])]) -> str:
    """Return what may be the key of a site. Raises UnknownPlaceError where it can't be, without asking the database."""
    if not _KEY.fullmatch(site):
        raise UnknownPlaceError(f"there is no site {site}")
    return site


async def known_site(services: ServicesDep, site: Annotated[str, Depends(site_key)]) -> Site:
    """Return the site. Raises UnknownPlaceError."""
    found = await services.database.rows("site", {"site": site}, Site)
    if not found:
        raise UnknownPlaceError(f"there is no site {site}")
    return found[0]


KnownSite = Annotated[Site, Depends(known_site)]


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """A site, a bucket, a range and hours that fit each other.

    Attributes:
        site: of which the numbers are asked.
        bucket: length of a cell.
        range: the time asked for.
        hours: to which the numbers are limited.
        tags: the versions of the answer that the caller has (If-None-Match).
        caller: who asks.
    """

    site: Site
    bucket: Bucket
    range: TimeRange
    hours: Hours
    tags: frozenset[str]
    caller: Caller

    def parameters(self, **more: object) -> dict[str, object]:
        """Return what the statements of the series take."""
        return {
            "site": self.site.site,
            "bucket": self.bucket.value,
            "from_utc": self.range.start,
            "to_utc": self.range.end,
            "hours": self.hours.value,
            **more,
        }

    def has(self, tag: str) -> bool:
        """Tell whether the caller has this version."""
        return "*" in self.tags or tag.removeprefix("W/") in self.tags


@dataclass(frozen=True, slots=True)
class _Limits:
    """A range as asked for, refused already where no site could make it right."""

    bucket: Bucket
    from_: str
    to: str | None


def limits(
    services: ServicesDep,
    from_: Annotated[
        str,
        Query(
            alias="from",
            max_length=40,
            description="A local date (its first instant), or a time with offset on a quarter-hour. Inclusive.",
            examples=["2026-10-25", "2026-10-25T00:00+02:00"],
        ),
    ],
    to: Annotated[
        str | None,
        Query(
            max_length=40,
            description=f"The same, exclusive. Left out, or later than now: now. Longest ranges: {_LONGEST}.",
            examples=["2026-10-26"],
        ),
    ] = None,
    bucket: Annotated[Bucket, Query(description="Length of a cell, in local time.")] = Bucket.HOUR,
) -> _Limits:
    """Check the range as far as it can be without knowing the site. Raises ParameterError, TooMuchAskedError."""
    check_length(bucket, from_, to, services.now())
    return _Limits(bucket, from_, to)


async def series_query(
    request: Request,
    services: ServicesDep,
    key: Annotated[str, Depends(site_key)],
    query: Annotated[_Limits, Depends(limits)],
    hours: Annotated[
        Hours,
        Query(
            description="open or staffed: numbers and expected time of these hours of the site file alone, in whole "
            "quarter-hours."
        ),
    ] = Hours.ALL,
) -> SeriesQuery:
    """Return what was asked for; what can be checked without the database was checked before."""
    site = await known_site(services, key)
    if hours is not Hours.ALL and not await services.database.rows(
        "has_hours", {"site": key, "kind": hours.value}, dict
    ):
        raise ParameterError(f"hours {hours}: the site file of {key} has no {hours} hours")
    range_ = time_range(query.bucket, query.from_, query.to, ZoneInfo(site.time_zone), services.now())
    tags = _tags(request.headers.get("if-none-match", ""))
    return SeriesQuery(site, query.bucket, range_, hours, tags, caller_of(request))


def _tags(header: str) -> frozenset[str]:
    return frozenset(tag.strip().removeprefix("W/") for tag in header.split(",") if tag.strip())


SeriesQueryDep = Annotated[SeriesQuery, Depends(series_query)]


def _parts(name: str, example: str) -> Any:  # noqa: ANN401 - FastAPI's parameters are anything
    return Query(max_length=2000, description=f"Keys of {name} with commas between; left out: all.", examples=[example])


Lines = Annotated[str | None, _parts("lines", "stationen,torget")]
Borders = Annotated[str | None, _parts("borders", "stationen")]
Spaces = Annotated[str | None, _parts("spaces", "gangtunneln")]
Zones = Annotated[str | None, _parts("zones", "bankarna,pianot")]


async def only(services: Services, query: SeriesQuery, kind: str, keys: str | None) -> list[str] | None:
    """Return the keys of the lines, zones, spaces or borders asked for, None for all. Raises UnknownPlaceError.

    Args:
        services: of the app.
        query: of which site.
        kind: line, zone, space or border.
        keys: with commas between; None is all.
    """
    if keys is None:
        return None
    asked = sorted({key.strip() for key in keys.split(",") if key.strip()})
    unknown = [key for key in asked if not _KEY.fullmatch(key)] or [
        row["key"]
        for row in await services.database.rows(
            "unknown_parts", query.parameters(kind=kind, keys=asked), dict[str, str]
        )
    ]
    if unknown:
        raise UnknownPlaceError(f"site {query.site.site} has no {kind} {', '.join(unknown)}")
    return asked


async def known_zones(services: ServicesDep, query: SeriesQueryDep, zones: Zones = None) -> list[str] | None:
    """Return the zones asked for, None for all. Raises UnknownPlaceError."""
    return await only(services, query, "zone", zones)


KnownZones = Annotated[list[str] | None, Depends(known_zones)]


def threshold(
    threshold_s: Annotated[
        int,
        Query(
            ge=1,
            le=14_400,
            description="A stay is a visit of at least this long, in seconds. It must be an edge of the dwell bins.",
            examples=[60],
        ),
    ] = 60,
) -> int:
    """Return the threshold. Raises ParameterError where stays can't be told for it."""
    check_threshold(threshold_s)
    return threshold_s


Threshold = Annotated[int, Depends(threshold)]
