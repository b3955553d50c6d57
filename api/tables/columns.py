"""Columns that several answers share: each with its type, meaning, unit and an example."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, NaiveDatetime, WithJsonSchema


def write_offset(offset: object) -> object:
    """Return seconds east of UTC as clocks are labelled: 7200 is +02:00. Anything else is returned as it is."""
    if not isinstance(offset, int):
        return offset
    minutes = abs(offset) // 60
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


Key = Annotated[str, Field(description="The key that the site file gives it.", examples=["stationen"])]
NameSv = Annotated[str, Field(description="Name in Swedish.", examples=["Mot stationen"])]
NameEn = Annotated[str, Field(description="Name in English.", examples=["Towards the station"])]
StartUtc = Annotated[
    AwareDatetime, Field(description="Start of the bucket, UTC, inclusive.", examples=["2026-10-25T01:00:00Z"])
]
EndUtc = Annotated[
    AwareDatetime, Field(description="End of the bucket, UTC, exclusive.", examples=["2026-10-25T02:00:00Z"])
]
StartLocal = Annotated[
    NaiveDatetime,
    # JSON Schema's date-time has an offset; a local time has none.
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}),
    Field(description="Start of the bucket as the site's clocks show it.", examples=["2026-10-25T02:00:00"]),
]
UtcOffset = Annotated[
    str,
    BeforeValidator(write_offset),
    Field(description="The site's offset from UTC at the start.", examples=["+01:00"]),
]
Partial = Annotated[
    bool,
    Field(
        description="The range cuts the bucket, or it hadn't ended when this was answered: not all of it is counted.",
        examples=[False],
    ),
]
Coverage = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="Observed over expected time, 0 to 1. Null where nothing was expected (not commissioned).",
        examples=[0.9958],
    ),
]
LeastCoverage = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="The lowest coverage among the main lines. Null where none of them was commissioned.",
        examples=[0.9958],
    ),
]
Missing = Annotated[list[str], Field(description="Main lines with a coverage below 0.9.", examples=[["torget"]])]
Estimate = Annotated[
    bool, Field(description="True where a main line is missing: the sum is then too low.", examples=[True])
]
ObservedMs = Annotated[int, Field(description="Time really watched, in milliseconds.", examples=[3_585_000])]
DwellObservedMs = Annotated[
    int,
    Field(
        description="Time watched, less the 30 minutes before and after each outage, in milliseconds: those who were "
        "inside then are known in part.",
        examples=[3_585_000],
    ),
]
DwellCoverage = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="observed_ms over expected_ms, 0 to 1. Null where nothing was expected (not commissioned).",
        examples=[0.9958],
    ),
]
ExpectedMs = Annotated[
    int, Field(description="Commissioned time of the bucket within the range, in milliseconds.", examples=[3_600_000])
]
SumObservedMs = Annotated[
    int,
    Field(
        description="expected_ms less the longest time that one of its main lines missed, in milliseconds.",
        examples=[3_585_000],
    ),
]
SumExpectedMs = Annotated[
    int,
    Field(
        description="Time of the bucket within the range in which a main line was commissioned, in milliseconds.",
        examples=[3_600_000],
    ),
]
Flags = Annotated[
    list[str], Field(description="What the devices noticed as unusual in some quarter of it.", examples=[["dark"]])
]
Wide = Annotated[
    bool,
    Field(
        description="The bounds of the raw stays differ by more than 10 % of the lower: many were lost from sight.",
        examples=[False],
    ),
]
StayThreshold = Annotated[int, Field(description="A stay is a visit of at least this long, in seconds.", examples=[60])]
Count = Annotated[int | None, Field(description="Null where nothing was observed; 0 is a count.", examples=[42])]
NumbersKind = Annotated[
    str | None,
    Field(
        description="corrected: all that was observed. partly: some of it. raw: nothing, since no calibration holds. "
        "Null where nothing was observed.",
        examples=["corrected"],
    ),
]
CorrectedBy = Annotated[list[str], Field(description="Numbers of the calibrations.", examples=[["3"]])]
CorrectedMs = Annotated[
    int, Field(description="How much of the observed time is corrected, in milliseconds.", examples=[3_585_000])
]
ExcludedMs = Annotated[
    int,
    Field(
        description="How much that was observed is excluded, in milliseconds: in none but raw numbers.", examples=[0]
    ),
]

DeviceStateWord = Literal["online", "offline", "silent", "clock_off", "recorded_ahead", "never", "revoked"]

State = Annotated[
    DeviceStateWord | None,
    Field(
        description="online; offline, as it or the broker's last will said; silent, not heard for 3 minutes; "
        "clock_off, what it says differs by more than 120 s from when it arrives; recorded_ahead, it has recorded so "
        "far into the future; never heard; or revoked.",
        examples=["online"],
    ),
]
Online = Annotated[
    bool | None,
    Field(description="Whether it is online now; null where nobody knows: never heard, or its clock is off."),
]
HeardAt = Annotated[
    AwareDatetime | None,
    Field(
        description="When it surely lived, by the server's clock. The broker's last will and its copies of older "
        "messages are no sign of life."
    ),
]
SkewS = Annotated[
    int | None,
    Field(
        description="Seconds by which its clock was ahead of the arrival of what it said last; below 0 it was behind, "
        "or the message late.",
        examples=[0],
    ),
]
RecordedUntil = Annotated[
    AwareDatetime | None, Field(description="End of the newest record that it has made, by its own clock.")
]
