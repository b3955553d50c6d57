"""Live ticks, status and receipts, and the type of each kind of topic."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from core.wire.limits import LIVE_TICK_S, MAX_CLOCK_OFFSET_MS, MAX_LINES, MAX_RECORDS, MAX_SEQ, MINUTE_S
from core.wire.records import (
    AwareTime,
    Batch,
    Count,
    EpochId,
    FlowStart,
    Key,
    Minor,
    SeqNumber,
    SetupId,
    TickTime,
    VersionText,
    check_parts,
    check_start,
)
from core.wire.topics import Kind

_RETIRE_SINCE: Final = 1
"""The minor version that added `server_time` and `retire` to receipts: an older device refuses them."""


class LiveLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Net crossings of one line since `start` of the open interval, with those not yet sure: may fall again."""

    line: Key
    start: FlowStart
    forward: Count
    backward: Count

    def __post_init__(self) -> None:
        """Check that an interval may start then."""
        check_start("start", self.start, MINUTE_S)


class LiveZone(Struct, frozen=True, forbid_unknown_fields=True):
    """People in one zone now, and how many of them have been there for at least `stay_s` seconds."""

    zone: Key
    occupancy: Count
    staying: Count
    stay_s: Annotated[int, Meta(ge=1, le=86_400)]

    def __post_init__(self) -> None:
        """Check that those who stay are among those who are there."""
        if self.staying > self.occupancy:
            raise ValueError(f"staying {self.staying} is more than occupancy {self.occupancy}")


class Live(Struct, frozen=True, forbid_unknown_fields=True):
    """One tick of a device: never a fact, superseded by the next. `at` lies on a whole LIVE_TICK_S."""

    at: TickTime
    lines: Annotated[list[LiveLine], Meta(max_length=MAX_LINES)] = []
    zones: Annotated[list[LiveZone], Meta(max_length=MAX_LINES)] = []
    minor: Minor = 0

    def __post_init__(self) -> None:
        """Check that the time is a tick. A clock that stepped back may lie before an open interval's start."""
        check_start("at", self.at, LIVE_TICK_S)
        check_parts([], [line.line for line in self.lines], [zone.zone for zone in self.zones])


class Status(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a device is. Retained; the last will is one with online false. None means not known.

    `at` is None while the device's clock isn't known: it then tells no time at all.
    """

    online: bool
    at: AwareTime | None = None
    epoch: EpochId | None = None
    made: Annotated[int, Meta(ge=0, le=MAX_SEQ, description="Records made in this epoch so far.")] | None = None
    outbox_records: Annotated[int, Meta(ge=0, le=MAX_SEQ, description="Records not settled yet.")] | None = None
    clock_known: bool | None = None
    clock_offset_ms: Annotated[int, Meta(ge=-MAX_CLOCK_OFFSET_MS, le=MAX_CLOCK_OFFSET_MS)] | None = None
    frame_rate: Annotated[float, Meta(ge=0, le=1000)] | None = None
    temperature_c: Annotated[float, Meta(ge=-100, le=200)] | None = None
    setup: SetupId | None = None
    counter_version: VersionText | None = None
    recorded_until: (
        Annotated[AwareTime, Meta(description="End of the newest record that has a time. Since 1.1.")] | None
    ) = None
    minor: Minor = 0

    def __post_init__(self) -> None:
        """Check that the times are whole seconds."""
        for field, time in (("at", self.at), ("recorded_until", self.recorded_until)):
            if time is not None:
                check_start(field, time, 1)


class Receipt(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is settled of one epoch: 1..through, and each closed range of `also`.

    A receipt only adds, but with `rewind` it is the whole truth: everything else is to be sent again. With `retire`
    the epoch has forked: other records stand under its numbers, so the device ends it and sends what is unsettled under
    a new one. It is written in the minor version of the device it answers, since a device may be older than its server.
    """

    epoch: EpochId
    through: Annotated[int, Meta(ge=0, le=MAX_SEQ, description="1..through is settled; 0: none.")]
    also: Annotated[list[tuple[SeqNumber, SeqNumber]], Meta(max_length=MAX_RECORDS)] = []
    rewind: bool = False
    minor: Minor = 0
    server_time: Annotated[AwareTime, Meta(description="The server's time. Since 1.1.")] | None = None
    retire: Annotated[bool, Meta(description="The epoch has forked. Since 1.1.")] = False

    def __post_init__(self) -> None:
        """Check that the ranges rise and do not touch, and that nothing is newer than the minor version."""
        self._check_ranges()
        if self.minor < _RETIRE_SINCE and (self.retire or self.server_time is not None):
            raise ValueError(f"server_time and retire need minor {_RETIRE_SINCE}, not {self.minor}")
        if self.server_time is not None:
            check_start("server_time", self.server_time, 1)

    def timed(self, server_time: datetime) -> "Receipt":
        """Return the receipt with the server's time in it; unchanged where it goes to a device of minor 0."""
        return self if self.minor < _RETIRE_SINCE else msgspec.structs.replace(self, server_time=server_time)

    def _check_ranges(self) -> None:
        before = self.through
        for first, last in self.also:
            if first <= before + 1 or last < first:
                raise ValueError(f"also [{first}, {last}] must rise and lie apart from {before}, the end before it")
            before = last


Message = Batch | Live | Status | Receipt
TYPE_OF: Final[dict[Kind, type[Batch] | type[Live] | type[Status] | type[Receipt]]] = {
    Kind.RECORDS: Batch,
    Kind.LIVE: Live,
    Kind.STATUS: Status,
    Kind.RECEIPT: Receipt,
}
