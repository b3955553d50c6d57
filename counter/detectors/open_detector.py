"""Opens the detector that a device file names; its library is loaded only then."""

from typing import assert_never

from counter.detectors import Detector
from counter.detectors.background import Background
from counter.detectors.onnx import OnnxRuntime
from counter.detectors.openvino import OpenVinoRuntime
from counter.detectors.runtime_detector import RuntimeDetector
from counter.detectors.settings import (
    BackgroundDetector,
    DetectorTable,
    OnnxDetector,
    OpenVinoDetector,
    UltralyticsDetector,
)
from counter.detectors.ultralytics import Yolo


def open_detector(
    settings: DetectorTable, pixels_per_metre: float | None = None, camera_height_m: float | None = None
) -> Detector:
    """Load the model that `settings` name, or a detector that knows people by their size in the picture.

    `camera_height_m` is that of a camera that looks straight down, where it is known.


    Raises DetectorError with what is wrong.
    """
    match settings:
        case OnnxDetector():
            return RuntimeDetector(OnnxRuntime(settings), settings.confidence)
        case OpenVinoDetector():
            return RuntimeDetector(OpenVinoRuntime(settings), settings.confidence)
        case UltralyticsDetector():
            return Yolo(settings)
        case BackgroundDetector():
            return Background(settings, pixels_per_metre, camera_height_m)
        case _:
            assert_never(settings)
