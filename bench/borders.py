"""Who crosses a line at a border of the picture: counted with boxes as they are cut, and with whole ones.

    python -m bench.borders [--seeds 40] [--from 1000] [--people 12] [--step-ms 100] [--kinds bottom left]

Drawn cameras of many heights, tilts and lenses (`tests/support/counter/perspective_worlds.py`), each with a line along
a border, near it, in the middle, and aslant; cameras with a line along the upper border are tilted more. The truth is
who crossed the line with their feet, seen or not, between the first and the last frame in which the detector found
them. Beside it: which part of the time was observed, and of all who crossed in that part, whether they were found or
not, how many weren't counted. Constants were chosen with seeds below 1000; those judge.
"""

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.sources.video.picture_edges import view_of
from counter.sources.video.whole_bodies import WholeBodies
from tests.support.counter.perspective_worlds import SIZE, PerspectiveWorld
from tests.support.counter.tracks import START_MS

LINES = [
    *(("bottom", off) for off in (0.0, 1.0, 3.0, 8.0, 20.0, 50.0)),
    *((side, off) for side in ("left", "right") for off in (1.0, 3.0, 8.0, 20.0, 50.0)),
    *(("top", off) for off in (20.0, 60.0, 100.0, 150.0)),
    ("middle", 0.0),
    ("middle", 90.0),
    ("aslant", 0.0),
]
"""Kinds of lines, and how many pixels they lie from their border."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a line counted: net crossings forward and backward, and the observed part of the time."""

    net: tuple[int, int]
    observed: float


def played(world: PerspectiveWorld, kind: str, off: float, step_ms: int, *, whole: bool) -> Played:
    """Return what one line counts, with whole boxes or as by counting version 2."""
    line = world.line(kind, off)
    scale = world.scale(line.points)
    view = view_of(SIZE, scale, "feet", whole_bodies=whole)
    tally = Tally(
        [line],
        [],
        flow_period_s=60,
        setup="bench",
        units_per_metre=scale,
        view=view,
        version=3 if whole else 2,
    )
    bodies = WholeBodies(scale, "feet")
    drafts = []
    for number, boxes in enumerate(world.boxes()):
        at_ms = START_MS + number * step_ms
        seen = bodies.complete(boxes, SIZE, at_ms) if whole else boxes
        points = np.column_stack(((seen[:, 0] + seen[:, 2]) / 2, seen[:, 3]))
        drafts += tally.update(Detections(at_ms, points))
    drafts += tally.close(at_ms)
    flows = [draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)]
    net = sum(one.forward for one in flows), sum(one.backward for one in flows)
    return Played(net, sum(one.observed_ms for one in flows) / (at_ms - START_MS))


def main() -> None:
    """Play the worlds and print a row a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--from", type=int, default=1000, dest="first")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--step-ms", type=int, default=100)
    parser.add_argument("--kinds", nargs="*", default=sorted({kind for kind, _ in LINES}))
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    aslant, steep = (
        [PerspectiveWorld.drawn(seed, asked.people, asked.step_ms, steep=steep) for seed in seeds]
        for steep in (False, True)
    )
    print("line      off | crossed | for cut, then whole boxes: missed, false, net error, observed, missed of observed")
    for kind, off in LINES:
        if kind in asked.kinds:
            print(_row(steep if kind == "top" else aslant, kind, off, asked.step_ms), flush=True)


def _row(worlds: list[PerspectiveWorld], kind: str, off: float, step_ms: int) -> str:
    sums: Counter[str] = Counter()
    observed: defaultdict[str, float] = defaultdict(float)
    for world in worlds:
        line = world.line(kind, off)
        truth, walks = world.truth(line), sum(world.truth(line, unseen=True))
        sums["true"] += sum(truth)
        for name, whole in (("cut", False), ("whole", True)):
            got = played(world, kind, off, step_ms, whole=whole)
            sums[name + "missed"] += sum(max(t - g, 0) for t, g in zip(truth, got.net, strict=True))
            sums[name + "false"] += sum(max(g - t, 0) for t, g in zip(truth, got.net, strict=True))
            sums[name + "net"] += (got.net[0] - got.net[1]) - (truth[0] - truth[1])
            observed[name] += got.observed / len(worlds)
            observed[name + "walks"] += got.observed * walks
            observed[name + "missed"] += got.observed * max(walks - sum(got.net), 0)
    parts = [
        f"{sums[name + 'missed'] / max(sums['true'], 1):6.1%} {sums[name + 'false'] / max(sums['true'], 1):6.1%} "
        f"{sums[name + 'net']:+5d} {observed[name]:6.1%} "
        f"{observed[name + 'missed'] / max(observed[name + 'walks'], 1e-9):6.1%} of {observed[name + 'walks']:5.1f}"
        for name in ("cut", "whole")
    ]
    return f"{kind:8} {off:4.0f} | {sums['true']:7} | {parts[0]} | {parts[1]}"


if __name__ == "__main__":
    main()
