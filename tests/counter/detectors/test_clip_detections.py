"""What two models saw in the recorded clip, counted: no detector needed."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from counter.counting.tally import Tally
from counter.detections import Detections
from counter.detectors.boxes import Boxes
from counter.geometry import LineGeometry
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import anchors
from counter.sources.video.whole_bodies import WholeBodies
from tests.support.counter.clip_truth import FRAMES, IN_VIEW_S, PIXELS_PER_METRE, RATE, SIZE, check, check_dwell, tally
from tests.support.counter.tracks import START_MS, count
from tests.support.data import recorded

pytestmark = pytest.mark.simulation

MODELS = ["yolo11n-int8-ov", "yolox-nano"]


def detections(path: Path, confidence: float, every: int = 1, *, whole: bool = False) -> Iterator[Detections]:
    """Show the frames of a MOT text file: frame, -1, left, top, width, height, confidence; `whole`: beyond borders."""
    bodies = WholeBodies(PIXELS_PER_METRE, "feet")
    rows = defaultdict(list)
    for line in path.read_text().splitlines():
        frame, _, left, top, width, height, sure = map(float, line.split(",")[:7])
        if sure >= confidence:
            rows[round(frame)].append((left, top, left + width, top + height))
    picture = np.zeros((SIZE[1], SIZE[0], 3), dtype=np.uint8)
    for frame in range(0, FRAMES, every):
        xyxy = np.array(rows[frame], dtype=np.float32).reshape(-1, 4)
        boxes = Boxes(xyxy, np.ones(len(xyxy), dtype=np.float32)).within(picture)
        at_ms, found = START_MS + round(frame * 1000 / RATE), boxes.xyxy.astype(np.float64)
        yield Detections(at_ms, anchors(bodies.complete(found, SIZE, at_ms) if whole else found, "feet"))


@pytest.mark.parametrize(("confidence", "whole"), [(0.25, False), (0.4, False), (0.4, True)])
@pytest.mark.parametrize("model", MODELS)
def test_six_people_are_counted_as_they_came_and_went(model: str, confidence: float, *, whole: bool) -> None:
    by = tally(view_of(SIZE, PIXELS_PER_METRE, "feet", whole_bodies=whole))
    check(count(detections(recorded(f"video/one-by-one__{model}.txt"), confidence, whole=whole), by))


@pytest.mark.parametrize("model", MODELS)
def test_people_are_counted_at_a_line_along_the_border_by_which_they_come(model: str) -> None:
    """All six come in at the bottom: boxes end up to 12 pixels before the border that cuts them."""
    path = recorded(f"video/one-by-one__{model}.txt")
    line = LineGeometry("kanten", ((0.0, 430.0), (768.0, 430.0)), (300.0, 0.0), 0.3 * PIXELS_PER_METRE)
    view = view_of(SIZE, PIXELS_PER_METRE, "feet", whole_bodies=True)
    by = Tally([line], [], flow_period_s=60, setup="test", units_per_metre=PIXELS_PER_METRE, view=view)
    assert count(detections(path, 0.25, whole=True), by).net == (6, 0)


def test_half_of_the_frames_are_enough() -> None:
    shown = detections(recorded("video/one-by-one__yolo11n-int8-ov.txt"), 0.4, every=2, whole=True)
    counted = count(shown, tally(view_of(SIZE, PIXELS_PER_METRE, "feet", whole_bodies=True)))
    assert abs(counted.presence_s - sum(IN_VIEW_S)) < 3
    assert counted.net == (6, 0)
    assert counted.visits == (6, 0, 6, 0)
    check_dwell(counted.dwell_bins("complete"))


def test_without_the_rim_of_the_picture_everybody_appears_and_is_lost() -> None:
    """Nothing can be seen beyond the picture: so a zone that fills it would have fragments alone."""
    counted = count(detections(recorded("video/one-by-one__yolo11n-int8-ov.txt"), 0.4), tally(view=None))
    _, appeared, exits, lost = counted.visits
    assert (exits, lost) == (0, 6)
    assert appeared >= 5
