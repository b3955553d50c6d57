"""One-second tallies: what is counted while the clock isn't known, on a steady time that only runs forward.

They are run-length encoded: a second whose tally is that of the second before makes its run longer. So a quiet night,
and someone who sits still for an hour, take a row an hour.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from msgspec import Struct

from core import wire
from counter.counting.cells import DwellCell, FlowCell, LineCrossings, VisitCell, ZoneCell, part_of_line, part_of_zone
from counter.counting.draft import UnplacedDraft

SECOND_MS: Final = 1000
LONGEST_RUN_S: Final = 3600
_FULL_COUNT: Final = wire.MAX_COUNT // 2
"""Totals begin anew beyond such a count, so that one more run of seconds still fits the wire."""


class SecondTally(Struct):
    """What one second holds: the parts of it that aren't empty.

    Attributes:
        number: of the second, on the steady time.
        flow: crossings, visits that began and ended, presence and what was observed.
        visits: those that ended, by zone.
    """

    number: int
    flow: FlowCell
    visits: dict[str, VisitCell]

    @classmethod
    def of(cls, start_ms: int, flow: FlowCell | None, dwell: DwellCell | None) -> "SecondTally":
        """Return the second that begins at `start_ms` of the steady time."""
        flow = flow or FlowCell({}, {})
        lines = {key: cell for key, cell in flow.lines.items() if not cell.is_empty()}
        zones = {key: cell for key, cell in flow.zones.items() if not cell.is_empty()}
        visits = {key: cell for key, cell in dwell.zones.items() if not cell.is_empty()} if dwell else {}
        return cls(start_ms // SECOND_MS, FlowCell(lines, zones, flow.observed_ms, flow.flags, flow.unseen), visits)

    def is_empty(self) -> bool:
        """Return whether nothing was watched or counted."""
        return self.flow.is_empty() and not self.visits


@dataclass(frozen=True, slots=True)
class SecondRun:
    """Seconds [first, last] that all have the same tally."""

    first: int
    last: int
    tally: bytes

    def seconds(self) -> Iterator[SecondTally]:
        """Yield each of them."""
        for number in range(self.first, self.last + 1):
            yield msgspec.structs.replace(_decoder.decode(self.tally), number=number)

    def goes_on_in(self, later: "SecondRun") -> bool:
        """Return whether `later` makes this one longer."""
        touches = later.first == self.last + 1 and later.tally == self.tally
        return touches and later.last - self.first < LONGEST_RUN_S


_decoder: Final = msgspec.msgpack.Decoder(SecondTally)
_encoder: Final = msgspec.msgpack.Encoder(order="deterministic")


def run_lengths(seconds: Iterable[SecondTally]) -> list[SecondRun]:
    """Return seconds, in rising order, as runs."""
    runs: list[SecondRun] = []
    for second in seconds:
        tally = _encoder.encode(msgspec.structs.replace(second, number=0))
        one = SecondRun(second.number, second.number, tally)
        if runs and runs[-1].goes_on_in(one):
            runs[-1] = replace(runs[-1], last=second.number)
        else:
            runs.append(one)
    return runs


class UnplacedSums:
    """Sums seconds that can't be placed, into as many drafts as the wire needs: each of at most a day."""

    def __init__(self, setup: str, lines: Sequence[str], zones: Sequence[str]) -> None:
        """Begin without any; `lines` and `zones` are listed also where nothing was counted."""
        self._setup = setup
        self._lines, self._zones = lines, zones
        self._done: list[UnplacedDraft] = []
        self._first: int | None = None
        self._sum = self._none()

    def add(self, runs: Iterable[SecondRun]) -> None:
        """Add runs, in the order of time."""
        for run in runs:
            if self._first is not None and (run.last - self._first >= wire.UNPLACED_MAX_S or self._is_full()):
                self._finish()
            self._first = run.first if self._first is None else self._first
            for second in run.seconds():
                self._sum.observed_ms += second.flow.observed_ms
                self._sum.add_counts(second.flow)

    def drafts(self) -> list[UnplacedDraft]:
        """Return them."""
        if self._first is not None:
            self._finish()
        return self._done

    def _none(self) -> FlowCell:
        return FlowCell({line: LineCrossings() for line in self._lines}, {zone: ZoneCell() for zone in self._zones})

    def _is_full(self) -> bool:
        crossed = [max(cell.gross_forward, cell.gross_backward) for cell in self._sum.lines.values()]
        stayed = [max(cell.entries, cell.appeared, cell.exits, cell.lost) for cell in self._sum.zones.values()]
        return max([*crossed, *stayed], default=0) > _FULL_COUNT

    def _observed_s(self, part: str) -> int:
        return round(self._sum.observed_of(part) / 1000)

    def _finish(self) -> None:
        lines = tuple(
            wire.LineTotal(
                key,
                cell.forward,
                cell.backward,
                cell.gross_forward,
                cell.gross_backward,
                self._observed_s(part_of_line(key)),
            )
            for key, cell in self._sum.lines.items()
        )
        zones = tuple(
            wire.ZoneTotal(
                key,
                cell.entries,
                cell.appeared,
                cell.exits,
                cell.lost,
                round(cell.presence_ms / 1000),
                self._observed_s(part_of_zone(key)),
            )
            for key, cell in self._sum.zones.items()
        )
        self._done.append(UnplacedDraft(self._setup, tuple(sorted(self._sum.flags)), lines, zones))
        self._first, self._sum = None, self._none()
