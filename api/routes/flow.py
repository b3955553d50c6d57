"""Crossings: of a site, its spaces, borders or lines; and how many people that leaves in a closed space."""

# ruff: noqa: FAST003 - `site` of the paths is taken by the question that each operation depends on

import enum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from api.access.roles import Right
from api.access.rules import needs
from api.answers import Table, answer_csv, answer_json
from api.errors import ParameterError
from api.occupancy import Occupancy, OccupancyRow, SpaceDwell
from api.problems import responses
from api.rows import BorderFlowRow, LineFlowRow, Series, SiteFlowRow, SpaceFlowRow
from api.services import Asked, Borders, Lines, Spaces, Use, only
from api.spoken import columns, ok, table

router = APIRouter(tags=["numbers"], dependencies=[needs(Right.NUMBERS)])


class Of(enum.StrEnum):
    """What flow is asked of."""

    SITE = "site"
    SPACE = "space"
    BORDER = "border"
    LINE = "line"


_TABLES: Final = {
    Of.SITE: Table("site_flow", SiteFlowRow, "site-flow"),
    Of.SPACE: Table("space_flow", SpaceFlowRow, "space-flow"),
    Of.BORDER: Table("border_flow", BorderFlowRow, "border-flow"),
    Of.LINE: Table("line_flow", LineFlowRow, "line-flow"),
}
_COLUMNS: Final = "\n\n".join(f"Of a {of}:\n\n{columns(told.row)}" for of, told in _TABLES.items())
_LONGEST_OCCUPANCY_DAYS: Final = 31


def chosen(
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
) -> tuple[Of, str | None]:
    """Return what flow is asked of, and the keys asked for. Raises ParameterError when they are of something else."""
    keys = {Of.LINE: lines, Of.BORDER: borders, Of.SPACE: spaces}
    for kind, given in keys.items():
        if given is not None and kind is not of:
            raise ParameterError(f"{kind}s {given}: of is {of}, ask of={kind}")
    return of, keys.get(of)


Chosen = Annotated[tuple[Of, str | None], Depends(chosen)]


@router.get(
    "/sites/{site}/flow",
    response_model=Series[SiteFlowRow] | Series[SpaceFlowRow] | Series[BorderFlowRow] | Series[LineFlowRow],
    responses={**ok(Series[SiteFlowRow]), **responses(304, 404, 422)},
)
async def flow(chosen: Chosen, use: Use, asked: Asked) -> Response:
    """Return crossings by bucket, with coverage. Sums name the main lines that are missing."""
    of, keys = chosen
    return await answer_json(use, _TABLES[of], asked, only=await only(use, asked, of.value, keys))


@router.get(
    "/sites/{site}/flow.csv",
    response_class=StreamingResponse,
    responses={**table(_TABLES[Of.SITE].header()), **responses(304, 404, 422)},
    description=f"Return the same as a CSV, streamed. The columns `site` and `bucket`, and:\n\n{_COLUMNS}",
)
async def flow_csv(chosen: Chosen, use: Use, asked: Asked) -> Response:
    """Return crossings by bucket as CSV."""
    of, keys = chosen
    return await answer_csv(use, _TABLES[of], asked, only=await only(use, asked, of.value, keys))


@router.get("/sites/{site}/occupancy", responses={**ok(Occupancy), **responses(404, 422)})
async def occupancy(use: Use, asked: Asked, spaces: Spaces = None) -> Occupancy:
    """Return how many people closed spaces held, and for how long on average, from their lines alone.

    Nobody may be in the space at `from` and `to`: the caller must know. What the crossings leave over at `to` is the
    drift, which bounds the numbers. For no verdict: what is missed alike both ways shows nowhere.
    """
    length = asked.range.to_utc - asked.range.from_utc
    if length.days > _LONGEST_OCCUPANCY_DAYS or not length:
        raise ParameterError(f"from and to must lie 31 days apart at most, not {length}, and both in the past")
    of = asked.parameters(only=await only(use, asked, "space", spaces))
    series = Series[OccupancyRow](
        site=asked.site.site,
        time_zone=asked.site.time_zone,
        bucket=asked.bucket.value,
        hours="all",
        from_utc=asked.range.from_utc,
        to_utc=asked.range.to_utc,
        rows=await use.database.rows("occupancy", of, OccupancyRow),
    )
    return Occupancy(series=series, spaces=await use.database.rows("space_dwell", of, SpaceDwell))
