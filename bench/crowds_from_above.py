"""From which crowd on are people miscounted below a camera whose height is known, and is that time left out?

Drawn people walk both ways through a corridor, at random, as many a minute as a row says. "Watched" is the part of the
time in which they are counted, "missed" what is wrong of it there. Seeds 0 to 9 were looked at while the limit was set.

    python -m bench.crowds_from_above [--heights 2.6 3.2 4.5] [--flows 10 30 60 120] [--seeds 2] [--from-seed 10]
"""

import argparse
import sys
from dataclasses import dataclass

import numpy as np

from bench.bodies_from_above import Mount, Walked, somebody
from bench.straight_down import START_MS, Floor
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.geometry import LineGeometry, growth
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video

_SECONDS = 60.0
_RATE = 8.0
_BEYOND_M = 0.3
"""So far beyond the walls the line goes on: who is seen in part isn't placed to the decimetre."""
_NEAR_S = 1.0
"""Who passes sooner after time that isn't watched, or before, may be counted or not."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, what was true of the time that was watched, both ways together, and that time's part."""

    counted: int
    truth: int
    watched: float


def crowd(height_m: float, a_minute: float, wide_m: float, seed: int) -> tuple[Walked, list[tuple[float, bool]]]:
    """Return pictures of people who walk at random, and when each passes the middle, and whether forward."""
    chance = np.random.default_rng([seed, round(height_m * 10), round(a_minute)])
    size = 1.5 * height_m, 2 * height_m
    floor = Floor(size, 48.0 / growth(height_m), seed=seed)
    shown = Walked(Mount(height_m, floor), _SECONDS, _RATE)
    passes, now_s, number = [], 3.5, 0
    while (now_s := now_s + float(chance.exponential(60 / a_minute))) < _SECONDS:
        forward, speed = bool(chance.random() < 0.5), float(chance.uniform(0.9, 1.5))
        y = height_m + float(chance.uniform(-0.5, 0.5)) * wide_m
        begin = -0.6 if forward else size[0] + 0.6
        body = somebody(0.0, y, 1000 * seed + number)
        shown.people.append((now_s, begin, speed if forward else -speed, body))
        passes.append((now_s + (size[0] / 2 + 0.6) / speed, forward))
        number += 1
    return shown, [one for one in passes if one[0] < _SECONDS - _NEAR_S]


def count(shown: Walked, passes: list[tuple[float, bool]], height_m: float, wide_m: float) -> Counted:
    """Return what is counted at a line from wall to wall."""
    floor = shown.mount.floor
    scale = floor.pixels_per_metre
    size = round(floor.size_m[0] * scale), round(floor.size_m[1] * scale)
    half_m = wide_m / 2 + _BEYOND_M
    x, low, high = size[0] / 2, (height_m - half_m) * scale, (height_m + half_m) * scale
    line = LineGeometry("across", ((x, low), (x, high)), (size[0], size[1] / 2), 0.3 * scale)
    view = view_of(size, scale, "centre", height_m)
    tally = Tally([line], [], flow_period_s=60, setup="bench", units_per_metre=scale, view=view)
    detector = Background(BackgroundDetector(kind="background"), scale, height_m)
    drafts, at_ms, unwatched = [], START_MS, []
    for detections in Video(shown, detector, "centre").detections():
        drafts += tally.update(detections)
        at_ms = detections.at_ms
        if not detections.watched:
            unwatched.append((at_ms - START_MS) / 1000)
    drafts += tally.close(at_ms)
    lines = [draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)]
    dark = np.array(unwatched or [-9.0])
    truth = sum(float(np.abs(dark - at_s).min()) > _NEAR_S for at_s, _ in passes)
    counted = sum(one.forward + one.backward for one in lines)
    return Counted(counted, truth, sum(one.observed_ms for one in lines) / (at_ms - START_MS - 3000))


def main() -> None:
    """Print a row a height and flow."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--heights", nargs="+", type=float, default=[2.6, 3.2, 4.5])
    parser.add_argument("--flows", nargs="+", type=float, default=[10, 30, 60, 120])
    parser.add_argument("--wide", type=float, default=2.4)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--from-seed", type=int, default=10)
    wishes = parser.parse_args()
    for height_m in wishes.heights:
        for a_minute in wishes.flows:
            found = []
            for seed in range(wishes.from_seed, wishes.from_seed + wishes.seeds):
                shown, passes = crowd(height_m, a_minute, wishes.wide, seed)
                found.append(count(shown, passes, height_m, wishes.wide))
            truth, counted = sum(one.truth for one in found), sum(one.counted for one in found)
            watched = float(np.mean([one.watched for one in found]))
            error = f"{counted / truth - 1:+5.0%}" if truth else "    -"
            print(f"{height_m} m, {a_minute:3.0f} a minute: watched {watched:4.0%}, {counted:4} of {truth:4} {error}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
