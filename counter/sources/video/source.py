"""From frames to points: the source of every device that has a camera."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from core import wire
from counter.detections import Detections
from counter.detectors import Detector
from counter.detectors.boxes import Boxes
from counter.sources.video.frame import VideoFrame
from counter.sources.video.quality import Inspector, Quality
from counter.sources.video.whole_bodies import WholeBodies


class Frames(Protocol):
    """A clip or a camera."""

    def frames(self) -> Iterator[VideoFrame]:
        """Yield frames in the order of capture; blocks until the next one."""
        ...

    def close(self) -> None:
        """End `frames`. Safe to call twice, and from another thread."""
        ...


@dataclass(frozen=True, slots=True)
class Video:
    """A source made of frames and a detector. No picture goes further than from one to the other.

    `anchor` is the point of a box that says where a person is; `inspector` judges whether pictures can be counted by;
    `bodies` makes people whole whom a border cuts, None: they stay cut.
    """

    seen: Frames
    detector: Detector
    anchor: Literal["feet", "centre"]
    inspector: Inspector = field(default_factory=Inspector)
    bodies: WholeBodies | None = None

    def detections(self) -> Iterator[Detections]:
        """Yield where people are, frame by frame. Raises SourceError or ClipError.

        Frames in which nobody could have been seen are no watched time. They carry their reason, but for those with
        which a detector begins.
        """
        began = False
        for frame in self.seen.frames():
            quality = self.inspector.inspect(frame)
            boxes = self._detect(frame) if quality.sees else None
            if boxes is None:
                yield _unwatched(frame, quality, (wire.Flag.BLOCKED,) if began and quality.sees else ())
                continue
            began = True
            if boxes.watched:
                if boxes.recognised:
                    self.inspector.note_people(boxes.xyxy, frame.image)
                flags = _once(quality.flags + boxes.flags)
                yield Detections(frame.at_ms, self._points(boxes, frame), frame.steady_ms, flags=flags)
            else:
                yield _unwatched(frame, quality, boxes.flags)

    def close(self) -> None:
        """End `detections`. Safe to call twice, and from another thread."""
        self.seen.close()

    def _detect(self, frame: VideoFrame) -> Boxes | None:
        return self.detector.detect(frame.image, _time_ms(frame))

    def _points(self, boxes: Boxes, frame: VideoFrame) -> NDArray[np.float64]:
        xyxy = boxes.xyxy.astype(np.float64)
        if self.bodies:
            height, width = frame.image.shape[:2]
            xyxy = self.bodies.complete(xyxy, (width, height), _time_ms(frame))
        return anchors(xyxy, self.anchor)


def _time_ms(frame: VideoFrame) -> int:
    return frame.at_ms if frame.steady_ms is None else frame.steady_ms


def _unwatched(frame: VideoFrame, quality: Quality, flags: tuple[wire.Flag, ...]) -> Detections:
    raised = _once(quality.flags + flags)
    none = np.empty((0, 2))
    return Detections(frame.at_ms, none, frame.steady_ms, flags=raised, watched=False, unwatched_ms=quality.unseen_ms)


def _once(flags: tuple[wire.Flag, ...]) -> tuple[wire.Flag, ...]:
    return tuple(dict.fromkeys(flags))


def anchors(xyxy: NDArray[np.float64], anchor: Literal["feet", "centre"]) -> NDArray[np.float64]:
    """Return the point of each box, shape (n, 4), that says where its person is: shape (n, 2), pixels."""
    left, top, right, bottom = xyxy.T
    match anchor:
        case "feet":
            return np.column_stack(((left + right) / 2, bottom))
        case "centre":
            return np.column_stack(((left + right) / 2, (top + bottom) / 2))
        case _:
            assert_never(anchor)
