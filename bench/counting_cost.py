"""What does it cost to count a frame? Tracking, three lines, two zones and the records, for 20 and for 100 people.

Beside it, in the same run and on the same detections, ByteTrack of Roboflow's `trackers` with three LineZones and two
PolygonZones of supervision, which make no records and measure no dwell. The two take turns; the fastest round of each
counts. And whether each is right, on the bug pack without noise:

    pip install supervision trackers
    python -m bench.counting_cost
"""

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np

from bench.other_trackers import Frame, line_zone, make_tracker
from bench.tracker_comparison import Ours, bug_pack, follow
from counter.counting.tally import Tally
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.detections import Detections
from counter.geometry import LineGeometry, ZoneGeometry

AREA = np.array((20.0, 12.0))
LINES = [LineGeometry(f"line-{x:.0f}", ((x, 0.0), (x, 12.0)), (21.0, 6.0), band=0.3) for x in (5.0, 10.0, 15.0)]
ZONES = [
    ZoneGeometry(key, ((x, 2.0), (x + 6, 2.0), (x + 6, 10.0), (x, 10.0)), 60, margin=0.3)
    for key, x in (("left", 2.0), ("right", 12.0))
]
MISSES, NOISE_M, RATE = 0.05, 0.03, 10.0
START_MS = 1_800_000_000_000
PIXELS_PER_METRE = 50.0
Way = Callable[[Sequence[Detections]], float]


def crowd(people: int, frames: int, seed: int = 1) -> list[Detections]:
    """Return people who walk about in a hall of 20 by 12 metres, seen with misses and noise."""
    chance = np.random.default_rng(seed)
    points, ways = chance.uniform((0, 0), AREA, (people, 2)), chance.uniform(0, 2 * np.pi, people)
    speeds = np.column_stack((np.cos(ways), np.sin(ways))) * chance.uniform(0.8, 1.6, (people, 1))
    shown = []
    for number in range(frames):
        points = points + speeds / RATE
        speeds = np.where((points < 0) | (points > AREA), -speeds, speeds)
        points = points.clip((0, 0), AREA)
        seen = points[chance.random(people) >= MISSES]
        shown.append(Detections(START_MS + round(number * 1000 / RATE), seen + chance.normal(0, NOISE_M, seen.shape)))
    return shown


def ours(shown: Sequence[Detections], version: CountingVersion = COUNTING_VERSION) -> float:
    """Return our time a frame, in ms of the processor."""
    tally = Tally(LINES, ZONES, flow_period_s=60, setup="bench", units_per_metre=1.0, version=version)
    began_s = time.process_time()
    for detections in shown:
        tally.update(detections)
    return (time.process_time() - began_s) / len(shown) * 1000


def formerly(shown: Sequence[Detections]) -> float:
    """Return our time a frame by the former counting version."""
    return ours(shown, 2)


def theirs(shown: Sequence[Detections]) -> float:
    """Return the time a frame of trackers' ByteTrack and supervision's lines and zones, in ms of the processor."""
    import supervision  # noqa: PLC0415 - only where it is installed

    tracker = make_tracker("trackers ByteTrack", RATE, PIXELS_PER_METRE)
    lines = [
        supervision.LineZone(
            supervision.Point(*(np.array(line.points[0]) * PIXELS_PER_METRE)),
            supervision.Point(*(np.array(line.points[1]) * PIXELS_PER_METRE)),
            triggering_anchors=[supervision.Position.BOTTOM_CENTER],
        )
        for line in LINES
    ]
    zones = [supervision.PolygonZone((np.array(zone.polygon) * PIXELS_PER_METRE).astype(int)) for zone in ZONES]
    reach = (0.25 * PIXELS_PER_METRE, 1.7 * PIXELS_PER_METRE, 0.25 * PIXELS_PER_METRE, 0.0)
    frames = [Frame.around(one.at_ms, one.points * PIXELS_PER_METRE, reach) for one in shown]
    detections = [
        supervision.Detections(
            xyxy=one.boxes.astype(np.float32),
            confidence=one.sure.astype(np.float32),
            class_id=np.zeros(len(one.sure), dtype=int),
        )
        for one in frames
    ]
    began_s = time.process_time()
    for seen in detections:
        tracked = tracker.update(seen)
        for line in lines:
            line.trigger(tracked)
        for zone in zones:
            zone.trigger(tracked)
    return (time.process_time() - began_s) / len(shown) * 1000


def cost(people: int, frames: int, rounds: int, ways: Sequence[Callable[[Sequence[Detections]], float]]) -> list[float]:
    """Return the fastest time a frame of each way, in ms."""
    shown = crowd(people, frames)
    return [min(column) for column in zip(*([way(shown) for way in ways] for _ in range(rounds)), strict=True)]


def right() -> None:
    """Print in how many rows of the bug pack the whole combinations are right."""
    scenes = list(bug_pack(sway=0.0))
    our = sum(follow(scene, Ours).net == scene.truth for scene in scenes)
    their = sum(
        follow(scene, lambda one: make_tracker("trackers ByteTrack", one.rate, one.units_per_metre, ported=True)).zone
        == scene.truth
        for scene in scenes
    )
    print(f"rows of the bug pack that are right: ours {our} of {len(scenes)}, theirs {their}")


def main() -> None:
    """Print the costs and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    there = line_zone(LINES[0]) is not None
    for people in (7, 20, 100):
        ways = (ours, formerly, theirs) if there else (ours, formerly)
        times = cost(people, arguments.frames, arguments.rounds, ways)
        parts = [f"{people} people: ours {times[0]:.2f} ms a frame, by counting version 2 {times[1]:.2f} ms"]
        parts += [f"theirs {other:.2f} ms, {other / times[0]:.1f} times as much" for other in times[2:]]
        print(", ".join(parts), flush=True)
    if there:
        right()
    else:
        print("theirs: left out, supervision and trackers are not installed")


if __name__ == "__main__":
    main()
