"""What the API answers about what is unusual, and about what would have been counted in the time that is missing."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.logbook.fields import ResultSeen
from api.tables.base import FrozenModel
from api.tables.cell import Cell, OfLine
from api.tables.columns import (
    Count,
    Coverage,
    ExpectedMs,
    ObservedMs,
)

Rule = Literal["zero_run", "spike", "imbalance", "stuck", "clock", "blocked", "dark", "moved", "setup_changed"]
State = Literal["open", "answered", "gone"]


class Anomaly(FrozenModel):
    """What a rule found, of one line, zone, space or device, and what somebody answered."""

    anomaly_id: Annotated[int, Field(description="Its number.", examples=[17])]
    rule: Annotated[Rule, Field(description="What found it; docs/quality.md says when each speaks.")]
    line: Annotated[str | None, Field(description="Key, if it is of a line.", examples=["stationen"])]
    zone: Annotated[str | None, Field(description="Key, if it is of a zone.", examples=[None])]
    space: Annotated[str | None, Field(description="Key, if it is of a space.", examples=[None])]
    device: Annotated[str | None, Field(description="Key, if it is of a device.", examples=[None])]
    starts_at: Annotated[AwareDatetime, Field(description="UTC.", examples=["2026-10-05T08:00:00Z"])]
    ends_at: Annotated[AwareDatetime, Field(description="UTC, exclusive.", examples=["2026-10-05T09:30:00Z"])]
    measured: Annotated[float | None, Field(description="In the rule's own unit.", examples=[6])]
    usual: Annotated[float | None, Field(description="What the rule compares it with.", examples=[41.5])]
    found_at: Annotated[AwareDatetime, Field(description="When it was found first.", examples=["2026-10-05T09:00:00Z"])]
    looked_at: Annotated[
        AwareDatetime, Field(description="When a rule last looked at it.", examples=["2026-10-06T03:00:00Z"])
    ]
    gone_at: Annotated[
        AwareDatetime | None, Field(description="When it was no longer found: late data came.", examples=[None])
    ]
    state: Annotated[State, Field(description="open: nobody answered, or it has grown since. gone: no longer found.")]
    version: Annotated[int, Field(description="Of the answer; 0: there is none.", examples=[1])]
    answer: Annotated[
        Literal["accept", "exclude", "explain"] | None, Field(description="Null: there is none.", examples=["explain"])
    ]
    reason: Annotated[str | None, Field(description="In somebody's words.", examples=["Avstängt för städning"])]
    result_seen: Annotated[bool | None, Field(description="Whether the result had been seen.", examples=[None])]
    exclusion_id: Annotated[int | None, Field(description="The exclusion that came of it.", examples=[None])]
    written_at: Annotated[AwareDatetime | None, Field(description="UTC.", examples=["2026-10-05T10:12:00Z"])]
    written_by: Annotated[
        str | None, Field(description="By which key or login; a pseudonym, but to admin.", examples=["key:desk"])
    ]
    excluded: Annotated[bool, Field(description="Whether all of it is left out of corrected numbers.")]
    activities: Annotated[list[str], Field(description="What was arranged then.", examples=[["Körsång"]])]


class AnomalyAnswer(FrozenModel):
    """What somebody says of an anomaly.

    accept: the numbers are right. explain: they are right, and this is why. exclude: they are wrong; the time is left
    out of corrected numbers, until another answer brings it back.
    """

    version: Annotated[
        int, Field(ge=0, lt=2**31, description="Of the answer that was seen; 0: there was none.", examples=[0])
    ]
    answer: Annotated[Literal["accept", "exclude", "explain"], Field(examples=["explain"])]
    reason: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=500,
            description="Needed, but for accept. No names, addresses or numbers of persons.",
            examples=["Avstängt för städning"],
        ),
    ] = None
    result_seen: Annotated[
        ResultSeen | None, Field(description="Needed to exclude: whether a result of this time had been seen.")
    ] = None


class EstimateRow(Cell, OfLine):
    """What one line counted in one bucket, and beside it an estimate of what it missed. Estimates aren't counts."""

    forward: Count
    backward: Count
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    missing_ms: Annotated[int, Field(description="Expected, and not observed, in milliseconds.", examples=[1_800_000])]
    unfilled_ms: Annotated[
        int, Field(description="Missing time without an estimate: too few matched hours.", examples=[0])
    ]
    missing_forward: Annotated[
        float | None,
        Field(
            description="Estimate of forward in the missing time, from the rate of matched hours: the same hour and "
            "weekday, four weeks before and after. Null where there are fewer than three.",
            examples=[21.5],
        ),
    ]
    missing_forward_low: Annotated[float | None, Field(description="By the lowest of these rates.", examples=[18.0])]
    missing_forward_high: Annotated[float | None, Field(description="By the highest of these rates.", examples=[26.0])]
    missing_backward: Annotated[float | None, Field(description="The same of backward.", examples=[19.5])]
    missing_backward_low: Annotated[float | None, Field(description="By the lowest of these rates.", examples=[17.0])]
    missing_backward_high: Annotated[float | None, Field(description="By the highest of these rates.", examples=[22.5])]
    matches: Annotated[
        int | None, Field(description="The fewest matched hours of an hour that was estimated.", examples=[8])
    ]
