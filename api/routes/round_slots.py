"""When manual counts are planned, and which of them are done."""

import enum
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.logbook.round_plan import PlannedSlot
from api.problems import responses
from api.routes.openapi_examples import ok
from api.routes.record_parameters import RecordRangeDep
from api.services import ServicesDep

router = APIRouter(route_class=RuledRoute, tags=["logbook"])


class SlotState(enum.StrEnum):
    """What has become of a planned slot.

    Attributes:
        COMING: it starts in more than ten minutes.
        DUE: now, from ten minutes before it starts until ten minutes after it ends.
        MISSED: it is over, and nobody counted.
        DONE: there is a manual count of it, whenever it was entered.
    """

    COMING = "coming"
    DUE = "due"
    MISSED = "missed"
    DONE = "done"


class RoundSlotRow(PlannedSlot):
    """A time at which a manual count is planned, and what has become of it."""

    plan: Annotated[int, Field(description="Number of its plan.", examples=[17])]
    plan_name: Annotated[str, Field(description="What its plan is called.", examples=["Hösten"])]
    mode: Annotated[str, Field(description="stationary or moving.", examples=["stationary"])]
    space: Annotated[str | None, Field(description="Key of the space.", examples=["gangtunneln"])]
    zone: Annotated[str | None, Field(description="Key of the zone.")]
    line: Annotated[str | None, Field(description="Key of the line.")]
    minutes: Annotated[int, Field(description="How long it is.", examples=[10])]
    state: Annotated[SlotState, Field(description="What has become of it.", examples=["due"])]
    counts: Annotated[list[int], Field(description="Numbers of the manual counts of it.", examples=[[]])]


@router.get(
    "/sites/{site}/round-slots",  # noqa: FAST003  what the range depends on takes it
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(RoundSlotRow, is_list=True), **responses(404, 422)},
)
async def round_slots(services: ServicesDep, asked: RecordRangeDep) -> list[RoundSlotRow]:
    """Return the slots of all plans of rounds in a range, in their order, ten thousand at most.

    Of a plan that was withdrawn those that are done stay.
    """
    return await services.database.rows("logbook/round_slots", asked, RoundSlotRow)
