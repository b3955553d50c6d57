"""What the API answers with. One model is one row of a statement, one object of JSON and one line of CSV."""

from typing import Annotated, Final, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.tables.columns import (
    Count,
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

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")
"""Of every row: it doesn't change, and refuses a column that it doesn't know."""


class SiteFlowRow(BaseModel):
    """Entries to a site and exits from it in one bucket: crossings of main lines to and from outside, not persons."""

    model_config = FROZEN

    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    entries: Annotated[int | None, Field(description="Inward crossings. Null below a coverage of 0.5.", examples=[118])]
    exits: Annotated[int | None, Field(description="Outward crossings. Null below a coverage of 0.5.", examples=[103])]
    difference: Annotated[int | None, Field(description="entries - exits.", examples=[15])]
    gross_entries: Annotated[int | None, Field(description="Entries with turn-backs and sway.", examples=[125])]
    gross_exits: Annotated[int | None, Field(description="Exits with turn-backs and sway.", examples=[110])]
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate


class SpaceFlowRow(BaseModel):
    """Crossings into and out of one space in one bucket, over all main lines of its borders."""

    model_config = FROZEN

    space: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    inward: Annotated[int | None, Field(description="Crossings into it. Null below a coverage of 0.5.", examples=[61])]
    outward: Annotated[
        int | None, Field(description="Crossings out of it. Null below a coverage of 0.5.", examples=[58])
    ]
    difference: Annotated[int | None, Field(description="inward - outward.", examples=[3])]
    gross_inward: Annotated[int | None, Field(description="inward with turn-backs and sway.", examples=[66])]
    gross_outward: Annotated[int | None, Field(description="outward with turn-backs and sway.", examples=[63])]
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate


class BorderFlowRow(BaseModel):
    """Crossings of one border in one bucket, over its main lines; forward is from its from_space to its to_space."""

    model_config = FROZEN

    border: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    forward: Annotated[int | None, Field(description="Null below a coverage of 0.5.", examples=[42])]
    backward: Annotated[int | None, Field(description="Null below a coverage of 0.5.", examples=[39])]
    difference: Annotated[int | None, Field(description="forward - backward.", examples=[3])]
    gross_forward: Annotated[int | None, Field(description="forward with turn-backs and sway.", examples=[44])]
    gross_backward: Annotated[int | None, Field(description="backward with turn-backs and sway.", examples=[41])]
    coverage: LeastCoverage
    missing: Missing
    estimate: Estimate


class LineFlowRow(BaseModel):
    """Crossings of one line, main or check, in one bucket."""

    model_config = FROZEN

    line: Key
    name_sv: NameSv
    name_en: NameEn
    role: Annotated[str, Field(description="main or check; a check line is in no sum.", examples=["main"])]
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    forward: Count
    backward: Count
    gross_forward: Annotated[int | None, Field(description="With turn-backs and sway.", examples=[44])]
    gross_backward: Annotated[int | None, Field(description="With turn-backs and sway.", examples=[39])]
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags


class PresenceRow(BaseModel):
    """Entries, exits and presence of one zone in one bucket. All but the times are null where nothing was observed."""

    model_config = FROZEN

    zone: Key
    name_sv: NameSv
    name_en: NameEn
    start_utc: StartUtc
    end_utc: EndUtc
    start_local: StartLocal
    utc_offset: UtcOffset
    entries: Annotated[int | None, Field(description="Visits that began over the zone's edge.", examples=[31])]
    appeared: Annotated[int | None, Field(description="Visits first seen inside.", examples=[2])]
    exits: Annotated[int | None, Field(description="Visits that ended over the zone's edge.", examples=[30])]
    lost: Annotated[int | None, Field(description="Visits lost from sight inside.", examples=[3])]
    presence_s: Annotated[int | None, Field(description="Presence in person-seconds.", examples=[5400])]
    presence_hours: Annotated[float | None, Field(description="Presence in person-hours.", examples=[1.5])]
    occupancy_mean: Annotated[float | None, Field(description="Mean number of people while watched.", examples=[1.506])]
    occupancy_max: Annotated[int | None, Field(description="Most people at one moment.", examples=[7])]
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags


class DwellRow(BaseModel):
    """Dwell and stays of one zone in one bucket: of the visits that ended in it, whenever they began."""

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
    entered: Annotated[
        int | None, Field(description="Visits that began over the zone's edge: complete + cut.", examples=[33])
    ]
    complete: Annotated[int | None, Field(description="Entered and seen leaving.", examples=[30])]
    cut: Annotated[int | None, Field(description="Entered and lost from sight.", examples=[3])]
    fragment: Annotated[int | None, Field(description="First seen inside; no part of stays.", examples=[2])]
    stays: Annotated[
        float | None,
        Field(description="Stays: entered x S(threshold) by the life table. Null where refused.", examples=[12.4]),
    ]
    stays_low: Annotated[int | None, Field(description="Stays if all cut were short.", examples=[12])]
    stays_high: Annotated[int | None, Field(description="Stays if all cut were long.", examples=[13])]
    refused: Annotated[
        bool, Field(description="The bounds differ by more than 10 % of the lower: no stays.", examples=[False])
    ]
    share: Annotated[float | None, Field(description="stays / entered, 0 to 1.", examples=[0.3758])]
    median_s: Annotated[
        float | None,
        Field(
            description="Dwell that half exceed, in seconds. Null above 20 % cut, or if never reached.", examples=[41.3]
        ),
    ]
    p75_s: Annotated[float | None, Field(description="Dwell that a quarter exceed, in seconds.", examples=[92.0])]
    p90_s: Annotated[float | None, Field(description="Dwell that a tenth exceed, in seconds.", examples=[410.5])]
    presence_s: Annotated[int | None, Field(description="Presence in person-seconds.", examples=[5400])]
    observed_ms: ObservedMs
    expected_ms: ExpectedMs
    coverage: Coverage
    flags: Flags


class Name(BaseModel):
    """A name in both languages."""

    model_config = FROZEN

    sv: NameSv
    en: NameEn


class Period(BaseModel):
    """A half-open time; null is without end."""

    model_config = FROZEN

    from_utc: AwareDatetime | None
    to_utc: AwareDatetime | None


class Site(BaseModel):
    """A place that is evaluated as a whole."""

    model_config = FROZEN

    site: Annotated[str, Field(description="Its key.", examples=["haninge-entre"])]
    name: Name
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    version: Annotated[int, Field(description="Rises with every change to the site file.", examples=[3])]


class Space(BaseModel):
    """A part of a site that people are in."""

    model_config = FROZEN

    space: Annotated[str, Field(description="Its key.", examples=["gangtunneln"])]
    name: Name


class Border(BaseModel):
    """What joins two spaces, or a space and outside. Forward over its lines is from -> to."""

    model_config = FROZEN

    border: Annotated[str, Field(description="Its key.", examples=["stationen"])]
    name: Name
    from_space: Annotated[str | None, Field(description="Key of a space; null is outside.", examples=[None])]
    to_space: Annotated[str | None, Field(description="Key of a space; null is outside.", examples=["gangtunneln"])]


class Line(BaseModel):
    """A directed counting line on a border."""

    model_config = FROZEN

    line: Annotated[str, Field(description="Its key.", examples=["stationen"])]
    name: Name
    border: Annotated[str, Field(description="Key of its border.", examples=["stationen"])]
    role: Annotated[str, Field(description="main or check; a check line is in no sum.", examples=["main"])]
    commissioned: list[Period]


class Zone(BaseModel):
    """An area of a space where dwell is measured."""

    model_config = FROZEN

    zone: Annotated[str, Field(description="Its key.", examples=["bankarna"])]
    name: Name
    space: Annotated[str, Field(description="Key of its space.", examples=["gangtunneln"])]
    covers_space: Annotated[bool, Field(description="It covers all of its space.")]
    disjoint: Annotated[bool, Field(description="Declared not to overlap others: only such may be added.")]
    stay_threshold_s: Annotated[int, Field(description="What counts as a stay here, in seconds.", examples=[60])]
    commissioned: list[Period]


class Assignment(BaseModel):
    """What a device watches, and when."""

    model_config = FROZEN

    kind: Annotated[str, Field(description="line or zone.", examples=["line"])]
    key: Annotated[str, Field(description="Key of the line or zone.", examples=["stationen"])]
    from_utc: AwareDatetime | None
    to_utc: AwareDatetime | None


class Device(BaseModel):
    """One counter, and what it watches when."""

    model_config = FROZEN

    device: Annotated[str, Field(description="Its key.", examples=["tunnel-kamera"])]
    name: Name
    assigned: list[Assignment]


class LiveLineState(BaseModel):
    """The open interval of a line: never a fact."""

    model_config = FROZEN

    line: Key
    at: Annotated[AwareDatetime, Field(description="When the device saw this, by its own clock.")]
    received_at: Annotated[AwareDatetime, Field(description="When it arrived: what its age is reckoned from.")]
    start: Annotated[AwareDatetime, Field(description="Start of the open interval.")]
    forward: int
    backward: int


class LiveZoneState(BaseModel):
    """The people in a zone now: never a fact."""

    model_config = FROZEN

    zone: Key
    at: Annotated[AwareDatetime, Field(description="When the device saw this, by its own clock.")]
    received_at: Annotated[AwareDatetime, Field(description="When it arrived: what its age is reckoned from.")]
    occupancy: Annotated[int, Field(description="People in it.", examples=[4])]
    staying: Annotated[int, Field(description="Of them, how many have been there for stay_s.", examples=[2])]
    stay_s: Annotated[int, Field(description="In seconds.", examples=[60])]


class LiveDeviceState(BaseModel):
    """How a device is now."""

    model_config = FROZEN

    device: Key
    online: bool | None
    heard_at: Annotated[AwareDatetime | None, Field(description="When its last status arrived.")]
    frame_rate: float | None
    clock_known: bool | None
    clock_offset_ms: int | None
    outbox_records: int | None


class LiveSnapshot(BaseModel):
    """What is so at one moment. A line, zone or device that never spoke is missing or null."""

    model_config = FROZEN

    at: Annotated[AwareDatetime, Field(description="The database's clock.")]
    lines: list[LiveLineState]
    zones: list[LiveZoneState]
    devices: list[LiveDeviceState]


RowT = TypeVar("RowT", bound=BaseModel)


class Series(BaseModel, Generic[RowT]):
    """Numbers of a site by buckets of its local time. Every cell is there, observed or not."""

    model_config = FROZEN

    site: Key
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    bucket: Annotated[str, Field(description="quarter, hour, day, week (ISO) or month.", examples=["hour"])]
    hours: Annotated[str, Field(description="all, open or staffed: the hours that are counted.", examples=["all"])]
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
