"""How well are people under a camera that looks straight down counted without weights, and what does it cost?

Drawn people on a drawn floor: tiles, noise, shadows, clothes of all kinds, some nearly of the floor's grey. With
PLATSPULS_DATA also real trajectories of two laboratory corridors, drawn the same way.

    PLATSPULS_DATA=... python -m bench.background
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.straight_down import START_MS, Floor, Person, Shown, Where, dressed, walker
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.geometry import LineGeometry
from counter.sources.video.frame import VideoFrame
from counter.sources.video.picture_edges import view_of
from counter.sources.video.quality import Inspector
from counter.sources.video.source import Frames, Video

CORRIDORS = (
    ("uo-050-180-180", 16, "y", 78.0, (0, 61)),
    ("bi_corr_400_b_03", 25, "x", -75.0, (231, 249)),
)
"""File, frames a second, axis and place (cm) of the line, truth forward (towards larger numbers) and backward."""
WIDTHS_M = (0.3, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Case:
    """Frames, the line in metres on the floor, and who passes it."""

    name: str
    shown: Frames
    floor: Floor
    line: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    truth: tuple[int, int]
    person_m: float = 0.5

    def run(self) -> None:
        """Count and print."""
        scale = self.floor.pixels_per_metre
        one, two, towards = ((x * scale, y * scale) for x, y in self.line)
        size = round(self.floor.size_m[0] * scale), round(self.floor.size_m[1] * scale)
        view = view_of(size, scale, "centre")
        line = LineGeometry("across", (one, two), towards, 0.3 * scale)
        tally = Tally([line], [], flow_period_s=60, setup="bench", units_per_metre=scale, view=view)
        detector = Background(BackgroundDetector(kind="background", person_m=self.person_m), scale)
        drafts, at_ms, began_s, frames = [], START_MS, time.process_time(), 0
        for detections in Video(self.shown, detector, "centre").detections():
            drafts += tally.update(detections)
            at_ms, frames = detections.at_ms, frames + 1
        drafts += tally.close(at_ms)
        flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
        net = sum(flow.lines[0].forward for flow in flows), sum(flow.lines[0].backward for flow in flows)
        observed_s = sum(flow.lines[0].observed_ms for flow in flows) / 1000
        wape = sum(abs(a - b) for a, b in zip(net, self.truth, strict=True)) / max(sum(self.truth), 1)
        each_ms = (time.process_time() - began_s) / max(frames, 1) * 1000
        print(
            f"{self.name:44} truth {self.truth[0]:4} {self.truth[1]:4}  counted {net[0]:4} {net[1]:4}  WAPE {wape:6.1%}"
            f"  watched {observed_s:6.1f} of {(at_ms - START_MS) / 1000:6.1f} s  {each_ms:4.1f} ms a frame, drawing too"
        )
        sys.stdout.flush()


def crowd(name: str, number: int, pause_s: tuple[float, float], **wishes: object) -> Case:
    """Return walkers one after another (`beside` = 0) or two abreast, with what changes meanwhile."""
    floor, chance = Floor(pixels_per_metre=float(str(wishes.get("pixels_per_metre", 24.0)))), np.random.default_rng(5)
    beside = float(str(wishes.get("beside", 0.0)))
    people: list[Where] = []
    truth, now_s = [0, 0], 5.0
    for _ in range(number):
        forward, y, seed = bool(chance.random() < 0.5), float(chance.uniform(0.7, 3.6)), int(chance.integers(9999))
        for by in (0.0, beside) if beside else (0.0,):
            people.append(walker(now_s, y + by, np.random.default_rng(seed), forward=forward, floor=floor))
            truth[not forward] += 1
        now_s += float(chance.uniform(*pause_s))
    change = wishes.get("change")
    shown = Shown(floor, people, now_s + 12, change=change if callable(change) else None)
    return Case(name, shown, floor, ((4.0, 0.0), (4.0, 5.0), (8.0, 2.5)), (truth[0], truth[1]))


def empty(seconds: float, rate: float) -> Case:
    """Return a floor on which nobody is."""
    floor = Floor()
    line = ((4.0, 0.0), (4.0, 5.0), (8.0, 2.5))
    return Case(f"an empty hour, {rate:g} frames/s", Shown(floor, [], seconds, rate, drift), floor, line, (0, 0))


def drift(floor: Floor, now_s: float) -> None:
    """Let daylight come and go by a third within ten minutes."""
    floor.light = 1.0 + 0.33 * float(np.sin(now_s / 600 * 2 * np.pi))


def switch(floor: Floor, now_s: float) -> None:
    """Switch the lights off and on each minute."""
    floor.light = 0.4 if now_s % 120 > 60 else 1.0


def chairs(floor: Floor, now_s: float) -> None:
    """Move a chair every two minutes."""
    place = int(now_s // 120) % 3
    floor.things = [((1.0 + 2.5 * place, 4.4, 0.45, 0.45), (60, 80, 120))]


@dataclass
class Recording:
    """Frames of a recording of real people: (number of the frame, who, x, y in metres on the floor)."""

    floor: Floor
    rows: np.ndarray
    rate: float
    width_m: float
    every: int

    def frames(self) -> Iterator[VideoFrame]:
        """Yield three seconds of the empty floor, and every n-th frame."""
        step_ms = round(1000 * self.every / self.rate)
        lead = 3200 // step_ms + 1
        for number in range(lead):
            yield VideoFrame(START_MS + number * step_ms, self.floor.picture([]))
        for number in range(0, int(self.rows[-1, 0]) + 1, self.every):
            here = self.rows[self.rows[:, 0] == number]
            at_ms = START_MS + (lead + number // self.every) * step_ms
            yield VideoFrame(at_ms, self.floor.picture(map(self._drawn, here)))

    def close(self) -> None:
        """Nothing to let go of."""

    def _drawn(self, row: np.ndarray) -> Person:
        clothes = dressed(np.random.default_rng(int(row[1])))
        return Person(row[2], row[3], 0.0, lean=0.0, shoulders_m=self.width_m, depth_m=self.width_m, **clothes)


def corridors(folder: Path) -> Iterator[Case]:
    """Yield both corridors at about 10 frames/s, with people of three widths."""
    for file, rate, axis, at_cm, truth in CORRIDORS:
        raw = np.loadtxt(folder / f"{file}.txt", comments="#", usecols=(1, 0, 2, 3))
        raw = raw[np.argsort(raw[:, 0], kind="stable")]
        raw[:, 0] -= raw[0, 0]
        low, high = raw[:, 2:].min(axis=0) - 60, raw[:, 2:].max(axis=0) + 60
        size = (high - low) / 100
        rows = np.column_stack((raw[:, :2], (raw[:, 2:] - low) / 100))
        at = (at_cm - low["xy".index(axis)]) / 100
        line = (
            ((at, 0.0), (at, size[1]), (size[0], size[1] / 2))
            if axis == "x"
            else ((0.0, at), (size[0], at), (size[0] / 2, size[1]))
        )
        for width_m in WIDTHS_M:
            floor = Floor((float(size[0]), float(size[1])))
            shown = Recording(floor, rows, rate, width_m, round(rate / 10) or 1)
            person_m = round(
                (width_m + 1 / floor.pixels_per_metre) * np.sqrt(np.pi / 4 / 0.6), 2
            )  # and half a cell around
            yield Case(f"{file}, people {width_m:.1f} m wide", shown, floor, line, truth, person_m)


CASES: tuple[Callable[[], Case], ...] = (
    lambda: crowd("one by one, 24 pixels a metre", 300, (2.0, 4.0)),
    lambda: crowd("one by one, 60 pixels a metre", 100, (2.0, 4.0), pixels_per_metre=60.0),
    lambda: crowd("often at once", 300, (0.4, 2.0)),
    lambda: crowd("two abreast, 0.55 m apart", 100, (6.0, 9.0), beside=0.55),
    lambda: crowd("two abreast, 0.45 m apart", 100, (6.0, 9.0), beside=0.45),
    lambda: crowd("daylight that comes and goes", 100, (2.0, 6.0), change=drift),
    lambda: crowd("a chair that is moved every two minutes", 100, (2.0, 6.0), change=chairs),
    lambda: crowd("lights switched each minute", 100, (2.0, 6.0), change=switch),
    lambda: empty(3600.0, 2.0),
)


def look() -> None:
    """Print what it costs to judge a picture, once a second."""
    chance = np.random.default_rng(1)
    for width, height in ((640, 480), (1280, 720), (1920, 1080)):
        image = chance.integers(0, 255, (height, width, 3), dtype=np.uint8)
        inspector, began_s = Inspector(), time.process_time()
        for second in range(60):
            inspector.inspect(VideoFrame(START_MS + second * 1000, image))
        print(f"a look at {width} x {height} pixels: {(time.process_time() - began_s) / 60 * 1000:.1f} ms")


def main() -> None:
    """Run all cases; words on the command line choose those whose names hold one of them."""
    cases = [case() for case in CASES]
    if folder := os.environ.get("PLATSPULS_DATA"):
        cases += corridors(Path(folder) / "trajectories")
    look()
    for case in cases:
        if not sys.argv[1:] or any(word in case.name for word in sys.argv[1:]):
            case.run()


if __name__ == "__main__":
    main()
