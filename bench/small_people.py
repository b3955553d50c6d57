"""How small people may be in the picture: the recorded clip shrunk into a grey picture of its own size, and counted.

    PLATSPULS_DATA=... python -m bench.small_people onnx=yolox_nano.onnx --parts 1 2 3 4 6 8

People in it are 1.7 times 220 pixels high; each line tells how high they are in the shrunk picture, as a part of the
longer side of the picture too, and what was counted of 6 forward, 0 backward. Every second frame is looked at.
"""

import argparse
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from pydantic import TypeAdapter

from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.detectors.open_detector import open_detector
from counter.detectors.settings import DetectorTable
from counter.sources.video.clip import Clip
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Video
from tests.support.counter.clip_truth import PIXELS_PER_METRE, SIZE, tally
from tests.support.counter.tracks import count
from tests.support.data import CLIP

PERSON_PX = 1.7 * 220.0


@dataclass
class Shrunk:
    """A detector that is shown each picture shrunk into a grey one; its boxes are those of the whole picture."""

    detector: Detector
    part: float

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return what it finds."""
        small = cv2.resize(image, None, fx=1 / self.part, fy=1 / self.part, interpolation=cv2.INTER_AREA)
        laid = np.full_like(image, 114)
        laid[: small.shape[0], : small.shape[1]] = small
        boxes = self.detector.detect(laid, at_ms)
        return boxes and Boxes(np.asarray(boxes.xyxy * self.part, dtype=np.float32), boxes.confidence)


def main() -> None:
    """Print a line a size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("detector", help="kind=weights, below PLATSPULS_DATA/weights")
    parser.add_argument("--parts", type=float, nargs="+", default=[1, 2, 3, 4, 6, 8])
    options = parser.parse_args()
    folder = Path(os.environ["PLATSPULS_DATA"])
    kind, weights = options.detector.split("=")
    table: DetectorTable = TypeAdapter[DetectorTable](DetectorTable).validate_python(
        {"kind": kind, "weights": folder / "weights" / weights, "confidence": 0.4}
    )
    start = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
    clip = {"kind": "clip", "file": folder / CLIP, "start": start, "pixels_per_metre": PIXELS_PER_METRE, "max_rate": 5}
    for part in options.parts:
        seen = Video(Clip(ClipSource.model_validate(clip)), Shrunk(open_detector(table), part), "feet")
        counted = count(seen.detections(), tally())
        high = PERSON_PX / part
        print(f"{high:5.0f} px, {high / max(SIZE):.3f} of the side: {counted.net}, visits {counted.visits}", flush=True)


if __name__ == "__main__":
    main()
