"""People who walk through a corridor one after another, and the truth of when they crossed its line."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.geometry import Floats

HALF_M: Final = 4.0
"""The corridor reaches so far to either side of its line, in metres."""
WIDE_M: Final = 3.0
_NOISE_M: Final = 0.03
_FIRST_S, _LAST_S = 6.0, 46.0
"""Between these seconds of a minute people cross: what is decided some seconds later is decided in the same minute."""
_APART_S: Final = 14.0
"""So far apart they cross: one at a time is in the corridor, however slow."""
_SLOWEST, _QUICKEST = 0.7, 2.0
"""Metres a second."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One person.

    Attributes:
        at_s: when the line is crossed, seconds of the campaign.
        way: 1 forward, -1 backward.
        speed: metres a second.
        across_m: where in the corridor's width.
    """

    at_s: float
    way: int
    speed: float
    across_m: float

    def ahead_m(self, at_s: float) -> float:
        """Return how far beyond the line they are, in metres; < 0 before it."""
        return self.way * self.speed * (at_s - self.at_s)


class People:
    """Everybody who walks in a campaign of so many minutes."""

    def __init__(self, seed: int, minutes: int) -> None:
        self._rng = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self.walks = [walk for minute in range(minutes) for walk in self._of(minute * 60)]
        self._first = 0

    def _of(self, minute_s: int) -> Iterator[Walk]:
        at_s = self._rng.uniform(_FIRST_S, _LAST_S)
        while at_s <= _LAST_S:
            if self._rng.random() < 0.75:
                speed = self._rng.uniform(_SLOWEST, _QUICKEST)
                yield Walk(minute_s + at_s, self._rng.choice([1, -1]), speed, self._rng.uniform(0.6, WIDE_M - 0.6))
            at_s += self._rng.uniform(_APART_S, 2 * _APART_S)

    def points(self, at_s: float) -> Floats:
        """Return where people are at a moment, shape (n, 2), metres. Moments rise."""
        while self._first < len(self.walks) and self.walks[self._first].at_s < at_s - HALF_M / _SLOWEST:
            self._first += 1
        near = [
            (walk.ahead_m(at_s), walk.across_m)
            for walk in self.walks[self._first : self._first + 4]
            if abs(walk.ahead_m(at_s)) <= HALF_M
        ]
        places = np.array(near, dtype=np.float64).reshape(-1, 2)
        return places + self._noise.normal(0.0, _NOISE_M, places.shape)

    def truth(self) -> dict[int, tuple[int, int]]:
        """Return how many crossed forward and backward by minute, numbered from 0."""
        forward = Counter(int(walk.at_s // 60) for walk in self.walks if walk.way > 0)
        backward = Counter(int(walk.at_s // 60) for walk in self.walks if walk.way < 0)
        return {minute: (forward[minute], backward[minute]) for minute in forward.keys() | backward.keys()}
