"""From frames to points: the source of every device that has a camera."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from counter.detectors import Detector
from counter.detectors.boxes import Boxes
from counter.observation import Observation
from counter.sources.video.frame import Frame


class Frames(Protocol):
    """A clip or a camera."""

    def frames(self) -> Iterator[Frame]:
        """Yield frames in the order of capture; blocks until the next one."""
        ...

    def close(self) -> None:
        """End `frames`. Safe to call twice, and from another thread."""
        ...


@dataclass(frozen=True, slots=True)
class Video:
    """A source made of frames and a detector. No picture goes further than from one to the other.

    Attributes:
        seen: where frames come from.
        detector: finds people in them.
        anchor: which point of a box says where a person is.
    """

    seen: Frames
    detector: Detector
    anchor: Literal["feet", "centre"]

    def observations(self) -> Iterator[Observation]:
        """Yield where people are, frame by frame. Raises SourceError or ClipError."""
        try:
            for frame in self.seen.frames():
                points = anchors(self.detector.detect(frame.image), self.anchor)
                yield Observation(frame.at_ms, points, frame.steady_ms)
        finally:
            self.detector.close()

    def close(self) -> None:
        """End `observations`. Safe to call twice, and from another thread."""
        self.seen.close()


def anchors(boxes: Boxes, anchor: Literal["feet", "centre"]) -> NDArray[np.float64]:
    """Return the point of each box that says where its person is: shape (n, 2), pixels."""
    left, top, right, bottom = boxes.xyxy.astype(np.float64).T
    match anchor:
        case "feet":
            return np.column_stack(((left + right) / 2, bottom))
        case "centre":
            return np.column_stack(((left + right) / 2, (top + bottom) / 2))
        case _:
            assert_never(anchor)
