"""People who pass one after the other, both ways, where nobody is seen a metre beyond the band of the line.

The class: whoever passes in time that is said to be observed is counted, however little of their way is in view.
"""

import numpy as np
import pytest

from counter.counting.tally import Tally
from counter.detections import Detections
from counter.geometry import LineGeometry, View
from tests.support.counter.tracks import START_MS, Counted, count, stand, unseen, walk
from tests.support.counter.tracks import frames as shown
from tests.support.counter.tracks import tally as usual

pytestmark = pytest.mark.simulation

PIXELS_PER_M = 50.0
LINE = LineGeometry("door", ((0.0, -100.0), (0.0, 100.0)), (100.0, 0.0), band=0.3 * PIXELS_PER_M)
_EVERY_S = 8.0
_PEOPLE = 6


def _passed(rooms_m: tuple[float, float], speed_m_s: float, rate: float) -> Counted:
    """Let people pass one by one, forth and back in turn, in a view that ends so far before and behind the line."""
    before, behind = rooms_m
    view = View((-before * PIXELS_PER_M, -500.0, behind * PIXELS_PER_M, 500.0))
    tally = Tally([LINE], [], flow_period_s=60, setup="test", units_per_metre=PIXELS_PER_M, view=view)
    chance, counted = np.random.default_rng(round(1000 * sum(rooms_m))), Counted()
    for frame in range(round(_PEOPLE * _EVERY_S * rate)):
        number, at_s = divmod(frame / rate, _EVERY_S)
        walked = (at_s - 1 - number * 0.618 % 1 / rate) * speed_m_s
        x = walked - before if number % 2 == 0 else behind - walked
        points = [(x, 0.0)] if walked >= 0 and -before <= x <= behind else []
        seen = np.array(points).reshape(-1, 2) * PIXELS_PER_M
        detections = Detections(START_MS + round(frame / rate * 1000), seen + chance.normal(0, 1.0, seen.shape))
        counted.drafts += tally.update(detections)
    counted.drafts += tally.close(detections.at_ms)
    return counted


@pytest.mark.parametrize("rooms_m", [(0.2, 1.2), (0.9, 0.25), (0.5, 1.2)])
@pytest.mark.parametrize(("speed_m_s", "rate"), [(1.3, 5.0), (0.6, 8.0)])
def test_who_passes_in_a_narrow_view_is_counted(rooms_m: tuple[float, float], speed_m_s: float, rate: float) -> None:
    counted = _passed(rooms_m, speed_m_s, rate)
    assert counted.net == (3, 3) or counted.observed_ms == 0


IN_THE_BAND, BEHIND = (310.0, 240.0), (372.0, 240.0)


@pytest.mark.parametrize("ends", ["go on", "lost"])
def test_who_comes_out_of_a_door_at_the_line_and_stands_behind_it_is_counted(ends: str) -> None:
    """First seen inside the band; then longer behind it than a turn-back takes."""
    path = walk(IN_THE_BAND, BEHIND) + stand(BEHIND, 11.0, sway=2.0)
    path += walk(BEHIND, (620.0, 240.0)) if ends == "go on" else unseen(12)
    assert count(shown([path]), usual()).net == (1, 0)
