"""Who crosses a line at a border of the picture: counted with boxes as they are cut, and with whole ones.

    python -m bench.borders [--seeds 40] [--from 1000] [--people 12] [--step-ms 100]

Drawn cameras of many heights, tilts and lenses (`tests/support/counter/perspective_worlds.py`), each with a line along
a border, near it, in the middle, and aslant. The truth is who crossed the line with their feet, seen or not, between
the first and the last frame in which the detector found them. Constants were chosen with seeds below 1000; those judge.
"""

import argparse
from collections import Counter

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
    *(("top", off) for off in (40.0, 100.0)),
    ("middle", 0.0),
    ("middle", 90.0),
    ("aslant", 0.0),
]
"""Kinds of lines, and how many pixels they lie from their border."""


def counted(world: PerspectiveWorld, kind: str, off: float, step_ms: int, *, whole: bool) -> tuple[int, int]:
    """Return net crossings forward and backward of one line, with whole boxes or as by counting version 2."""
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
    return sum(one.forward for one in flows), sum(one.backward for one in flows)


def main() -> None:
    """Play the worlds and print a row a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--from", type=int, default=1000, dest="first")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--step-ms", type=int, default=100)
    asked = parser.parse_args()
    worlds = [PerspectiveWorld.drawn(asked.first + seed, asked.people, asked.step_ms) for seed in range(asked.seeds)]
    print("line      off | crossed | cut: missed, false, net error | whole: missed, false, net error")
    for kind, off in LINES:
        sums: Counter[str] = Counter()
        for world in worlds:
            truth = world.truth(world.line(kind, off))
            sums["true"] += sum(truth)
            for name, whole in (("cut", False), ("whole", True)):
                got = counted(world, kind, off, asked.step_ms, whole=whole)
                sums[name + "missed"] += sum(max(t - g, 0) for t, g in zip(truth, got, strict=True))
                sums[name + "false"] += sum(max(g - t, 0) for t, g in zip(truth, got, strict=True))
                sums[name + "net"] += (got[0] - got[1]) - (truth[0] - truth[1])
        parts = [
            f"{sums[name + 'missed'] / max(sums['true'], 1):6.1%} {sums[name + 'false'] / max(sums['true'], 1):6.1%} "
            f"{sums[name + 'net']:+5d}"
            for name in ("cut", "whole")
        ]
        print(f"{kind:8} {off:4.0f} | {sums['true']:7} | {parts[0]} | {parts[1]}")


if __name__ == "__main__":
    main()
