"""How fast does a clip become points, and how much processor time and memory does it take? Each detector by itself.

Run: python -m bench.detectors CLIP KIND=WEIGHTS ... [--frames 300] [--threads 0 1 2 4] [--rate 5]
for example: python -m bench.detectors clip.mp4 openvino=yolo11n_openvino_model onnx=yolox_nano.onnx background
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from counter.detectors.settings import DetectorTable
from counter.sources.video.clip import examine
from counter.sources.video.open import open_clip
from counter.sources.video.settings import ClipSource

_WARM = 10


@dataclass(frozen=True, slots=True)
class Job:
    """One detector on one clip."""

    clip: Path
    kind: str
    weights: Path | None
    frames: int
    threads: int = 0
    rate: float | None = None

    def words(self) -> list[str]:
        """Return the arguments that let another process do it."""
        detector = self.kind if self.weights is None else f"{self.kind}={self.weights}"
        rate = [] if self.rate is None else ["--rate", str(self.rate)]
        return [str(self.clip), detector, "--frames", str(self.frames), "--threads", str(self.threads), *rate, "--here"]

    def run(self) -> None:
        """Read and detect, without the first frames, and print frames/s, the ratio to the clip's rate, and memory."""
        wishes: dict[str, object] = {"kind": self.kind}
        if self.weights is not None:
            wishes |= {"weights": self.weights, "threads": self.threads, "skip_still": False}
        table = TypeAdapter[DetectorTable](DetectorTable).validate_python(wishes)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        anchor: Literal["feet", "centre"] = "centre" if self.weights is None else "feet"
        settings = ClipSource(kind="clip", file=self.clip, start=start, pixels_per_metre=200.0, anchor=anchor)
        _, source = open_clip(settings, table)
        frames = source.detections()
        people = sum(len(seen.points) for seen in islice(frames, _WARM))
        began_s, worked_s = time.perf_counter(), time.process_time()
        seen = []
        for detections in islice(frames, self.frames):
            seen.append(len(detections.points))
            if self.rate:  # as a camera: what spins meanwhile shows
                time.sleep(max(began_s + len(seen) / self.rate - time.perf_counter(), 0))
        worked_ms = (time.process_time() - worked_s) / len(seen) * 1000
        rate = len(seen) / (time.perf_counter() - began_s)
        name = self.weights.name if self.weights else "-"
        print(
            f"{self.kind:11} {name:32} threads {self.threads}: {worked_ms:6.1f} ms of processor time a frame, "
            f"{rate:6.1f} frames/s, {rate / examine(self.clip).rate:5.2f} times the clip's rate, "
            f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:5.0f} MB, "
            f"{people + sum(seen)} people in {len(seen) + _WARM} frames"
        )


def jobs(arguments: argparse.Namespace) -> Iterator[Job]:
    """Yield what was asked for."""
    for wish in arguments.detectors:
        kind, _, weights = wish.partition("=")
        path = Path(weights) if weights else None
        for threads in arguments.threads:
            yield Job(arguments.clip, kind, path, arguments.frames, threads, arguments.rate)


def main() -> None:
    """Measure each detector in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("detectors", nargs="+", metavar="KIND=WEIGHTS")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--threads", type=int, nargs="+", default=[0], help="0: as the device file's default")
    parser.add_argument("--rate", type=float, help="pictures a second, as of a camera; default: as fast as it can")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for job in jobs(arguments):
        if arguments.here:
            job.run()
        else:
            subprocess.run([sys.executable, "-P", __file__, *job.words()], check=True)


if __name__ == "__main__":
    main()
