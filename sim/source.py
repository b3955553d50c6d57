"""A device's view into the simulated world, as a source."""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import numpy as np

from core import wire
from core.clock import Clock, SystemClock, aware, floor_ms, to_ms
from counter.counting.draft import Draft
from counter.detections import Detections
from counter.device_file import DeviceFile
from sim.crowd import Crowd
from sim.history import History
from sim.settings import SimulatedSource
from sim.world import load_world


@dataclass(slots=True)
class Simulation:
    """What one device sees of the simulated world. Detections carry no identity, not even by their order."""

    settings: SimulatedSource
    crowd: Crowd
    clock: Clock
    _closed: threading.Event = field(default_factory=threading.Event)

    def detections(self) -> Iterator[Detections]:
        """Yield frames as time passes, until closed.

        A consumer that is too slow misses frames; it doesn't fall behind. When the clock is set back, so are the
        frames' times, as those of a real sensor.
        """
        shown = 0
        while not self._closed.is_set():
            now_ms = self.clock.now_ms()
            frame = self._next_frame(now_ms, shown)
            if not self._closed.wait((self._frame_ms(frame) - now_ms) / 1000):
                yield self.observe(self._frame_ms(frame))
            shown = frame

    def replay(self, from_ms: int, to_ms: int, every: int = 1) -> Iterator[Detections]:
        """Yield each `every`-th frame of [from_ms, to_ms), UTC milliseconds, without waiting for them."""
        for frame in range(self._frame_after(from_ms - 1), self._frame_after(to_ms - 1), every):
            yield self.observe(self._frame_ms(frame))

    def observe(self, at_ms: int) -> Detections:
        """Return the frame of a moment, UTC milliseconds: the same one whenever it is asked for."""
        chance = np.random.default_rng([self.settings.seed, at_ms])
        points = self.crowd.positions(at_ms)
        points = points + self.settings.noise_m * chance.standard_normal(points.shape)
        x0, y0, x1, y1 = self.settings.view
        x, y = points[:, 0], points[:, 1]
        return Detections(at_ms, chance.permutation(points[(x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)]))

    def history(self, device: DeviceFile, from_ms: int, until_ms: int) -> Iterator[Draft]:
        """Yield the records of `device` in [from_ms, until_ms), UTC milliseconds on a quarter-hour.

        They come in the order of their ends. Raises SourceError when a line or zone lies outside the view.
        """
        return History(self.crowd, self.settings, device).drafts(from_ms, until_ms)

    def history_span(self, now_ms: int) -> tuple[int, int]:
        """Return the history's [from_ms, until_ms): from a local midnight to the last quarter-hour."""
        zone = self.crowd.maker.rhythm.zone
        first_day = aware(now_ms).astimezone(zone).date() - timedelta(days=self.settings.history_days)
        until_ms = floor_ms(now_ms, wire.QUARTER_S)
        if not self.settings.history_days:
            return until_ms, until_ms
        return to_ms(datetime.combine(first_day, time(), zone)), until_ms

    def close(self) -> None:
        """End `detections`. Safe to call twice, and from another thread."""
        self._closed.set()

    def _next_frame(self, now_ms: int, shown: int) -> int:
        """Return the next frame's number: never the one shown last again, even when woken a moment early."""
        frame = self._frame_after(now_ms)
        set_back = shown - frame >= self.settings.frame_rate
        return frame if set_back else max(frame, shown + 1)

    def _frame_after(self, at_ms: int) -> int:
        """Return the number of the first frame after a moment, counted since 1970."""
        frame = math.floor(at_ms * self.settings.frame_rate / 1000)
        while self._frame_ms(frame) <= at_ms:
            frame += 1
        return frame

    def _frame_ms(self, frame: int) -> int:
        return round(frame * 1000 / self.settings.frame_rate)


def open_source(settings: SimulatedSource, base: Path, clock: Clock | None = None) -> Simulation:
    """Open a device's view into the world that its file, in the folder `base`, names. Raises WorldError."""
    crowd = Crowd.of(load_world(base / settings.world), settings.seed)
    return Simulation(settings, crowd, clock or SystemClock())
