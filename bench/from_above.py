"""How well are people counted below a camera whose height is known, from 2.6 to 4.5 m above the floor?

Real ways through two laboratory corridors, walked by drawn bodies with height: legs, trunk and head that lean away from
the camera's foot and hide each other, shadows, noise, clothes of all kinds. The lens sees 90 degrees along the line.
Seed 0 was looked at while this was made; 1 and more were not.

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


@dataclass(frozen=True, slots=True)
class Corridor:
    """A recording: frames a second, the line's axis, place and middle in metres, and who passes it each way."""

    file: str
    rate: float
    axis: int
    at_m: float
    middle_m: float
    truth: tuple[int, int]


CORRIDORS: Final = (
    Corridor("uo-050-180-180", 16, 1, 0.78, 1.05, (0, 61)),
    Corridor("bi_corr_400_b_03", 25, 0, -0.75, 2.1, (231, 249)),
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
    ends = [(at, 0.0), (at, float(size[1] * scale))] if corridor.axis == 0 else [(0.0, at), (_WIDE_PX, at)]
    towards = (at + 9.0, 9.0) if corridor.axis == 0 else (9.0, at + 9.0)
    mount = Mount(height_m, Floor((float(size[0]), float(size[1])), scale, seed=seed))
    shown = RecordedWays(mount, rows[near], corridor.rate, round(corridor.rate / 10) or 1, seed)
    return shown, LineGeometry("across", tuple(ends), towards, 0.3 * scale)


def count(shown: RecordedWays, line: LineGeometry, height_m: float | None) -> tuple[int, int]:
    """Return the net passages each way; the height is what the counter is told of it."""
    floor = shown.mount.floor
    scale = floor.pixels_per_metre
    size = round(floor.size_m[0] * scale), round(floor.size_m[1] * scale)
    view = view_of(size, scale, "centre", height_m)
    tally = Tally([line], [], flow_period_s=60, setup="bench", units_per_metre=scale, view=view)
    detector = Background(BackgroundDetector(kind="background"), scale, height_m)
    drafts, at_ms = [], START_MS
    for detections in Video(shown, detector, "centre").detections():
        drafts += tally.update(detections)
        at_ms = detections.at_ms
    drafts += tally.close(at_ms)
    lines = [draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)]
    return sum(one.forward for one in lines), sum(one.backward for one in lines)


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
                        print(f"{name:62} truth {corridor.truth}  counted {count(shown, line, known)}")
                        sys.stdout.flush()


if __name__ == "__main__":
    main()
