"""Recorded data for tests, outside the checkout: in the folder that PLATSPULS_DATA names."""

import os
from pathlib import Path

import pytest

CLIP = "video/one-by-one-person-detection.mp4"
"""Six people, one after another: they come in at the bottom, stand at a table, leave to the right. 768 x 432, 10/s."""
YOLO11N = "weights/yolo11n_int8_openvino_model"
YOLOX_NANO = "weights/yolox_nano.onnx"


def recorded(name: str) -> Path:
    """Return a recorded file or folder; skip the test where no folder is named, fail where the file is missing."""
    folder = os.environ.get("PLATSPULS_DATA", "")
    if not folder:
        reason = f"PLATSPULS_DATA names no folder with {name}"
        pytest.fail(reason) if os.environ.get("PLATSPULS_FULL") else pytest.skip(reason)
    path = Path(folder) / name
    assert path.exists(), f"PLATSPULS_DATA is set, but there is no {path}"
    return path
