"""The counter whose people are known: they walk in real time, and it counts them live while its clock and card fail."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final

from core.clock import Clock, SystemClock
from counter.detections import Detections
from counter.geometry import View
from counter.sources.port import Input
from tests.chaos.virtual.people import HALF_M, WIDE_M, People

MOST_MINUTES: Final = 600
"""So long people walk: longer than any campaign."""
USUAL_RATE: Final = 5.0
SEED: Final = 1
_NONE_S: Final = 0.2


@dataclass(slots=True)
class Walking:
    """A source: people on their way, as points, at the rate that a file names.

    Attributes:
        people: who walks, in seconds since `begin_ms`.
        begin_ms: the true time at which they begin, UTC milliseconds.
        clock: what stamps the frames.
        rate_file: holds how many frames a second come; 0 for none.
    """

    people: People
    begin_ms: int
    clock: Clock
    rate_file: Path
    _closed: Event = field(default_factory=Event)

    def detections(self) -> Iterator[Detections]:
        """Yield what is seen, frame by frame."""
        true = SystemClock()
        while not self._closed.is_set():
            rate = float(self.rate_file.read_text())
            self._closed.wait(1 / rate if rate else _NONE_S)
            if rate:
                points = self.people.points((true.now_ms() - self.begin_ms) / 1000)
                yield Detections(self.clock.now_ms(), points, round(true.monotonic_s() * 1000))

    def close(self) -> None:
        """End it. Safe to call twice."""
        self._closed.set()


def open_walking(begin_ms: int, seed: int, rate_file: Path, clock: Clock) -> Input:
    """Open the source."""
    source = Walking(People(seed, MOST_MINUTES), begin_ms, clock, rate_file)
    return Input(source, view=View((-HALF_M, 0.0, HALF_M, WIDE_M)), waits_for_clock=True)


def next_minute_ms() -> int:
    """Return the next whole minute, UTC milliseconds."""
    return (int(time.time()) // 60 + 1) * 60_000
