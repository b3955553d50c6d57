"""What `background` counts where something else than people moves: false people a minute, and walkers found.

Seeded worlds of each family of bench/disturbed_floors.py, each once with nobody and once with walkers.

    python -m bench.disturbances [FAMILY ...] [--seeds 8] [--from-seed 0]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bench.disturbed_floors import FAMILIES, Disturbance
from bench.straight_down import START_MS, Floor, Shown, Where, walker
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.geometry import LineGeometry, ZoneGeometry
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video


@dataclass(frozen=True, slots=True)
class World:
    """One floor, and what happens on it.

    Attributes:
        truth: who passes the line forward and backward.
    """

    shown: Shown
    truth: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Result:
    """What was counted in one world."""

    net: tuple[int, int]
    gross: int
    presence_s: int
    watched: float
    flags: frozenset[str]


def world(family: str, seed: int, *, walkers: int, seconds: float = 60.0) -> World:
    """Draw a world of a family: a floor of a kind, a camera, and walkers every few seconds."""
    chance = np.random.default_rng([seed, *family.encode()])
    scale = float(chance.choice([24.0, 40.0]))
    floor = Floor(
        (8.0, 5.0),
        scale,
        noise=float(chance.choice([2.0, 4.0])),
        seed=seed,
        texture=float(chance.choice([0.35, 1.0])),
        grey=bool(chance.random() < 0.4),
    )
    disturb: Disturbance = FAMILIES[family](chance, scale)
    floor.disturb = disturb
    people: list[Where] = []
    truth = [0, 0]
    for number in range(walkers):
        forward, start_s = bool(chance.random() < 0.5), 5.0 + number * (seconds - 16) / max(walkers, 1)
        people.append(walker(start_s, float(chance.uniform(0.7, 4.3)), chance, forward=forward, floor=floor))
        truth[not forward] += 1
    return World(Shown(floor, people, seconds, 8.0), (truth[0], truth[1]))


def result(one: World) -> Result:
    """Count a world."""
    floor, scale = one.shown.floor, one.shown.floor.pixels_per_metre
    width, height = (side * scale for side in floor.size_m)
    line = LineGeometry("across", ((width / 2, 0.0), (width / 2, height)), (width, height / 2), 0.3 * scale)
    zone = ZoneGeometry("all", ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)), 60, margin=0.3 * scale)
    view = view_of((round(width), round(height)), scale, "centre")
    tally = Tally([line], [zone], flow_period_s=60, setup="bench", units_per_metre=scale, view=view)
    detector = Background(BackgroundDetector(kind="background"), scale)
    drafts, at_ms, flags = [], START_MS, Counter[str]()
    for detections in Video(one.shown, detector, "centre").detections():
        drafts += tally.update(detections)
        at_ms = detections.at_ms
        flags.update(flag.value for flag in detections.flags)
    drafts += tally.close(at_ms)
    flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
    lines = [flow.lines[0] for flow in flows]
    return Result(
        (sum(one.forward for one in lines), sum(one.backward for one in lines)),
        sum(one.gross_forward + one.gross_backward for one in lines),
        sum(flow.zones[0].presence_s for flow in flows),
        sum(one.observed_ms for one in lines) / max(at_ms - START_MS - 3000, 1),
        frozenset(flag for flag, number in flags.items() if number > 8),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """What was counted in the worlds of a family: with nobody there, and with walkers."""

    family: str
    nobody: list[Result]
    walked: list[Result]
    truths: list[tuple[int, int]]

    def __str__(self) -> str:
        """Return a line of the table."""
        truth = sum(map(sum, self.truths))
        both = zip(self.truths, self.walked, strict=True)
        found = sum(min(true, counted) for one, result in both for true, counted in zip(one, result.net, strict=True))
        flags = Counter(flag for one in self.nobody for flag in one.flags)
        return (
            f"{self.family:14} nobody: {np.mean([sum(one.net) for one in self.nobody]):5.1f} net, "
            f"{np.mean([one.gross for one in self.nobody]):5.1f} gross, "
            f"{np.mean([one.presence_s for one in self.nobody]):6.0f} s of presence a minute, "
            f"watched {_watched(self.nobody):4.0%}; walkers {truth:3}: found {found / truth:4.0%}, "
            f"counted {sum(sum(one.net) for one in self.walked) / truth:4.0%}, watched {_watched(self.walked):4.0%}; "
            f"flags {dict(flags)}"
        )


def row(family: str, seeds: Iterable[int]) -> Row:
    """Draw and count the worlds of a family."""
    nobody = [result(world(family, seed, walkers=0)) for seed in seeds]
    worlds = [world(family, seed, walkers=12) for seed in seeds]
    return Row(family, nobody, [result(one) for one in worlds], [one.truth for one in worlds])


def _watched(results: list[Result]) -> float:
    return float(np.mean([one.watched for one in results]))


def main() -> None:
    """Print a row a family: false people with nobody there, and what became of walkers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("family", nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--from-seed", type=int, default=0)
    wishes = parser.parse_args()
    for family in wishes.family or FAMILIES:
        print(row(family, range(wishes.from_seed, wishes.from_seed + wishes.seeds)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
