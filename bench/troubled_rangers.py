"""Rangers whose echoes fail, and which time of what they bring was watched."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bench.virtual_doorways import Running, Walk, walk, watch_by_tof
from core import wire
from counter.detections import Detections
from counter.sources.doorway.channels import SECOND
from counter.sources.doorway.ranger_zones import Ranger

Trouble = Callable[[int, float, float | None, np.random.Generator], float | None]
"""From a channel, the seconds since the first walk, and what was measured, to what the ranger says."""


@dataclass
class Troubled:
    """A ranger to which something happens, on its way to the counter; `slow_ms` more than usual a measurement takes."""

    ranger: Ranger
    clock: Running
    trouble: Trouble
    seed: int
    slow_ms: float = 0.0
    ambient_kcps: float = 5.0
    chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Draw what is drawn by the seed."""
        self.chance = np.random.default_rng(self.seed)

    def distance_m(self, channel: int) -> float | None:
        """Measure."""
        self.clock.ms += self.slow_ms
        return self.trouble(channel, self.clock.ms / 1000, self.ranger.distance_m(channel), self.chance)

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of walks through a doorway.

    Attributes:
        walks: how many; `observed` of them in time that was watched from before they came until they had left.
        counted: of all of them; `missed` of the observed ones; `made` were counted and nobody walked so.
        watched: part of the time, 0..1.
        flags: those that came.
    """

    walks: int
    observed: int
    counted: int
    missed: int
    made: int
    watched: float
    flags: frozenset[wire.Flag]


_BEFORE_S, _BEHIND_S = 0.5, 1.3
BEGIN_S, WALK_EVERY_S = 10.0, 4.0


def outcome(walks: Sequence[Walk], seen: Iterable[Detections]) -> Outcome:
    """Compare what was brought with who walked: walks are far enough apart that each has its own seconds."""
    frames = list(seen)
    spans = [
        (before.steady_ms or 0, now.steady_ms or 0)
        for before, now in pairwise(frames)
        if before.watched and now.watched
    ]
    whole_ms = (frames[-1].steady_ms or 0) - (frames[0].steady_ms or 0)
    decided = [(frame.steady_ms or 0, frame.passed) for frame in frames if frame.passed and frame.watched]
    observed = counted = missed = 0
    for one in walks:
        ahead = one.points[:, 1] * one.way
        middle_ms = 1000 * float(np.interp(0.0, ahead, one.times_s))
        low_ms, high_ms = middle_ms - 1000 * _BEFORE_S, middle_ms + 1000 * _BEHIND_S
        mine = [passed for at_ms, passed in decided if low_ms <= at_ms <= high_ms]
        right = sum(passed.forward if one.way > 0 else passed.backward for passed in mine)
        is_observed = sum(max(min(b, high_ms) - max(a, low_ms), 0) for a, b in spans) >= high_ms - low_ms - 1
        observed += is_observed
        counted += min(right, 1)
        missed += is_observed and not right
    made = sum(passed.forward + passed.backward for _, passed in decided) - counted
    flags = frozenset(flag for frame in frames for flag in frame.flags)
    return Outcome(len(walks), observed, counted, missed, made, sum(b - a for a, b in spans) / max(whole_ms, 1), flags)


def troubled(  # noqa: PLR0913 - a ranger, and what may happen to it
    walks: Sequence[Walk],
    trouble: Trouble,
    *,
    seed: int = 1,
    height_m: float = 2.4,
    budget_ms: float = 20,
    slow_ms: float = 0.0,
) -> Outcome:
    """Return what becomes of walks under a ranger to which something happens."""

    def tapped(ranger: Ranger, clock: Running) -> Ranger:
        return Troubled(ranger, clock, trouble, seed, slow_ms)

    return outcome(walks, watch_by_tof(walks, 0.5, height_m, budget_ms, tapped=tapped, seed=seed))


def drawn_walks(seed: int, number: int = 40) -> list[Walk]:
    """Return people who walk through one at a time, both ways, at 1 to 2 m/s."""
    chance = np.random.default_rng(seed)
    return [
        walk(
            BEGIN_S + WALK_EVERY_S * place,
            across=0.5 + float(chance.uniform(-0.1, 0.1)),
            forward=bool(chance.random() < 0.5),
            speed=float(chance.uniform(1.0, 2.0)),
            phase_m=float(chance.uniform(-0.7, 0.7)),
            reach_m=1.7,
        )
        for place in range(number)
    ]


def each_third(_: int, at_s: float, found: float | None, __: np.random.Generator) -> float | None:
    """Lose each third measurement."""
    return None if round(at_s / 0.023) % 3 == 0 else found


def at_random(_: int, __: float, found: float | None, chance: np.random.Generator) -> float | None:
    """Lose one measurement of seven."""
    return None if chance.random() < 0.15 else found


def in_bursts(_: int, at_s: float, found: float | None, __: np.random.Generator) -> float | None:
    """Lose all of them for 1.3 s, every seven seconds."""
    return None if at_s % 7.0 < 1.3 else found


def in_one_zone(channel: int, at_s: float, found: float | None, __: np.random.Generator) -> float | None:
    """Lose those of one zone for 12 s of each half minute."""
    return None if channel == SECOND and at_s > 0 and at_s % 31.0 < 12.0 else found


def with_dirt(_: int, at_s: float, found: float | None, chance: np.random.Generator) -> float | None:
    """Lose more and more of them."""
    return None if chance.random() < at_s / 170.0 else found


def in_the_sun(_: int, at_s: float, found: float | None, chance: np.random.Generator) -> float | None:
    """Lose the more the further away what is measured is, 20 s of each 40."""
    lost = found is not None and at_s > 0 and at_s % 40 < 20 and chance.random() < (found / 2.4) ** 2
    return None if lost else found


def beyond_the_floor(_: int, at_s: float, found: float | None, chance: np.random.Generator) -> float | None:
    """Measure something behind the floor for 6 s of each 20."""
    return 2.8 + 1.2 * float(chance.random()) if at_s > 0 and at_s % 20 < 6 else found


def well(_: int, __: float, found: float | None, ___: np.random.Generator) -> float | None:
    """Lose none."""
    return found


FAMILIES: dict[str, tuple[Trouble, float]] = {
    "well": (well, 0.99),
    "each third": (each_third, 0.99),
    "at random": (at_random, 0.0),
    "in bursts": (in_bursts, 0.5),
    "one zone": (in_one_zone, 0.5),
    "dirt": (with_dirt, 0.0),
    "sun": (in_the_sun, 0.4),
    "beyond the floor": (beyond_the_floor, 0.5),
}
