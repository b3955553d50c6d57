"""Zones: presence, dwell and stays."""

from typing import Annotated, Final

from fastapi import APIRouter, Response

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.formats.answers import answer
from api.negotiation import RequestedFormatDep
from api.routes.table_routes import table_routes
from api.series_query import SeriesQuery, Threshold, series_query, zones
from api.services import ServicesDep
from api.tables import corrected
from api.tables.corrected import AskedNumbers, Numbers
from api.tables.dwell import DwellRow, PresenceRow
from api.tables.table import Table

router = APIRouter(route_class=RuledRoute, tags=["numbers"], dependencies=[needs(Right.NUMBERS)])

ZonesQuery = Annotated[SeriesQuery, series_query(zones)]

_PRESENCE: Final = Table("numbers/presence", PresenceRow, "presence", of="zone")
_DWELL: Final = Table("numbers/dwell", DwellRow, "dwell", of="zone")


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
