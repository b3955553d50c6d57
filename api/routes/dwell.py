"""Zones: presence, dwell and stays."""

from typing import Final

from fastapi import APIRouter, Response

from api.access.roles import Right
from api.access.rules import needs
from api.formats.answers import answer
from api.negotiation import Wish
from api.routes.table_routes import offer
from api.services import Asked, KnownZones, Threshold, Use
from api.tables import corrected
from api.tables.corrected import AskedNumbers, CorrectedDwellRow, CorrectedPresenceRow, Numbers
from api.tables.rows import DwellRow, PresenceRow, Series
from api.tables.table import Table

router = APIRouter(tags=["numbers"], dependencies=[needs(Right.NUMBERS)])

_PRESENCE: Final = Table("presence", PresenceRow, "presence", of="zone")
_DWELL: Final = Table("dwell", DwellRow, "dwell", of="zone")


@offer(
    router,
    "/sites/{site}/presence",
    [_PRESENCE, corrected.PRESENCE],
    [Series[PresenceRow], Series[CorrectedPresenceRow]],
)
async def presence(
    wanted: Wish, use: Use, asked: Asked, zones: KnownZones, numbers: AskedNumbers = Numbers.RAW
) -> Response:
    """Return entries, exits, presence and occupancy of zones by bucket, with coverage."""
    table = _PRESENCE if numbers is Numbers.RAW else corrected.PRESENCE
    return await answer(use, wanted, table, asked, only=zones)


@offer(router, "/sites/{site}/dwell", [_DWELL, corrected.DWELL], [Series[DwellRow], Series[CorrectedDwellRow]])
async def dwell(  # noqa: PLR0913, PLR0917  each is a part of the question
    wanted: Wish,
    threshold_s: Threshold,
    use: Use,
    asked: Asked,
    zones: KnownZones,
    numbers: AskedNumbers = Numbers.RAW,
) -> Response:
    """Return dwell and stays of zones by bucket: of the visits that ended in it, with bounds and coverage."""
    table = _DWELL if numbers is Numbers.RAW else corrected.DWELL
    return await answer(use, wanted, table, asked, only=zones, threshold_s=threshold_s)
