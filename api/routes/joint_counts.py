"""Manual counts that several made together, as one."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.logbook.fields import ManualTally
from api.problems import responses
from api.routes.openapi_examples import ok
from api.routes.record_parameters import RecordQueryDep
from api.services import ServicesDep
from api.tables.base import FrozenModel

router = APIRouter(route_class=RuledRoute, tags=["logbook"])


class JointCountRow(FrozenModel):
    """One manual count, or several that are parts of one."""

    joint_count: Annotated[int, Field(description="The smallest number of its manual counts.", examples=[17])]
    mode: Annotated[str, Field(description="stationary or moving.", examples=["stationary"])]
    joint: Annotated[str | None, Field(description="Their code, in capitals; null: a count by itself.")]
    space: Annotated[str | None, Field(description="Key of the space, where all were in one.")]
    zone: Annotated[str | None, Field(description="Key of the zone, where all were in one.")]
    line: Annotated[str | None, Field(description="Key of the line, where all were at one.")]
    starts_at: Annotated[AwareDatetime, Field(description="When the first began.")]
    ends_at: Annotated[AwareDatetime | None, Field(description="When the last ended; null: a moment.")]
    manual_counts: Annotated[list[int], Field(description="The numbers of its parts.", examples=[[17, 18]])]
    total: Annotated[int, Field(description="People in all parts.", examples=[12])]
    tallies: Annotated[
        list[ManualTally] | None,
        Field(description="Added over the parts; null: they tell people apart by other features each."),
    ]


class JointCountRowList(FrozenModel):
    """A page of a list."""

    records: Annotated[list[JointCountRow], Field(description="Newest first.")]
    next: Annotated[str | None, Field(description="The cursor of the next page; null: there is none.", examples=[None])]


@router.get(
    "/sites/{site}/joint-counts",  # noqa: FAST003  what the query depends on takes it
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(JointCountRowList), **responses(404, 422)},
)
async def joint_counts(
    services: ServicesDep,
    query: RecordQueryDep,
    joint: Annotated[
        str | None, Query(min_length=1, max_length=12, description="Only those with this code.", examples=["K7PX"])
    ] = None,
) -> JointCountRowList:
    """Return manual counts, those with the same joint code and overlapping time put together, newest first."""
    rows = await services.database.rows("logbook/joint_counts", query.parameters(joint=joint), JointCountRow)
    shown, following = query.page(rows, lambda row: (row.starts_at, row.joint_count))
    return JointCountRowList(records=shown, next=following)
