"""Zones: presence, dwell and stays."""

# ruff: noqa: FAST003 - `site` of the paths is taken by the question that each operation depends on

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from api.access.roles import Right
from api.access.rules import needs
from api.answers import Table, answer_csv, answer_json
from api.problems import responses
from api.rows import DwellRow, PresenceRow, Series
from api.services import Asked, KnownZones, Threshold, Use
from api.spoken import columns, ok, table

router = APIRouter(tags=["numbers"], dependencies=[needs(Right.NUMBERS)])

_PRESENCE: Final = Table("presence", PresenceRow, "presence")
_DWELL: Final = Table("dwell", DwellRow, "dwell")
_AS_CSV: Final = "Return the same as a CSV, streamed. The columns `site` and `bucket`, and:\n\n"


@router.get(
    "/sites/{site}/presence",
    response_model=Series[PresenceRow],
    responses={**ok(Series[PresenceRow]), **responses(304, 404, 422)},
)
async def presence(use: Use, asked: Asked, zones: KnownZones) -> Response:
    """Return entries, exits, presence and occupancy of zones by bucket, with coverage."""
    return await answer_json(use, _PRESENCE, asked, only=zones)


@router.get(
    "/sites/{site}/presence.csv",
    response_class=StreamingResponse,
    responses={**table(_PRESENCE.header()), **responses(304, 404, 422)},
    description=f"{_AS_CSV}{columns(PresenceRow)}",
)
async def presence_csv(use: Use, asked: Asked, zones: KnownZones) -> Response:
    """Return entries, exits, presence and occupancy by bucket as CSV."""
    return await answer_csv(use, _PRESENCE, asked, only=zones)


@router.get(
    "/sites/{site}/dwell",
    response_model=Series[DwellRow],
    responses={**ok(Series[DwellRow]), **responses(304, 404, 422)},
)
async def dwell(threshold_s: Threshold, use: Use, asked: Asked, zones: KnownZones) -> Response:
    """Return dwell and stays of zones by bucket: of the visits that ended in it, with bounds and coverage."""
    return await answer_json(use, _DWELL, asked, only=zones, threshold_s=threshold_s)


@router.get(
    "/sites/{site}/dwell.csv",
    response_class=StreamingResponse,
    responses={**table(_DWELL.header()), **responses(304, 404, 422)},
    description=f"{_AS_CSV}{columns(DwellRow)}",
)
async def dwell_csv(threshold_s: Threshold, use: Use, asked: Asked, zones: KnownZones) -> Response:
    """Return dwell and stays by bucket as CSV."""
    file = Table("dwell", DwellRow, f"dwell-{threshold_s}s")
    return await answer_csv(use, file, asked, only=zones, threshold_s=threshold_s)
