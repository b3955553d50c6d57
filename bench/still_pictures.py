"""What is saved, and what is lost, where pictures in which nothing moves aren't searched for people?

Drawn cameras (`tests/support/counter/still_worlds.py`), each counted twice with the same detector: every picture
searched, and those that moved. Constants were chosen with seeds below 1000; those from 1000 on judge. With
`--blind` no movement can be noticed at all, as if it were always overlooked.

    python -m bench.still_pictures [--blind] [--seeds 3] [--from 1000] [--length 60] [--rate 5]

With real weights: the recorded clip, and single pictures of it that stand for 40 s, with and without somebody, with
noise and JPEG's artefacts.

    PLATSPULS_DATA=... python -m bench.still_pictures --clip
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.detectors.open_detector import open_detector
from counter.detectors.settings import OnnxDetector
from counter.sources.video.capture import open_file
from counter.sources.video.clip import Clip
from counter.sources.video.frame import VideoFrame
from counter.sources.video.picture_edges import view_of
from counter.sources.video.quality import Inspector
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Frames, Video
from counter.sources.video.still.searches_moved import SearchesMoved
from counter.sources.video.whole_bodies import WholeBodies
from tests.support.counter import clip_truth
from tests.support.counter.still_worlds import KINDS, LIGHTS, Eyes, StillWorld, both
from tests.support.counter.tracks import START_MS, count
from tests.support.data import CLIP, YOLOX_NANO

_START: Final = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
AT_TABLE, NOBODY = 600, 10
"""Pictures of the clip."""


@dataclass
class StandsStill:
    """A picture of the clip that stands for 40 s, ten times a second, with noise, encoded or not (quality 0)."""

    image: Image
    noise: float
    quality: int
    length_s: float = 40.0

    def frames(self) -> Iterator[VideoFrame]:
        """Yield the pictures."""
        chance = np.random.default_rng(1)
        grain = [chance.normal(0, self.noise, (*self.image.shape[:2], 1)) for _ in range(6)]
        for number in range(round(self.length_s * clip_truth.RATE)):
            noise = np.roll(grain[chance.integers(6)], chance.integers(0, 300, 2), axis=(0, 1))
            seen = (self.image + noise).round().clip(0, 255).astype(np.uint8)
            if self.quality:
                seen = np.asarray(cv2.imdecode(cv2.imencode(".jpg", seen, [1, self.quality])[1], 1), dtype=np.uint8)
            yield VideoFrame(START_MS + number * 100, seen)

    def close(self) -> None:
        """Have nothing to let go of."""


@dataclass
class Timed:
    """A detector that counts what it is asked, and the processor time that its answers take."""

    detector: Detector
    asked: int = 0
    took_s: list[float] = field(default_factory=list)

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return what the detector finds."""
        began_s = time.process_time()
        found = self.detector.detect(image, at_ms)
        self.took_s.append(time.process_time() - began_s)
        self.asked += 1
        return found


def clip(folder: Path) -> None:
    """Print what is counted, how many pictures are searched, and what finding people costs a picture."""
    table = OnnxDetector(kind="onnx", weights=folder / YOLOX_NANO, threads=1)
    shown: dict[str, Frames] = {
        "six walks": Clip(
            ClipSource(kind="clip", file=folder / CLIP, start=_START, pixels_per_metre=clip_truth.PIXELS_PER_METRE)
        )
    }
    for (name, number), (noise, quality) in product(
        (("somebody at the table", AT_TABLE), ("nobody", NOBODY)), ((2.0, 0), (5.0, 0), (2.0, 80))
    ):
        shown[f"{name}, noise {noise:g}, JPEG {quality or '-'}"] = StandsStill(
            picture_of(folder / CLIP, number), noise, quality
        )
    for name, seen in shown.items():
        for way in ("every", "moved"):
            inner = Timed(open_detector(table))
            outer = Timed(SearchesMoved(inner) if way == "moved" else inner)
            bodies = WholeBodies(clip_truth.PIXELS_PER_METRE, "feet")
            view = view_of(clip_truth.SIZE, clip_truth.PIXELS_PER_METRE, "feet", whole_bodies=True)
            video = Video(seen, outer, "feet", Inspector(), bodies)
            counted = count(video.detections(), clip_truth.tally(view))
            print(
                f"{name:40} {way}: {np.mean(outer.took_s) * 1000:5.1f} ms of processor time a picture, "
                f"{inner.asked / outer.asked:5.1%} searched; net {counted.net}, visits {counted.visits}, "
                f"{counted.presence_s} s of presence, {counted.observed_ms} ms observed",
                flush=True,
            )


def picture_of(file: Path, number: int) -> Image:
    """Return a picture of a clip."""
    capture = open_file(str(file))
    if capture is None:
        raise SystemExit(f"{file} is not a video that can be read")
    with closing(capture):
        for _ in range(number):
            capture.read()
        image = capture.read()
    if image is None:
        raise SystemExit(f"{file} has no picture {number}")
    return image


def drawn(wishes: argparse.Namespace) -> None:
    """Print a row a kind and light: what was searched, and presence, passages and observed time, each by both ways."""
    print(f"{'':28} {'searched':>8} {'presence s: true, every, moved':>32} {'net: every, moved':>26}  visits  observed")
    for kind, light in product(wishes.kinds, wishes.lights):
        worlds = [
            StillWorld(kind, light, wishes.first + seed, wishes.length, wishes.rate, wishes.blind)
            for seed in range(wishes.seeds)
        ]
        played = [both(one, Eyes(one, wishes.misses, wishes.jitter)) for one in worlds]
        true = sum(one.presence_s() for one in worlds)
        every, moved = (sum(run[way].presence_s for run in played) for way in (0, 1))
        nets = [tuple(np.sum([run[way].net for run in played], axis=0).tolist()) for way in (0, 1)]
        differ = sum(run[0].net != run[1].net for run in played)
        visits = [tuple(np.sum([run[way].visits for run in played], axis=0).tolist()) for way in (0, 1)]
        observed = [sum(run[way].observed_ms for run in played) for way in (0, 1)]
        share = float(np.mean([run[2] for run in played]))
        print(
            f"{kind + ', ' + light:28} {share:8.2f} {true:12.0f} {every:9} {moved:9} "
            f"{nets[0]!s:>12} {nets[1]!s:>12} differ in {differ}  {visits[0]} {visits[1]}  "
            f"{observed[1] / max(observed[0], 1):.4f}",
            flush=True,
        )


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", action="store_true")
    parser.add_argument("--blind", action="store_true", help="pictures show no movement at all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--from", dest="first", type=int, default=1000)
    parser.add_argument("--length", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--misses", type=float, default=0.05)
    parser.add_argument("--jitter", type=float, default=0.01)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    parser.add_argument("--lights", nargs="+", default=list(LIGHTS))
    wishes = parser.parse_args()
    if wishes.clip:
        clip(Path(os.environ["PLATSPULS_DATA"]))
    else:
        drawn(wishes)


if __name__ == "__main__":
    main()
