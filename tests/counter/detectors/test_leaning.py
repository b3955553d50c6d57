"""A camera whose height is known: people are as large as they are seen, lean outwards, and stand where their feet are.

The class: a size or a place at the height of shoulders that is taken for one of the floor.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bench.bodies_from_above import Body, Mount, Walked, somebody
from bench.straight_down import Floor
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.blobs import Blob, people
from counter.detectors.boxes import Floats
from counter.detectors.leaning import Leaning
from counter.detectors.settings import BackgroundDetector
from counter.geometry import LineGeometry, growth
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video
from tests.support.counter.tracks import Counted, count
from tests.support.properties import examples, worlds

pytestmark = pytest.mark.simulation

WHITE = (255, 255, 255)
heights = st.floats(2.5, 6.0)
parts = st.floats(-0.8, 0.8)


def seen(height_m: float, bodies: list[Body], size_m: tuple[float, float]) -> tuple[Leaning, Floats, float]:
    """Return how people look, the cells that some bodies cover, and cells a metre of the floor."""
    scale = 24.0 / growth(height_m)
    floor = Floor(size_m, scale, noise=0, texture=0)
    mount = Mount(height_m, floor, shade_left=1.0)
    changed = (mount.picture(bodies).astype(int) - mount.picture([])).max(axis=2) > 60
    down, across = np.nonzero(changed)
    looks = Leaning(height_m, scale, 0.5, (changed.shape[0], changed.shape[1]))
    return looks, np.column_stack((across, down)).astype(np.float32), scale


def place(height_m: float, across: float, down: float) -> tuple[tuple[float, float], NDArray[np.float64]]:
    """Return a picture's size, and a place whose shoulders lie in it, both in metres of the floor."""
    size = 2 * height_m, 1.5 * height_m
    middle = np.array(size) / 2
    return size, middle + (across, down) * middle / growth(height_m)


def clad(x: float, y: float, height_m: float = 1.7, heading: float = 0.0) -> Body:
    return Body(x, y, height_m, heading, clothes=WHITE, trousers=WHITE, hair=WHITE)


@settings(max_examples=examples(40))
@given(heights, parts, parts, st.floats(1.5, 1.9), st.floats(0, 360))
def test_somebody_is_one_and_stands_where_they_do_wherever_they_are(
    height_m: float, across: float, down: float, tall_m: float, heading: float
) -> None:
    size, at = place(height_m, across, down)
    looks, cells, scale = seen(height_m, [clad(at[0], at[1], tall_m, heading)], size)
    found = people(Blob(cells), looks)
    assert len(found) == 1
    assert np.hypot(*((found[0] + 0.5) / scale - at)) < 0.3


@settings(max_examples=examples(30))
@given(heights, parts, parts, st.floats(0, 180), st.floats(0.6, 0.75))
def test_two_side_by_side_are_two_wherever_they_are(
    height_m: float, across: float, down: float, heading: float, apart_m: float
) -> None:
    size, at = place(height_m, across * 0.6, down * 0.6)
    from_foot = at - np.array(size) / 2
    way = np.array([-from_foot[1], from_foot[0]]) / (np.hypot(*from_foot) or 1.0) if from_foot.any() else np.eye(2)[0]
    both = [at - way * apart_m / 2, at + way * apart_m / 2]
    looks, cells, scale = seen(height_m, [clad(one[0], one[1], heading=heading) for one in both], size)
    found = (people(Blob(cells), looks) + 0.5) / scale
    assert len(found) == 2
    for one in both:
        assert np.hypot(*(found - one).T).min() < 0.35


def walk(height_m: float, seed: int, *, known: bool) -> tuple[Counted, tuple[int, int]]:
    """Count people who walk below a camera of a height that is `known`, along x, past a line across its middle."""
    floor = Floor((2 * height_m, 1.5 * height_m), 48.0 / growth(height_m), seed=seed)
    scale, (long_m, wide_m) = floor.pixels_per_metre, floor.size_m
    chance = np.random.default_rng(seed)
    walked, truth = Walked(Mount(height_m, floor), 26.0, 8.0), [0, 0]
    for number in range(8):
        forward = bool(chance.random() < 0.5)
        y = wide_m / 2 + float(chance.uniform(0.3, 0.8)) * (1 if forward else -1)
        speed = float(chance.uniform(0.9, 1.5)) * (1 if forward else -1)
        begin = -0.5 if forward else long_m + 0.5
        walked.people.append((4.0 + 2.0 * number, begin, speed, somebody(0.0, y, 10 * seed + number)))
        truth[not forward] += 1
    size = round(long_m * scale), round(wide_m * scale)
    given_m = height_m if known else None
    line = LineGeometry("across", ((size[0] / 2, 0.0), (size[0] / 2, size[1])), (size[0], 1.0), 0.3 * scale)
    view = view_of(size, scale, "centre", given_m)
    by = Tally([line], [], flow_period_s=60, setup="test", units_per_metre=scale, view=view)
    detector = Background(BackgroundDetector(kind="background"), scale, given_m)
    return count(Video(walked, detector, "centre").detections(), by), (truth[0], truth[1])


@pytest.mark.parametrize("height_m", worlds([2.6, 4.0]))
def test_people_below_a_camera_of_a_known_height_are_counted_once(height_m: float) -> None:
    counted, truth = walk(height_m, 3, known=True)
    assert counted.net == truth
