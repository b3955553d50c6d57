"""The one file that captures with OpenCV: pictures of a file, a camera of this computer or a stream."""

import math
import os
from typing import Final

import cv2
import numpy as np

from counter.detectors.boxes import Image
from counter.detectors.cores import thread_count

# OpenCV's own lines hold the address with its password, FFmpeg's are hundreds a minute of a damaged stream; the counter
# itself says when no picture comes. Set OPENCV_FFMPEG_LOGLEVEL to read them (16: errors, on standard output).
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.setNumThreads(thread_count())  # it takes all cores of the machine, whatever this process may use

_STREAM_WAIT_MS: Final = 10_000
"""How long a stream may take to open or to bring its next picture before it counts as lost."""


class Capture:
    """Something open that brings pictures. Use it from one thread."""

    def __init__(self, device: cv2.VideoCapture) -> None:
        """Take over an open capture."""
        self._device = device
        self.rate = _number(device, cv2.CAP_PROP_FPS)
        """Frames a second as the medium says; 0 where it doesn't."""
        self.declared_frames = round(_number(device, cv2.CAP_PROP_FRAME_COUNT))
        """How many frames the medium says it has; 0 or less where it doesn't."""

    def read(self) -> Image | None:
        """Return the next picture, shape (h, w, 3), BGR; None where there is none any more."""
        there, image = self._device.read()
        return np.asarray(image, dtype=np.uint8) if there else None

    def position_s(self) -> float:
        """Return where in the medium the last picture lies, in seconds; 0 where the medium doesn't say."""
        return _number(self._device, cv2.CAP_PROP_POS_MSEC) / 1000

    def seek(self, number: int) -> None:
        """Go on with the picture of this number, as far as the medium's index leads there."""
        self._device.set(cv2.CAP_PROP_POS_FRAMES, number)

    def close(self) -> None:
        """Let go."""
        self._device.release()


def open_file(path: str) -> Capture | None:
    """Open a file; None where it is not a video."""
    return _opened(cv2.VideoCapture(path, cv2.CAP_FFMPEG))


def open_camera(address: int | str, size: tuple[int, int]) -> Capture | None:
    """Open a camera of this computer, asking it for pictures of `size` (w, h), or a stream; None where none answers."""
    if isinstance(address, str) and "://" in address:
        waits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _STREAM_WAIT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _STREAM_WAIT_MS]
        return _opened(cv2.VideoCapture(address, cv2.CAP_FFMPEG, waits))
    device = cv2.VideoCapture(address)
    device.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
    device.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    return _opened(device)


def _opened(device: cv2.VideoCapture) -> Capture | None:
    if device.isOpened():
        return Capture(device)
    device.release()
    return None


def _number(device: cv2.VideoCapture, name: int) -> float:
    value = float(device.get(name))
    return value if math.isfinite(value) else 0.0
