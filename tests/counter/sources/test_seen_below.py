"""What a camera of a known height sees of people, and that nobody is said to be observed where nobody is found.

The class: time of a line, or of a crowd, in which people can't be found, that counts as observed.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.bodies_from_above import Mount, somebody
from bench.straight_down import START_MS, Floor
from core import wire
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.diagnostics.doctor.geometry_checks import shares_within
from counter.geometry import LineGeometry, growth
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.picture_edges import found_below, seen_up_to, view_of

heights = st.floats(2.2, 8.0)
PX = 60.0


def picture(height_m: float) -> tuple[int, int]:
    return round(1.5 * height_m * PX), round(2 * height_m * PX)


@given(heights, st.floats(0.5, 1.2), st.floats(0.5, 2.0))
def test_the_taller_somebody_is_the_nearer_to_the_foot_they_are_seen_whole(
    height_m: float, level_m: float, more: float
) -> None:
    size = picture(height_m)
    low = np.array(seen_up_to(level_m, size, height_m))
    high = np.array(seen_up_to(min(level_m * more, 1.9), size, height_m))
    outer, inner = (low, high) if more >= 1 else (high, low)
    assert (outer[:2] <= inner[:2] + 1e-9).all()
    assert (outer[2:] >= inner[2:] - 1e-9).all()
    middle = np.array(size) / 2
    assert np.allclose(middle + (low[2:] - middle) * growth(height_m, level_m), size)


def observed(height_m: float, half_m: float, *, known: bool = True) -> tuple[int, bool]:
    """Return for how long an empty line is observed that reaches so far to both sides, and whether it lies in view.

    Frames are never said to be too few for it.
    """
    size = picture(height_m)
    x, y = size[0] / 2, size[1] / 2
    ends = (x, y - half_m * PX), (x, y + half_m * PX)
    line = LineGeometry("across", ends, (size[0], y), 0.3 * PX)
    view = view_of(size, PX, "centre", height_m if known else None)
    tally = Tally([line], [], flow_period_s=60, setup="below", units_per_metre=PX, view=view)
    drafts = []
    for number in range(100):
        drafts += tally.update(Detections(START_MS + number * 100, np.empty((0, 2))))
    drafts += tally.close(START_MS + 10_000)
    assert not any(draft.flags for draft in drafts if isinstance(draft, FlowDraft))
    observed_ms = sum(draft.lines[0].observed_ms for draft in drafts if isinstance(draft, FlowDraft))
    return observed_ms, shares_within(ends, found_below(size, height_m))[1] == 1


@given(heights, st.floats(0.2, 0.99))
def test_a_line_is_observed_just_where_the_doctor_says_that_people_are_found(height_m: float, part: float) -> None:
    """Ends of a tenth of a line needn't be seen; between 0.79 and 0.81 of it the two may differ by rounding."""
    limit = 1 / growth(height_m, 0.85)
    observed_ms, in_view = observed(height_m, part * height_m)
    if abs(part * 0.8 - limit) > 0.02:
        assert in_view == (part * 0.8 < limit)
        assert (observed_ms > 0) == in_view


def test_without_a_height_nothing_is_known_of_what_is_seen() -> None:
    assert observed(2.6, 2.4, known=False)[0] > 0


@pytest.mark.parametrize(("height_m", "people", "is_crowd"), [(2.6, 8, True), (2.6, 1, False), (3.2, 3, False)])
def test_time_in_which_a_crowd_hides_people_is_missing_and_says_so(
    height_m: float, people: int, *, is_crowd: bool
) -> None:
    scale = 48.0 / growth(height_m)
    floor = Floor((1.5 * height_m, 2 * height_m), scale, seed=31)
    mount, detector = Mount(height_m, floor), Background(BackgroundDetector(kind="background"), scale, height_m)
    for number in range(26):
        detector.detect(mount.picture([]), START_MS + number * 125)
    chance = np.random.default_rng(1000)
    places = [
        (float(chance.uniform(0.7, 0.8 + 0.2 * people)), height_m + 0.5 * (one % 4 - 1.5)) for one in range(people)
    ]
    boxes = None
    for number in range(4):
        crowd = [somebody(x + 0.1 * number, y, 40 + one) for one, (x, y) in enumerate(places)]
        boxes = detector.detect(mount.picture(crowd), START_MS + (26 + number) * 125)
    assert boxes is not None
    assert boxes.watched is not is_crowd
    assert (wire.Flag.BLOCKED in boxes.flags) is is_crowd


def test_what_must_be_seen_of_people_at_a_line_lies_further_out_below_a_low_camera() -> None:
    """The class: parts of the picture that lines need, taken where feet are: shoulders are seen further out."""
    size, corners = (600, 400), [("line a", (500.0, 100.0)), ("line a", (500.0, 300.0))]
    on_floor, below = (NeededParts(size, PX, corners, height_m).masks((40, 60))[0][1] for height_m in (None, 3.2))
    assert (below >= on_floor).all()
    assert below[20, 59]
    assert not on_floor[20, 59]
