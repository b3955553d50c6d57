"""Crossings; how many people that leaves in a closed space; and how well all of it was watched."""

import enum
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.asked_parts import Borders, Lines, Parts, Spaces, lines, lines_and_zones, no_parts, read_parts, spaces
from api.database.reading import Ask
from api.errors import ParameterError, TooMuchAskedError
from api.formats.answers import answer
from api.negotiation import MEDIA_TYPES, Format, RequestedFormatDep
from api.ranges import Bucket, Hours
from api.routes.anomaly_models import EstimateRow
from api.routes.table_routes import table_routes
from api.series_query import SeriesQuery, checked_in_context, checked_profile, series_query
from api.services import ServicesDep
from api.tables.cell import Correction, CorrectionOfPart
from api.tables.corrected import AskedNumbers, Numbers, corrected_flow
from api.tables.flow import BorderFlowRow, LineFlowRow, SiteFlowRow, SpaceFlowRow
from api.tables.occupancy import Occupancy, OccupancyRow, SpaceDwell
from api.tables.profile import (
    BorderFlowProfileRow,
    LineFlowProfileRow,
    SiteFlowProfileRow,
    SpaceFlowProfileRow,
)
from api.tables.quality import QualityRow
from api.tables.series import Series
from api.tables.table import Table
from api.tables.weather import WeatherRow

router = APIRouter(route_class=RuledRoute, tags=["numbers"], dependencies=[needs(Right.NUMBERS)])


class Of(enum.StrEnum):
    """What flow is asked of."""

    SITE = "site"
    SPACE = "space"
    BORDER = "border"
    LINE = "line"


_TABLES: Final = {
    Of.SITE: Table("numbers/site_flow", SiteFlowRow, "site-flow", of="site"),
    Of.SPACE: Table("numbers/space_flow", SpaceFlowRow, "space-flow", of="space"),
    Of.BORDER: Table("numbers/border_flow", BorderFlowRow, "border-flow", of="border"),
    Of.LINE: Table("numbers/line_flow", LineFlowRow, "line-flow", of="line"),
}
CORRECTED: Final = {
    Of.SITE: corrected_flow(_TABLES[Of.SITE], ("entries", "exits"), Correction),
    Of.SPACE: corrected_flow(_TABLES[Of.SPACE], ("inward", "outward"), Correction),
    Of.BORDER: corrected_flow(_TABLES[Of.BORDER], ("forward", "backward"), Correction),
    Of.LINE: corrected_flow(_TABLES[Of.LINE], ("forward", "backward"), CorrectionOfPart),
}
_PROFILES: Final = {
    Of.SITE: Table("profile/site_flow", SiteFlowProfileRow, "site-flow-profile", of="site", is_profile=True),
    Of.SPACE: Table("profile/space_flow", SpaceFlowProfileRow, "space-flow-profile", of="space", is_profile=True),
    Of.BORDER: Table("profile/border_flow", BorderFlowProfileRow, "border-flow-profile", of="border", is_profile=True),
    Of.LINE: Table("profile/line_flow", LineFlowProfileRow, "line-flow-profile", of="line", is_profile=True),
}
_OCCUPANCY: Final = Table("numbers/occupancy", OccupancyRow, "occupancy")
_ESTIMATES: Final = Table("numbers/estimates", EstimateRow, "estimates")
_WEATHER: Final = Table("numbers/weather", WeatherRow, "weather")
_QUALITY: Final = Table("numbers/quality", QualityRow, "quality")
_LONGEST_OCCUPANCY_DAYS: Final = 31
_LONGEST_QUALITY_DAYS: Final = 400
_MATCHED: Final = timedelta(weeks=4, hours=4)
"""How far around the range estimates look: as reading.line_estimate does."""


async def flow_parts(
    of: Annotated[
        Of,
        Query(
            description="site: entries and exits over the main lines to outside. space: crossings into and out of each "
            "space. border: of each border, over its main lines. line: each line by itself, check lines too."
        ),
    ] = Of.SITE,
    lines: Lines = None,
    borders: Borders = None,
    spaces: Spaces = None,
) -> Parts:
    """Return what flow is asked of, and the keys asked for. Raises ParameterError when they are of something else."""
    keys = {Of.LINE: lines, Of.BORDER: borders, Of.SPACE: spaces}
    for kind, given in keys.items():
        if given is not None and kind is not of:
            raise ParameterError(f"{kind}s {given}: of is {of}, ask of={kind}")
    return read_parts(**{of.value: keys.get(of)})


FlowQuery = Annotated[SeriesQuery, series_query(flow_parts, checked_in_context)]
FlowProfile = Annotated[SeriesQuery, series_query(flow_parts, checked_profile)]
WeatherQuery = Annotated[SeriesQuery, series_query(no_parts)]
LinesQuery = Annotated[SeriesQuery, series_query(lines)]
SpacesQuery = Annotated[SeriesQuery, series_query(spaces, checked_in_context)]
QualityQuery = Annotated[SeriesQuery, series_query(lines_and_zones)]


@table_routes(router, "/sites/{site}/flow", [*_TABLES.values(), *CORRECTED.values()])
async def flow(
    requested: RequestedFormatDep,
    services: ServicesDep,
    query: FlowQuery,
    numbers: AskedNumbers = Numbers.RAW,
) -> Response:
    """Return crossings by bucket, with coverage. Sums name the main lines that are missing."""
    [(of, keys)] = query.parts.items()
    tables = _TABLES if numbers is Numbers.RAW else CORRECTED
    return await answer(services, requested, tables[Of(of)], query, only=keys)


@table_routes(router, "/sites/{site}/flow/profile", [*_PROFILES.values()])
async def flow_profile(requested: RequestedFormatDep, services: ServicesDep, query: FlowProfile) -> Response:
    """Return crossings by weekday, hour and the like, as rates over observed time, and how much dates differ."""
    [(of, keys)] = query.parts.items()
    return await answer(services, requested, _PROFILES[Of(of)], query, only=keys)


@table_routes(router, "/sites/{site}/occupancy", [_OCCUPANCY], Occupancy)
async def occupancy(requested: RequestedFormatDep, services: ServicesDep, query: SpacesQuery) -> Response:
    """Return how many people closed spaces held, and for how long on average, from their lines alone.

    Nobody may be in the space at `from` and `to`: the caller must know. What the crossings leave over at `to` is the
    drift, which bounds the numbers. For no verdict: what is missed alike both ways shows nowhere. Files have the
    occupancy by bucket alone.
    """
    length = query.range.end - query.range.start
    if length.days > _LONGEST_OCCUPANCY_DAYS or not length:
        raise ParameterError(f"from and to must lie 31 days apart at most, not {length}, and both in the past")
    if query.min_coverage is not None:
        raise ParameterError(f"min_coverage {query.min_coverage:g}: occupancy has no coverage to judge by")
    if query.hours is not Hours.ALL:
        raise ParameterError(f"hours {query.hours}: occupancy is given between two times, of all hours")
    keys = query.parts["space"]
    if requested.format is not Format.JSON:
        return await answer(services, requested, _OCCUPANCY, query, only=keys)
    of = query.parameters(only=keys)
    beside = {"context": list(query.context)} if query.context else {}
    rows, spaces_dwell = await services.database.together(
        Ask("numbers/occupancy", of | beside, OccupancyRow), Ask("numbers/space_dwell", of, SpaceDwell)
    )
    whole = Occupancy(series=Series[OccupancyRow](**query.described(), numbers="raw", rows=rows), spaces=spaces_dwell)
    return Response(
        whole.model_dump_json(exclude_unset=True), media_type=MEDIA_TYPES[Format.JSON], headers={"Vary": "Accept"}
    )


@table_routes(router, "/sites/{site}/weather", [_WEATHER])
async def weather(requested: RequestedFormatDep, services: ServicesDep, query: WeatherQuery) -> Response:
    """Return temperature and precipitation by bucket, where a weather station's file was imported."""
    if query.bucket is Bucket.QUARTER or query.hours is not Hours.ALL:
        raise ParameterError(f"bucket {query.bucket}, hours {query.hours}: weather is of all hours, by hour or longer")
    return await answer(services, requested, _WEATHER, query)


@table_routes(router, "/sites/{site}/quality", [_QUALITY])
async def quality(
    requested: RequestedFormatDep,
    services: ServicesDep,
    query: QualityQuery,
) -> Response:
    """Return how well lines and zones were watched by bucket: coverage, outages, flags, what became of the records.

    With lines alone there are no zones in it, and with zones alone no lines.
    """
    length = query.range.end - query.range.start
    if length.days > _LONGEST_QUALITY_DAYS:
        raise TooMuchAskedError(f"quality is given for {_LONGEST_QUALITY_DAYS} days at most, not {length.days}")
    lines, zones = query.parts["line"], query.parts["zone"]
    if lines is not None or zones is not None:
        lines, zones = lines or [], zones or []
    return await answer(services, requested, _QUALITY, query, lines=lines, zones=zones)


@table_routes(router, "/sites/{site}/estimates", [_ESTIMATES])
async def estimates(requested: RequestedFormatDep, services: ServicesDep, query: LinesQuery) -> Response:
    """Return what lines counted, and beside it what they would probably have counted in the time that is missing.

    An estimate isn't a count: nothing else that the API answers has it in it.
    """
    if query.bucket is Bucket.QUARTER:
        raise ParameterError("bucket quarter: estimates are of hours; ask for hour or longer")
    return await answer(services, requested, _ESTIMATES, query, reach=_MATCHED, only=query.parts["line"])
