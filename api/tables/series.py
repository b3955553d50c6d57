"""Rows by bucket or by group of a profile, and what they are of: the JSON of all numbers."""

from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, Field

from api.tables.base import FrozenModel
from api.tables.columns import Key, StartLocal

RowT = TypeVar("RowT", bound=BaseModel)


MinCoverage = Annotated[
    float | None,
    Field(
        description="Rows with a lower coverage are left out; null: none are.",
        examples=[None],
    ),
]


class LeftOutCell(FrozenModel):
    """A row that was left out, since it was watched less than was wanted."""

    part: Annotated[
        str | None,
        Field(description="Key of its line, zone, space or border; null of the site.", examples=["stationen"]),
    ]
    start: StartLocal
    coverage: Annotated[float, Field(description="Its own, below what was wanted.", examples=[0.4132])]


class LeftOut(FrozenModel):
    """What was left out for its coverage."""

    count: Annotated[int, Field(description="How many rows.", examples=[1])]
    cells: Annotated[list[LeftOutCell], Field(description="Which; the first thousand.")]


class Series(FrozenModel, Generic[RowT]):
    """Numbers of a site by buckets of its local time. Every cell is there, observed or not; or every whole one."""

    site: Key
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    bucket: Annotated[str, Field(description="quarter, hour, day, week (ISO) or month.", examples=["hour"])]
    hours: Annotated[str, Field(description="all, open or staffed: the hours that are counted.", examples=["all"])]
    whole: Annotated[bool, Field(description="Buckets that are partial are left out.", examples=[False])] = False
    min_coverage: MinCoverage = None
    left_out: Annotated[
        LeftOut | None, Field(description="Which rows were left out for that; null: none were to be.", examples=[None])
    ] = None
    numbers: Annotated[
        str, Field(description="raw, or corrected by calibrations; then each row says by which.", examples=["raw"])
    ] = "raw"
    from_utc: Annotated[AwareDatetime, Field(description="Inclusive.", examples=["2026-10-24T22:00:00Z"])]
    to_utc: Annotated[
        AwareDatetime,
        Field(
            description="Exclusive, and never later than now. A bucket that reaches beyond the range is cut to it.",
            examples=["2026-10-25T23:00:00Z"],
        ),
    ]
    rows: list[RowT]


class Profile(FrozenModel, Generic[RowT]):
    """Numbers of a site by weekday, hour and the like, each from all such time in a range. Always raw numbers."""

    site: Key
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    by: Annotated[str, Field(description="weekday, hour, weekday_hour, day_type or month.", examples=["weekday_hour"])]
    days: Annotated[
        str,
        Field(
            description="all, workday, holiday, school_break, term or school_day: the dates it is of.", examples=["all"]
        ),
    ] = "all"
    hours: Annotated[str, Field(description="all, open or staffed: the hours that are counted.", examples=["all"])]
    whole: Annotated[bool, Field(description="Hours and days that are partial are left out.", examples=[False])] = False
    from_utc: Annotated[AwareDatetime, Field(description="Inclusive.", examples=["2026-10-24T22:00:00Z"])]
    to_utc: Annotated[
        AwareDatetime, Field(description="Exclusive, and never later than now.", examples=["2026-11-24T23:00:00Z"])
    ]
    rows: list[RowT]
