"""What a detector says of a picture stands on the frame: its flags, and whether the frame was watched."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.wire import Flag
from counter.detectors.boxes import Boxes, Image
from counter.sources.video.frame import VideoFrame
from counter.sources.video.source import Video

ONE = Boxes(np.array([[1, 1, 3, 3]], dtype=np.float32), np.ones(1, dtype=np.float32))
PICTURE = np.full((48, 64, 3), 128, dtype=np.uint8)
PICTURE[10:20, 10:30] = 20


@dataclass
class Shown:
    """So many frames of a camera."""

    number: int

    def frames(self) -> Iterator[VideoFrame]:
        return (VideoFrame(place * 100, PICTURE) for place in range(self.number))

    def close(self) -> None: ...


@dataclass
class Says:
    """A detector that finds these boxes, one after another."""

    boxes: list[Boxes | None]

    def detect(self, _image: Image, _at_ms: int, /) -> Boxes | None:
        return self.boxes.pop(0)


def test_flags_and_missing_time_of_a_detector_reach_the_frame() -> None:
    blind = Boxes(ONE.xyxy, ONE.confidence, (Flag.BLOCKED, Flag.BLOCKED), watched=False)
    boxes = [None, ONE, Boxes(ONE.xyxy, ONE.confidence, (Flag.DARK,)), blind, None]
    seen = list(Video(Shown(5), Says([*boxes]), "centre").detections())
    assert [one.watched for one in seen] == [False, True, True, False, False]
    assert [len(one.points) for one in seen] == [0, 1, 1, 0, 0]
    assert [one.flags for one in seen] == [(), (), (Flag.DARK,), (Flag.BLOCKED,), (Flag.BLOCKED,)]


def test_boxes_that_are_cut_or_chosen_keep_what_was_said_of_the_picture() -> None:
    blind = Boxes(ONE.xyxy, ONE.confidence, (Flag.BLOCKED,), watched=False)
    for one in (blind.within(PICTURE), blind.best(0.5)):
        assert (one.flags, one.watched) == ((Flag.BLOCKED,), False)
