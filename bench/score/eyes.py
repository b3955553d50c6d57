"""The six walks of the shared clip through real detectors: the program's own way from pictures to points."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bench.other_trackers import Frame
from bench.score.scene import ScoredScene
from bench.score.shared_scenes import clip_shown
from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.detectors.settings import DetectorTable, OnnxDetector, OpenVinoDetector
from counter.sources.video.open import open_clip
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Video
from tests.support.counter import clip_truth
from tests.support.data import CLIP, YOLO11N, YOLOX_NANO

RATES: Final = (10.0, 5.0, 3.34, 3.0)
"""Every picture of the clip, every second, third and fourth: it has ten a second, and at most so many are looked at."""
VIEW: Final = view_of(clip_truth.SIZE, clip_truth.PIXELS_PER_METRE, "feet", whole_bodies=True)
_START: Final = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
_CONFIDENCE: Final = 0.4


@dataclass(slots=True)
class KeepsBoxes:
    """A detector that keeps the boxes of the last picture, for trackers that need more than points."""

    detector: Detector
    last: Boxes = field(default_factory=Boxes.none)

    def detect(self, image: Image, at_ms: int) -> Boxes | None:
        """Return the boxes of a picture."""
        found = self.detector.detect(image, at_ms)
        self.last = found or Boxes.none()
        return found


def watch(video: Video) -> Iterator[Frame]:
    """Yield what a detector sees in watched pictures: points with their boxes."""
    keeper = KeepsBoxes(video.detector)
    for seen in replace(video, detector=keeper).detections():
        if seen.watched and len(keeper.last.xyxy) == len(seen.points):
            yield Frame(seen.at_ms, seen.points, keeper.last.xyxy.astype(float), keeper.last.confidence.astype(float))


@dataclass(frozen=True, slots=True)
class Eyes:
    """Weights, and the library that runs them."""

    name: str
    library: str
    install: str
    table: DetectorTable

    def installed(self) -> bool:
        """Return whether the library is there."""
        return find_spec(self.library) is not None

    def scene_name(self, rate: float) -> str:
        """Return what the scene is called at so many frames a second."""
        return f"six walks, through {self.name}, at most {rate:g}/s"

    def scene(self, folder: Path, rate: float) -> ScoredScene:
        """Return the clip as these weights see it, looked at `rate` times a second."""
        settings = ClipSource(
            kind="clip",
            file=folder / CLIP,
            start=_START,
            pixels_per_metre=clip_truth.PIXELS_PER_METRE,
            max_rate=rate,
        )
        _, video = open_clip(settings, self.table)
        shown = clip_shown(list(watch(video)))
        return ScoredScene(self.scene_name(rate), "known", rate, clip_truth.PIXELS_PER_METRE, (shown,), VIEW)


def eyes_of(folder: Path) -> list[Eyes]:
    """Return both shared weights."""
    yolo11n = OpenVinoDetector(kind="openvino", weights=folder / YOLO11N, confidence=_CONFIDENCE)
    yolox = OnnxDetector(kind="onnx", weights=folder / YOLOX_NANO, confidence=_CONFIDENCE)
    return [
        Eyes("YOLO11n (openvino)", "openvino", "pip install 'platspuls[openvino]'", yolo11n),
        Eyes("YOLOX-nano (onnx)", "onnxruntime", "pip install 'platspuls[onnx]'", yolox),
    ]
