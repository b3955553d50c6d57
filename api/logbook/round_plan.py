"""What is given to make a plan of rounds, and what a plan draws."""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from api.logbook.fields import Note, Space, Zone
from api.tables.base import FrozenModel

_DATE: Final = r"^20\d\d-\d\d-\d\d$"
_KEY: Final = r"^[a-z0-9][a-z0-9-]{0,39}$"

DayType = Literal["weekday", "friday", "saturday", "sunday"]


class PlannedSlot(FrozenModel):
    """A time at which a manual count is planned."""

    slot: Annotated[int, Field(description="Its number: planned_round of a manual count.", examples=[23])]
    starts_at: Annotated[AwareDatetime, Field(description="When the count should start.")]
    ends_at: Annotated[AwareDatetime, Field(description="When it should end.")]
    day_type: Annotated[DayType, Field(description="The kind of day; a holiday is as a Sunday.", examples=["weekday"])]
    hour: Annotated[int, Field(description="The local hour.", examples=[8])]


class RoundPlanFields(FrozenModel):
    """A plan of rounds: manual counts at random times, drawn at once, so many of each kind of day and hour."""

    name: Annotated[str, Field(min_length=1, max_length=120, description="What it is called.", examples=["Hösten"])]
    first: Annotated[str, Field(pattern=_DATE, description="The first day.", examples=["2026-10-01"])]
    until: Annotated[
        str, Field(pattern=_DATE, description="The last day, a year later at most.", examples=["2026-11-30"])
    ]
    mode: Annotated[
        Literal["stationary", "moving"],
        Field(description="Of who stays in a space or zone, or of who moves over a line.", examples=["stationary"]),
    ] = "stationary"
    space: Annotated[
        Space, Field(description="Key of the space; needed of stationary counts where no zone is given.")
    ] = None
    zone: Zone = None
    line: Annotated[
        str | None, Field(pattern=_KEY, description="Key of the line, of moving counts.", examples=[None])
    ] = None
    day_types: Annotated[
        list[DayType],
        Field(
            min_length=1,
            max_length=4,
            description="Kinds of days: weekday (Monday to Thursday), friday, saturday, sunday (and holidays).",
            examples=[["weekday", "saturday"]],
        ),
    ]
    from_hour: Annotated[int, Field(strict=True, ge=0, le=23, description="The first hour, local.", examples=[7])]
    to_hour: Annotated[
        int, Field(strict=True, ge=1, le=24, description="The hour in which none begins any more.", examples=[19])
    ]
    rounds_per_stratum: Annotated[
        int, Field(strict=True, ge=1, le=50, description="How many of each kind of day and hour.", examples=[2])
    ]
    minutes: Annotated[int, Field(strict=True, ge=1, le=60, description="How long each is.", examples=[10])] = 10
    seed: Annotated[
        int | None,
        Field(
            strict=True,
            ge=0,
            lt=2**31,
            description="What times are drawn by: the same gives the same times. Left out: any.",
            examples=[17],
        ),
    ] = None
    note: Note = None
