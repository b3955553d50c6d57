"""Which setup counted each line and zone when, what began each segment, and whether that cut a phase of a study."""

from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.errors import ParameterError, TooMuchAskedError
from api.problems import responses
from api.ranges import moment, past_moment
from api.routes.openapi_examples import ok
from api.services import KnownSite, ServicesDep
from api.tables.base import FrozenModel
from core.asked_times import DESCRIPTION

router = APIRouter(route_class=RuledRoute, tags=["quality"], dependencies=[needs(Right.NUMBERS)])

_LONGEST_DAYS: Final = 1100
"""As long as a phase may be."""


class Segment(FrozenModel):
    """A stretch of a line's or zone's series that one setup of one device counted."""

    kind: Annotated[Literal["line", "zone"], Field(description="Of what.", examples=["line"])]
    part: Annotated[str, Field(description="Key of the line or zone.", examples=["stationen"])]
    from_utc: Annotated[
        AwareDatetime, Field(description="First quarter-hour in the range.", examples=["2026-10-05T08:00:00Z"])
    ]
    to_utc: Annotated[
        AwareDatetime,
        Field(
            description="End of the last one before another setup, or of the last that is known.",
            examples=["2026-10-19T22:00:00Z"],
        ),
    ]
    device: Annotated[str | None, Field(description="Key of the device.", examples=["tunnel-kamera"])]
    setup: Annotated[str | None, Field(description="Its setup, as on the wire.", examples=["kamera-a.c3"])]
    counting_version: Annotated[
        int | None, Field(description="Which rules counted; null for a counter that had no versions.", examples=[3])
    ]
    began_by: Annotated[
        Literal["first", "continues", "device", "setup", "counting_version"],
        Field(
            description="first: nothing is known before. continues: it began before the range. device: another device "
            "counted before. setup: the name in the device file changed. counting_version: that alone did, by an "
            "upgrade or the setting.",
            examples=["counting_version"],
        ),
    ]
    device_before: Annotated[str | None, Field(description="Of the segment before.", examples=["tunnel-kamera"])]
    setup_before: Annotated[str | None, Field(description="Of the segment before.", examples=["kamera-a.c2"])]
    counting_version_before: Annotated[int | None, Field(description="Of the segment before.", examples=[2])]
    phases: Annotated[
        list[str],
        Field(
            description="STUDY/PHASE of each phase that the change lies within: it has data of both segments.",
            examples=[["amp-2026/nollmatning"]],
        ),
    ]


@router.get("/sites/{site}/segments", responses={**ok(Segment, is_list=True), **responses(404, 422)})
async def segments(
    services: ServicesDep,
    site: KnownSite,
    from_: Annotated[
        str, Query(alias="from", max_length=40, description=f"{DESCRIPTION} Inclusive.", examples=["2026-10-01"])
    ],
    to: Annotated[
        str | None,
        Query(
            max_length=40,
            description=f"{DESCRIPTION} Exclusive; left out: now. {_LONGEST_DAYS} days at most.",
            examples=[None],
        ),
    ] = None,
) -> list[Segment]:
    """Return the segments of each line and zone: numbers of two segments aren't counted by the same rules."""
    zone = ZoneInfo(site.time_zone)
    now = services.now()
    start = past_moment("from", from_, zone, now)
    end = now if to is None else moment("to", to, zone, now)
    if end <= start:
        raise ParameterError(f"to {to or 'now'} must be after from {from_}")
    if (length := end - start).days > _LONGEST_DAYS:
        raise TooMuchAskedError(f"segments are given for {_LONGEST_DAYS} days at most, not {length.days}")
    asked = {"site": site.site, "from_utc": start, "to_utc": end}
    return await services.database.rows("numbers/segments", asked, Segment)
