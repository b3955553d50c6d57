"""The truth that counters are judged by, from whole paths: the kind of walk decides, wherever and however it lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.score.scene import TrueLine, Ways
from bench.score.true_paths import backwards, true_lines, true_zones
from bench.simulated_detections import People
from counter.geometry import Floats, LineGeometry, ZoneGeometry

RATE = 10.0
LINE = LineGeometry("middle", ((0.0, -5.0), (0.0, 5.0)), (1.0, 0.0), band=0.3)
ZONE = ZoneGeometry("bench", ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)), 60, margin=0.3)
FAR = 3.0


def people(*legs: tuple[float, float]) -> People:
    """Walk along x by legs: seconds, and where they end; the first one begins and ends where it says."""
    at_s = np.cumsum([seconds for seconds, _ in legs])
    times = np.arange(0, at_s[-1] + 1e-9, 1 / RATE)
    x = np.interp(times, np.concatenate(([0.0], at_s)), [legs[0][1], *(x for _, x in legs)])
    return People(times, np.ones(len(times), dtype=np.int64), np.column_stack((x, np.zeros(len(x)))))


WALKS: list[tuple[str, list[tuple[float, float]], Ways, Ways]] = [
    ("through", [(1, -FAR), (5, FAR)], (1, 0), (1, 0)),
    ("over, and back within 10 s and a metre", [(1, -FAR), (3, 1.0), (2, 1.0), (3, -FAR)], (0, 0), (1, 1)),
    ("over, and back after more than 10 s", [(1, -FAR), (3, 1.0), (11, 1.0), (3, -FAR)], (1, 1), (1, 1)),
    ("over by more than a metre, and back at once", [(1, -FAR), (3, 2.0), (3, -FAR)], (1, 1), (1, 1)),
    ("to and fro, then on", [(1, -FAR), (3, 0.8), (3, -0.8), (3, 0.8), (3, -0.8), (3, FAR)], (1, 0), (3, 2)),
    (
        "to and fro within the band, then on",
        [(1, -FAR), (3, 0.2), (1, -0.2), (1, 0.2), (1, -0.2), (3, FAR)],
        (1, 0),
        (3, 2),
    ),
    ("trembling on the line, then back", [(1, -FAR), (3, 0.01), (1, -0.01), (1, 0.01), (3, -FAR)], (0, 0), (0, 0)),
    ("first seen within the band", [(1, -0.1), (3, FAR)], (1, 0), (1, 0)),
    ("last seen within the band", [(1, -FAR), (3, 0.1)], (1, 0), (1, 0)),
    ("beside the line's end", [(1, -FAR), (5, FAR)], (0, 0), (0, 0)),
]


@pytest.mark.parametrize(("name", "legs", "net", "gross"), WALKS, ids=[walk[0] for walk in WALKS])
def test_a_kind_of_walk_has_its_truth(name: str, legs: list[tuple[float, float]], net: Ways, gross: Ways) -> None:
    walk = people(*legs)
    if "beside" in name:
        walk = People(walk.at_s, walk.ids, walk.points + np.array((0.0, 6.0)))
    assert true_lines(walk, (LINE,), 1.0) == (TrueLine(net, gross),)


def turned(points: Floats, angle: float) -> Floats:
    return points @ np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))


def strolls(seed: int) -> People:
    """Walk to and fro at random: no place lies on a threshold by chance."""
    chance = np.random.default_rng(seed)
    return people(*((chance.uniform(1, 15), chance.uniform(-4, 4)) for _ in range(chance.integers(2, 8))))


@given(st.integers(0, 10_000), st.floats(0.1, 6.2), st.floats(10, 200))
def test_truth_does_not_depend_on_where_the_scene_lies_or_what_its_units_are(
    seed: int, angle: float, scale: float
) -> None:
    walk = strolls(seed)
    places = turned(np.array((*LINE.points, LINE.forward_towards)), angle) * scale
    begin, end, towards = [(float(x), float(y)) for x, y in places]
    line = LineGeometry("turned", (begin, end), towards, band=0.3 * scale)
    (there,) = true_lines(People(walk.at_s, walk.ids, turned(walk.points, angle) * scale), (line,), scale)
    (here,) = true_lines(walk, (LINE,), 1.0)
    assert there == here


@given(st.integers(0, 10_000))
def test_net_is_part_of_gross_and_both_end_where_the_person_does(seed: int) -> None:
    walk = strolls(seed)
    (one,) = true_lines(walk, (LINE,), 1.0)
    assert one.gross is not None
    went = int(walk.points[-1, 0] > 0) - int(walk.points[0, 0] > 0)
    assert one.gross[0] - one.gross[1] == one.net[0] - one.net[1] == went
    assert one.net[0] <= one.gross[0]
    (back,) = true_lines(backwards(walk), (LINE,), 1.0)
    assert back.gross == one.gross[::-1]


def test_a_visit_ends_beyond_the_margin_alone_and_one_on_the_edge_is_none() -> None:
    comes = [(1.0, -FAR), (2.0, -0.5)]
    stays = people(*comes, (10.0, -0.5), (2.0, -1.2), (2.0, -0.5), (2.0, -FAR))
    corner = people((1.0, -FAR), (3.0, -0.8), (3.0, -FAR))
    (one,), (none,) = true_zones(stays, (ZONE,)), true_zones(corner, (ZONE,))
    assert len(one.dwells_s) == 1
    assert 14 < one.dwells_s[0] < 17
    assert one.presence_s < one.dwells_s[0]
    assert none.dwells_s == ()
    assert none.presence_s > 0
