"""Where detections come from: one protocol, one adapter a kind of sensor."""

from collections.abc import Iterator
from typing import Protocol

from counter.detections import Detections


class Source(Protocol):
    """A sensor, or something that stands for one."""

    def detections(self) -> Iterator[Detections]:
        """Yield what is seen, frame by frame, in the order of capture; blocks until the next frame."""
        ...

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        ...
