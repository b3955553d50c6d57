"""Observed time is time in which someone who walks would have been counted, however frames come.

The class of fault: a counter that can't follow people reports nobody, and says that it looked. `bench/slow_frames.py`
plays the same worlds with many seeds.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import wire
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.geometry import LineGeometry, View
from tests.support.counter.frame_times import RATES, at_rate
from tests.support.counter.slow_worlds import (
    PEOPLE,
    PLACES,
    START_MS,
    Corridor,
    Found,
    Walk,
    World,
    play,
)
from tests.support.properties import examples, worlds

pytestmark = pytest.mark.simulation

FAMILIES = list(product(RATES, PLACES, PEOPLE))


def _missed(found: list[Found]) -> float:
    return sum(one.missed for one in found) / max(sum(one.watched for one in found), 1)


@pytest.mark.parametrize("rate", worlds(list(RATES), every=2))
def test_who_passes_in_observed_time_is_counted_and_nobody_else(rate: str) -> None:
    played = worlds(list(product(PLACES, PEOPLE)), every=2)
    found = [one for place, people in played for one in World.drawn(rate, place, people, 77).play()]
    assert all(one.most <= 0 for one in found)
    assert _missed(found) <= 0.03
    assert sum(one.truth for one in found) > 20 * len(played)


@settings(max_examples=examples(60))
@given(
    st.lists(st.integers(2, 9000), min_size=2, max_size=400),
    st.lists(st.tuples(st.floats(0.5, 2.0), st.booleans(), st.integers(0, 5)), min_size=1, max_size=6),
    st.floats(3.0, 16.0),
    st.floats(0.1, 0.9),
)
def test_no_sequence_of_frames_counts_too_many_or_misses_somebody_in_observed_time(
    gaps_ms: list[int], people: list[tuple[float, bool, int]], length: float, part: float
) -> None:
    times_s = (np.cumsum(gaps_ms) / 1000).tolist()
    walks, at_s = list[Walk](), 1.0
    for speed, forward, pause_s in people:
        walks.append(Walk(at_s, speed, forward, 3.0))
        at_s += length / speed + 5 + pause_s
    (found,) = play(Corridor(length, (length * part,)), walks, times_s)
    assert found.most <= 0
    assert found.missed == 0


@pytest.mark.parametrize(("rate", "least"), [(15.0, 0.99), (4.0, 0.99), (2.0, 0.95)])
@pytest.mark.parametrize("people", [0, 1])
def test_enough_frames_observe_the_standard_corridor(rate: float, least: float, people: int) -> None:
    walks = [Walk(5.0 + 10 * n, 1.4, forward=True, y=3.0) for n in range(12 * people)]
    for has_view in (True, False):
        (found,) = play(Corridor(), walks, at_rate(130.0, rate), has_view=has_view)
        assert found.share >= least
        assert (found.counted, found.missed) == (len(walks), 0)


@pytest.mark.parametrize("rate", [0.5, 0.3, 0.2, 0.12])
def test_too_few_frames_say_so_and_observe_nothing(rate: float) -> None:
    """One person every five seconds at 1.4 m/s: none of them could be followed."""
    walks = [Walk(1.0 + 5 * n, 1.4, forward=True, y=3.0) for n in range(22)]
    (found,) = play(Corridor(), walks, at_rate(130.0, rate))
    assert found.share == 0
    tally, drafts = Corridor().tally(), []
    for at_s in at_rate(130.0, rate):
        drafts += tally.update(Detections(START_MS + round(at_s * 1000), np.empty((0, 2))))
    flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
    assert flows
    assert {flow.flags for flow in flows} == {(wire.Flag.LOW_FRAME_RATE,)}


def test_lines_and_zones_of_one_device_are_observed_by_their_own_size_and_place() -> None:
    """At one frame a second, a line in the middle can be counted over, one near the edge can't."""
    corridor = Corridor(10.0, (5.0, 0.6), (3.0, 7.0))
    middle, edge, zone = (one.share for one in play(corridor, [], at_rate(120.0, 1.0)))
    assert middle > 0.97
    assert edge < 0.4
    assert 0.6 < zone <= 1


@pytest.mark.parametrize(("size", "pause_s"), worlds([*product([2, 3, 5], [0.15, 0.25, 0.29, 0.5])], every=5))
def test_frames_in_bursts_lead_nobody_astray(pause_s: float, size: int) -> None:
    """Frames a few milliseconds apart say nothing of how quickly someone walks."""
    times_s = [burst * (pause_s + 0.005 * size) + n * 0.005 for burst in range(int(60 / pause_s)) for n in range(size)]
    walks = [Walk(2.0 + 12 * n, speed, forward=n % 2 == 0, y=3.0) for n, speed in enumerate((2.0, 1.9, 1.4, 1.0))]
    (found,) = play(Corridor(), walks, times_s)
    assert (found.counted, found.missed) == (4, 0)
    assert found.share > 0.95


def test_a_gap_takes_back_only_the_time_in_which_a_quick_walk_falls_into_it() -> None:
    times_s = [*np.arange(0, 60, 0.1), *np.arange(63, 120, 0.1)]
    (found,) = play(Corridor(), [], times_s)
    assert found.share == pytest.approx(117 / 120, abs=0.005)


def test_who_is_counted_in_time_that_was_not_observed_stays_counted() -> None:
    walks = [Walk(2.0 + 14 * n, 0.6, forward=True, y=3.0) for n in range(8)]
    (found,) = play(Corridor(3.0, (1.5,)), walks, at_rate(130.0, 1.0))
    assert found.share == 0
    assert found.counted == 8


def test_time_that_a_source_takes_back_is_not_observed() -> None:
    """The frame that says so comes ten seconds later, within the same minute."""
    tally = Corridor().tally()
    empty = np.empty((0, 2))
    drafts = [draft for n in range(400) for draft in tally.update(Detections(START_MS + n * 100, empty))]
    drafts += tally.update(Detections(START_MS + 40_000, empty, watched=False, unwatched_ms=10_000))
    for n in range(401, 660):
        drafts += tally.update(Detections(START_MS + n * 100, empty))
    (flow,) = [draft for draft in drafts if isinstance(draft, FlowDraft)]
    assert flow.lines[0].observed_ms == pytest.approx(50_000, abs=300)


def test_time_that_a_source_takes_back_in_each_of_its_frames_is_taken_back_once() -> None:
    """Some say in every frame since when nobody could be seen: what was observed before stays observed."""
    tally = Corridor().tally()
    empty = np.empty((0, 2))
    drafts = [draft for n in range(400) for draft in tally.update(Detections(START_MS + n * 100, empty))]
    for n in range(400, 500):
        blind = Detections(START_MS + n * 100, empty, watched=False, unwatched_ms=10_000 + (n - 400) * 100)
        drafts += tally.update(blind)
    for n in range(500, 9900):
        drafts += tally.update(Detections(START_MS + n * 100, empty))
        if drafts:
            break
    (flow,) = drafts
    assert isinstance(flow, FlowDraft)
    assert flow.lines[0].observed_ms == pytest.approx(40_000, abs=1000)


def test_a_view_that_ends_at_the_line_observes_nothing() -> None:
    corridor = Corridor(8.0, (0.0,))
    assert corridor.view == View((0.5, -6.0, 7.5, 12.0), (0.0, -6.0, 8.0, 12.0))
    (found,) = play(corridor, [], at_rate(60.0, 10.0))
    assert found.share == 0


def test_a_record_waits_for_as_long_as_its_source_may_still_know_better() -> None:
    empty, line = np.empty((0, 2)), LineGeometry("north", ((0.0, 0.0), (0.0, 3.0)), (1.0, 1.0), 0.3)
    tally = Tally([line], [], flow_period_s=60, setup="a", units_per_metre=1.0, hindsight_ms=20_000)
    start_ms = START_MS - START_MS % 60_000
    drafts = [draft for n in range(790) for draft in tally.update(Detections(start_ms + n * 100, empty))]
    assert drafts == []
    blind = [Detections(start_ms + 79_000 + n * 1000, empty, watched=False, unwatched_ms=29_000) for n in range(9)]
    [draft] = [draft for frame in blind for draft in tally.update(frame)]
    assert isinstance(draft, FlowDraft)
    assert draft.lines[0].observed_ms <= 50_000
