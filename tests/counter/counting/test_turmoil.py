"""Whatever people, detectors and clocks do, lines say nothing impossible: drawn turmoil, seeds from 1000 on.

Crowds that turn at random, leaps, misses, doubles, wrong points, frames of any distance, blind ones, clock steps,
restarts. Seeds below 100 were looked at.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.geometry import LineGeometry, View, ZoneGeometry
from tests.support.counter.frame_times import Chance
from tests.support.counter.tracks import START_MS
from tests.support.properties import worlds

LINE = LineGeometry("line", ((0.0, -6.0), (0.0, 6.0)), (1.0, 0.0), band=0.3)
ZONE = ZoneGeometry("zone", ((1.0, -2.0), (3.0, -2.0), (3.0, 2.0), (1.0, 2.0)), 60, margin=0.2)
VIEW = View((-3.8, -3.8, 3.8, 3.8), (-4.0, -4.0, 4.0, 4.0))
_HALF_M = 4.0


def _tally(view: View | None) -> Tally:
    return Tally([LINE], [ZONE], flow_period_s=60, setup="turmoil", units_per_metre=1.0, view=view)


def _shown(chance: Chance) -> Iterator[tuple[int, Detections]]:
    """Yield frames, each with the time since the one before, in ms."""
    at_ms, people = START_MS, int(chance.integers(3, 25))
    places, velocities = chance.uniform(-_HALF_M, _HALF_M, (people, 2)), chance.normal(0, 1.2, (people, 2))
    for _ in range(150):
        elapsed_ms = int(chance.choice([66, 100, 200, 333, 700], p=[0.2, 0.5, 0.15, 0.1, 0.05]))
        at_ms += elapsed_ms + (int(chance.choice([-90_000, 3_600_000])) if chance.random() < 0.01 else 0)
        places = (places + velocities * elapsed_ms / 1000).clip(-_HALF_M, _HALF_M)
        velocities += chance.normal(0, 0.3, velocities.shape)
        velocities = np.where(np.abs(places) >= _HALF_M, -np.sign(places) * np.abs(velocities), velocities)
        if chance.random() < 0.02:
            places[int(chance.integers(people))] = chance.uniform(-_HALF_M, _HALF_M, 2)
        points = places[chance.random(people) > 0.25]
        if chance.random() < 0.05:
            points = np.vstack((points, points[:1], chance.uniform(-_HALF_M, _HALF_M, (2, 2))))
        detections = Detections(at_ms, points + chance.normal(0, 0.1, points.shape))
        blind = chance.random() < 0.03
        yield elapsed_ms, replace(detections, points=np.empty((0, 2)), watched=False) if blind else detections


@pytest.mark.simulation
@pytest.mark.parametrize("seed", worlds([1000, 1001, 1002, 1003, 1004, 1005]))
def test_turmoil_never_stops_a_counter_nor_makes_less_than_nobody(seed: int) -> None:
    chance = np.random.default_rng(seed)
    view = VIEW if seed % 2 else None
    tally, drafts = _tally(view), []
    for elapsed_ms, detections in _shown(chance):
        drafts += tally.update(detections, elapsed_ms=elapsed_ms)
        live = tally.live(detections.at_ms).lines[0]
        assert min(live.forward, live.backward) >= 0
        if chance.random() < 0.05:
            state, tally = tally.state(), _tally(view)
            tally.restore(state)
            assert tally.state() == state
        if chance.random() < 0.01:
            tally.lose_everyone()
    drafts += tally.close(detections.at_ms)
    for line in (draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)):
        assert line.gross_forward >= line.forward >= 0
        assert line.gross_backward >= line.backward >= 0
