"""The recorded clip, counted by what two models found in it: each picture searched, and only those that moved."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from counter.detectors.boxes import Boxes, Image
from counter.sources.video.clip import Clip
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Video
from counter.sources.video.still.searches_moved import SearchesMoved
from counter.sources.video.whole_bodies import WholeBodies
from tests.support.counter.clip_truth import PIXELS_PER_METRE, RATE, SIZE, tally
from tests.support.counter.tracks import Counted, count
from tests.support.data import CLIP, recorded

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)


@dataclass
class RecordedEyes:
    """What a model found in each picture of the clip, from a text of MOT's format."""

    path: Path
    searched: int = 0

    def __post_init__(self) -> None:
        self._rows = np.loadtxt(self.path, delimiter=",")

    def detect(self, _image: Image, at_ms: int, /) -> Boxes:
        self.searched += 1
        number = round((at_ms / 1000 - START.timestamp()) * RATE)
        here = self._rows[(self._rows[:, 0] == number) & (self._rows[:, 6] >= 0.4)]
        xyxy = np.column_stack((here[:, 2:4], here[:, 2:4] + here[:, 4:6])).astype(np.float32)
        return Boxes(xyxy, here[:, 6].astype(np.float32))


@pytest.mark.parametrize("rate", [10.0, 5.0, 3.34])
@pytest.mark.parametrize("model", ["yolo11n-int8-ov", "yolox-nano"])
def test_six_walks_are_counted_as_if_each_picture_were_searched(model: str, rate: float) -> None:
    settings = ClipSource(
        kind="clip", file=recorded(CLIP), start=START, pixels_per_metre=PIXELS_PER_METRE, max_rate=rate
    )
    counted: list[Counted] = []
    searched: list[int] = []
    for skips in (False, True):
        eyes = RecordedEyes(recorded(f"video/one-by-one__{model}.txt"))
        bodies = WholeBodies(PIXELS_PER_METRE, "feet")
        video = Video(Clip(settings), SearchesMoved(eyes) if skips else eyes, "feet", bodies=bodies)
        view = view_of(SIZE, PIXELS_PER_METRE, "feet", whole_bodies=True)
        counted.append(count(video.detections(), tally(view)))
        searched.append(eyes.searched)
    every, moved = counted
    assert (moved.net, moved.visits, moved.observed_ms) == (every.net, every.visits, every.observed_ms)
    assert moved.dwell_bins("complete") == every.dwell_bins("complete")
    assert abs(moved.presence_s - every.presence_s) <= 0.01 * every.presence_s
    assert searched[1] < 0.97 * searched[0]
