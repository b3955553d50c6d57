"""Doors that open below a ranger, and what it counts of the people who go through them.

    python -m bench.doors --seeds 40

Each family is a hundred openings or so, drawn: where the closed leaf is, how fast it opens and closes, how high it is,
and how fast people walk. `away` swings from the ranger, `towards` below it; `nobody` is a door that opens by itself or
by the wind. `held` stays open for longer than a channel may be taken. Everything is seeded.
"""

import argparse
from dataclasses import dataclass

import numpy as np

from bench.troubled_rangers import Outcome, outcome
from bench.virtual_doorways import Running, Walk, watch_by_tof
from counter.sources.doorway.ranger_zones import Ranger
from sim.doors import Leaf
from sim.echoes import Echoes

EVERY_S = 16.0
HALF_M = 0.45
_STANDS_M = 1.25
"""Who opens a door that swings towards them stands so far from it."""
_ARM_M = 0.55
"""Who pushes a door is so far behind it."""
_RIGHT_ANGLE = np.pi / 2


@dataclass(frozen=True, slots=True)
class Door:
    """A door in the way, `plane_m` ahead of the ranger when it is closed, that swings towards ahead or against it.

    Attributes:
        plane_m: where the closed leaf is, ahead of the ranger.
        swings: 1 where the leaf swings towards ahead, -1 against it.
        opens: for each opening: when it begins, how long it takes, when it begins to close, how long that takes.
        top_m: height of the leaf.
    """

    plane_m: float
    swings: int
    opens: tuple[tuple[float, float, float, float], ...]
    top_m: float = 2.04

    def leaf(self, at_s: float) -> Leaf:
        """Return the leaf at a moment."""
        part = 0.0
        for begin_s, opening_s, close_s, closing_s in self.opens:
            if begin_s <= at_s <= close_s + closing_s:
                part = min((at_s - begin_s) / opening_s, 1.0, max(1.0 - (at_s - close_s) / closing_s, 0.0))
        return Leaf((-HALF_M, self.plane_m), self.swings * _RIGHT_ANGLE * part, 2 * HALF_M, self.top_m)


@dataclass(frozen=True, slots=True)
class Scene:
    """People who go through a door one at a time, or nobody and a door that opens."""

    door: Door
    walks: tuple[Walk, ...]


def scene(family: str, seed: int, number: int = 8) -> Scene:
    """Return one drawn scene of a family."""
    chance = np.random.default_rng([seed, sum(map(ord, family))])
    towards = family.startswith("towards")
    plane_m = float(chance.uniform(0.5, 0.75)) * (1 if chance.random() < 0.5 else -1)
    swings = (1 if plane_m > 0 else -1) * (-1 if towards else 1)
    made = [_passage(family, plane_m, swings, 10.0 + EVERY_S * k, chance) for k in range(number)]
    top_m = float(chance.uniform(2.02, 2.1))
    walks = tuple(one for one, _ in made) if "nobody" not in family else ()
    return Scene(Door(plane_m, swings, tuple(times for _, times in made), top_m), walks)


def _passage(
    family: str, plane_m: float, swings: int, begin_s: float, chance: np.random.Generator
) -> tuple[Walk, tuple[float, float, float, float]]:
    """Return somebody who goes through, and when the door opens and closes for them."""
    way = 1 if chance.random() < 0.5 else -1
    speed, opening_s = float(chance.uniform(0.8, 1.5)), float(chance.uniform(0.8, 1.5))
    closing_s = float(chance.uniform(2.0, 4.0))
    across = float(chance.uniform(-0.1, 0.1))
    pushes = way == swings
    start, end = -2.6 * way, 2.6 * way
    if pushes:
        # The leaf runs ahead of who pushes it: it begins to open when they are an arm's length from it.
        arrive_s = begin_s + abs(plane_m - _ARM_M * way - start) / speed
        times, places = [begin_s, begin_s + abs(end - start) / speed], [start, end]
        open_s = arrive_s
    else:
        # Who pulls waits until it is open.
        stop = plane_m - _STANDS_M * way
        arrive_s = begin_s + abs(stop - start) / speed
        go_s = arrive_s + opening_s
        times, places = [begin_s, arrive_s, go_s, go_s + abs(end - stop) / speed], [start, stop, stop, end]
        open_s = arrive_s
    if "automatic" in family:
        open_s -= 1.0
    behind = plane_m + 0.6 * way
    passed_s = float(np.interp(behind * way, np.array(places) * way, times))
    close_s = max(passed_s, open_s + opening_s) + (12.0 if "held" in family else float(chance.uniform(0.0, 1.0)))
    walk = Walk(np.array(times), np.column_stack((np.full(len(places), across), np.array(places))))
    return walk, (open_s, opening_s, close_s, closing_s)


def played(shown: Scene, *, height_m: float = 2.4, most_m: float | None = 2.0, seed: int = 1) -> Outcome:
    """Return what a ranger makes of a scene."""
    end_s = max(close_s + closing_s for _, _, close_s, closing_s in shown.door.opens) + 3.0
    nobody = Walk(np.array([6.0, end_s]), np.full((2, 2), 50.0))

    def with_door(ranger: Ranger, clock: Running) -> Ranger:
        if isinstance(ranger, Echoes):
            ranger.leaf = lambda: shown.door.leaf(clock.ms / 1000)
        return ranger

    seen = watch_by_tof([*shown.walks, nobody], 0.0, height_m, tapped=with_door, seed=seed, most_m=most_m)
    return outcome(shown.walks, seen)


FAMILIES = (
    "away",
    "away automatic",
    "away held",
    "away nobody",
    "towards",
    "towards automatic",
    "towards held",
    "towards nobody",
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=12)
    wished = parser.parse_args()
    for most_m in (None, 2.0):
        print_table(wished.seeds, most_m)


def print_table(seeds: int, most_m: float | None) -> None:
    """Print what is counted, with a greatest height or without one."""
    print(f"\nmost_m {most_m}")
    print("\n| door | openings | people | counted once | counted without a walk | watched |\n|---|---|---|---|---|---|")
    for family in FAMILIES:
        scenes = [scene(family, seed) for seed in range(seeds)]
        found = [played(one, seed=seed, most_m=most_m) for seed, one in enumerate(scenes)]
        openings, people = sum(len(one.door.opens) for one in scenes), sum(one.walks for one in found)
        counted, made = sum(one.counted for one in found), sum(one.made for one in found)
        watched = float(np.mean([one.watched for one in found]))
        print(f"| {family} | {openings} | {people} | {counted} | {made} | {watched:.0%} |", flush=True)


if __name__ == "__main__":
    main()
