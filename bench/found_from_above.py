"""How far from the foot of a camera of a known height is somebody counted who walks there alone?

Drawn people, children from a metre on among them, pass a line one by one at a distance from the camera's foot along it.
Printed is who passed, gross, by that distance as a part of half of the picture. Seed 0 was looked at while the limit
(`picture_edges`: so much of somebody must be in the picture) was set.

    python -m bench.found_from_above [--seeds 1] [--from-seed 1]
"""

import argparse
import sys
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.bodies_from_above import Mount, Walked, somebody
from bench.straight_down import START_MS, Floor
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.geometry import LineGeometry, View, growth
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video

_HEIGHTS_M: Final = (2.4, 2.6, 3.2, 4.5)
_PARTS: Final = (0.0, 0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
_PEOPLE: Final = 10
_GAP_M: Final = 4.0


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera that looks straight down on a floor 1.5 times its height wide and twice as high; the line is long."""

    height_m: float
    seed: int

    @property
    def floor(self) -> Floor:
        """What it sees."""
        return Floor((1.5 * self.height_m, 2 * self.height_m), 48.0 / growth(self.height_m), seed=self.seed)

    def view(self, floor: Floor) -> View:
        """Return what is said of its picture."""
        size = round(floor.size_m[0] * floor.pixels_per_metre), round(floor.size_m[1] * floor.pixels_per_metre)
        return view_of(size, floor.pixels_per_metre, "centre", self.height_m)


def passed(camera: Camera, part: float) -> int:
    """Return how many of ten who walk by at a distance from the foot are counted."""
    floor = camera.floor
    chance = np.random.default_rng([camera.seed, round(camera.height_m * 10), round(part * 100)])
    shown, now_s = Walked(Mount(camera.height_m, floor), 0.0, 8.0), 3.5
    for number in range(_PEOPLE):
        speed = float(chance.uniform(0.9, 1.5))
        y = camera.height_m * (1 + part * (1 if number % 2 else -1))
        tall_m = float(chance.uniform(1.0, 1.9))
        body = somebody(0.0, y, int(chance.integers(1 << 30)), height_m=tall_m)
        shown.people.append((now_s, -0.6, speed, body))
        now_s += (floor.size_m[0] + _GAP_M) / speed
    shown.seconds = now_s
    scale, view = floor.pixels_per_metre, camera.view(floor)
    x, high = 0.75 * camera.height_m * scale, 2 * camera.height_m * scale
    line = LineGeometry("across", ((x, 0.0), (x, high)), (2 * x, 1.0), 0.3 * scale)
    tally = Tally([line], [], flow_period_s=60, setup="bench", units_per_metre=scale, view=view)
    drafts, at_ms = [], START_MS
    detector = Background(BackgroundDetector(kind="background"), scale, camera.height_m)
    for detections in Video(shown, detector, "centre").detections():
        drafts += tally.update(detections)
        at_ms = detections.at_ms
    drafts += tally.close(at_ms)
    return sum(draft.lines[0].gross_forward for draft in drafts if isinstance(draft, FlowDraft))


def main() -> None:
    """Print a row a height."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--from-seed", type=int, default=1)
    wishes = parser.parse_args()
    seeds = range(wishes.from_seed, wishes.from_seed + wishes.seeds)
    for height_m in _HEIGHTS_M:
        camera = Camera(height_m, 0)
        view = camera.view(camera.floor)
        low, high = (view.outer or view.inner)[1::2]
        found = [(part, sum(passed(Camera(height_m, seed), part) for seed in seeds)) for part in _PARTS]
        row = "  ".join(f"{part:.2f}: {number / _PEOPLE / len(seeds):4.0%}" for part, number in found)
        print(f"{height_m} m, found to {(high - low) / (high + low):.2f}: {row}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
