"""What the API answers about how well a site was watched."""

from typing import Annotated

from pydantic import Field

from api.tables.base import FrozenModel
from api.tables.cell import Cell
from api.tables.columns import (
    Coverage,
    ExpectedMs,
    Flags,
    NameEn,
    NameSv,
    ObservedMs,
)


class _OfPart(FrozenModel):
    """The line or zone that a row is of."""

    kind: Annotated[str, Field(description="line or zone.", examples=["zone"])]
    part: Annotated[str, Field(description="Key of the line or zone.", examples=["bankarna"])]
    name_sv: NameSv
    name_en: NameEn


class QualityRow(Cell, _OfPart):
    """How well one line or zone was watched in one bucket, and what became of the records of its devices."""

    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    missing_ms: Annotated[int, Field(description="Expected, and not observed, in milliseconds.", examples=[15_000])]
    coverage: Coverage
    outages: Annotated[
        int,
        Field(
            description="Runs of expected quarter-hours of which less than nine tenths were observed. Silence after "
            "the last quarter-hour that was reported isn't one yet.",
            examples=[1],
        ),
    ]
    outage_ms: Annotated[int, Field(description="What is missing in these, in milliseconds.", examples=[900_000])]
    longest_outage_ms: Annotated[
        int, Field(description="What is missing in the longest of them within the bucket.", examples=[900_000])
    ]
    flags: Flags
    skew_s: Annotated[
        int,
        Field(
            description="By how many seconds a record was ahead of its arrival, at most; it waited until its time had "
            "come. Beyond a quarter of the bucket a study counts it as unobserved.",
            examples=[0],
        ),
    ]
    conflicts: Annotated[
        int, Field(description="Facts reported twice for the same time: kept, not counted.", examples=[0])
    ]
    devices: Annotated[list[str], Field(description="Devices that were to watch it.", examples=[["tunnel-kamera"]])]
    minor_0_devices: Annotated[
        list[str],
        Field(
            description="Devices whose records of then are of wire 1.0: they may name time as observed in which nobody "
            "would have been counted. Coverage of later versions is of another definition.",
            examples=[[]],
        ),
    ]
    setups: Annotated[
        list[str],
        Field(
            description="Setups that counted then, each with its counting version. Two of them may differ in rules.",
            examples=[["kamera-a.c3"]],
        ),
    ]
    cut_phases: Annotated[
        list[str],
        Field(
            description="STUDY/PHASE of each phase within which another setup began to count then.",
            examples=[[]],
        ),
    ]
    rejected: Annotated[int, Field(description="Of these devices: refused records that arrived then.", examples=[0])]
    made: Annotated[
        int | None,
        Field(description="Of these devices, by the day, where raw facts are kept: records made.", examples=[1440]),
    ]
    stored: Annotated[int | None, Field(description="Of those, stored.", examples=[1440])]
    lost: Annotated[int | None, Field(description="Of those, declared lost by the device.", examples=[0])]
    missing: Annotated[int | None, Field(description="Of those, neither stored nor rejected nor lost.", examples=[0])]
