"""What is usual on such a weekday: read once for each day, kept as long as nothing of the days before changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from api.database.reading import Ask, Database
from api.database.single_flight import SingleFlightCache
from api.ranges import Bucket

_LOOKED_BACK: Final = timedelta(days=71)
_AT_ONCE: Final = 2
"""Connections that read the day so far of many sites."""
_KEPT_OF_TODAY: Final = 20
"""Answers of a minute kept at most: one for each choice of sites that somebody looks at."""
_KEPT: Final = 400
"""Answers kept at most: of two hundred sites by hour and quarter-hour; each is a hundred short rows."""


@dataclass(frozen=True, slots=True)
class UsualStep:
    """Entries of a step of the day by the clock, on days like it: reading.typical_day.

    Attributes:
        clock: what clocks show where it begins.
        days: over how many days.
        low: a quarter of them had fewer; None below three days, as `middle` and `high`.
        middle: the median.
        high: a quarter of them had more.
    """

    clock: time
    days: int
    low: int | None
    middle: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class UsualSoFar:
    """Entries of a day or week until now beside what is usual until then: reading.typical_so_far.

    Attributes:
        site: its key.
        until_local: what clocks show at the end of what is compared.
        entries: until then; None where too little was watched.
        coverage: of them.
        estimate: less than nine tenths was watched.
        number: over how many days or weeks.
        low: a quarter of them had fewer; None below three, as `middle` and `high`.
        middle: the median.
        high: a quarter of them had more.
        previous: of the newest of them that has a number.
    """

    site: str
    until_local: datetime
    entries: int | None
    coverage: float | None
    estimate: bool
    number: int
    low: int | None
    middle: int | None
    high: int | None
    previous: int | None


class UsualDays:
    """What is usual on a date, made once for all who look at it."""

    __slots__ = ("_cache", "_today")

    def __init__(self) -> None:
        self._cache: SingleFlightCache[list[UsualStep]] = SingleFlightCache(_KEPT)
        self._today: SingleFlightCache[list[UsualSoFar]] = SingleFlightCache(_KEPT_OF_TODAY)

    async def of(self, database: Database, site: str, bucket: Bucket, day: date, version: str) -> list[UsualStep]:
        """Return what is usual on `day` by the hour or quarter-hour. Raises as reading does.

        `version` is what `version_before` asks for: it is made anew when that changed.
        """

        async def read() -> list[UsualStep]:
            return await database.rows("numbers/typical_day", {"site": site, "bucket": bucket, "day": day}, UsualStep)

        return await self._cache.get((site, bucket, day, version), read)

    async def today(self, database: Database, sites: Sequence[str], at: datetime) -> list[UsualSoFar]:
        """Return the day so far of several sites beside what is usual, made once a minute. Raises as reading does."""

        async def read() -> list[UsualSoFar]:
            parts = (list(sites[place::_AT_ONCE]) for place in range(min(_AT_ONCE, len(sites))))
            found = await asyncio.gather(*(database.together(so_far(part, Bucket.DAY, at)) for part in parts))
            return [row for [rows] in found for row in rows]

        return await self._today.get((tuple(sites), at.replace(second=0, microsecond=0)), read)


def version_before(site: str, start: datetime) -> Ask:
    """Return what asks for the version of the site file and of the data of the days before the one begun at `start`."""
    span = {"site": site, "from_utc": start - _LOOKED_BACK, "to_utc": start - timedelta(minutes=30)}
    return Ask("version/data_version", span, dict)


def so_far(sites: list[str], bucket: Bucket, at: datetime) -> Ask:
    """Return what asks for the day or week so far of several sites, beside what is usual: rows of UsualSoFar."""
    return Ask("numbers/typical_so_far", {"sites": sites, "bucket": bucket, "at": at}, UsualSoFar)
