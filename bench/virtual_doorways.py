"""Walks of people through a doorway, recorded or drawn, and what the sensors in it count of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from counter.detections import Detections
from counter.errors import SensorError
from counter.sources.doorway.channels import ChannelChange
from counter.sources.doorway.crossing_detector import CrossingDetector
from counter.sources.doorway.ranger_zones import Ranger, Zones, lapse_s
from counter.sources.doorway.source import DoorwaySource
from sim.bodies import USUAL, Appearance, Beams, Build, Parts, parts
from sim.echoes import Echoes

Floats = NDArray[np.float64]
Taken = Callable[[Parts], tuple[bool, bool]]

STEP_MS = 10
_REACH_M = 2.2
_FOLLOWS_S = 0.6
"""Nobody who is drawn comes sooner than this behind the one before: 0.8 m."""
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
        looks: how it differs from others.
    """

    times_s: Floats
    points: Floats
    build: Build = Build.ADULT
    looks: Appearance = USUAL

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
        times_s, points = _from_before(own[:, 1] / rate, points)
        near = abs(points[:, 1]) < NEAR_M
        walks.append(Walk(times_s[near], points[near]))
    return walks


def _from_before(times_s: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Let a walk begin 1.5 m earlier, straight on as in its first half second: recordings begin at the entrance."""
    steps = min(8, len(times_s) - 1)
    speed = (points[steps] - points[0]) / (times_s[steps] - times_s[0])
    earlier_s = np.linspace(1.5 / max(float(np.hypot(*speed)), 0.3), 0.0, 20, endpoint=False)
    return (
        np.concatenate([times_s[0] - earlier_s, times_s]),
        np.concatenate([points[0] - earlier_s[:, None] * speed, points]),
    )


def walk(  # noqa: PLR0913 - a straight way has so many properties
    start_s: float,
    *,
    across: float = 0.5,
    speed: float = 1.3,
    forward: bool = True,
    build: Build = Build.ADULT,
    phase_m: float = 0.0,
    reach_m: float = NEAR_M,
    looks: Appearance = USUAL,
) -> Walk:
    """Return a straight walk, from `reach_m` before the doorway to `reach_m` behind it, as times and points.

    `phase_m` moves the walk by less than a stride, so that feet come down elsewhere.
    """
    ends = np.array([-reach_m, reach_m]) + phase_m
    points = np.column_stack((np.full(2, across), ends if forward else -ends))
    return Walk(np.array([start_s, start_s + 2 * reach_m / speed]), points, build, looks)


def bodies(walks: Sequence[Walk], time_s: float, middle_m: float = 0.0) -> Parts:
    """Return the parts of all who are on their way at a moment; `across` is counted from `middle_m`."""
    there = [one for one in walks if one.times_s[0] <= time_s <= one.times_s[-1]]
    points = np.array([one.at(time_s) for one in there]).reshape(-1, 2)
    builds = np.array([one.build for one in there], dtype=np.int64)
    backward = np.array([one.way < 0 for one in there], dtype=np.bool_)
    return parts(points - (middle_m, 0.0), builds, backward, [one.looks for one in there])


def changes(walks: Sequence[Walk], taken: Taken, step_ms: int = STEP_MS) -> Iterator[tuple[float, list[ChannelChange]]]:
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
        yield at_ms, [ChannelChange(place, now[place], at_ms) for place in (0, 1) if now[place] != before[place]]
        before = now


def count(walks: Sequence[Walk], taken: Taken, gap_ms: float, step_ms: int = STEP_MS) -> tuple[int, int]:
    """Return what a doorway's two channels count of the walks: forward and backward."""
    watch = CrossingDetector(LINE, "a virtual doorway", gap_ms, 10_000.0)
    forward = backward = 0
    for at_ms, found in changes(walks, taken, step_ms):
        for detections in watch.take(found, int(at_ms), at_ms):
            if detections.passed:
                forward += detections.passed.forward
                backward += detections.passed.backward
    return forward, backward


@dataclass
class Running:
    """A clock that runs as the test sets it."""

    ms: float

    def now_ms(self) -> int:
        """Return the time."""
        return round(self.ms)

    def monotonic_s(self) -> float:
        """Return the time in seconds."""
        return self.ms / 1000

    def known(self) -> bool | None:
        """Tell that the time is known."""
        return True

    def boot_id(self) -> str:
        """Return the one start that there is."""
        return "bench"


def watch_by_tof(  # noqa: PLR0913 - a ranger and what may happen to it
    walks: Sequence[Walk],
    middle_m: float,
    height_m: float = 2.4,
    budget_ms: float = 20,
    gap_ms: float = 0.0,
    *,
    tapped: Callable[[Ranger, Running], Ranger] = lambda ranger, _: ranger,
    seed: int = 1,
    most_m: float | None = 2.0,
) -> Iterator[Detections]:
    """Yield what a ranger over the middle of a doorway brings of the walks; `tapped` may come between them."""
    begin_ms = min(one.times_s[0] for one in walks) * 1000 - 4000
    end_ms = max(one.times_s[-1] for one in walks) * 1000 + 3000
    clock = Running(begin_ms)

    def there() -> Parts | None:
        near = [one for one in walks if one.times_s[0] * 1000 <= clock.ms <= one.times_s[-1] * 1000]
        return bodies(near, clock.ms / 1000, middle_m) if near else None

    def measure() -> None:
        clock.ms += budget_ms + 3

    ranger = tapped(Echoes(there, height_m, 0.02, measure, chance=np.random.default_rng(seed)), clock)
    doorway = DoorwaySource(LINE, "a virtual ranger", gap_ms, 10.0, clock, lapse_s(height_m))
    while clock.ms < end_ms:
        try:
            for detections in doorway.detections(
                Zones(ranger, "a virtual ranger", height_m, 1.0, clock, most_m=most_m)
            ):
                yield detections
                if clock.ms >= end_ms:
                    return
        except SensorError:
            clock.ms += 1000


def count_by_tof(
    walks: Sequence[Walk], middle_m: float, height_m: float = 2.4, budget_ms: int = 20, gap_ms: float = 0.0
) -> tuple[int, int]:
    """Return what a ranger over the middle of a doorway counts of the walks: forward and backward."""
    seen = watch_by_tof(walks, middle_m, height_m, budget_ms, gap_ms)
    decided = [detections.passed for detections in seen if detections.passed]
    return sum(one.forward for one in decided), sum(one.backward for one in decided)


def truth(walks: Sequence[Walk]) -> tuple[int, int]:
    """Return how many go through forward and backward."""
    return sum(one.way > 0 for one in walks), sum(one.way < 0 for one in walks)


def drawn(a_minute: float, minutes: float, width_m: float, seed: int) -> list[Walk]:
    """Return walks of adults who come at random, but not through each other, forward, anywhere across a doorway."""
    chance = np.random.default_rng(seed)
    n = chance.poisson(a_minute * minutes)
    order = np.arange(n) * _FOLLOWS_S
    starts = np.maximum.accumulate(np.sort(chance.uniform(0, minutes * 60, n)) - order) + order
    room = max(width_m - 0.6, 0.0)
    walks = []
    for start in starts:
        speed, phase_m = float(np.clip(chance.normal(1.3, 0.1), 1.0, 1.6)), float(chance.uniform(-0.7, 0.7))
        across = 0.3 + room * float(chance.random())
        begin_s = float(start) - (_REACH_M - phase_m) / speed
        walks.append(walk(begin_s, across=across, speed=speed, phase_m=phase_m, reach_m=_REACH_M))
    return walks


def beams(width_m: float, gap_m: float = 0.15, height_m: float = 1.0) -> Taken:
    """Return two beams that hang in a doorway."""
    return Beams(width_m, gap_m, height_m).taken
