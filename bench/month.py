"""Does the counter count a month right, and does its memory stay where it was?

300,000 people walk through the view of one device, at 2 frames/s, through the real tally, twenty abreast at most.
Each crosses one line and one zone. Printed are the counts beside the truth, and the memory after a tenth of the time
and at the end:

    python -m bench.month              # 300,000: some ten minutes
    python -m bench.month --people 8000
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from counter.counting.draft import Draft, FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.geometry import Floats, LineGeometry, ZoneGeometry

START_MS = 1_800_000_000_000 - 1_800_000_000_000 % 900_000
RATE = 2.0
LINE = LineGeometry("gate", ((0.0, -5.0), (0.0, 45.0)), (1.0, 0.0), band=0.3)
ZONE = ZoneGeometry("floor", ((2.0, -2.0), (5.0, -2.0), (5.0, 42.0), (2.0, 42.0)), 60, margin=0.3)
_LANES, _LANE_M, _HALF_M = 20, 2.0, 6.0
_PAUSE_S = 10.0
_WARM = 0.1


@dataclass(frozen=True, slots=True)
class Walks:
    """One lane's people, one after another: when each begins, in s, how fast, in m/s, and which way."""

    begins_s: Floats
    speeds: Floats
    forward: Floats

    def at(self, number: int, at_s: float) -> float | None:
        """Return where person `number` is on x, None before and after."""
        x = (at_s - float(self.begins_s[number])) * float(self.speeds[number]) - _HALF_M
        return None if not -_HALF_M <= x <= _HALF_M else x * float(self.forward[number])


def walks(people: int, chance: np.random.Generator) -> Walks:
    """Draw the people of one lane."""
    speeds = chance.uniform(0.7, 1.8, people)
    gaps_s = 2 * _HALF_M / speeds + _PAUSE_S + chance.exponential(5.0, people)
    begins_s = np.concatenate(([0.0], np.cumsum(gaps_s)[:-1])) + chance.uniform(0, 20)
    return Walks(begins_s, speeds, chance.choice([-1.0, 1.0], people))


def detections_in(lanes: list[Walks], noise_m: float, chance: np.random.Generator) -> Iterator[Detections]:
    """Yield the frames until the last person has gone, and half a minute more."""
    current = [0] * len(lanes)
    last_s = max(float(lane.begins_s[-1]) for lane in lanes) + 2 * _HALF_M / 0.7 + 30
    for number in range(round(last_s * RATE)):
        at_s, points = number / RATE, []
        for place, lane in enumerate(lanes):
            while current[place] + 1 < len(lane.begins_s) and lane.begins_s[current[place] + 1] <= at_s:
                current[place] += 1
            if (x := lane.at(current[place], at_s)) is not None:
                points.append((x, place * _LANE_M))
        seen = np.array(points, dtype=np.float64).reshape(-1, 2)
        yield Detections(START_MS + round(at_s * 1000), seen + chance.normal(0, noise_m, seen.shape))


@dataclass(slots=True)
class Result:
    """What was counted, the truth, and memory in KiB, after the warm-up and at the end."""

    truth: tuple[int, int]
    net: tuple[int, int] = (0, 0)
    visits: int = 0
    frames: int = 0
    records: int = 0
    warm_kib: int = 0
    end_kib: int = 0
    largest_state: int = 0

    @property
    def growth(self) -> float:
        """Return by which share memory grew after the warm-up."""
        return self.end_kib / self.warm_kib - 1

    def take(self, drafts: list[Draft]) -> None:
        """Add up records."""
        self.records += len(drafts)
        for draft in drafts:
            if isinstance(draft, FlowDraft):
                line, zone = draft.lines[0], draft.zones[0]
                self.net = self.net[0] + line.forward, self.net[1] + line.backward
                self.visits += zone.entries + zone.appeared


def run(people: int, seed: int = 1) -> Result:
    """Count so many people."""
    chance = np.random.default_rng(seed)
    lanes = [walks(people // _LANES, chance) for _ in range(_LANES)]
    tally = Tally([LINE], [ZONE], flow_period_s=60, setup="bench", units_per_metre=1.0)
    forward = sum(int((lane.forward > 0).sum()) for lane in lanes)
    result = Result((forward, people // _LANES * _LANES - forward))
    warm = round(_WARM * float(lanes[0].begins_s[-1]) * RATE)
    at_ms = START_MS
    for detections in detections_in(lanes, 0.03, chance):
        result.take(tally.update(detections))
        at_ms = detections.at_ms
        result.frames += 1
        if result.frames % 1000 == 0:
            result.largest_state = max(result.largest_state, len(tally.state()))
        if result.frames == warm:
            result.warm_kib = resident_kib()
    result.end_kib = resident_kib()
    result.take(tally.close(at_ms))
    return result


def resident_kib() -> int:
    """Return the memory of this process that is in use now, in KiB. Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """Print the result; end with 1 where it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began_s = time.perf_counter()
    result = run(arguments.people, arguments.seed)
    print(
        f"{sum(result.truth)} people in {result.frames} frames ({result.frames / RATE / 3600:.1f} h), "
        f"{result.records} records, {time.perf_counter() - began_s:.0f} s"
    )
    print(f"forward, backward: {result.net}, truth {result.truth}; visits {result.visits}, truth {sum(result.truth)}")
    print(
        f"memory {result.warm_kib} KiB after a tenth, {result.end_kib} KiB at the end: {result.growth:+.2%}; "
        f"largest state {result.largest_state} bytes"
    )
    sys.exit(result.net != result.truth or result.visits != sum(result.truth) or result.growth > 0.02)


if __name__ == "__main__":
    main()
