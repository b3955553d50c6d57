"""What a doorway's sensor brings, as detections."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.clock import Clock
from counter.detections import Detections
from counter.sources.doorway.channels import Channels
from counter.sources.doorway.crossing_detector import CrossingDetector

BEAT_S: Final = 0.25
"""How often a doorway in which nothing happens is said to be watched."""


@dataclass(frozen=True, slots=True)
class DoorwaySource:
    """Judges the channels of one doorway; the settings are those of a CrossingDetector."""

    line: str
    name: str
    gap_ms: float
    blocked_s: float
    clock: Clock

    def detections(self, channels: Channels) -> Iterator[Detections]:
        """Yield what happens, and four times a second that nothing did, for ever. Raises SensorError."""
        detector = CrossingDetector(self.line, self.name, self.gap_ms, self.blocked_s * 1000)
        while True:
            changes = channels.next(BEAT_S)
            yield from detector.take(changes, self.clock.now_ms(), self.clock.monotonic_s() * 1000)
