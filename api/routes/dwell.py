"""Zones: presence, dwell and stays."""

from typing import Final

from fastapi import APIRouter, Response

from api.access.roles import Right
from api.access.rules import needs
from api.answers import answer
from api.forms import Wish
from api.offered import offer
from api.rows import DwellRow, PresenceRow, Series
from api.services import Asked, KnownZones, Threshold, Use
from api.tables import Table

router = APIRouter(tags=["numbers"], dependencies=[needs(Right.NUMBERS)])

_PRESENCE: Final = Table("presence", PresenceRow, "presence")
_DWELL: Final = Table("dwell", DwellRow, "dwell")


@offer(router, "/sites/{site}/presence", [_PRESENCE], [Series[PresenceRow]])
async def presence(wanted: Wish, use: Use, asked: Asked, zones: KnownZones) -> Response:
    """Return entries, exits, presence and occupancy of zones by bucket, with coverage."""
    return await answer(use, wanted, _PRESENCE, asked, only=zones)


@offer(router, "/sites/{site}/dwell", [_DWELL], [Series[DwellRow]])
async def dwell(wanted: Wish, threshold_s: Threshold, use: Use, asked: Asked, zones: KnownZones) -> Response:
    """Return dwell and stays of zones by bucket: of the visits that ended in it, with bounds and coverage."""
    return await answer(use, wanted, _DWELL, asked, only=zones, threshold_s=threshold_s)
