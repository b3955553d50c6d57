"""How well are people counted below a camera whose height is known, from 2.6 to 4.5 m above the floor?

Real ways through two laboratory corridors, walked by drawn bodies with height: legs, trunk and head that lean away from
the camera's foot and hide each other, shadows, noise, clothes of all kinds. The lens sees 90 degrees along the line,
which reaches a little beyond the walls. "Watched" is the part of the time in which people are counted, and who passed
then is the truth beside what was counted. Seed 0 was looked at while this was made; 1 and more were not.

    PLATSPULS_DATA=... python -m bench.from_above [--seeds 2] [--from-seed 1] [WORD ...]
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.bodies_from_above import Mount, RecordedWays, ways
from bench.straight_down import START_MS, Floor
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.geometry import LineGeometry
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video

HEIGHTS_M: Final = (2.6, 3.2, 4.5)
_WIDE_PX: Final = 480
_ASIDE_M: Final = 0.4
"""So far the camera's foot is from the line."""
_AROUND_M: Final = 0.6
_BEYOND_M: Final = 0.3
"""So far beyond the walls the line goes on: who is seen in part isn't placed to the decimetre."""
_NEAR_MS: Final = 1000
"""Who passes sooner after time that isn't watched, or before, may be counted or not."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """A recording: frames a second, the line's axis, place and middle and length in metres, and who passes each way."""

    file: str
    rate: float
    axis: int
    at_m: float
    middle_m: float
    wide_m: float
    truth: tuple[int, int]


CORRIDORS: Final = (
    Corridor("uo-050-180-180", 16, 1, 0.78, 1.05, 2.1, (0, 61)),
    Corridor("bi_corr_400_b_03", 25, 0, -0.75, 2.1, 4.35, (231, 249)),
)


def recorded(folder: Path, corridor: Corridor, height_m: float, seed: int) -> tuple[RecordedWays, LineGeometry]:
    """Return what a camera sees of a recording, and the line in its picture."""
    rows = ways(folder / f"{corridor.file}.txt", corridor.rate, seed=seed)
    sides = 2 * height_m, 1.5 * height_m
    size = np.array(sides if corridor.axis == 1 else sides[::-1])
    foot = np.full(2, corridor.middle_m)
    foot[corridor.axis] = corridor.at_m + _ASIDE_M
    rows[:, 2:4] -= foot - size / 2
    near = (np.abs(rows[:, 2:4] - size / 2) < size / 2 + _AROUND_M).all(axis=1)
    scale = _WIDE_PX / sides[0]
    at = (size[corridor.axis] / 2 - _ASIDE_M) * scale
    middle = size[1 - corridor.axis] / 2
    half = min(corridor.wide_m / 2 + _BEYOND_M, middle)
    walls = [(middle + side * half) * scale for side in (-1, 1)]
    ends = [(at, wall) if corridor.axis == 0 else (wall, at) for wall in walls]
    towards = (at + 9.0, 9.0) if corridor.axis == 0 else (9.0, at + 9.0)
    mount = Mount(height_m, Floor((float(size[0]), float(size[1])), scale, seed=seed))
    shown = RecordedWays(mount, rows[near], corridor.rate, round(corridor.rate / 10) or 1, seed)
    return shown, LineGeometry("across", tuple(ends), towards, 0.3 * scale)


@dataclass(frozen=True, slots=True)
class Found:
    """Net passages each way that were counted, those that happened in watched time, and the part of it."""

    counted: tuple[int, int]
    truth: tuple[int, int]
    watched: float

    def __str__(self) -> str:
        """Return it as a part of a row."""
        there = sum(self.truth)
        error = f"{sum(self.counted) / there - 1:+.0%}" if there else "-"
        return f"watched {self.watched:4.0%}  counted {self.counted} of {self.truth} then: {error}"


def count(shown: RecordedWays, line: LineGeometry, height_m: float | None) -> Found:
    """Return what is counted; the height is what the counter is told of it."""
    floor = shown.mount.floor
    scale = floor.pixels_per_metre
    size = round(floor.size_m[0] * scale), round(floor.size_m[1] * scale)
    view = view_of(size, scale, "centre", height_m)
    tally = Tally([line], [], flow_period_s=60, setup="bench", units_per_metre=scale, view=view)
    detector = Background(BackgroundDetector(kind="background"), scale, height_m)
    drafts, seen = [], []
    for detections in Video(shown, detector, "centre").detections():
        drafts += tally.update(detections)
        seen.append((detections.at_ms, detections.watched))
    drafts += tally.close(seen[-1][0])
    lines = [draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)]
    lead_ms = seen[-1][0] - START_MS - round(shown.rows[-1, 0] / shown.rate * 1000)
    passed = [(START_MS + lead_ms + at_s * 1000, forward) for at_s, forward in passages(shown, line)]
    unwatched = np.array([at_ms for at_ms, watched in seen if not watched] or [0])
    then = [forward for at_ms, forward in passed if np.abs(unwatched - at_ms).min() > _NEAR_MS]
    observed_ms = sum(one.observed_ms for one in lines)
    return Found(
        (sum(one.forward for one in lines), sum(one.backward for one in lines)),
        (sum(then), len(then) - sum(then)),
        observed_ms / (seen[-1][0] - START_MS - 3000),
    )


def passages(shown: RecordedWays, line: LineGeometry) -> list[tuple[float, bool]]:
    """Return when each passes the line for good, in seconds of the recording, and whether forward."""
    scale = shown.mount.floor.pixels_per_metre
    axis = 0 if line.points[0][0] == line.points[1][0] else 1
    found = []
    for who in np.unique(shown.rows[:, 1]):
        one = shown.rows[shown.rows[:, 1] == who]
        beyond = one[:, 2 + axis] * scale > line.points[0][axis]
        if beyond[0] != beyond[-1]:
            last = int(np.flatnonzero(beyond[1:] != beyond[:-1])[-1])
            found.append((float(one[last, 0]) / shown.rate, bool(beyond[-1])))
    return found


def main() -> None:
    """Print what is counted of both corridors at each height, with it and without."""
    parser = argparse.ArgumentParser()
    parser.add_argument("word", nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--from-seed", type=int, default=1)
    wishes = parser.parse_args()
    folder = Path(os.environ["PLATSPULS_DATA"]) / "trajectories"
    for corridor in CORRIDORS:
        for height_m in HEIGHTS_M:
            for seed in range(wishes.from_seed, wishes.from_seed + wishes.seeds):
                for known in (height_m, None):
                    name = f"{corridor.file}, {height_m} m, height {'known' if known else 'unknown'}, seed {seed}"
                    if all(word in name for word in wishes.word):
                        shown, line = recorded(folder, corridor, height_m, seed)
                        print(f"{name:62} {corridor.truth} passed, {count(shown, line, known)}")
                        sys.stdout.flush()


if __name__ == "__main__":
    main()
