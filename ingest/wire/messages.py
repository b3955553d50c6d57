"""Live ticks, status and receipts, and the type of each kind of topic."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from ingest.wire.limits import LIVE_TICK_S, MAX_LINES, MAX_RECORDS, MAX_SEQ
from ingest.wire.records import (
    AwareTime,
    Batch,
    Count,
    EpochId,
    Key,
    SeqNumber,
    SetupId,
    check_parts,
    check_start,
)
from ingest.wire.topics import Kind


class LiveLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Net crossings of one line since `start` of the open interval."""

    line: Key
    start: AwareTime
    forward: Count
    backward: Count


class LiveZone(Struct, frozen=True, forbid_unknown_fields=True):
    """People in one zone now, and how many of them have been there for at least `stay_s` seconds."""

    zone: Key
    occupancy: Count
    staying: Count
    stay_s: Annotated[int, Meta(ge=1, le=86_400)]


class Live(Struct, frozen=True, forbid_unknown_fields=True):
    """One tick of a device: never a fact, superseded by the next. `at` lies on a whole LIVE_TICK_S."""

    at: AwareTime
    lines: Annotated[list[LiveLine], Meta(max_length=MAX_LINES)] = []
    zones: Annotated[list[LiveZone], Meta(max_length=MAX_LINES)] = []

    def __post_init__(self) -> None:
        """Check that the time is a tick."""
        check_start(self.at, LIVE_TICK_S)
        check_parts([], [line.line for line in self.lines], [zone.zone for zone in self.zones])


class Status(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a device is. Retained; the last will is one with online false. None means not known."""

    online: bool
    at: AwareTime
    epoch: EpochId | None = None
    made: Annotated[int, Meta(ge=0, le=MAX_SEQ)] | None = None
    outbox_records: Annotated[int, Meta(ge=0)] | None = None
    clock_known: bool | None = None
    clock_offset_ms: int | None = None
    frame_rate: Annotated[float, Meta(ge=0, le=1000)] | None = None
    temperature_c: Annotated[float, Meta(ge=-100, le=200)] | None = None
    setup: SetupId | None = None
    counter_version: Annotated[str, Meta(pattern=r"^[0-9A-Za-z.+-]{1,40}$")] | None = None


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """What is settled of one epoch: 1..through, and each closed range of `also`.

    A receipt only adds, but with `rewind` it is the whole truth: everything else is to be sent again.
    """

    epoch: EpochId
    through: Annotated[int, Meta(ge=0, le=MAX_SEQ)]
    also: Annotated[list[tuple[SeqNumber, SeqNumber]], Meta(max_length=MAX_RECORDS)] = []
    rewind: bool = False

    def __post_init__(self) -> None:
        """Check that the ranges rise and do not touch."""
        ends = [self.through, *(end for pair in self.also for end in pair)]
        starts_ok = all(first > last + 1 for last, first in zip(ends[::2], ends[1::2], strict=False))
        if not starts_ok or any(last < first for first, last in self.also):
            raise ValueError(
                f"also {self.also} must be rising ranges apart from each other and from {self.through}"
            )


Message = Batch | Live | Status | Receipt
TYPE_OF: Final[dict[Kind, type[Batch] | type[Live] | type[Status] | type[Receipt]]] = {
    Kind.RECORDS: Batch,
    Kind.LIVE: Live,
    Kind.STATUS: Status,
    Kind.RECEIPT: Receipt,
}
