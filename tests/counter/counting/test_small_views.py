"""Lines near which the view ends before anybody could be seen to have gone on for FAR_M.

The class: who is first seen at the line itself, since they are found late or their first sights were taken for
somebody else, and walks out of a small view, has crossed; who turns back, or stands or sits there, has not. Below a
thermal array the view ends half a metre behind the line, for a camera perhaps one metre.
And of two who meet or follow each other where the view ends, who has left it isn't the one who goes on.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counter.counting.draft import FlowDraft
from counter.counting.lines import JITTER
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.geometry import Floats, LineGeometry, View
from counter.sources.thermal.spots import TRACKING
from counter.tracking.kalman import TrackingParameters
from tests.support.properties import examples, worlds

pytestmark = pytest.mark.simulation

BAND_M = 0.2
STEP_MS = 100
TRACKINGS = pytest.mark.parametrize("tracking", [TrackingParameters(), TRACKING], ids=["camera", "array"])
ends = st.floats(0.5, 1.2)
begins = st.floats(-0.9 * BAND_M, -0.2 * BAND_M)
directions = st.sampled_from([1, -1])
seeds = st.integers(0, 9999)


def _net(places: Floats, end_m: float, tracking: TrackingParameters) -> tuple[int, int]:
    """Count somebody who is at places, shape (n, 2), frame by frame, and found up to `end_m` beside a line."""
    return _count([one[abs(one[:, 1]) <= end_m] for one in places[:, None]], end_m, tracking)


def _count(seen: Sequence[Floats], end_m: float, tracking: TrackingParameters) -> tuple[int, int]:
    """Count who is seen, shape (n, 2), frame by frame, where people are found up to `end_m` beside a line."""
    line = LineGeometry("door", ((-3.0, 0.0), (3.0, 0.0)), (0.0, 1.0), BAND_M)
    view = View((-3.0, 0.2 - end_m, 3.0, end_m - 0.2), (-3.0, -end_m, 3.0, end_m))
    tally = Tally([line], [], flow_period_s=60, setup="small", units_per_metre=1.0, view=view, tracking=tracking)
    drafts = []
    frames = [np.empty((0, 2))] * 3 + [*seen] + [np.empty((0, 2))] * 60
    for number, points in enumerate(frames):
        drafts += tally.update(Detections(1_800_000_000_000 + number * STEP_MS, points))
    drafts += tally.close(1_800_000_000_000 + len(frames) * STEP_MS)
    flows = [draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)]
    return sum(flow.forward for flow in flows), sum(flow.backward for flow in flows)


def _noisy(along: Floats, direction: int, noise_m: float, seed: int) -> Floats:
    """Return where they are seen: first on the side that they come from, since on the line itself nobody has one."""
    places = np.column_stack((np.zeros(len(along)), along))
    places += np.random.default_rng(seed).normal(0, noise_m, places.shape)
    places[0, 1] = min(places[0, 1], -2 * JITTER * BAND_M)
    return np.asarray(places * (1, direction))


@TRACKINGS
@settings(max_examples=examples(40))
@given(end_m=ends, begin_m=begins, speed=st.floats(0.5, 1.6), direction=directions, seed=seeds)
def test_who_is_first_seen_at_the_line_and_walks_out_of_a_small_view_crosses(  # noqa: PLR0913, PLR0917 - a drawn walk
    tracking: TrackingParameters, end_m: float, begin_m: float, speed: float, direction: int, seed: int
) -> None:
    walk = _noisy(np.arange(begin_m, end_m, speed * STEP_MS / 1000), direction, 0.02, seed)
    assert _net(walk, end_m, tracking) == ((1, 0) if direction > 0 else (0, 1))


@TRACKINGS
@settings(max_examples=examples(40))
@given(end_m=ends, begin_m=begins, speed=st.floats(0.5, 1.6), direction=directions, seed=seeds)
def test_who_is_first_seen_at_the_line_and_turns_back_does_not(  # noqa: PLR0913, PLR0917 - a drawn walk
    tracking: TrackingParameters, end_m: float, begin_m: float, speed: float, direction: int, seed: int
) -> None:
    """They stop for half a second where they turn."""
    step_m = speed * STEP_MS / 1000
    there = np.arange(begin_m, 0.8 * end_m, step_m)
    way = np.concatenate((there, np.full(5, there[-1]), np.arange(there[-1], -end_m, -step_m)))
    assert _net(_noisy(way, direction, 0.02, seed), end_m, tracking) == (0, 0)


@TRACKINGS
@pytest.mark.parametrize("direction", [1, -1])
def test_who_comes_walking_and_is_first_seen_on_the_line_itself_has_come_from_somewhere(
    tracking: TrackingParameters, direction: int
) -> None:
    """They have the side where they should have been a frame before: who turns back returns to it, and goes on."""
    there, back = np.arange(0.0, 0.8, 0.15), np.arange(0.75, -1.0, -0.15)
    for along in (np.concatenate((there, [0.75] * 4, back)), np.arange(0.0, 1.0, 0.15)):
        walk = np.column_stack((np.zeros(len(along)), direction * along))
        crossed = along[-1] > 0
        assert _net(walk, 1.0, tracking) == (crossed * (direction > 0), crossed * (direction < 0))


@pytest.mark.parametrize(
    ("tracking", "seed"), worlds([*product([TrackingParameters(), TRACKING], range(9000, 9004))], every=8)
)
def test_who_sits_beside_the_line_and_is_first_seen_at_it_does_not(tracking: TrackingParameters, seed: int) -> None:
    """Feet are found anew within some 10 cm in each frame, first at the line; they are lost where they sit.

    Who is first found clear of the band and then stays clear of it on the other side has passed completely, for all
    that can be seen: of these hardly anybody crosses. Of others nobody, but one of 2,800 whose feet leap half a metre
    twice in half a second, as if they walked out of view.
    """
    rng = np.random.default_rng(seed)
    crossed = 0
    for _ in range(50):
        along = np.full(int(rng.integers(30, 81)), rng.uniform(0.4, 0.8))
        along[0] = rng.uniform(-0.9, -0.2) * BAND_M
        places = _noisy(along, int(rng.choice((1, -1))), 0.1, int(rng.integers(9999)))
        counted = sum(_net(places, 1.0, tracking))
        assert not counted or abs(places[0, 1]) > BAND_M
        crossed += counted
    assert crossed <= 1


FOLLOWED = [
    *([(-0.18, -0.54)], [(-0.18, -0.54)], [(-0.18, -0.54)], [(-0.36, -0.54)], [(-0.36, -0.36)], [(-0.36, -0.18)]),
    *([(-0.36, 0.0), (-0.18, -0.54)], [(-0.36, 0.18), (-0.18, -0.36)], [(-0.36, -0.54), (-0.36, 0.36)]),
    *([(-0.36, -0.36), (-0.36, 0.54)], [(-0.54, -0.18), (-0.18, 0.36)], [(-0.36, 0.0)], [(-0.36, 0.36)]),
    *([(-0.36, 0.54)], [(-0.18, 0.36)], [(-0.18, 0.54)], [(-0.18, 0.54)]),
]
"""Two who follow each other below a simulated array of 8 x 8, frame by frame; the first leaves its picture."""


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("direction", [1, -1])
def test_who_follows_somebody_who_leaves_a_small_view_is_not_taken_for_them(direction: int, side: int) -> None:
    """Nobody who has left the view meets anybody."""
    frames = [np.array(one) * (side, direction) for one in FOLLOWED]
    assert _count(frames, 0.42, TRACKING) == ((2, 0) if direction > 0 else (0, 2))
