"""Which tracker counts people right? Known trackers and ours follow the same detections; the same lines count.

Each tracker is tried with our line (hysteresis, settling) and with supervision's LineZone. Trackers whose library is
not installed are left out, with the reason. None of them is a dependency of Platspuls; to have all:

    pip install supervision trackers ultralytics lap && pip install --no-deps norfair filterpy
    PLATSPULS_DATA=... python -m bench.tracker_comparison
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import numpy as np

from bench.other_trackers import OTHERS, Followed, Follows, Frame, line_zone
from bench.simulated_detections import CM_PER_M, DENSELY, START_MS, THINLY, Corridor, Detector, detected, read
from counter.counting.displacements import TrackHistory
from counter.counting.lines import LineCounter
from counter.geometry import Floats, LineGeometry
from counter.tracking.kalman import TrackingParameters
from counter.tracking.tracker import Tracker
from tests.support.counter.bug_pack import CASES
from tests.support.counter.tracks import MIDDLE, frames, stand, unseen, walk

CLIP_LINE = LineGeometry("bordet", ((600.0, 0.0), (600.0, 432.0)), (700.0, 200.0), band=60.0)
CLIP_SURE = 0.25
MODELS = ("yolo11n-int8-ov", "yolox-nano")
BUG_PIXELS_PER_METRE = 66.0
SWAY = 2.0
SEEDS = (1000, 1001, 1002)
_COAST_MS = 3000


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames of detections, and the truth.

    Attributes:
        name: what is shown.
        frames: what a tracker gets.
        line: where people are counted.
        truth: forward, backward.
        people: how many different people there are.
        rate: frames a second.
        units_per_metre: of the frames.
    """

    name: str
    frames: list[Frame]
    line: LineGeometry
    truth: tuple[int, int]
    people: int
    rate: float
    units_per_metre: float


class Ours:
    """Our tracker, described in the words of the others."""

    def __init__(self, scene: Scene) -> None:
        self._tracker = Tracker(TrackingParameters().scaled(scene.units_per_metre))

    def update(self, frame: Frame) -> Followed:
        """Follow the points of one frame."""
        tracked = self._tracker.update(frame.at_ms, frame.points)
        earlier = [(sight.at_ms, sight.name, sight.point) for sight in tracked.earlier]
        return Followed(tracked.ids, tracked.points, tracked.ended, earlier)


@dataclass(slots=True)
class Outcome:
    """What one tracker made of one scene."""

    net: tuple[int, int] = (0, 0)
    zone: tuple[int, int] | None = None
    ids: set[int] = field(default_factory=set)
    ms: float = 0.0


class Counting:
    """Our line on anybody's tracks. Tracks end when they say so, or when they were not seen for three seconds."""

    def __init__(self, line: LineGeometry) -> None:
        self._line, self._history = LineCounter(line), TrackHistory()
        self._seen_ms: dict[int, int] = {}
        self._decided: list[tuple[int, int]] = []

    def take(self, at_ms: int, followed: Followed) -> None:
        """Count one frame."""
        gone = [name for name, seen_ms in self._seen_ms.items() if at_ms - seen_ms > _COAST_MS]
        self._end(followed.ended if followed.ended is not None else gone)
        for seen_ms, name, point in followed.earlier:
            self._step(seen_ms, np.array([name]), np.array([point]))
        self._step(at_ms, followed.ids, followed.points)

    def close(self) -> tuple[int, int]:
        """Return forward and backward."""
        self._end(list(self._history.last))
        return sum(one for one, _ in self._decided), sum(other for _, other in self._decided)

    def _step(self, at_ms: int, ids: np.ndarray[tuple[int], np.dtype[np.int64]], points: Floats) -> None:
        decided = self._line.update(self._history.displacements(at_ms, ids, points))
        self._seen_ms.update(dict.fromkeys(ids.tolist(), at_ms))
        self._decided.append((decided.forward, decided.backward))

    def _end(self, names: Sequence[int]) -> None:
        decided = self._line.end(names)
        self._history.forget(names)
        for name in names:
            self._seen_ms.pop(name, None)
        self._decided.append((decided.forward, decided.backward))


def follow(scene: Scene, make: Callable[[Scene], Follows]) -> Outcome:
    """Follow and count one scene."""
    follows, counting, zone = make(scene), Counting(scene.line), line_zone(scene.line)
    outcome = Outcome()
    for frame in scene.frames:
        began_s = time.process_time()
        followed = follows.update(frame)
        outcome.ms += (time.process_time() - began_s) * 1000 / len(scene.frames)
        outcome.ids.update(followed.ids.tolist())
        counting.take(frame.at_ms, followed)
        if zone:
            zone.take(followed)
    outcome.net = counting.close()
    outcome.zone = zone.net() if zone else None
    return outcome


# Scenes ---------------------------------------------------------------------------------------------------


def corridor(folder: Path, one: Corridor, seed: int) -> Scene:
    """Return a corridor from above, each person a box half a metre wide."""
    people = read(folder, one)
    shown = [
        Frame.around(seen.at_ms, seen.points, (25.0, 25.0, 25.0, 25.0))
        for seen in detected(one, people, Detector(), seed)
    ]
    return Scene(one.file, shown, one.line, one.truth, len(set(people.ids.tolist())), 10.0, CM_PER_M)


def clip(folder: Path, model: str) -> Scene:
    """Return the recorded detections of one model: six people, one after another."""
    rows = np.loadtxt(folder / "video" / f"one-by-one__{model}.txt", delimiter=",", usecols=range(7))
    shown = []
    for number in range(1394):
        here = rows[(rows[:, 0] == number) & (rows[:, 6] >= CLIP_SURE)]
        boxes = np.column_stack((here[:, 2:4], here[:, 2:4] + here[:, 4:6]))
        feet = np.column_stack((boxes[:, [0, 2]].mean(axis=1), boxes[:, 3]))
        shown.append(Frame(START_MS + number * 100, feet, boxes, here[:, 6]))
    return Scene(f"clip, {model}", shown, CLIP_LINE, (6, 0), 6, 10.0, 200.0)


def bug_pack(sway: float = SWAY) -> Iterator[Scene]:
    """Yield the rows of the bug pack, each person a box as high as a person, with some noise."""
    for case in CASES:
        chance = np.random.default_rng(len(case.name))
        shown = [
            Frame.around(seen.at_ms, seen.points + chance.normal(0, sway, seen.points.shape), (17.0, 112.0, 17.0, 0.0))
            for seen in chain(frames(case.paths), frames([unseen(10)], from_ms=START_MS + 200_000))
        ]
        yield Scene(case.name, shown, case.line or MIDDLE, case.net, len(case.paths), 10.0, BUG_PIXELS_PER_METRE)


def sitting() -> Scene:
    """Return someone who comes, sits for twenty minutes, is missed for six seconds every two minutes, and goes on."""
    seat = (240.0, 240.0)
    sat = [spot for _ in range(10) for spot in (*stand(seat, 114, sway=4), *unseen(6))]
    path = walk((20.0, 240.0), seat) + sat + walk(seat, (620.0, 240.0))
    chance = np.random.default_rng(1)
    shown = [
        Frame.around(seen.at_ms, seen.points[chance.random(len(seen.points)) >= 0.05], (17.0, 112.0, 17.0, 0.0))
        for seen in frames([path])
    ]
    return Scene("sitting for 20 minutes", shown, MIDDLE, (1, 0), 1, 10.0, BUG_PIXELS_PER_METRE)


# Report ---------------------------------------------------------------------------------------------------


def report(makers: dict[str, Callable[[Scene], Follows]], scenes: Sequence[Scene]) -> None:
    """Print a row a scene and tracker."""
    for scene in scenes:
        print(
            f"{scene.name}: truth {scene.truth[0]}, {scene.truth[1]}; {scene.people} people; {len(scene.frames)} frames"
        )
        for name, make in makers.items():
            one = follow(scene, make)
            zone = f"{one.zone[0]:4d}, {one.zone[1]:4d}" if one.zone else "-"
            print(
                f"  {name:24} our line {one.net[0]:4d}, {one.net[1]:4d}   LineZone {zone:>10}   "
                f"ids {len(one.ids):4d}   {one.ms:6.3f} ms a frame",
                flush=True,
            )


def report_bug_pack(makers: dict[str, Callable[[Scene], Follows]]) -> None:
    """Print how many rows of the bug pack are right with each tracker, and which are wrong."""
    scenes = list(bug_pack())
    for name, make in makers.items():
        outcomes = [follow(scene, make) for scene in scenes]
        wrong = [scene.name for scene, one in zip(scenes, outcomes, strict=True) if one.net != scene.truth]
        zones = [one.zone == scene.truth for scene, one in zip(scenes, outcomes, strict=True)]
        right = f"{sum(zones)}/{len(scenes)}" if outcomes[0].zone else "-"
        print(
            f"  {name:24} our line {len(scenes) - len(wrong)}/{len(scenes)}, LineZone {right}; wrong: {wrong}",
            flush=True,
        )


def installed() -> dict[str, Callable[[Scene], Follows]]:
    """Return ours and the others that can be had, and say which can't."""
    makers: dict[str, Callable[[Scene], Follows]] = {"ours": Ours}
    for name, (package, make) in OTHERS.items():
        try:
            print(f"{name}: {package} {version(package)}")
            makers[name] = make()
        except ImportError as error:
            print(f"{name}: left out, {package} is not installed ({error})")
    return makers


def main() -> None:
    """Print all scenes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    arguments = parser.parse_args()
    makers = installed()
    report(makers, [sitting()])
    print(f"the bug pack, with {SWAY:.0f} pixels of noise")
    report_bug_pack(makers)
    if not (data := os.environ.get("PLATSPULS_DATA")):
        print("corridors and clip: left out, PLATSPULS_DATA names no folder")
        return
    folder = Path(data)
    report(makers, [clip(folder, model) for model in MODELS])
    for one in (THINLY, DENSELY):
        report(makers, [corridor(folder, one, seed) for seed in SEEDS[: arguments.seeds]])


if __name__ == "__main__":
    main()
