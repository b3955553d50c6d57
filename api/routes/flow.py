"""Crossings: of a site, its spaces or its lines."""

# ruff: noqa: FAST003 - `site` of the paths is taken by the question that each operation depends on

import enum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.csv_stream import Table, csv_response
from api.problems import responses
from api.rows import LineFlowRow, Series, SiteFlowRow, SpaceFlowRow
from api.series import series
from api.services import Asked, Use
from api.spoken import columns, ok

router = APIRouter(tags=["numbers"])


class Of(enum.StrEnum):
    """What flow is asked of."""

    SITE = "site"
    SPACE = "space"
    LINE = "line"


_TABLES: Final = {
    Of.SITE: Table("site_flow", SiteFlowRow, "site-flow"),
    Of.SPACE: Table("space_flow", SpaceFlowRow, "space-flow"),
    Of.LINE: Table("line_flow", LineFlowRow, "line-flow"),
}
OfWhat = Annotated[
    Of,
    Query(
        description="site: entries and exits over the main lines to outside. space: crossings into and out of each "
        "space. line: each line by itself, check lines too."
    ),
]
_CSV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"example": ",".join(_TABLES[Of.SITE].header())}}}
}
_COLUMNS: Final = "\n\n".join(f"Of a {of}:\n\n{columns(table.row)}" for of, table in _TABLES.items())


@router.get("/sites/{site}/flow", responses={**ok(Series[SiteFlowRow]), **responses(404, 422)})
async def flow(
    use: Use, asked: Asked, of: OfWhat = Of.SITE
) -> Series[SiteFlowRow] | Series[SpaceFlowRow] | Series[LineFlowRow]:
    """Return crossings by bucket, with coverage. Sums name the main lines that are missing."""
    match of:
        case Of.SITE:
            return await series(use, asked, "site_flow", SiteFlowRow)
        case Of.SPACE:
            return await series(use, asked, "space_flow", SpaceFlowRow)
        case Of.LINE:
            return await series(use, asked, "line_flow", LineFlowRow)


@router.get(
    "/sites/{site}/flow.csv",
    response_class=StreamingResponse,
    responses={**_CSV, **responses(404, 422)},
    description=f"Return the same as a CSV, streamed. The columns `site` and `bucket`, and:\n\n{_COLUMNS}",
)
async def flow_csv(use: Use, asked: Asked, of: OfWhat = Of.SITE) -> StreamingResponse:
    """Return crossings by bucket as CSV."""
    return await csv_response(use.database, _TABLES[of], asked)
