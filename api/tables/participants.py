"""Rows of participants: who took part in activities, added over a range, by kind of activity and group of people."""

from typing import Annotated

from pydantic import Field

from api.tables.base import FrozenModel


class ParticipantsRow(FrozenModel):
    """Those who took part in activities of one kind, all of them or one group."""

    activity_kind: Annotated[str, Field(description="Kind of activity, a word of the log.", examples=["concert"])]
    gender: Annotated[
        str | None,
        Field(description="By sight; unknown: counted, and not told. Null where it isn't asked for.", examples=[None]),
    ]
    age: Annotated[
        str | None,
        Field(
            description="Years, by sight; unknown: counted, and not told. Null where it isn't asked for.",
            examples=["25-44"],
        ),
    ]
    activities: Annotated[
        int, Field(description="Activities of the kind that start in the range, in each of its rows.", examples=[6])
    ]
    activities_counted: Annotated[int, Field(description="Those of them whose participants were noted.", examples=[5])]
    participants: Annotated[
        int | None,
        Field(
            description="Head counts of the activities, added: who comes twice is counted twice. Null where nobody "
            "counted.",
            examples=[140],
        ),
    ]
    participants_estimated: Annotated[
        int | None, Field(description="Those of them that were estimated, not counted.", examples=[40])
    ]
    participants_most: Annotated[int | None, Field(description="The most at one activity.", examples=[60])]
    figure: Annotated[
        str | None,
        Field(
            description="What the head counts of the kind are: any_time (took part at any time), peak (most at once) "
            "or moment (at one time); mixed: several of these were added, or it wasn't noted of all. Null: of none.",
            examples=["any_time"],
        ),
    ]
