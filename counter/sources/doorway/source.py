"""What a doorway's sensor brings, as detections."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from core.clock import Clock
from core.logs import ThrottledLog
from counter.detections import Detections
from counter.sources.doorway.channels import Channels
from counter.sources.doorway.crossing_detector import CrossingDetector

BEAT_S: Final = 0.25
"""How often a doorway in which nothing happens is said to be watched."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DoorwaySource:
    """Judges the channels of one doorway; the settings are those of a CrossingDetector, in seconds."""

    line: str
    name: str
    gap_ms: float
    blocked_s: float
    clock: Clock
    lapse_s: float = 0.0
    _throttled: ThrottledLog = field(default_factory=lambda: ThrottledLog(_log))
    """Of all times that the sensor is opened."""

    def detections(self, channels: Channels) -> Iterator[Detections]:
        """Yield what happens, and four times a second that nothing did, for ever. Raises SensorError."""
        blocked_ms, lapse_ms = self.blocked_s * 1000, self.lapse_s * 1000
        detector = CrossingDetector(self.line, self.name, self.gap_ms, blocked_ms, lapse_ms, self._throttled)
        while True:
            events = channels.next(BEAT_S)
            yield from detector.take(events, self.clock.now_ms(), self.clock.monotonic_s() * 1000)
