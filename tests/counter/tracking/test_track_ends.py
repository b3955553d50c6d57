"""People whose last sight lies before a line, or whose first lies behind it, by a part of a step.

The class: a detector finds nobody any more (or nobody yet) while they walk over. Drawn people walk straight over, or
stop or turn short of the line; half of them go the other way. The rules were written with seeds below 5000; these lie
beyond.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pytest

from counter.counting.draft import Draft
from counter.counting.tally import Tally
from counter.counting.version import CountingVersion
from counter.detections import Detections
from counter.geometry import Floats, LineGeometry
from counter.tracking.motion import Seen
from counter.tracking.track_ends import stood
from tests.support.counter.frame_times import Chance
from tests.support.counter.tracks import START_MS, Counted, count
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

SEEDS: Final = worlds(range(7000, 7008))
LINE: Final = LineGeometry("line", ((0.0, -9.0), (0.0, 9.0)), (9.0, 0.0), band=0.3)
_FOOT_M: Final = 0.04
_WAITS_S: Final = 6.0
Shown = tuple[Floats, Floats]
"""When somebody is seen, in seconds, and where, shape (times, 2)."""


def _tally(version: CountingVersion = 3) -> Tally:
    return Tally([LINE], [], flow_period_s=60, setup="test", units_per_metre=1.0, version=version)


def _frames(shown: Shown, rate: float, *, waits_s: float = _WAITS_S) -> Iterator[Detections]:
    """Yield frames from the first sight to the last, with as many before and after as last `waits_s`."""
    times, places = shown
    step_s = 1 / rate
    points = {round(at_s / step_s): place for at_s, place in zip(times.tolist(), places, strict=True)}
    wait = round(waits_s * rate)
    for number in range(min(points) - wait, max(points) + wait + 1):
        here = points.get(number)
        yield Detections(
            START_MS + round((number - min(points) + wait) * step_s * 1000),
            np.empty((0, 2)) if here is None else here[None, :],
        )


def _net(shown: Shown, rate: float, version: CountingVersion = 3) -> tuple[int, int]:
    return count(_frames(shown, rate), _tally(version)).net


def _sight(chance: Chance, times: Floats, along: Floats) -> Shown:
    """Return sights of somebody who is so far beyond the line at those times."""
    aside = chance.uniform(-0.4, 0.4) * times
    places = np.column_stack((along, aside)) + chance.normal(0.0, _FOOT_M, (len(times), 2))
    return times, places


def _over(chance: Chance, rate: float) -> Shown:
    """Return someone who walks over, last seen some part of a step before the line."""
    speed = chance.uniform(0.8, 1.5)
    step = speed / rate
    before = chance.uniform(0.25, 0.5) * step
    along = np.arange(-4.0, 0.0, step)
    return _sight(chance, np.arange(len(along)) / rate, along - along[-1] - before)


def _short(chance: Chance, rate: float, *, turns: bool) -> Shown:
    """Return someone who stops or turns 0.1 to 0.8 m before the line, and is seen twice or more afterwards."""
    speed, where = chance.uniform(0.8, 1.5), -chance.uniform(0.1, 0.8)
    there_s = (4.0 + where) / speed
    times = np.arange(0.0, there_s + chance.uniform(2.0, 3.0 * rate) / rate, 1 / rate)
    walked = -4.0 + speed * times
    return _sight(chance, times, np.minimum(walked, 2 * where - walked if turns else where))


def _stops(chance: Chance, rate: float) -> Shown:
    return _short(chance, rate, turns=False)


def _turns(chance: Chance, rate: float) -> Shown:
    return _short(chance, rate, turns=True)


def _trail(shown: Shown) -> list[Seen]:
    return [(round(at_s * 1000), x, y) for at_s, (x, y) in zip(shown[0].tolist(), shown[1].tolist(), strict=True)]


def _mirrored(shown: Shown) -> Shown:
    return shown[0], shown[1] * (-1.0, 1.0)


def _backwards(shown: Shown) -> Shown:
    return shown[0][-1] - shown[0][::-1], shown[1][::-1]


@pytest.mark.parametrize("rate", [2.0, 3.0, 4.0])
def test_who_is_lost_within_a_step_before_a_line_has_passed_it(rate: float) -> None:
    """So has who is first found within a step behind it: the same walk, backwards. Both ways are counted alike."""
    for seed in SEEDS:
        shown = _over(np.random.default_rng(seed), rate)
        ways = (shown, _mirrored(shown), _backwards(shown), _mirrored(_backwards(shown)))
        assert [_net(one, rate) for one in ways] == [(1, 0), (0, 1), (0, 1), (1, 0)], seed
        assert _net(shown, rate, version=2) == (0, 0)


@pytest.mark.parametrize("short", [_stops, _turns])
@pytest.mark.parametrize("rate", [2.0, 3.0, 5.0, 10.0])
def test_nobody_who_stops_or_turns_short_of_a_line_is_counted(
    short: Callable[[Chance, float], Shown], rate: float
) -> None:
    for seed in SEEDS:
        shown = short(np.random.default_rng(seed), rate)
        ways = (shown, _mirrored(_backwards(shown)))
        assert [_net(one, rate) for one in ways] == [(0, 0)] * 2, seed


@pytest.mark.parametrize("rate", [10 / 3, 2.5])
@pytest.mark.parametrize("metres", [(0.0, 0.19, 0.61), (0.12, 0.42, 0.61)])
def test_who_stood_before_a_line_and_is_lost_on_the_first_steps_is_counted(
    rate: float, metres: tuple[float, ...]
) -> None:
    """Who stood still for long, and then took two steps, walks: not by seconds, but by how still they stood."""
    along = np.array((*np.arange(-4.0, -0.74, 0.3), *[-0.74] * 15, *(-0.74 + np.array(metres))))
    shown = _sight(np.random.default_rng(1), np.arange(len(along)) / rate, along)
    assert _net(shown, rate) == (1, 0)


@pytest.mark.parametrize("rate", [10 / 3, 10.0])
def test_who_came_and_walks_back_does_not_stand_and_who_sways_on_a_chair_does(rate: float) -> None:
    """Where they were in the mean is where they are, whichever of both they do: it is the way that tells them apart."""
    for seed in range(7000, 7100):
        chance = np.random.default_rng(seed)
        speed, there_s, waits_s = chance.uniform(0.9, 1.6), chance.uniform(0.5, 1.5), chance.uniform(0.0, 0.8)
        times = np.arange(0.0, there_s + waits_s + 0.9, 1 / rate)
        back_s = np.maximum(times - there_s - waits_s, 0.0)
        walks = _sight(chance, times, speed * (np.minimum(times, there_s) - back_s))
        assert stood(_trail(walks), 1.0) is None, seed
        times = np.arange(0.0, 4.0, 1 / rate)
        sways = chance.uniform(0.0, 0.15) * np.sin(2 * np.pi * times / chance.uniform(1.5, 6.0))
        sits = times, np.column_stack((sways, np.zeros(len(times)))) + chance.normal(0.0, _FOOT_M, (len(times), 2))
        assert stood(_trail(sits), 1.0) is not None, seed


def test_a_clip_that_ends_within_a_step_before_a_line_says_nothing() -> None:
    """Nobody looked where they were then: they weren't lost. Nor was who is there when it begins."""
    for seed in SEEDS[:2]:
        shown = _over(np.random.default_rng(seed), 3.0)
        for one in (shown, _backwards(shown)):
            assert count(_frames(one, 3.0, waits_s=0.0), _tally()).net == (0, 0)


@pytest.mark.parametrize("gap_s", [0.7, 1.4])
def test_who_is_found_again_behind_the_line_is_counted_once(gap_s: float) -> None:
    """Also where the two parts of their way aren't joined, since they went on another way."""
    for seed in SEEDS:
        chance = np.random.default_rng(seed)
        times, places = _over(chance, 3.0)
        onward = np.arange(1, 9) / 3.0
        aside = places[-1] + np.column_stack((0.3 + 0.8 * onward, chance.choice((-0.9, 0.9)) * onward))
        shown = np.append(times, times[-1] + gap_s + onward), np.vstack((places, aside))
        assert _net(shown, 3.0) in {(0, 0), (1, 0)}


def test_restarts_between_the_last_sight_and_the_end_change_nothing() -> None:
    by, drafts = _tally(), list[Draft]()
    for detections in _frames(_over(np.random.default_rng(7), 3.0), 3.0):
        drafts += by.update(detections)
        state, by = by.state(), _tally()
        by.restore(state)
    assert Counted([*drafts, *by.close(detections.at_ms)]).net == (1, 0)
