"""A record before it has its sequence number: the outbox numbers it in the transaction that keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, assert_never

from core import wire


@dataclass(frozen=True, slots=True)
class FlowDraft:
    """A flow record without `seq`."""

    kind: ClassVar = "flow"
    start: datetime
    period_s: int
    setup: str
    flags: tuple[wire.Flag, ...]
    lines: tuple[wire.LineFlow, ...]
    zones: tuple[wire.ZoneFlow, ...]


@dataclass(frozen=True, slots=True)
class DwellDraft:
    """A dwell record without `seq`."""

    kind: ClassVar = "dwell"
    period_s: ClassVar = wire.QUARTER_S
    start: datetime
    setup: str
    flags: tuple[wire.Flag, ...]
    zones: tuple[wire.ZoneDwell, ...]


@dataclass(frozen=True, slots=True)
class UnplacedDraft:
    """Totals without a time, and without `seq`."""

    kind: ClassVar = "unplaced"
    setup: str
    flags: tuple[wire.Flag, ...]
    lines: tuple[wire.LineTotal, ...]
    zones: tuple[wire.ZoneTotal, ...]


Draft = FlowDraft | DwellDraft
"""What has a time."""


def numbered(draft: Draft | UnplacedDraft, seq: wire.Seq) -> wire.Record:
    """Return the record that `draft` becomes with this sequence number."""
    match draft:
        case FlowDraft():
            return wire.FlowRecord(
                seq=seq,
                start=draft.start,
                period_s=draft.period_s,
                setup=draft.setup,
                flags=list(draft.flags),
                lines=list(draft.lines),
                zones=list(draft.zones),
            )
        case DwellDraft():
            return wire.DwellRecord(
                seq=seq,
                start=draft.start,
                period_s=draft.period_s,
                setup=draft.setup,
                flags=list(draft.flags),
                zones=list(draft.zones),
            )
        case UnplacedDraft():
            return wire.UnplacedRecord(
                seq=seq,
                setup=draft.setup,
                flags=list(draft.flags),
                lines=list(draft.lines),
                zones=list(draft.zones),
            )
        case _:
            assert_never(draft)
