"""Opens the detector that a device file names; its library is loaded only then."""

from typing import assert_never

from counter.detectors import Detector
from counter.detectors.light import LightDetector
from counter.detectors.onnx import OnnxRuntime
from counter.detectors.openvino import OpenVinoRuntime
from counter.detectors.settings import DetectorTable, OnnxDetector, OpenVinoDetector, UltralyticsDetector
from counter.detectors.ultralytics import Yolo


def open_detector(settings: DetectorTable) -> Detector:
    """Load the model that `settings` name. Raises DetectorError with what is wrong."""
    match settings:
        case OnnxDetector():
            return LightDetector(OnnxRuntime(settings), settings.confidence)
        case OpenVinoDetector():
            return LightDetector(OpenVinoRuntime(settings), settings.confidence)
        case UltralyticsDetector():
            return Yolo(settings)
        case _:
            assert_never(settings)
