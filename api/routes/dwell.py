"""Zones: presence, dwell and stays, by bucket and as profiles."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.asked_parts import zones
from api.formats.answers import answer
from api.negotiation import RequestedFormatDep
from api.routes.table_routes import table_routes
from api.series_query import SeriesQuery, Threshold, checked_in_context, checked_profile, series_query
from api.services import ServicesDep
from api.tables import corrected
from api.tables.corrected import AskedNumbers, Numbers
from api.tables.dwell import DwellRow, PresenceRow
from api.tables.profile import DwellBinRow, DwellProfileRow, PresenceProfileRow
from api.tables.table import Table

router = APIRouter(route_class=RuledRoute, tags=["numbers"], dependencies=[needs(Right.NUMBERS)])

ZonesQuery = Annotated[SeriesQuery, series_query(zones, checked_in_context)]
ZonesProfile = Annotated[SeriesQuery, series_query(zones, checked_profile)]

_PRESENCE: Final = Table("numbers/presence", PresenceRow, "presence", of="zone")
_DWELL: Final = Table("numbers/dwell", DwellRow, "dwell", of="zone")
_PRESENCE_PROFILE: Final = Table("profile/presence", PresenceProfileRow, "presence-profile", of="zone", is_profile=True)
_DWELL_PROFILE: Final = Table("profile/dwell", DwellProfileRow, "dwell-profile", of="zone", is_profile=True)
_DWELL_BINS: Final = Table("profile/bins", DwellBinRow, "dwell-bins", of="zone", is_profile=True)


@table_routes(router, "/sites/{site}/presence", [_PRESENCE, corrected.PRESENCE])
async def presence(
    requested: RequestedFormatDep,
    services: ServicesDep,
    query: ZonesQuery,
    numbers: AskedNumbers = Numbers.RAW,
) -> Response:
    """Return entries, exits, presence and occupancy of zones by bucket, with coverage."""
    table = _PRESENCE if numbers is Numbers.RAW else corrected.PRESENCE
    return await answer(services, requested, table, query, only=query.parts["zone"])


@table_routes(router, "/sites/{site}/dwell", [_DWELL, corrected.DWELL])
async def dwell(
    requested: RequestedFormatDep,
    threshold_s: Threshold,
    services: ServicesDep,
    query: ZonesQuery,
    numbers: AskedNumbers = Numbers.RAW,
) -> Response:
    """Return dwell and stays of zones by bucket: of the visits that ended in it, with bounds and coverage."""
    table = _DWELL if numbers is Numbers.RAW else corrected.DWELL
    return await answer(services, requested, table, query, only=query.parts["zone"], threshold_s=threshold_s)


@table_routes(router, "/sites/{site}/presence/profile", [_PRESENCE_PROFILE])
async def presence_profile(requested: RequestedFormatDep, services: ServicesDep, query: ZonesProfile) -> Response:
    """Return entries, exits, presence and occupancy of zones by weekday, hour and the like, with rates and spread."""
    return await answer(services, requested, _PRESENCE_PROFILE, query, only=query.parts["zone"])


@table_routes(router, "/sites/{site}/dwell/profile", [_DWELL_PROFILE, _DWELL_BINS])
async def dwell_profile(
    requested: RequestedFormatDep,
    threshold_s: Threshold,
    services: ServicesDep,
    query: ZonesProfile,
    bins: Annotated[
        bool, Query(description="true: the histograms themselves, a row a bin; the threshold says nothing then.")
    ] = False,
) -> Response:
    """Return dwell and stays of zones by weekday, hour and the like: each from one life table of all its visits."""
    if bins:
        return await answer(services, requested, _DWELL_BINS, query, only=query.parts["zone"])
    return await answer(services, requested, _DWELL_PROFILE, query, only=query.parts["zone"], threshold_s=threshold_s)
