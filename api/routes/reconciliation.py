"""What became of everything that the devices of a site made: the proof of delivery."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.database.reading import Ask
from api.problems import responses
from api.ranges import local_day
from api.routes.openapi_examples import ok
from api.services import KnownSite, ServicesDep
from api.tables.base import FrozenModel
from core.asked_times import DAYS

router = APIRouter(route_class=RuledRoute, tags=["health"], dependencies=[needs(Right.HEALTH)])

Device = Annotated[str, Field(description="Key of the device.", examples=["tunnel-kamera"])]
Epoch = Annotated[str, Field(description="The life of one outbox.", examples=["6c1f0a9be2d74583"])]


class EpochAccount(FrozenModel):
    """Records of one epoch: made = stored + rejected + lost + unsettled + unknown + moved; null when unheard."""

    device: Device
    epoch: Epoch
    previous_epoch: str | None
    state: Annotated[
        str,
        Field(
            description="current; dead: a newer epoch followed it; forked: other records came under its numbers, and "
            "wait in the device; unheard: only named by the next one.",
            examples=["current"],
        ),
    ]
    first_heard_at: AwareDatetime | None
    last_heard_at: AwareDatetime | None
    made: Annotated[int | None, Field(description="The highest number heard of.", examples=[2016])]
    stored: Annotated[int | None, Field(description="In the store, counted or kept as a conflict.", examples=[2010])]
    rejected: Annotated[int | None, Field(description="Refused for good, the reason kept.", examples=[1])]
    lost: Annotated[int | None, Field(description="Declared lost by the device.", examples=[3])]
    unsettled: Annotated[int | None, Field(description="Still owed by the current epoch.", examples=[2])]
    unknown: Annotated[int | None, Field(description="Still owed by a dead epoch: at least so many.", examples=[0])]
    moved: Annotated[
        int | None,
        Field(description="Owed by a dead epoch that had forked: sent under the one after it.", examples=[0]),
    ]
    unsettled_since: AwareDatetime | None
    forked_at: Annotated[AwareDatetime | None, Field(description="Since when nothing of it is settled.")]
    disputed: Annotated[
        int | None, Field(description="Numbers that came again with other contents, or after those.", examples=[0])
    ]
    held: Annotated[list[str], Field(description="Causes for which records wait.", examples=[["not_assigned"]])]


class EpochDayAccount(FrozenModel):
    """Records of one local day of one epoch: made = stored + rejected + lost + missing."""

    device: Device
    epoch: Epoch
    day: Annotated[date, Field(examples=["2026-10-25"])]
    first_number: Annotated[int, Field(description="The lowest whose facts start in the day.", examples=[1441])]
    last_number: Annotated[int, Field(description="The highest.", examples=[3053])]
    made: Annotated[int, Field(examples=[1613])]
    stored: Annotated[int, Field(examples=[1613])]
    rejected: int
    lost: int
    missing: Annotated[int, Field(description="Neither stored nor rejected nor lost.")]
    missing_before: Annotated[int, Field(description="Not stored just below; of this day or an earlier one.")]
    missing_after: Annotated[int, Field(description="Not stored just above; of this day or a later one.")]


class UnplacedTotals(FrozenModel):
    """Totals of one line or zone that a device declared without a time: it lost power before it knew its clock.

    They are in no interval and no sum. The counts of the other kind are null.
    """

    device: Device
    epoch: Epoch
    seq: Annotated[int, Field(description="The record's number in its epoch.", examples=[1441])]
    line: str | None
    zone: str | None
    forward: int | None
    backward: int | None
    gross_forward: int | None
    gross_backward: int | None
    entries: int | None
    appeared: int | None
    exits: int | None
    lost: int | None
    presence_s: int | None
    observed_s: Annotated[int, Field(description="How long was watched, in seconds.", examples=[1260])]
    flags: list[str]
    received_at: Annotated[AwareDatetime, Field(description="It was some time before.")]


class Reconciliation(FrozenModel):
    """All epochs of a site's devices, what has no time and, for the day asked for, the epochs that reported it."""

    accounts: list[EpochAccount]
    days: list[EpochDayAccount]
    unplaced: Annotated[list[UnplacedTotals], Field(description="The newest 1000.")]


@router.get("/sites/{site}/reconciliation", responses={**ok(Reconciliation), **responses(404, 422)})
async def reconciliation(
    services: ServicesDep,
    site: KnownSite,
    day: Annotated[
        str | None,
        Query(
            max_length=40,
            description=f"A local day, {DAYS}: its records too, where raw facts are kept.",
            examples=["2026-10-25"],
        ),
    ] = None,
) -> Reconciliation:
    """Return what became of every record: stored, rejected, lost, unsettled or unknown; and totals without a time."""
    of = {"site": site.site}
    on = None if day is None else local_day("day", day, ZoneInfo(site.time_zone), services.now())
    accounts, unplaced, *days = await services.database.together(
        Ask("health/reconciliation", of, EpochAccount),
        Ask("health/unplaced", of, UnplacedTotals),
        *([Ask("health/reconciliation_day", {**of, "day": on}, EpochDayAccount)] if on else []),
    )
    return Reconciliation(accounts=accounts, days=days[0] if days else [], unplaced=unplaced)
