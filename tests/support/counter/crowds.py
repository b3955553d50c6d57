"""Crowds who cross a line both ways: drawn worlds with truth, in metres and seconds, with detections at any rate.

People walk over a line at x = 0 at a nearly constant velocity, from 4 m before it to 4 m behind it or back, within 3 m
of width, so that most meet several others, one after another. Whoever has somebody closely before them, as a camera
at y < 0 sees it, may be hidden meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.counting.tally import Tally
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.detections import Detections
from counter.geometry import Floats, Ints, LineGeometry
from tests.support.counter.frame_times import Chance
from tests.support.counter.tracks import START_MS, count

LINE: Final = LineGeometry("line", ((0.0, -6.0), (0.0, 6.0)), (1.0, 0.0), band=0.3)
_HALF_M: Final = 4.0
_WIDTH_M: Final = 3.0
_RESTLESS: Final = 0.02
_BEHIND_M: Final = (0.25, 1.2)
"""Somebody is hidden by who is so near along the line of walking, and so far before them."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people cross in how many seconds, at so many frames a second, and how well they are found.

    Attributes:
        noise_m: standard deviation of each point, on each axis, in metres.
        misses: share of sights that are missed.
        hidden: whether people hide each other.
    """

    people: int = 20
    seconds: float = 25.0
    rate: float = 10.0
    noise_m: float = 0.05
    misses: float = 0.03
    hidden: bool = True

    def truth_and_frames(self, seed: int) -> tuple[tuple[int, int], list[Detections]]:
        """Return how many truly cross forward and backward, and what is seen."""
        chance = np.random.default_rng([seed, 3])
        people = list(self._people(chance))
        ways = [way for way, _, _ in people]
        shown: list[list[Floats]] = [[] for _ in range(round(self.seconds * self.rate))]
        here = [
            [places[frame - frames[0]] for _, frames, places in people if frames[0] <= frame <= frames[-1]]
            for frame in range(len(shown))
        ]
        for points, all_of_them in zip(shown, here, strict=True):
            seen = [one for one in all_of_them if not (self.hidden and _is_hidden(one, all_of_them))]
            points += [one + chance.normal(0, self.noise_m, 2) for one in seen if chance.random() >= self.misses]
        frames = [
            Detections(START_MS + round(place / self.rate * 1000), np.array(points).reshape(-1, 2))
            for place, points in enumerate(shown)
        ]
        return (ways.count(1), ways.count(-1)), frames

    def _people(self, chance: Chance) -> Iterator[tuple[int, Ints, Floats]]:
        """Yield everybody's way, the frames in which they are there, and where: shape (frames, 2)."""
        for _ in range(self.people):
            way, speed = (1 if chance.random() < 1 / 2 else -1), float(chance.uniform(0.8, 1.6))
            begin_s = float(chance.uniform(0, self.seconds - 2 * _HALF_M / speed))
            first, last = np.ceil(begin_s * self.rate), (begin_s + 2 * _HALF_M / speed) * self.rate
            frames = np.arange(first, last).astype(np.int64)
            bends = np.cumsum(chance.normal(0, np.sqrt(_RESTLESS / self.rate), (len(frames), 2)), axis=0)
            x = way * (speed * (frames / self.rate - begin_s) - _HALF_M)
            y = np.full(len(frames), chance.uniform(-_WIDTH_M / 2, _WIDTH_M / 2))
            yield way, frames, np.column_stack((x, y)) + np.cumsum(bends, axis=0) / self.rate

    def counted(self, frames: list[Detections], version: CountingVersion = COUNTING_VERSION) -> tuple[int, int]:
        """Return the net crossings that a tally counts, forward and backward."""
        tally = Tally([LINE], [], flow_period_s=60, setup="crowd", units_per_metre=1.0, version=version)
        return count(frames, tally).net


def _is_hidden(one: Floats, others: list[Floats]) -> bool:
    along, before = _BEHIND_M
    return any(abs(one[0] - other[0]) < along and 0 < one[1] - other[1] < before for other in others)


def error_of(crowd: Crowd, seeds: range, version: CountingVersion = COUNTING_VERSION) -> tuple[int, int, int]:
    """Return the sum of the errors' sizes, the sum of the errors, and how many truly crossed."""
    wrong = off = crossed = 0
    for seed in seeds:
        truth, frames = crowd.truth_and_frames(seed)
        found = crowd.counted(frames, version)
        wrong += sum(abs(mine - its) for mine, its in zip(found, truth, strict=True))
        off += sum(found) - sum(truth)
        crossed += sum(truth)
    return wrong, off, crossed
