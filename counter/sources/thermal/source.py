"""What a thermal array brings, as detections: where people stand, in metres. Its pictures go no further."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.clock import Clock
from counter.detections import Detections
from counter.sources.thermal.backdrop import ThermalBackdrop
from counter.sources.thermal.spots import Optics


class Array(Protocol):
    """An open thermal array."""

    def next(self) -> NDArray[np.float64]:
        """Wait for the next picture; return it, degrees Celsius. Raises SensorError."""
        ...

    def close(self) -> None:
        """Let go of it. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Thermal:
    """Finds people in the pictures of one array; the settings are those of a ThermalBackdrop."""

    optics: Optics
    contrast_c: float
    frame_s: float
    still_s: float
    clock: Clock

    def detections(self, array: Array) -> Iterator[Detections]:
        """Yield where people are, picture by picture, for ever; unwatched until the backdrop is known."""
        backdrop = ThermalBackdrop(self.contrast_c, self.frame_s, self.still_s)
        while True:
            over = backdrop.update(array.next())
            at_ms, steady_ms = self.clock.now_ms(), round(self.clock.monotonic_s() * 1000)
            if over is None:
                yield Detections(at_ms, np.empty((0, 2)), steady_ms, watched=False)
            else:
                yield Detections(at_ms, self.optics.people(over, self.contrast_c), steady_ms)
