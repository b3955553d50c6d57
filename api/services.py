"""What the routes work with, made once by the app factory and found through the request."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query, Request

from api.database import Database
from api.errors import UnknownPlaceError
from api.live import LiveFeeds
from api.ranges import LONGEST_DAYS, Bucket, TimeRange, time_range
from api.rows import Site

_KEY: Final = re.compile(r"[a-z0-9-]{1,40}")
_LONGEST: Final = ", ".join(f"{bucket} {days} days" for bucket, days in LONGEST_DAYS.items())


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of the program that a route may need.

    Attributes:
        database: reads the reading contract.
        live: one poller a site, shared by all who follow it.
        now: the time, aware.
    """

    database: Database
    live: LiveFeeds
    now: Callable[[], datetime]


def services(request: Request) -> Services:
    """Return the app's services."""
    found: Services = request.app.state.services
    return found


Use = Annotated[Services, Depends(services)]


async def known_site(
    use: Use, site: Annotated[str, Path(description="Key of the site.", examples=["haninge-entre"])]
) -> Site:
    """Return the site. Raises UnknownPlaceError."""
    found = await use.database.rows("site", {"site": site}, Site) if _KEY.fullmatch(site) else []
    if not found:
        raise UnknownPlaceError(f"there is no site {site}")
    return found[0]


KnownSite = Annotated[Site, Depends(known_site)]


@dataclass(frozen=True, slots=True)
class Question:
    """A site, a bucket and a range that fit each other."""

    site: Site
    bucket: Bucket
    range: TimeRange

    def parameters(self, **more: object) -> dict[str, object]:
        """Return what the statements of the series take."""
        return {
            "site": self.site.site,
            "bucket": self.bucket.value,
            "from_utc": self.range.from_utc,
            "to_utc": self.range.to_utc,
            **more,
        }


def question(
    use: Use,
    site: KnownSite,
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
) -> Question:
    """Return what was asked for, checked before the database is asked."""
    return Question(site, bucket, time_range(bucket, from_, to, ZoneInfo(site.time_zone), use.now()))


Asked = Annotated[Question, Depends(question)]


async def known_zone(
    use: Use,
    site: KnownSite,
    zone: Annotated[
        str | None, Query(max_length=40, description="Key of one zone; left out: all.", examples=["bankarna"])
    ] = None,
) -> str | None:
    """Return the key of the zone. Raises UnknownPlaceError."""
    if zone is not None and not (_KEY.fullmatch(zone) and await _has_zone(use, site, zone)):
        raise UnknownPlaceError(f"site {site.site} has no zone {zone}")
    return zone


async def _has_zone(use: Services, site: Site, zone: str) -> bool:
    found = await use.database.rows("zone_exists", {"site": site.site, "zone": zone}, dict)
    return bool(found)


KnownZone = Annotated[str | None, Depends(known_zone)]
Threshold = Annotated[
    int,
    Query(
        ge=1,
        le=14_400,
        description="A stay is a visit of at least this long, in seconds. It must be an edge of the dwell bins.",
        examples=[60],
    ),
]
