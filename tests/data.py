"""Recorded data for tests, outside the checkout: in the folder that PLATSPULS_DATA names."""

import os
from pathlib import Path

from tests.servers import need

CLIP = "video/one-by-one-person-detection.mp4"
"""Six people, one after another: they come in at the bottom, stand at a table, leave to the right. 768 x 432, 10/s."""
YOLO11N = "weights/yolo11n_int8_openvino_model"
YOLOX_NANO = "weights/yolox_nano.onnx"


def recorded(name: str) -> Path:
    """Return a recorded file or folder; skip the test where there are none on this machine."""
    folder = os.environ.get("PLATSPULS_DATA")
    need(folder is not None, "recorded data (the folder that PLATSPULS_DATA names)")
    path = Path(folder or "") / name
    assert path.exists(), f"PLATSPULS_DATA is set, but there is no {path}"
    return path
