"""Corrected numbers by bucket as frozen values (numbers=corrected), likewise."""

from datetime import datetime

import msgspec


class CorrectedSiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected entries to a site and exits from it in one bucket."""

    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    entries: float | None
    entries_low: float | None
    entries_high: float | None
    exits: float | None
    exits_low: float | None
    exits_high: float | None
    raw_entries: int | None
    raw_exits: int | None
    coverage: float | None
    missing: tuple[str, ...]
    estimate: bool
    numbers: str | None
    corrected_by: tuple[str, ...]


class CorrectedSpaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected crossings into and out of one space in one bucket."""

    space: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    inward: float | None
    inward_low: float | None
    inward_high: float | None
    outward: float | None
    outward_low: float | None
    outward_high: float | None
    raw_inward: int | None
    raw_outward: int | None
    coverage: float | None
    missing: tuple[str, ...]
    estimate: bool
    numbers: str | None
    corrected_by: tuple[str, ...]


class CorrectedBorderRow(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected crossings of one border in one bucket; forward is from its from_space to its to_space."""

    border: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    forward: float | None
    forward_low: float | None
    forward_high: float | None
    backward: float | None
    backward_low: float | None
    backward_high: float | None
    raw_forward: int | None
    raw_backward: int | None
    coverage: float | None
    missing: tuple[str, ...]
    estimate: bool
    numbers: str | None
    corrected_by: tuple[str, ...]


class CorrectedLineRow(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected crossings of one line, main or check, in one bucket."""

    line: str
    name_sv: str
    name_en: str
    role: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    forward: float | None
    forward_low: float | None
    forward_high: float | None
    backward: float | None
    backward_low: float | None
    backward_high: float | None
    raw_forward: int | None
    raw_backward: int | None
    observed_ms: int
    expected_ms: int
    coverage: float | None
    flags: tuple[str, ...]
    numbers: str | None
    corrected_ms: int
    corrected_by: tuple[str, ...]
    excluded_ms: int


class CorrectedPresenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected presence in one zone in one bucket."""

    zone: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    presence_s: float | None
    presence_hours: float | None
    presence_hours_low: float | None
    presence_hours_high: float | None
    occupancy_mean: float | None
    raw_presence_s: int | None
    observed_ms: int
    expected_ms: int
    coverage: float | None
    flags: tuple[str, ...]
    numbers: str | None
    corrected_ms: int
    corrected_by: tuple[str, ...]
    excluded_ms: int


class CorrectedDwellRow(msgspec.Struct, frozen=True, kw_only=True):
    """Corrected stays in one zone in one bucket; entered is as the counter saw it."""

    zone: str
    name_sv: str
    name_en: str
    start_utc: datetime
    end_utc: datetime
    start_local: datetime
    utc_offset: str
    threshold_s: int
    entered: int | None
    stays: float | None
    stays_low: float | None
    stays_high: float | None
    share: float | None
    refused: bool
    raw_stays: float | None
    raw_share: float | None
    observed_ms: int
    expected_ms: int
    coverage: float | None
    flags: tuple[str, ...]
    numbers: str | None
    corrected_ms: int
    corrected_by: tuple[str, ...]
    excluded_ms: int
