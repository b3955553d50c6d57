"""Boxes that a border of the picture cuts: the feet that can't be seen lie beyond it, about where they are.

The class of fault: what a border cuts ends on it (or some pixels before it), so whoever leaves never passes a line that
is drawn there. Constants were chosen with other seeds than those of the worlds here.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.borders import played
from core.clock import SystemClock
from counter.detectors.settings import OnnxDetector
from counter.geometry import Geometry, View, ZoneGeometry
from counter.sources.kinds import BUILT_IN
from counter.sources.port import Surroundings
from counter.sources.video.body_size import at_borders
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import CameraSource
from counter.sources.video.source import Video
from counter.sources.video.whole_bodies import BEYOND_M, WholeBodies
from tests.support.counter.perspective_worlds import SIZE, PerspectiveWorld
from tests.support.data import YOLOX_NANO, recorded
from tests.support.servers import need_library

SCALE = 100.0


def _walk(boxes: Sequence[tuple[float, float, float, float]], anchor: str = "feet") -> np.ndarray:
    """Show one person's boxes, cut 2 pixels before the picture ends, and return what is made of them."""
    bodies = WholeBodies(SCALE, "feet" if anchor == "feet" else "centre")
    made = []
    for number, box in enumerate(boxes):
        cut = np.clip(np.array(box), (2, 2, 2, 2), (SIZE[0] - 2, SIZE[1] - 2) * 2)
        made.append(bodies.complete(cut[None], SIZE, number * 100)[0])
    return np.array(made)


@given(st.floats(0.7, 1.2), st.floats(150, 500), st.floats(4, 14))
def test_who_walks_out_below_goes_on_as_tall_as_they_were(tall: float, x: float, step: float) -> None:
    high = 170 * tall
    boxes = [(x - 35, y - high, x + 35, y) for y in np.arange(330, 480 + high / 2, step)]
    made = _walk(boxes)
    feet = np.array([box[3] for box in boxes])
    assert np.abs(made[:, 3] - np.minimum(feet, SIZE[1] + BEYOND_M * SCALE)).max() < 0.1 * high
    assert (made[feet >= SIZE[1], 3] >= SIZE[1] - 2).all()
    assert (np.diff(made[:, 3]) > -3).all()


@pytest.mark.parametrize("anchor", ["feet", "centre"])
@pytest.mark.parametrize("way", [-1, 1])
def test_who_walks_out_at_a_side_goes_on_as_wide_as_they_were(way: int, anchor: str) -> None:
    places = np.arange(320, 320 + 335, 8)
    boxes = [(320 + way * (x - 320) - 35, 200, 320 + way * (x - 320) + 35, 370) for x in places]
    made = _walk(boxes, anchor)
    centres = (made[:, 0] + made[:, 2]) / 2
    assert np.abs(centres - (320 + way * (places - 320))).max() < 8


@pytest.mark.parametrize("way", [-1, 1])
@pytest.mark.parametrize("lean", [0.0, 0.2, 0.4])
def test_who_leans_outwards_at_the_sides_is_taken_for_as_wide_as_people_are_there(way: int, lean: float) -> None:
    """Below a tilted camera boxes at the sides are up to twice as wide for their height as those in the middle."""

    def box(x: float) -> tuple[float, float, float, float]:
        half = 85 * (0.35 + lean * abs(x - 320) / 320)
        return x - half, 200, x + half, 370

    before = [box(x) for x in [*range(80, 570, 9), *range(560, 70, -11)]]
    apart = [(300.0, 30.0 + n, 340.0, 130.0 + n) for n in range(0, 40, 2)]  # far from where the next one begins
    leaves = np.arange(0, 330, 8)
    made = _walk([*before, *apart, *(box(320 + way * off) for off in leaves)])[-len(leaves) :]
    assert np.abs((made[:, 0] + made[:, 2]) / 2 - (320 + way * leaves)).max() < 8


@pytest.mark.parametrize("way", [-1, 1])
def test_seen_from_above_people_go_on_beyond_the_upper_and_lower_border(way: int) -> None:
    places = np.arange(240, 240 + 250, 6)
    boxes = [(300, 240 + way * (y - 240) - 25, 350, 240 + way * (y - 240) + 25) for y in places]
    made = _walk(boxes, "centre")
    assert np.abs((made[:, 1] + made[:, 3]) / 2 - (240 + way * (places - 240))).max() < 8


def test_a_child_who_was_taken_for_an_adult_comes_back_at_a_walk() -> None:
    high = 100.0
    made = _walk([(300, y - high, 340, y) for y in np.arange(530, 380, -8)])
    assert made[0, 3] > SIZE[1]
    assert (np.diff(made[:, 3]) >= -0.25 * SCALE - 1e-6).all()
    assert made[-1, 3] == pytest.approx(386, abs=10)


boxes_inside = st.tuples(st.floats(40, 500), st.floats(40, 200), st.floats(20, 90), st.floats(60, 220))


@given(st.lists(boxes_inside, min_size=0, max_size=6))
def test_whole_people_stay_as_they_were_found(found: list[tuple[float, float, float, float]]) -> None:
    boxes = np.array([(x, y, x + w, y + h) for x, y, w, h in found]).reshape(-1, 4)
    assert not at_borders(boxes, SIZE).any()
    assert (WholeBodies(SCALE, "feet").complete(boxes, SIZE, 0) == boxes).all()


def test_a_zone_that_reaches_the_border_holds_who_stands_beyond_it() -> None:
    view = view_of(SIZE, SCALE, "feet", whole_bodies=True)
    zone = ZoneGeometry("golvet", ((0.0, 200.0), (640.0, 200.0), (640.0, 480.0), (0.0, 480.0)), 60, 30.0)
    points = np.array([(300.0, 530.0), (300.0, 480.0), (-20.0, 300.0), (300.0, 150.0)])
    assert (Geometry(zones=[zone], view=view).relate(points, points).depths[0] > 0).tolist() == [True] * 3 + [False]
    assert not (Geometry(zones=[zone], view=View((0, 0, 1, 1))).relate(points, points).depths[0] > 0).any()


@pytest.mark.simulation
def test_lines_at_the_lower_border_are_passed() -> None:
    """Without whole bodies nobody passes a line on the border; `python -m bench.borders` plays all borders."""
    truth, cut, whole = np.zeros(2, dtype=int), np.zeros(2, dtype=int), np.zeros(2, dtype=int)
    for seed in (2001, 2002):
        world = PerspectiveWorld.drawn(seed, 6)
        truth += world.truth(world.line("bottom", 0.0))
        whole += played(world, "bottom", 0.0, 100, whole=True).net
        cut += played(world, "bottom", 0.0, 100, whole=False).net
    assert truth.sum() >= 6
    assert cut.sum() == 0
    assert np.abs(whole - truth).sum() <= 0.15 * truth.sum()


@pytest.mark.full
@pytest.mark.parametrize(("version", "lowest"), [(2, 470.0), (3, 480.0 + BEYOND_M * SCALE)])
def test_with_the_former_counting_version_boxes_stay_cut(version: int, lowest: float) -> None:
    need_library("onnxruntime")
    settings = CameraSource(kind="camera", address="rtsp://127.0.0.1:1/x", size=SIZE, pixels_per_metre=SCALE)
    detector = OnnxDetector(kind="onnx", weights=recorded(YOLOX_NANO))
    seen = BUILT_IN["camera"].open(settings, Surroundings(Path(), SystemClock(), detector, (), version))
    assert isinstance(seen.source, Video)
    assert (seen.source.bodies is None) == (version == 2)
    assert seen.view
    assert seen.view.outer
    assert seen.view.outer[3] == lowest
