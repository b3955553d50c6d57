"""Any frame of a clip as a small JPEG, for who watches it: read when asked for, in memory only."""

from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Final

import cv2

from counter.detectors.boxes import Image
from counter.errors import ClipError
from counter.sources.video.capture import Capture, open_file
from counter.sources.video.clip import examine

MOST_WIDE: Final = 960
"""Pixels across what is shown, at most."""
MOST_FRAMES: Final = 32
"""Frames an answer, at most."""
_QUALITY: Final = 75
_NEAR: Final = 100
"""So many frames ahead are read through; beyond, the clip is asked to go there."""


class FrameReader:
    """Reads frames of one clip in any order. Safe to use from several threads. Raises ClipError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.facts = examine(path)
        self._lock = Lock()
        self._capture = self._open()
        self._next = 0
        self.length = self.facts.declared_frames if self.facts.declared_frames > 0 else self._count()
        """How many frames it has, as it says itself; those that can be read may be fewer."""

    def jpegs(self, first: int, step: int, count: int) -> list[bytes]:
        """Return every `step`-th frame from `first` on, `count` of them; fewer at the end of the clip."""
        found: list[bytes] = []
        with self._lock:
            for number in range(first, first + step * min(count, MOST_FRAMES), step):
                if (image := self._read(number)) is None:
                    break
                found.append(_jpeg(image))
        return found

    def close(self) -> None:
        """Let go of the clip."""
        with self._lock:
            self._capture.close()

    def _read(self, number: int) -> Image | None:
        if not self._next <= number <= self._next + _NEAR:
            self._go_to(number)
        image = None
        while self._next <= number:
            if (image := self._capture.read()) is None:
                return None
            self._next += 1
        return image

    def _go_to(self, number: int) -> None:
        """Let the next frame be this one: by the clip's own index, or from its beginning where that leads elsewhere."""
        self._capture.seek(max(number - 1, 0))
        if number and self._capture.read() is not None:
            off_s = abs(self._capture.position_s() - (number - 1) / self.facts.rate)
            if off_s < 1 / (2 * self.facts.rate):
                self._next = number
                return
        self._capture.close()
        self._capture, self._next = self._open(), 0

    def _open(self) -> Capture:
        capture = open_file(str(self._path))
        if capture is None:
            raise ClipError(f"{self._path} is not a video that can be read")
        return capture

    def _count(self) -> int:
        with closing(self._open()) as capture:
            frames = 0
            while capture.read() is not None:
                frames += 1
        return frames


def _jpeg(image: Image) -> bytes:
    high, wide = image.shape[:2]
    if wide > MOST_WIDE:
        image_ = cv2.resize(image, (MOST_WIDE, round(high * MOST_WIDE / wide)), interpolation=cv2.INTER_AREA)
    else:
        image_ = image
    return cv2.imencode(".jpg", image_, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
