"""What is true of the recorded clip of six people, and how it is counted in the tests."""

from collections import Counter

from core import wire
from counter.counting.tally import Tally
from counter.geometry import LineGeometry, View, ZoneGeometry
from counter.sources.video.picture_edges import view_of
from tests.support.counter.tracks import Counted

SIZE = (768, 432)
RATE = 10.0
FRAMES = 1394
PIXELS_PER_METRE = 200.0
IN_VIEW_S = (13.2, 21.8, 19.3, 12.1, 27.2, 12.3)
"""How long each of the six is in view."""
VIEW: View = view_of(SIZE, PIXELS_PER_METRE, "feet")


def tally(view: View | None = VIEW) -> Tally:
    band = 0.3 * PIXELS_PER_METRE
    line = LineGeometry("bordet", ((600.0, 0.0), (600.0, 432.0)), (700.0, 200.0), band)
    zone = ZoneGeometry("bilden", ((0.0, 0.0), (768.0, 0.0), (768.0, 432.0), (0.0, 432.0)), 60, band)
    return Tally([line], [zone], flow_period_s=60, setup="test", units_per_metre=PIXELS_PER_METRE, view=view)


def check(counted: Counted) -> None:
    """Six pass the line forward and none back; six complete visits, each as long as the person was in view."""
    assert counted.net == (6, 0)
    assert counted.visits == (6, 0, 6, 0)
    check_dwell(counted.dwell_bins("complete"))
    assert abs(counted.presence_s - sum(IN_VIEW_S)) < 6
    assert counted.observed_ms == (FRAMES - 1) * 100


def check_dwell(complete: dict[int, int]) -> None:
    """Each visit lies in the bin of its true length or the next one to it: compared shortest with shortest."""
    places = [place for low_s, visits in complete.items() for place in [wire.BIN_EDGES_S.index(low_s)] * visits]
    true = sorted(wire.bin_of(round(length_s)) for length_s in IN_VIEW_S)
    assert len(places) == len(true)
    off = Counter(abs(one - other) for one, other in zip(sorted(places), true, strict=True))
    assert max(off) <= 1, f"bins {sorted(places)} for {true}"
