"""A developer's look at what a detector finds: pictures on disk. Only `debug_pictures` uses it, which sends nothing."""

import os
from collections import deque
from pathlib import Path
from typing import Final

import cv2

from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.errors import DeviceFileError, SourceError

MOST_PICTURES: Final = 500
_COLOUR: Final = (0, 200, 255)


class Sketches:
    """A detector that also writes each picture with its boxes; the newest 500 stay.

    Args:
        detector: finds people.
        folder: takes the pictures; it must be empty or not there, and is then made for its owner alone.

    Raises DeviceFileError when the folder can't be used.
    """

    def __init__(self, detector: Detector, folder: Path) -> None:
        self._detector = detector
        self._folder = folder
        self._written: deque[Path] = deque()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if next(folder.iterdir(), None) is not None:
                raise DeviceFileError(f"--debug-pictures {folder}: the folder is not empty")
        except OSError as error:
            raise DeviceFileError(f"--debug-pictures {folder} can't be used: {error.strerror}") from error

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return what the detector finds, and write it into a copy of the picture. Raises SourceError."""
        boxes = self._detector.detect(image, at_ms)
        drawn = image.copy()
        for left, top, right, bottom in [] if boxes is None else boxes.xyxy.round().astype(int).tolist():
            cv2.rectangle(drawn, (left, top), (right, bottom), _COLOUR, 2)
        self._write(self._folder / f"{at_ms:015}.jpg", cv2.imencode(".jpg", drawn)[1].tobytes())
        return boxes

    def _write(self, path: Path, jpeg: bytes) -> None:
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - its mode
                file.write(jpeg)
            self._written.append(path)
            if len(self._written) > MOST_PICTURES:
                self._written.popleft().unlink(missing_ok=True)
        except OSError as error:
            raise SourceError(f"--debug-pictures: {path} can't be written: {error.strerror}") from error
