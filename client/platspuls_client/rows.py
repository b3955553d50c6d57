"""Numbers by bucket as frozen values; docs/api.md and docs/numbers.md say what each means.

What a newer API adds is left out. A test compares these with the API's own models.
"""

from datetime import datetime

import msgspec


class SiteFlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """Entries to a site and exits from it in one bucket: crossings of main lines to and from outside, not persons."""

    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    entries: int | None
    exits: int | None
    difference: int | None
    gross_entries: int | None
    gross_exits: int | None
    coverage: float | None
    missing: tuple[str, ...]
    estimate: bool


class SpaceFlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """Crossings into and out of one space in one bucket, over all main lines of its borders."""

    space: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    inward: int | None
    outward: int | None
    difference: int | None
    gross_inward: int | None
    gross_outward: int | None
    coverage: float | None
    missing: tuple[str, ...]
    estimate: bool


class BorderFlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """Crossings of one border in one bucket, over its main lines; forward is from its from_space to its to_space."""

    border: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    forward: int | None
    backward: int | None
    difference: int | None
    gross_forward: int | None
    gross_backward: int | None
    coverage: float | None
    missing: tuple[str, ...]
    estimate: bool


class LineFlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """Crossings of one line, main or check, in one bucket."""

    line: str
    name_sv: str
    name_en: str
    role: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    forward: int | None
    backward: int | None
    gross_forward: int | None
    gross_backward: int | None
    observed_ms: int
    expected_ms: int
    coverage: float | None
    flags: tuple[str, ...]


class PresenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Entries, exits and presence of one zone in one bucket. All but the times are null where nothing was observed."""

    zone: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    entries: int | None
    appeared: int | None
    exits: int | None
    lost: int | None
    presence_s: int | None
    presence_hours: float | None
    occupancy_mean: float | None
    occupancy_max: int | None
    observed_ms: int
    expected_ms: int
    coverage: float | None
    flags: tuple[str, ...]


class DwellRow(msgspec.Struct, frozen=True, kw_only=True):
    """Dwell and stays of one zone in one bucket: of the visits that ended in it, whenever they began."""

    zone: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    threshold_s: int
    entered: int | None
    complete: int | None
    cut: int | None
    fragment: int | None
    stays: float | None
    stays_low: int | None
    stays_high: int | None
    refused: bool
    share: float | None
    median_s: float | None
    p75_s: float | None
    p90_s: float | None
    presence_s: int | None
    observed_ms: int
    expected_ms: int
    coverage: float | None
    flags: tuple[str, ...]


class OccupancyRow(msgspec.Struct, frozen=True, kw_only=True):
    """People in a closed space at the end of a bucket, from its lines alone: an estimate, for no verdict."""

    space: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    occupancy: int | None
    occupancy_low: int | None
    occupancy_high: int | None
    refused_for: str | None


class QualityRow(msgspec.Struct, frozen=True, kw_only=True):
    """How well one line or zone was watched in one bucket, and what became of the records of its devices."""

    kind: str
    part: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    observed_ms: int
    expected_ms: int
    missing_ms: int
    coverage: float | None
    outages: int
    outage_ms: int
    longest_outage_ms: int
    flags: tuple[str, ...]
    conflicts: int
    devices: tuple[str, ...]
    rejected: int
    made: int | None
    stored: int | None
    lost: int | None
    missing: int | None
