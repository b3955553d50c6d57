"""Each real detector: six people of the recorded clip, known pictures, and weights that are none."""

from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.still_pictures import AT_TABLE, StandsStill, Timed, picture_of
from counter.detectors.open_detector import open_detector
from counter.detectors.settings import DetectorTable, OnnxDetector, OpenVinoDetector, UltralyticsDetector
from counter.errors import DetectorError
from counter.sources.video.open import open_clip
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Video
from counter.sources.video.still.searches_moved import SearchesMoved
from tests.support.counter.clip_truth import PIXELS_PER_METRE, SIZE, check, tally
from tests.support.counter.tracks import count
from tests.support.data import CLIP, YOLO11N, YOLOX_NANO, recorded
from tests.support.servers import need_library

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

LIBRARIES = {"onnx": "onnxruntime", "openvino": "openvino", "ultralytics": "ultralytics"}
DETECTORS = [("ultralytics", YOLO11N), ("openvino", YOLO11N), ("openvino", YOLOX_NANO), ("onnx", YOLOX_NANO)]
START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)


def _table(kind: str, weights: Path, confidence: float = 0.4) -> DetectorTable:
    match kind:
        case "onnx":
            return OnnxDetector(kind="onnx", weights=weights, confidence=confidence)
        case "openvino":
            return OpenVinoDetector(kind="openvino", weights=weights, confidence=confidence)
        case _:
            return UltralyticsDetector(kind="ultralytics", weights=weights, confidence=confidence)


@pytest.mark.parametrize(("kind", "weights"), DETECTORS)
def test_each_detector_counts_six_and_measures_their_stay(kind: str, weights: str) -> None:
    need_library(LIBRARIES[kind])
    settings = ClipSource(kind="clip", file=recorded(CLIP), start=START, pixels_per_metre=PIXELS_PER_METRE)
    _, source = open_clip(settings, _table(kind, recorded(weights)))
    view = view_of(SIZE, PIXELS_PER_METRE, "feet", whole_bodies=True)
    check(count(source.detections(), tally(view)))


@pytest.mark.parametrize(("kind", "weights"), DETECTORS)
@pytest.mark.parametrize(("noise", "quality"), [(2.0, 0), (5.0, 0), (2.0, 80)])
def test_who_stands_still_is_present_as_long_as_if_each_picture_were_searched(
    kind: str, weights: str, noise: float, quality: int
) -> None:
    """A picture of somebody at a table, with other noise each time: hardly any of them is searched."""
    need_library(LIBRARIES[kind])
    seen = StandsStill(picture_of(recorded(CLIP), AT_TABLE), noise, quality, length_s=15.0)
    counted, searched = [], []
    for skips in (False, True):
        inner = Timed(open_detector(_table(kind, recorded(weights))))
        video = Video(seen, SearchesMoved(inner) if skips else inner, "feet")
        counted.append(count(video.detections(), tally()))
        searched.append(inner.asked)
    every, moved = counted
    assert every.presence_s > 13
    assert abs(moved.presence_s - every.presence_s) <= 0.01 * every.presence_s
    assert (moved.net, moved.visits, moved.observed_ms) == (every.net, every.visits, every.observed_ms)
    assert searched[1] < searched[0] / 2


@pytest.mark.parametrize(("kind", "weights"), DETECTORS)
def test_each_detector_finds_the_people_of_known_pictures(kind: str, weights: str) -> None:
    need_library(LIBRARIES[kind])
    need_library("ultralytics")
    from ultralytics.utils import ASSETS  # noqa: PLC0415 - its pictures are used, where it is installed

    detector = open_detector(_table(kind, recorded(weights), confidence=0.25))
    found = [detector.detect(_picture(ASSETS / name), 0).xyxy for name in ("bus.jpg", "zidane.jpg")]
    assert [len(boxes) for boxes in found] == [4, 2]


def _picture(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = cv2.imread(str(path))
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("yolo11n-seg.yaml", "was trained for 'segment'; counting needs a model of the task 'detect'"),
        ("yolo11n-cls.yaml", "was trained for 'classify'"),
        ("yolo11n-pose.yaml", "was trained for 'pose'"),
    ],
)
def test_ultralytics_weights_of_another_task_are_refused(model: str, sentence: str, tmp_path: Path) -> None:
    need_library("ultralytics")
    from ultralytics import YOLO  # noqa: PLC0415 - makes the weights, where it is installed

    YOLO(model).save(tmp_path / "w.pt")
    with pytest.raises(DetectorError, match=rf"w\.pt {sentence}"):
        open_detector(_table("ultralytics", tmp_path / "w.pt"))


def test_ultralytics_weights_without_people_are_refused(tmp_path: Path) -> None:
    need_library("ultralytics")
    from ultralytics import YOLO  # noqa: PLC0415 - makes the weights, where it is installed

    model = YOLO("yolo11n.yaml")
    model.model.names = {number: f"thing {number}" for number in range(80)}
    model.save(tmp_path / "w.pt")
    with pytest.raises(DetectorError, match="finds no people: none of its 80 classes is named 'person'"):
        open_detector(_table("ultralytics", tmp_path / "w.pt"))


@pytest.mark.parametrize("kind", ["openvino", "ultralytics"])
def test_files_that_are_no_weights_are_refused(kind: str, tmp_path: Path) -> None:
    need_library(LIBRARIES[kind])
    for name, content in (("w.xml", b"no model"), ("w.onnx", b""), ("w.pt", b"no model"), ("w.txt", b"no model")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DetectorError, match=name):
            open_detector(_table(kind, tmp_path / name))
    (tmp_path / "folder").mkdir()
    with pytest.raises(DetectorError, match="folder"):
        open_detector(_table(kind, tmp_path / "folder"))
