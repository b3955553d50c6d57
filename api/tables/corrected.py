"""Rows of numbers=corrected: what counters told times the factors of calibrations, and the raw numbers beside it."""

import enum
from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, Field

from api.tables.columns import (
    Coverage,
    EndUtc,
    Estimate,
    ExpectedMs,
    Flags,
    Key,
    LeastCoverage,
    Missing,
    NameEn,
    NameSv,
    ObservedMs,
    StartLocal,
    StartUtc,
    UtcOffset,
)
from api.tables.rows import FROZEN
from api.tables.table import Table


class Numbers(enum.StrEnum):
    """Whether numbers are as the counters told them."""

    RAW = "raw"
    CORRECTED = "corrected"


AskedNumbers = Annotated[
    Numbers,
    Query(
        description="raw: as the counters told it. corrected: by the calibrations that hold, with the raw number "
        "beside it; each row says whether all of it, a part or nothing was corrected, and by which."
    ),
]

Corrected = Annotated[float | None, Field(description="Corrected; null where raw would be.", examples=[131.3])]
Low = Annotated[
    float | None,
    Field(
        description="Lower end of the 95 % interval of the correction; null unless all is corrected.", examples=[125.2]
    ),
]
High = Annotated[float | None, Field(description="Upper end of it.", examples=[138.0])]
Raw = Annotated[int | None, Field(description="The same without any correction.", examples=[118])]
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


class CorrectedSiteRow(BaseModel):
    """Corrected entries to a site and exits from it in one bucket."""

    model_config = FROZEN

    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    entries: Corrected
    entries_low: Low
    entries_high: High
    exits: Corrected
    exits_low: Low
    exits_high: High
    raw_entries: Raw
    raw_exits: Raw
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate
    numbers: NumbersKind
    corrected_by: CorrectedBy


class CorrectedSpaceRow(BaseModel):
    """Corrected crossings into and out of one space in one bucket."""

    model_config = FROZEN

    space: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    inward: Corrected
    inward_low: Low
    inward_high: High
    outward: Corrected
    outward_low: Low
    outward_high: High
    raw_inward: Raw
    raw_outward: Raw
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate
    numbers: NumbersKind
    corrected_by: CorrectedBy


class CorrectedBorderRow(BaseModel):
    """Corrected crossings of one border in one bucket; forward is from its from_space to its to_space."""

    model_config = FROZEN

    border: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    forward: Corrected
    forward_low: Low
    forward_high: High
    backward: Corrected
    backward_low: Low
    backward_high: High
    raw_forward: Raw
    raw_backward: Raw
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate
    numbers: NumbersKind
    corrected_by: CorrectedBy


class CorrectedLineRow(BaseModel):
    """Corrected crossings of one line, main or check, in one bucket."""

    model_config = FROZEN

    line: Key
    name_sv: NameSv
    name_en: NameEn
    role: Annotated[str, Field(description="main or check; a check line is in no sum.", examples=["main"])]
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    forward: Corrected
    forward_low: Low
    forward_high: High
    backward: Corrected
    backward_low: Low
    backward_high: High
    raw_forward: Raw
    raw_backward: Raw
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags
    numbers: NumbersKind
    corrected_ms: CorrectedMs
    corrected_by: CorrectedBy
    excluded_ms: ExcludedMs


class CorrectedPresenceRow(BaseModel):
    """Corrected presence in one zone in one bucket."""

    model_config = FROZEN

    zone: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    presence_s: Annotated[float | None, Field(description="Corrected presence, person-seconds.", examples=[5940.0])]
    presence_hours: Annotated[float | None, Field(description="The same in person-hours.", examples=[1.65])]
    presence_hours_low: Low
    presence_hours_high: High
    occupancy_mean: Annotated[
        float | None, Field(description="Corrected mean number of people while watched.", examples=[1.657])
    ]
    raw_presence_s: Raw
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags
    numbers: NumbersKind
    corrected_ms: CorrectedMs
    corrected_by: CorrectedBy
    excluded_ms: ExcludedMs


class CorrectedDwellRow(BaseModel):
    """Corrected stays in one zone in one bucket; entered is as the counter saw it."""

    model_config = FROZEN

    zone: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    threshold_s: Annotated[
        int, Field(description="A stay is a visit of at least this long, in seconds.", examples=[60])
    ]
    entered: Annotated[int | None, Field(description="Visits that began over the zone's edge.", examples=[33])]
    stays: Corrected
    stays_low: Low
    stays_high: High
    share: Annotated[float | None, Field(description="Corrected stays / entered, 0 to 1.", examples=[0.4021])]
    refused: Annotated[bool, Field(description="The bounds of the raw stays lie too far apart.", examples=[False])]
    raw_stays: Annotated[float | None, Field(description="Stays without any correction.", examples=[12.4])]
    raw_share: Annotated[float | None, Field(description="Share without any correction.", examples=[0.3758])]
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags
    numbers: NumbersKind
    corrected_ms: CorrectedMs
    corrected_by: CorrectedBy
    excluded_ms: ExcludedMs


SITE: Final = Table("corrected_site_flow", CorrectedSiteRow, "site-flow-corrected", of="site")
SPACE: Final = Table("corrected_space_flow", CorrectedSpaceRow, "space-flow-corrected", of="space")
BORDER: Final = Table("corrected_border_flow", CorrectedBorderRow, "border-flow-corrected", of="border")
LINE: Final = Table("corrected_line_flow", CorrectedLineRow, "line-flow-corrected", of="line")
PRESENCE: Final = Table("corrected_presence", CorrectedPresenceRow, "presence-corrected", of="zone")
DWELL: Final = Table("corrected_dwell", CorrectedDwellRow, "dwell-corrected", of="zone")
