"""Walks of people through a doorway, recorded or drawn, and what the sensors in it count of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counter.sources.doorway.channels import Change
from counter.sources.doorway.watch import Watch
from counter.sources.simulated.bodies import Beams, Build, Parts, parts

Floats = NDArray[np.float64]
Taken = Callable[[Parts], tuple[bool, bool]]

STEP_MS = 10
NEAR_M = 1.3
"""Who is further from the doorway than this can't be in it."""
LINE = "door"


@dataclass(frozen=True, slots=True)
class Walk:
    """One body on its way through a doorway.

    Attributes:
        times_s: shape (n,), rising.
        points: shape (n, 2), across and ahead in the doorway's coordinates, metres.
        build: what walks.
    """

    times_s: Floats
    points: Floats
    build: Build = Build.ADULT

    def at(self, time_s: float) -> tuple[float, float]:
        """Return where it is at a moment within its times."""
        across, ahead = (float(np.interp(time_s, self.times_s, column)) for column in self.points.T)
        return across, ahead

    @property
    def way(self) -> int:
        """1 for who goes through forward, -1 backward, 0 for who doesn't."""
        first, last = self.points[0, 1], self.points[-1, 1]
        return 0 if first * last > 0 else 1 if last > first else -1


def recorded(file: Path, rate: float, at_m: float) -> list[Walk]:
    """Return the walks of a recording with rows of id, frame, x, y in cm, through a doorway across y = `at_m`.

    Forward is towards smaller y; the doorway begins at x = 0.
    """
    rows = np.loadtxt(file, comments="#", usecols=(0, 1, 2, 3))
    walks = []
    for name in np.unique(rows[:, 0]):
        own = rows[rows[:, 0] == name]
        points = np.column_stack((own[:, 2] / 100, at_m - own[:, 3] / 100))
        near = abs(points[:, 1]) < NEAR_M
        walks.append(Walk(own[near, 1] / rate, points[near]))
    return walks


def walk(  # noqa: PLR0913 - a straight way has so many properties
    start_s: float,
    *,
    across: float = 0.5,
    speed: float = 1.3,
    forward: bool = True,
    build: Build = Build.ADULT,
    phase_m: float = 0.0,
    reach_m: float = NEAR_M,
) -> Walk:
    """Return a straight walk, from `reach_m` before the doorway to `reach_m` behind it, as times and points.

    `phase_m` moves the walk by less than a stride, so that feet come down elsewhere.
    """
    ends = np.array([-reach_m, reach_m]) + phase_m
    points = np.column_stack((np.full(2, across), ends if forward else -ends))
    return Walk(np.array([start_s, start_s + 2 * reach_m / speed]), points, build)


def bodies(walks: Sequence[Walk], time_s: float) -> Parts:
    """Return the parts of all who are on their way at a moment."""
    there = [one for one in walks if one.times_s[0] <= time_s <= one.times_s[-1]]
    points = np.array([one.at(time_s) for one in there]).reshape(-1, 2)
    builds = np.array([one.build for one in there], dtype=np.int64)
    return parts(points, builds, np.array([one.way < 0 for one in there], dtype=np.bool_))


def changes(walks: Sequence[Walk], taken: Taken, step_ms: int = STEP_MS) -> Iterator[tuple[float, list[Change]]]:
    """Yield the changes of two channels step by step, with the time in ms, from before the first walk on."""
    if not walks:
        return
    begin_ms = int(min(one.times_s[0] for one in walks) * 1000) - 1000
    end_ms = int(max(one.times_s[-1] for one in walks) * 1000) + 3000
    waiting = sorted(walks, key=lambda one: one.times_s[0], reverse=True)
    near: list[Walk] = []
    before = (False, False)
    for at_ms in range(begin_ms, end_ms, step_ms):
        while waiting and waiting[-1].times_s[0] * 1000 <= at_ms:
            near.append(waiting.pop())
        near = [one for one in near if one.times_s[-1] * 1000 >= at_ms]
        now = taken(bodies(near, at_ms / 1000)) if near else (False, False)
        yield at_ms, [Change(place, now[place], at_ms) for place in (0, 1) if now[place] != before[place]]
        before = now


def count(walks: Sequence[Walk], taken: Taken, gap_ms: float, step_ms: int = STEP_MS) -> tuple[int, int]:
    """Return what a doorway's two channels count of the walks: forward and backward."""
    watch = Watch(LINE, "a virtual doorway", gap_ms, 10_000.0)
    forward = backward = 0
    for at_ms, found in changes(walks, taken, step_ms):
        for observation in watch.take(found, int(at_ms), at_ms):
            if observation.passed:
                forward += observation.passed.forward
                backward += observation.passed.backward
    return forward, backward


def truth(walks: Sequence[Walk]) -> tuple[int, int]:
    """Return how many go through forward and backward."""
    return sum(one.way > 0 for one in walks), sum(one.way < 0 for one in walks)


def drawn(a_minute: float, minutes: float, width_m: float, seed: int) -> list[Walk]:
    """Return walks of adults who come one by one at random, forward, anywhere across a doorway."""
    chance = np.random.default_rng(seed)
    n = chance.poisson(a_minute * minutes)
    starts = np.sort(chance.uniform(0, minutes * 60, n))
    room = max(width_m - 0.6, 0.0)
    return [
        walk(
            float(start),
            across=0.3 + room * float(chance.random()),
            speed=float(np.clip(chance.normal(1.3, 0.2), 0.8, 1.9)),
            phase_m=float(chance.uniform(-0.7, 0.7)),
        )
        for start in starts
    ]


def beams(width_m: float, gap_m: float = 0.15, height_m: float = 1.0) -> Taken:
    """Return two beams that hang in a doorway."""
    return Beams(width_m, gap_m, height_m).taken
