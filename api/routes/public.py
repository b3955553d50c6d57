"""Figures for the public: a fixed grid, late enough to be whole, with small cells suppressed."""

from datetime import UTC, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.database.reading import Ask
from api.errors import ParameterError
from api.problems import responses
from api.public.dwell import CellSize, months, public_rows
from api.public.frames import PATTERN, CalendarFrame, frame, published_until
from api.public.rows import (
    BorderPassages,
    CellState,
    Grid,
    Passages,
    PublicDwell,
    PublicParticipants,
    PublicSite,
    RowT,
    SitePassages,
    Survey,
)
from api.public.tables import Activity, ParticipantGroup, SurveyAnswer, participants, surveys
from api.ranges import Bucket
from api.routes.openapi_examples import ok
from api.series_query import series_parameters
from api.services import KnownSite, Services, ServicesDep, VisibleSites
from api.tables.dwell import DwellRow
from api.tables.flow import BorderFlowRow, SiteFlowRow
from api.tables.places import Site, Zone
from core.ranges import TimeRange

router = APIRouter(route_class=RuledRoute, tags=["public"], prefix="/public", dependencies=[needs(Right.PUBLIC)])

_DWELL_FRAMES: Final = frozenset({Bucket.HOUR, Bucket.DAY, Bucket.MONTH})


async def asked_frame(
    frame_: Annotated[
        str,
        Path(
            alias="frame",
            pattern=f"^{PATTERN}$",
            description="A day by the hour (2026-11-20), a month by the day (2026-11), a year by the month (2026), "
            "or by its ISO weeks (2026-weeks).",
            examples=["2026-11"],
        ),
    ],
) -> CalendarFrame:
    """Return the frame. Raises ParameterError for what is none."""
    return frame(frame_)


AskedFrame = Annotated[CalendarFrame, Depends(asked_frame)]
Year = Annotated[int, Path(ge=2020, le=2099, description="A year that is over.", examples=[2026])]


@router.get("/sites", responses={**ok(PublicSite, is_list=True), **responses()})
async def public_sites(sites: VisibleSites) -> list[PublicSite]:
    """Return the sites whose public figures the caller may have."""
    return [PublicSite(site=site.site, name=site.name, time_zone=site.time_zone) for site in sites]


@router.get("/sites/{site}/passages/{frame}", responses={**ok(Passages), **responses(404, 422)})
async def public_passages(services: ServicesDep, site: KnownSite, frame: AskedFrame) -> Passages:
    """Return passages of the site and of its borders. Hours and days are published when the day is over."""
    zone = ZoneInfo(site.time_zone)
    time_range = frame.within(published_until(frame.bucket, services.now(), zone), zone)
    asked = {**series_parameters(site, frame.bucket, time_range), "only": None}

    async def made() -> Passages:
        site_rows, border_rows = await services.database.together(
            Ask("numbers/site_flow", asked, SiteFlowRow), Ask("numbers/border_flow", asked, BorderFlowRow)
        )
        borders = [_passages(BorderPassages, row, row.forward) for row in border_rows]
        return Passages(
            site=_grid(site, frame, time_range, [_passages(SitePassages, row, row.entries) for row in site_rows]),
            borders=_grid(site, frame, time_range, borders),
        )

    [data] = await services.database.rows("version/data_version", asked, dict)
    return await services.public.passages.get((site.site, frame.text, time_range, data["version"]), made)


@router.get("/sites/{site}/dwell/{frame}", responses={**ok(Grid[PublicDwell]), **responses(404, 422)})
async def public_dwell(services: ServicesDep, site: KnownSite, frame: AskedFrame) -> Grid[PublicDwell]:
    """Return dwell of each zone, with its own threshold of a stay. It is published when the month is over.

    A cell of fewer than five visits is suppressed, and others beside it, until none can be computed; `longer` is
    the frame where more visits are together.
    """
    if frame.bucket not in _DWELL_FRAMES:
        raise ParameterError(f"frame {frame.text}: dwell is published by hour, day and month, not by week")
    zone = ZoneInfo(site.time_zone)
    until = published_until(Bucket.MONTH, services.now(), zone)
    first, after = months(frame)
    whole = CalendarFrame(frame.text, frame.bucket, first, after).within(until, zone)
    time_range = frame.within(until, zone)

    async def made() -> Grid[PublicDwell]:
        rows, sizes = await _dwell(services, site, frame.bucket, time_range), await _sizes(services, site, whole)
        return _grid(site, frame, time_range, public_rows(rows, sizes, frame))

    [data] = await services.database.rows("version/data_version", series_parameters(site, Bucket.MONTH, whole), dict)
    return await services.public.dwell.get((site.site, frame.text, time_range, data["version"]), made)


@router.get("/sites/{site}/participants/{year}", responses={**ok(PublicParticipants), **responses(404, 422)})
async def public_participants(services: ServicesDep, site: KnownSite, year: Year) -> PublicParticipants:
    """Return participants of a year that is over, by kind and month, and by gender and age; small cells suppressed."""
    time_range = _whole_year(services, site, year)
    asked = {"site": site.site, "from_utc": time_range.start, "to_utc": time_range.end}

    async def made() -> PublicParticipants:
        activities, groups = await services.database.together(
            Ask("public/activities", asked, Activity), Ask("public/participants", asked, ParticipantGroup)
        )
        return PublicParticipants(
            site=site.site,
            year=year,
            activities=len(activities),
            counted=sum(activity.total is not None for activity in activities),
            tables=participants(activities, groups),
        )

    [log] = await services.database.rows("version/log_version", {"site": site.site}, dict)
    return await services.public.participants.get((site.site, year, log["version"]), made)


@router.get("/sites/{site}/surveys/{year}", responses={**ok(Survey, is_list=True), **responses(404, 422)})
async def public_surveys(services: ServicesDep, site: KnownSite, year: Year) -> list[Survey]:
    """Return the questionnaire rounds that ended in a year that is over; small cells suppressed."""
    time_range = _whole_year(services, site, year)
    asked = {"site": site.site, "from_utc": time_range.start, "to_utc": time_range.end}

    async def made() -> list[Survey]:
        return surveys(await services.database.rows("public/answers", asked, SurveyAnswer))

    [log] = await services.database.rows("version/log_version", {"site": site.site}, dict)
    return await services.public.surveys.get((site.site, year, log["version"]), made)


async def _dwell(services: Services, site: Site, bucket: Bucket, time_range: TimeRange) -> list[DwellRow]:
    """Return dwell of all zones, each with its own threshold."""
    zones = await services.database.rows("places/zones", {"site": site.site}, Zone)
    asks = []
    for threshold_s in sorted({zone.stay_threshold_s for zone in zones}):
        only = [zone.zone for zone in zones if zone.stay_threshold_s == threshold_s]
        asked = {**series_parameters(site, bucket, time_range), "threshold_s": threshold_s, "only": only}
        asks.append(Ask("numbers/dwell", asked, DwellRow))
    rows = [row for found in await services.database.together(*asks) for row in found]
    return sorted(rows, key=lambda row: (row.zone, row.start_utc))


async def _sizes(services: Services, site: Site, whole: TimeRange) -> dict[Bucket, list[CellSize]]:
    """Return of how many visits the cells of whole months speak, by the month, the day and the hour."""
    buckets = (Bucket.MONTH, Bucket.DAY, Bucket.HOUR)
    asks = [Ask("public/sizes", series_parameters(site, bucket, whole), CellSize) for bucket in buckets]
    return dict(zip(buckets, await services.database.together(*asks), strict=True))


def _whole_year(services: Services, site: Site, year: int) -> TimeRange:
    zone = ZoneInfo(site.time_zone)
    start, end = (datetime(each, 1, 1, tzinfo=zone).astimezone(UTC) for each in (year, year + 1))
    if end > services.now():
        raise ParameterError(f"year {year}: counts by hand are published when the year is over, from {year + 1}-01-01")
    return TimeRange(start, end)


def _grid(site: Site, frame: CalendarFrame, time_range: TimeRange, rows: list) -> Grid:  # type: ignore[type-arg] # of any row
    return Grid(
        site=site.site,
        time_zone=site.time_zone,
        frame=frame.text,
        bucket=frame.bucket.value,
        from_utc=time_range.start,
        to_utc=time_range.end,
        rows=rows,
    )


def _passages(model: type[RowT], row: BaseModel, count: int | None) -> RowT:
    """Return the columns of a row that are published, missing where the row has no count."""
    columns = {name: getattr(row, name) for name in model.model_fields if name != "state"}
    return model(**columns, state=CellState.MISSING if count is None else CellState.SHOWN)
