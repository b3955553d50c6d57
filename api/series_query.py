"""What is asked of numbers by bucket: a site, its parts, a range of time and hours, checked before they are read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request

from api.access.caller import Caller, caller_of
from api.asked_parts import Parts
from api.database.watched_rows import LEAST_OF_ROWS
from api.errors import ParameterError, UnknownPlaceError
from api.ranges import LONGEST_DAYS, Bucket, By, ByPeople, Days, Hours, When, check_days, check_threshold
from api.services import Services, ServicesDep, is_key, site_key, unknown_site
from api.tables.context import context_columns
from api.tables.places import Site
from core.alike import did_you_mean
from core.asked_times import DESCRIPTION, PERIODS
from core.ranges import TimeRange

_LONGEST: Final = ", ".join(f"{bucket} {days} days" for bucket, days in LONGEST_DAYS.items())


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """A site, a bucket, a range and hours that fit each other.

    Attributes:
        site: of which the numbers are asked.
        bucket: length of a cell.
        range: the time asked for.
        hours: to which the numbers are limited.
        whole: only buckets that the range doesn't cut and that have ended.
        tags: the versions of the answer that the caller has (If-None-Match).
        caller: who asks.
        parts: the lines, zones, spaces or borders asked for.
        by: of a profile, what its time is put together by, or of participants, what these are; the bucket then only
            says how long the range may be.
        min_coverage: rows below it are left out, or of a profile the dates; None: none are.
        context: the columns of weather and calendar that are asked for and that the site has.
        days: of a profile, which dates it is of.
    """

    site: Site
    bucket: Bucket
    range: TimeRange
    hours: Hours
    whole: bool
    tags: frozenset[str]
    caller: Caller
    parts: Parts
    by: By | ByPeople | None = None
    min_coverage: float | None = None
    context: tuple[str, ...] = ()
    days: Days = Days.ALL

    @property
    def cells(self) -> dict[str, str]:
        """What its rows are of, in words: buckets, or groups of a profile and its dates."""
        if self.by is None:
            return {"bucket": self.bucket.value}
        return {"by": self.by.value} | ({"days": self.days.value} if isinstance(self.by, By) else {})

    def parameters(self, **more: object) -> dict[str, object]:
        """Return what the statements of the series take."""
        asked = series_parameters(self.site, self.bucket, self.range, self.hours) | self.cells
        least = {"min_coverage": self.min_coverage, LEAST_OF_ROWS: self.min_coverage if self.by is None else None}
        return asked | {"whole": self.whole} | least | more

    def described(self) -> dict[str, Any]:
        """Return what a Series or Profile says of its rows: of what and when they are."""
        return {
            "site": self.site.site,
            "time_zone": self.site.time_zone,
            **self.cells,
            "hours": self.hours.value,
            "whole": self.whole,
            "from_utc": self.range.start,
            "to_utc": self.range.end,
        }

    def has(self, tag: str) -> bool:
        """Tell whether the caller has this version."""
        return "*" in self.tags or tag.removeprefix("W/") in self.tags


def series_parameters(site: Site, bucket: Bucket, span: TimeRange, hours: Hours = Hours.ALL) -> dict[str, object]:
    """Return what every statement of a series takes."""
    return {
        "site": site.site,
        "bucket": bucket.value,
        "from_utc": span.start,
        "to_utc": span.end,
        "hours": hours.value,
        "whole": False,
    }


@dataclass(frozen=True, slots=True)
class _Which:
    """Which hours, and which buckets."""

    hours: Hours
    whole: bool
    min_coverage: float | None = None
    days: Days = Days.ALL


@dataclass(frozen=True, slots=True)
class _CheckedRange:
    """A range as asked for, refused already where no site could make it right."""

    bucket: Bucket
    when: When
    which: _Which
    by: By | ByPeople | None = None
    context: bool = False


AskedHours = Annotated[
    Hours,
    Query(
        description="open or staffed: numbers and expected time of these hours of the site file alone, in whole "
        "quarter-hours."
    ),
]
AskedWhole = Annotated[
    bool, Query(description="true: leave out buckets that the range cuts or that haven't ended (`partial`).")
]


async def which_cells(
    hours: AskedHours = Hours.ALL,
    whole: AskedWhole = False,
    min_coverage: Annotated[
        float | None,
        Query(
            ge=0,
            le=1,
            description="Leave out rows with a coverage below this; the answer says which (`left_out`; of files the "
            "header `Platspuls-Left-Out`). Rows of time in which nothing was expected stay.",
            examples=[0.9],
        ),
    ] = None,
) -> _Which:
    """Return which hours and buckets are asked for."""
    return _Which(hours, whole, min_coverage)


async def asked_when(
    from_: Annotated[
        str | None,
        Query(
            alias="from",
            max_length=40,
            description=f"{DESCRIPTION} On a quarter-hour. Inclusive.",
            examples=["2026-10-25", "7d", "2026-10-25T00:00+02:00"],
        ),
    ] = None,
    to: Annotated[
        str | None,
        Query(
            max_length=40,
            description=f"The same, exclusive. Left out, or later than now: now. Longest ranges: {_LONGEST}; of a "
            f"profile {LONGEST_DAYS[Bucket.DAY]} days.",
            examples=["2026-10-26"],
        ),
    ] = None,
    period: Annotated[
        str | None,
        Query(
            max_length=60,
            description=f"Instead of from and to, all of what it names, both ends: {PERIODS}.",
            examples=["last-week", "2026-W40..2026-W45"],
        ),
    ] = None,
) -> When:
    """Return when, as it was asked."""
    return When(from_, to, period)


AskedWhen = Annotated[When, Depends(asked_when)]


async def checked_range(
    services: ServicesDep,
    which: Annotated[_Which, Depends(which_cells)],
    when: AskedWhen,
    bucket: Annotated[Bucket, Query(description="Length of a cell, in local time.")] = Bucket.HOUR,
) -> _CheckedRange:
    """Check the range as far as it can be without knowing the site. Raises ParameterError, TooMuchAskedError."""
    when.check(bucket, services.now())
    return _CheckedRange(bucket, when, which)


async def checked_in_context(
    asked: Annotated[_CheckedRange, Depends(checked_range)],
    context: Annotated[
        bool,
        Query(
            description="true: weather, holidays and school breaks beside the numbers, of what the site has. All hours "
            "of the bucket, whatever hours the numbers are of. By hour, day, week or month."
        ),
    ] = False,
) -> _CheckedRange:
    """Return the range, and whether context is asked for. Raises ParameterError, also as checked_range."""
    if context and asked.bucket is Bucket.QUARTER:
        raise ParameterError("context: weather is by the hour; ask for bucket hour or longer, not quarter")
    return replace(asked, context=context)


async def which_dates(
    hours: AskedHours = Hours.ALL,
    whole: AskedWhole = False,
    days: Annotated[
        Days,
        Query(
            description="Only such dates, by the calendar of the site file: workday (Monday to Friday, no holiday), "
            "holiday, school_break, term (no school break), school_day (a workday of term). Refused where the calendar "
            "has none of that kind in a year of the range."
        ),
    ] = Days.ALL,
) -> _Which:
    """Return which hours, buckets and dates a profile is of."""
    return _Which(hours, whole, days=days)


async def checked_profile(
    services: ServicesDep,
    which: Annotated[_Which, Depends(which_dates)],
    when: AskedWhen,
    by: Annotated[
        By,
        Query(
            description="What time is put together by, as the site's clocks show it: weekday, hour, both, day_type "
            "(Monday to Thursday, Friday, Saturday, Sunday and holidays) or month of the year.",
        ),
    ] = By.HOUR,
) -> _CheckedRange:
    """Check the range of a profile as far as it can be without knowing the site. Raises as checked_range."""
    when.check(Bucket.DAY, services.now())
    return _CheckedRange(Bucket.DAY, when, which, by)


async def checked_people(
    services: ServicesDep,
    when: AskedWhen,
    by: Annotated[
        ByPeople,
        Query(
            description="What participants are put together by: the kind of activity alone, or also age, gender, or "
            "both (kind_group)."
        ),
    ] = ByPeople.KIND_AGE,
) -> _CheckedRange:
    """Check the range of participants as far as it can be without knowing the site. Raises as checked_range."""
    when.check(Bucket.DAY, services.now())
    return _CheckedRange(Bucket.DAY, when, _Which(Hours.ALL, whole=False), by)


def series_query(
    of: Callable[..., Awaitable[Parts]], when: Callable[..., Awaitable[_CheckedRange]] = checked_range
) -> Any:  # noqa: ANN401 - FastAPI's parameters are anything
    """Return the dependency of a route of numbers: its SeriesQuery, whose parts the dependency `of` reads.

    `when` reads its range, and whether it is by bucket (checked_range) or a profile (checked_profile).

    What can be checked without the database is checked before; the site, its hours and the parts are one statement.
    Raises UnknownPlaceError, ParameterError, TooMuchAskedError.
    """

    async def checked(
        request: Request,
        services: ServicesDep,
        key: Annotated[str, Depends(site_key)],
        asked: Annotated[_CheckedRange, Depends(when)],
        parts: Annotated[Parts, Depends(of)],
    ) -> SeriesQuery:
        hours, whole = asked.which.hours, asked.which.whole
        found = await _known(services, key, asked, parts)
        if found is None:
            raise await unknown_site(services, await caller_of(request), key)
        site, has_hours, unknown, context, known_years = found
        if asked.context and not context:
            raise ParameterError(
                f"context: {key} has no weather (`platspuls weather import`) and no [[calendar]] in its site file"
            )
        if hours is not Hours.ALL and not has_hours:
            raise ParameterError(f"hours {hours}: the site file of {key} has no {hours} hours")
        zone = ZoneInfo(site.time_zone)
        range_ = asked.when.range(asked.bucket, zone, services.now())
        check_days(asked.which.days, known_years, range_, zone)
        for kind, keys in unknown.items():
            raise await _unknown_parts(services, key, kind, keys)
        tags = tags_of(request)
        caller = await caller_of(request)
        least, days = asked.which.min_coverage, asked.which.days
        return SeriesQuery(
            site, asked.bucket, range_, hours, whole, tags, caller, parts, asked.by, least, context, days
        )

    return Depends(checked)


async def _unknown_parts(services: Services, site: str, kind: str, keys: list[str]) -> UnknownPlaceError:
    """Return the refusal of keys of one kind: it names like ones of the site."""
    known = [row[kind] for row in await services.database.rows(f"places/{kind}s", {"site": site}, dict)]
    like = did_you_mean(keys[0], known) if len(keys) == 1 else ""
    return UnknownPlaceError(f"site {site} has no {kind} {', '.join(keys)}{like}")


async def _known(
    services: Services, key: str, query: _CheckedRange, parts: Parts
) -> tuple[Site, bool, dict[str, list[str]], tuple[str, ...], dict[str, list[int]]] | None:
    """Return the site, whether it has such hours, which parts it doesn't have, its columns of context, known years.

    None where there is no such site.
    """
    asked = [(kind, part) for kind, keys in parts.items() for part in keys or ()]
    possible = [pair for pair in asked if is_key(pair[1])]
    found = await services.database.rows(
        "places/site_of_query",
        {
            "site": key,
            "hours": query.which.hours.value,
            "context": query.context,
            "days": query.which.days.value,
            "kinds": [kind for kind, _ in possible],
            "keys": [part for _, part in possible],
        },
        dict,
    )
    if not found:
        return None
    [row] = found
    context, known_years = context_columns(row.pop("context")), row.pop("known_years")
    has_hours, missing = row.pop("has_hours"), {tuple(pair) for pair in row.pop("unknown")}
    unknown: dict[str, list[str]] = {}
    for kind, part in asked:
        if (kind, part) in missing or not is_key(part):
            unknown.setdefault(kind, []).append(part)
    return Site(**row), has_hours, unknown, context, known_years


def tags_of(request: Request) -> frozenset[str]:
    """Return the versions of the answer that the caller has (If-None-Match)."""
    header = request.headers.get("if-none-match", "")
    return frozenset(tag.strip().removeprefix("W/") for tag in header.split(",") if tag.strip())


async def threshold(
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
    """Return the threshold. Raises ParameterError where stays can't be counted for it."""
    check_threshold(threshold_s)
    return threshold_s


Threshold = Annotated[int, Depends(threshold)]
