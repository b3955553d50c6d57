"""Who crosses a line near a border below a camera that looks straight down, where nobody is recognised but by blobs.

    python -m bench.blobs_at_borders [--walks 16] [--from-seed 2] [--heights 2.6 3.5 4.5]

Drawn bodies (`bench/bodies_from_above.py`) walk through, one at a time, straight across the left border of the
picture or the lower one, at 0.7 to 1.7 m/s. For each line along that border: how many of those who crossed it with
their feet were not counted, and which part of the time was observed. Constants were chosen with seed 1.
"""

import argparse
from collections.abc import Sequence
from typing import Final

import numpy as np

from bench.bodies_from_above import Mount, RecordedWays
from bench.straight_down import Floor
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.geometry import Floats, LineGeometry, growth
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video

_RATE: Final = 10
_WIDE_PX: Final = 480
_OFFS_M: Final = (0.1, 0.3, 0.5, 0.8, 1.1, 1.4)
_BEYOND_M: Final = 0.9
_PAUSE: Final = 60
"""Frames between two walks."""


def walked(size_m: Floats, axis: int, walks: int, rng: np.random.Generator) -> Floats:
    """Return rows of a recording (frame, who, x, y, height, heading): through the picture, forth and back in turn."""
    rows, frame = list[tuple[float, ...]](), 0
    for who in range(walks):
        step = rng.uniform(0.7, 1.7) / _RATE
        way = np.arange(-_BEYOND_M, size_m[axis] + _BEYOND_M, step)
        along = rng.uniform(0.25, 0.75) * size_m[1 - axis]
        tall = rng.normal(1.7, 0.09)
        for far in way if who % 2 == 0 else way[::-1]:
            near = far if axis == 0 else size_m[1] - far
            rows.append((frame, who, *((near, along) if axis == 0 else (along, near)), tall, 90.0 * axis))
            frame += 1
        frame += _PAUSE
    return np.array(rows)


def lines(size: tuple[int, int], axis: int, scale: float) -> list[LineGeometry]:
    """Return a line at each distance from the left border (axis 0) or the lower one."""
    width, height = map(float, size)
    made = []
    for off_m in _OFFS_M:
        at = off_m * scale if axis == 0 else height - off_m * scale
        ends = ((at, 0.0), (at, height)) if axis == 0 else ((0.0, at), (width, at))
        made.append(LineGeometry(f"at-{round(off_m * 100)}", ends, (width / 2 + 3, height / 2 + 5), 0.3 * scale))
    return made


def played(height_m: float, axis: int, walks: int, seed: int, *, known: bool) -> list[tuple[float, float]]:
    """Return what part of the crossings each line missed, or counted too often, and what part of the time it observed.

    `known`: whether the counter is told the camera's height; else its scale is that of shoulders.
    """
    rng = np.random.default_rng(seed)
    size_m = np.array((2 * height_m, 1.5 * height_m))
    floor = Floor((float(size_m[0]), float(size_m[1])), _WIDE_PX / size_m[0], seed=seed)
    shown = RecordedWays(Mount(height_m, floor), walked(size_m, axis, walks, rng), _RATE, 1, seed)
    size = _WIDE_PX, round(size_m[1] * floor.pixels_per_metre)
    scale = floor.pixels_per_metre * (1.0 if known else growth(height_m))
    height = height_m if known else None
    drawn = lines(size, axis, floor.pixels_per_metre)
    tally = Tally(
        drawn,
        [],
        flow_period_s=60,
        setup="bench",
        units_per_metre=scale,
        view=view_of(size, scale, "centre", height, whole_bodies=True),
    )
    detector = Background(BackgroundDetector(kind="background"), scale, height)
    drafts, begin_ms, at_ms = [], 0, 0
    for detections in Video(shown, detector, "centre").detections():
        begin_ms, at_ms = begin_ms or detections.at_ms, detections.at_ms
        drafts += tally.update(detections)
    drafts += tally.close(at_ms)
    flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
    return [_judged(flows, place, walks, at_ms - begin_ms) for place in range(len(drawn))]


def _judged(flows: Sequence[FlowDraft], place: int, walks: int, long_ms: int) -> tuple[float, float]:
    one = [flow.lines[place] for flow in flows]
    forward, backward = sum(flow.forward for flow in one), sum(flow.backward for flow in one)
    wrong = abs(forward - (walks + 1) // 2) + abs(backward - walks // 2)
    return wrong / walks, sum(flow.observed_ms for flow in one) / long_ms


def main() -> None:
    """Print a row a camera and border: for each line the part missed, and the part observed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--walks", type=int, default=16)
    parser.add_argument("--from-seed", type=int, default=2)
    parser.add_argument("--heights", type=float, nargs="*", default=[2.6, 3.5, 4.5])
    asked = parser.parse_args()
    print("height  height   border | missed (observed), by metres from the border: " + ", ".join(map(str, _OFFS_M)))
    for height_m in asked.heights:
        for known in (True, False):
            for axis, border in ((0, "left"), (1, "lower")):
                found = played(height_m, axis, asked.walks, asked.from_seed, known=known)
                row = "  ".join(f"{missed:4.0%} ({observed:4.0%})" for missed, observed in found)
                print(f"{height_m:5.1f}m  {'known' if known else 'unknown':8} {border:6} | {row}", flush=True)


if __name__ == "__main__":
    main()
