"""Records: what a device counted in one period, or some time. The types can hold no person and no finer time."""

import enum
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Final, Literal, NewType, assert_never

from msgspec import Meta, Struct

from core.wire.errors import WireError
from core.wire.limits import (
    BIN_EDGES_S,
    BINS,
    FLOW_PERIODS_S,
    MAX_COUNT,
    MAX_DWELL_S,
    MAX_LINES,
    MAX_MINOR,
    MAX_RECORDS,
    MAX_SEQ,
    QUARTER_S,
    UNPLACED_MAX_S,
)
from core.wire.topics import KEY_LENGTH, KEY_PATTERN

Epoch = NewType("Epoch", str)
Seq = NewType("Seq", int)

# Patterns end with \Z: in Python, `$` would let a line break follow.
Key = Annotated[
    str,
    Meta(
        pattern=KEY_PATTERN.removesuffix("$") + r"\Z",
        max_length=KEY_LENGTH,
        description="Lower case letters, digits and single hyphens.",
    ),
]
SetupId = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9][a-z0-9._-]*\Z", max_length=KEY_LENGTH, description="Names geometry, algorithm and model."),
]
EpochId = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{16}\Z", max_length=16, description="Random, made with a device's outbox.")
]
VersionText = Annotated[
    str, Meta(pattern=r"^[0-9]+(\.[0-9]+){1,2}[0-9a-z.+-]*\Z", max_length=24, description="As in 0.1.0.")
]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
SeqNumber = Annotated[int, Meta(ge=1, le=MAX_SEQ, description="The record's number within its epoch.")]
Milliseconds = Annotated[
    int, Meta(ge=0, le=QUARTER_S * 1000, description="Time really watched; never more than the period.")
]
PersonSeconds = Annotated[int, Meta(ge=0, le=MAX_COUNT * QUARTER_S)]
ObservedSeconds = Annotated[int, Meta(ge=0, le=UNPLACED_MAX_S, description="Time really watched, in whole seconds.")]
DayPersonSeconds = Annotated[int, Meta(ge=0, le=MAX_COUNT * UNPLACED_MAX_S)]
SecondsSum = Annotated[
    int,
    Meta(
        ge=0,
        le=MAX_COUNT * MAX_DWELL_S,
        description="Summed seconds of the visits in the last, open bin, each rounded to whole quarter-hours.",
        extra_json_schema={"multipleOf": QUARTER_S},
    ),
]
Histogram = Annotated[list[Count], Meta(min_length=BINS, max_length=BINS, description="Visits, one count a dwell bin.")]
Minor = Annotated[int, Meta(ge=0, le=MAX_MINOR, description="Minor version of the wire that wrote this.")]


def _time(pattern: str, description: str) -> Meta:
    """Return what msgspec and the JSON Schema know of a time; its boundary is checked by check_start."""
    schema: dict[str, object] = {"pattern": f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:{pattern}Z$"}
    return Meta(tz=True, description=description, extra_json_schema=schema)


AwareTime = Annotated[datetime, _time("[0-9]{2}:[0-9]{2}", "A whole second, UTC.")]
TickTime = Annotated[datetime, _time("[0-9]{2}:[0-9][05]", "A whole tick of 5 s, UTC.")]
FlowStart = Annotated[datetime, _time("[0-9]{2}:00", "A boundary of the period, UTC.")]
QuarterStart = Annotated[datetime, _time("(00|15|30|45):00", "A quarter-hour, UTC.")]
FlowPeriod = Annotated[
    int, Meta(ge=min(FLOW_PERIODS_S), le=max(FLOW_PERIODS_S), extra_json_schema={"enum": list(FLOW_PERIODS_S)})
]
QuarterPeriod = Annotated[int, Meta(ge=QUARTER_S, le=QUARTER_S)]


class Flag(enum.StrEnum):
    """What was unusual during a record's period, as the device noticed it."""

    DARK = "dark"
    BLOCKED = "blocked"
    LOW_FRAME_RATE = "low_frame_rate"
    MOVED = "moved"
    CLOCK_UNSURE = "clock_unsure"
    BEAM_BLOCKED = "beam_blocked"
    FRAGMENTATION = "fragmentation"
    FROZEN = "frozen"
    NO_ECHO = "no_echo"
    LOW_CONTRAST = "low_contrast"
    SWAYING = "swaying"
    MOVING_LIGHT = "moving_light"


_FLAG_BIT: Final = {flag: 1 << place for place, flag in enumerate(Flag)}
Flags = Annotated[list[Flag], Meta(max_length=len(Flag), extra_json_schema={"uniqueItems": True})]


def flag_bits(flags: Iterable[Flag]) -> int:
    """Return the flags as the bits stored in the database: bit n is the n-th member of Flag."""
    return sum(_FLAG_BIT[flag] for flag in set(flags))


def flags_of_bits(bits: int) -> list[Flag]:
    """Return the flags that `bits` holds, in the order of Flag."""
    return [flag for flag, bit in _FLAG_BIT.items() if bits & bit]


class LineFlow(Struct, frozen=True, forbid_unknown_fields=True):
    """Crossings of one line in one period. Net ones leave out turn-back and sway; gross ones keep them."""

    line: Key
    forward: Count
    backward: Count
    gross_forward: Count
    gross_backward: Count
    observed_ms: Milliseconds


class ZoneFlow(Struct, frozen=True, forbid_unknown_fields=True):
    """Visits that began and ended in one zone in one period, and the time people spent there."""

    zone: Key
    entries: Count
    appeared: Count
    exits: Count
    lost: Count
    presence_s: PersonSeconds
    occupancy_max: Count
    observed_ms: Milliseconds


class DwellHistogram(Struct, frozen=True, forbid_unknown_fields=True):
    """Ended visits by dwell: one count a bin of BIN_EDGES_S, and the summed seconds of the open last bin."""

    bins: Histogram
    over_s: SecondsSum = 0

    def __post_init__(self) -> None:
        """Check the sum of the open bin against its count."""
        if self.over_s % QUARTER_S:
            raise ValueError(f"over_s {self.over_s} is no whole number of quarter-hours")
        if (self.over_s == 0) != (self.bins[-1] == 0) or self.over_s < self.bins[-1] * BIN_EDGES_S[-1]:
            raise ValueError(
                f"over_s {self.over_s} does not fit {self.bins[-1]} visits of at least {BIN_EDGES_S[-1]} s"
            )


class ZoneDwell(Struct, frozen=True, forbid_unknown_fields=True):
    """Visits that ended in one zone in one quarter-hour.

    complete: entered and left; cut: entered and lost; fragment: appeared, however it ended.
    """

    zone: Key
    complete: DwellHistogram
    cut: DwellHistogram
    fragment: DwellHistogram
    observed_ms: Milliseconds


class FlowRecord(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="flow", kw_only=True):
    """Counts of one device in [start, start + period_s)."""

    seq: SeqNumber
    start: FlowStart
    period_s: FlowPeriod
    setup: SetupId
    flags: Flags = []
    lines: Annotated[list[LineFlow], Meta(max_length=MAX_LINES)] = []
    zones: Annotated[list[ZoneFlow], Meta(max_length=MAX_LINES)] = []

    def __post_init__(self) -> None:
        """Check what the types alone cannot say."""
        if self.period_s not in FLOW_PERIODS_S:
            raise ValueError(f"period_s {self.period_s} is none of {FLOW_PERIODS_S}")
        check_start("start", self.start, self.period_s)
        check_parts(self.flags, [line.line for line in self.lines], [zone.zone for zone in self.zones])
        _check_observed(self.period_s, [line.observed_ms for line in self.lines])
        _check_observed(self.period_s, [zone.observed_ms for zone in self.zones])
        _check_presence(self.period_s, [zone.presence_s for zone in self.zones])


class DwellRecord(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dwell", kw_only=True):
    """Visits that ended in the zones of one device in one quarter-hour."""

    seq: SeqNumber
    start: QuarterStart
    period_s: QuarterPeriod
    setup: SetupId
    flags: Flags = []
    zones: Annotated[list[ZoneDwell], Meta(min_length=1, max_length=MAX_LINES)]

    def __post_init__(self) -> None:
        """Check what the types alone cannot say."""
        if self.period_s != QUARTER_S:
            raise ValueError(f"period_s {self.period_s} of a dwell record is not {QUARTER_S}")
        check_start("start", self.start, self.period_s)
        check_parts(self.flags, [], [zone.zone for zone in self.zones])


class LineTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """Crossings of one line in a time that nobody can tell."""

    line: Key
    forward: Count
    backward: Count
    gross_forward: Count
    gross_backward: Count
    observed_s: ObservedSeconds


class ZoneTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """Visits that began and ended in one zone in a time that nobody can tell."""

    zone: Key
    entries: Count
    appeared: Count
    exits: Count
    lost: Count
    presence_s: DayPersonSeconds
    observed_s: ObservedSeconds


class UnplacedRecord(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="unplaced", kw_only=True):
    """Totals that have no time: the device lost its power before it ever knew its clock.

    Kept and shown, never counted into any interval: it was somewhere within a day at most.
    """

    seq: SeqNumber
    setup: SetupId
    flags: Flags = []
    lines: Annotated[list[LineTotal], Meta(max_length=MAX_LINES)] = []
    zones: Annotated[list[ZoneTotal], Meta(max_length=MAX_LINES)] = []

    def __post_init__(self) -> None:
        """Check what the types alone cannot say."""
        if not self.lines and not self.zones:
            raise ValueError("an unplaced record tells of no line and no zone")
        check_parts(self.flags, [line.line for line in self.lines], [zone.zone for zone in self.zones])


PlacedRecord = FlowRecord | DwellRecord
"""A record of a time that is known."""
Record = PlacedRecord | UnplacedRecord


def check_start(field: str, start: datetime, period_s: int) -> None:
    """Refuse a time that is naive, has another offset than zero, or is no boundary of `period_s` seconds."""
    if start.utcoffset() != timedelta(0):
        raise ValueError(f"{field} {start.isoformat()} is not in UTC")
    if start.microsecond or int(start.timestamp()) % period_s:
        raise ValueError(f"{field} {start.isoformat()} is no UTC boundary of {period_s} s")


def check_parts(flags: Sequence[Flag], lines: Sequence[str], zones: Sequence[str]) -> None:
    """Refuse a flag, line or zone that is named twice."""
    for name, values in (("flag", flags), ("line", lines), ("zone", zones)):
        if len(set(values)) != len(values):
            raise ValueError(f"a {name} is named twice among {', '.join(values)}")


def check_seqs(seqs: Sequence[int]) -> None:
    """Refuse sequence numbers that do not rise."""
    for earlier, later in pairwise(seqs):
        if later <= earlier:
            raise ValueError(f"records: seq must rise within a message, got {later} after {earlier}")


def _check_observed(period_s: int, observed_ms: Sequence[int]) -> None:
    for value in observed_ms:
        if value > period_s * 1000:
            raise ValueError(f"observed_ms {value} is longer than the period of {period_s} s")


def _check_presence(period_s: int, presence_s: Sequence[int]) -> None:
    """Refuse more person-seconds than MAX_COUNT people make: sums over a quarter-hour stay in 32 bits."""
    for value in presence_s:
        if value > MAX_COUNT * period_s:
            raise ValueError(f"presence_s {value} is more than {MAX_COUNT} people make in {period_s} s")


LostReason = Literal["outbox_full", "no_longer_kept", "damaged"]
"""outbox_full: dropped unsent for want of room; no_longer_kept: asked for again, but deleted since; damaged: what the
disk gives back is not what was written (since 1.1)."""


class LostRange(Struct, frozen=True, forbid_unknown_fields=True):
    """Records [first, last] that the device made and had to drop: missing time, never zero people."""

    first: SeqNumber
    last: SeqNumber
    reason: LostReason

    def __post_init__(self) -> None:
        """Check the order of the two ends."""
        if self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}")


class Batch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message on `records`. Without records and lost ranges it makes an epoch known, no more."""

    minor: Minor = 0
    epoch: EpochId
    previous_epoch: EpochId | None = None
    records: Annotated[list[Record], Meta(max_length=MAX_RECORDS)] = []
    lost: Annotated[list[LostRange], Meta(max_length=MAX_RECORDS)] = []

    def __post_init__(self) -> None:
        """Check what the types alone cannot say."""
        if self.previous_epoch == self.epoch:
            raise ValueError(f"previous_epoch {self.epoch} is the epoch itself")
        check_seqs([record.seq for record in self.records])


class RejectedRecord(Struct, frozen=True):
    """One record of an accepted message that is refused for good. `raw` is None where it must not be kept."""

    seq: Seq
    error: WireError
    raw: bytes | None


class UnnumberedPart(Struct, frozen=True):
    """A part of an accepted message that can't be read, nor which number it has: it stays unsettled.

    `after` and `before` are the numbers of the records around it; None at an end of the message.
    """

    after: Seq | None
    before: Seq | None
    error: WireError


class DecodedBatch(Struct, frozen=True):
    """A message on `records`: good records, refused ones, and what has no number; together all that was sent."""

    batch: Batch
    rejected: list[RejectedRecord] = []
    unnumbered: list[UnnumberedPart] = []


def utc(seconds: int) -> datetime:
    """Return the aware time `seconds` after 1970-01-01T00:00Z."""
    return datetime.fromtimestamp(seconds, UTC)


def facts_in(record: Record) -> int:
    """Return how many rows the record makes: facts, or unplaced totals."""
    match record:
        case FlowRecord() | UnplacedRecord():
            return len(record.lines) + len(record.zones)
        case DwellRecord():
            return len(record.zones)
        case _:
            assert_never(record)
