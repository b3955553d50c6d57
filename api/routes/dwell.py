"""Zones: presence, dwell and stays."""

# ruff: noqa: FAST003 - `site` of the paths is taken by the question that each operation depends on

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.csv_stream import Table, csv_response
from api.problems import responses
from api.rows import DwellRow, PresenceRow, Series
from api.series import series
from api.services import Asked, KnownZone, Threshold, Use
from api.spoken import columns, ok

router = APIRouter(tags=["numbers"])

_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"example": ",".join(Table("dwell", DwellRow, "").header())}}}
}


@router.get("/sites/{site}/presence", responses={**ok(Series[PresenceRow]), **responses(404, 422)})
async def presence(use: Use, asked: Asked, zone: KnownZone = None) -> Series[PresenceRow]:
    """Return entries, exits, presence and occupancy of zones by bucket, with coverage."""
    return await series(use, asked, "presence", PresenceRow, zone=zone)


@router.get("/sites/{site}/dwell", responses={**ok(Series[DwellRow]), **responses(404, 422)})
async def dwell(use: Use, asked: Asked, zone: KnownZone = None, threshold_s: Threshold = 60) -> Series[DwellRow]:
    """Return dwell and stays of zones by bucket: of the visits that ended in it, with bounds and coverage."""
    return await series(use, asked, "dwell", DwellRow, zone=zone, threshold_s=threshold_s)


@router.get(
    "/sites/{site}/dwell.csv",
    response_class=StreamingResponse,
    responses={**_CSV, **responses(404, 422)},
    description=f"Return the same as a CSV, streamed. The columns `site` and `bucket`, and:\n\n{columns(DwellRow)}",
)
async def dwell_csv(use: Use, asked: Asked, zone: KnownZone = None, threshold_s: Threshold = 60) -> StreamingResponse:
    """Return dwell and stays by bucket as CSV."""
    table = Table("dwell", DwellRow, f"dwell-{threshold_s}s")
    return await csv_response(use.database, table, asked, zone=zone, threshold_s=threshold_s)
