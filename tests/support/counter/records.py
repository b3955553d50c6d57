"""Drafts and outboxes for the tests of the device."""

from dataclasses import dataclass
from pathlib import Path

from core import wire
from counter.counting.draft import DwellDraft, FlowDraft
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.outbox_file import prepare

START_S = 1_800_000_000 - 1_800_000_000 % 900


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    ms: int = START_S * 1000
    synchronised: bool | None = True
    boot: str = "first"

    def now_ms(self) -> int:
        return self.ms

    def monotonic_s(self) -> float:
        return self.ms / 1000

    def boot_id(self) -> str:
        return self.boot

    def known(self) -> bool | None:
        return self.synchronised

    def pass_days(self, days: float) -> None:
        self.ms += round(days * 86_400_000)


def flow(minute: int, forward: int = 1) -> FlowDraft:
    """Return the flow draft of a minute after START_S."""
    line = wire.LineFlow("stationen", forward, 0, forward, 0, 60_000)
    return FlowDraft(wire.utc(START_S + 60 * minute), 60, "sim-a", (), (line,), ())


def dwell(quarter: int) -> DwellDraft:
    """Return the dwell draft of a quarter-hour after START_S."""
    none = wire.DwellHistogram([0] * wire.BINS)
    return DwellDraft(
        wire.utc(START_S + 900 * quarter), "sim-a", (), (wire.ZoneDwell("bankarna", none, none, none, 900_000),)
    )


def open_outbox(path: Path, clock: SetClock, bounds: OutboxLimits | None = None) -> Outbox:
    prepare(path, clock)
    return Outbox(path, bounds or OutboxLimits(), clock)


def seqs(outbox: Outbox, limit: int = 1_000_000) -> list[int]:
    return [stored.seq for stored in outbox.unsettled(0, limit)]


def receipt(outbox: Outbox, through: int, *also: tuple[int, int], rewind: bool = False) -> wire.Receipt:
    return wire.Receipt(outbox.identity.epoch, through, list(also), rewind)
