"""The frames of a recorded clip, in its own time.

Where the pictures of a clip change their size, OpenCV scales them to that of the first one: the lines and zones drawn
in it stay where they are.
"""

import logging
import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from core.clock import to_ms
from counter.errors import ClipError
from counter.sources.video.capture import Capture, open_file
from counter.sources.video.frame import VideoFrame
from counter.sources.video.settings import ClipSource

_FASTEST: Final = 240.0
"""Frames a second that are believed."""
_STRAY_S: Final = 0.25
"""How far a frame may lie from where a constant rate puts it, in seconds."""
_CUT_SHORT: Final = 0.98
"""A clip that brings less than this part of the frames that it says it has is cut short."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What a clip says of itself.

    Attributes:
        size: width and height in pixels.
        rate: frames a second.
        declared_frames: how many frames it says it has.
    """

    size: tuple[int, int]
    rate: float
    declared_frames: int


def examine(path: Path) -> ClipFacts:
    """Look at the first two frames of a clip. Raises ClipError: it can't be counted."""
    with closing(_open(path)) as capture:
        first, second = capture.read(), capture.read()
        if first is None:
            raise ClipError(f"{path} holds no frame that can be read")
        if second is None:
            raise ClipError(f"{path} is a single frame: nobody can be seen walking in it")
        return ClipFacts((first.shape[1], first.shape[0]), check_rate(path, capture.rate), capture.declared_frames)


def check_rate(path: Path, rate: float) -> float:
    """Return the rate, frames/s, where it can be believed. Raises ClipError."""
    if not 0 < rate <= _FASTEST:
        raise ClipError(f"{path} says that it has {rate:g} frames a second: its frames can't be placed in time")
    return rate


class Clip:
    """The frames of one clip. Raises ClipError: it can't be counted."""

    def __init__(self, settings: ClipSource) -> None:
        self._path = settings.file
        self.facts = examine(settings.file)
        self.start_ms = to_ms(settings.start)
        self._step = max(math.ceil(self.facts.rate / settings.max_rate - 1e-6), 1) if settings.max_rate else 1
        self._from_ms = self.start_ms
        self._closed = Event()

    def frames(self) -> Iterator[VideoFrame]:
        """Yield the frames as fast as they are taken. Raises ClipError where the rate changes."""
        with closing(_open(self._path)) as capture:
            number = 0
            while not self._closed.is_set() and (image := capture.read()) is not None:
                at_ms = self._at_ms(number)
                self._check_rate(number, capture.position_s())
                if number % self._step == 0 and at_ms >= self._from_ms:
                    yield VideoFrame(at_ms, image)
                number += 1
        if not self._closed.is_set() and number < self.facts.declared_frames * _CUT_SHORT:
            _log.warning(
                "%s is cut short: %d of its %d frames could be read", self._path, number, self.facts.declared_frames
            )

    def resume_from(self, at_ms: int) -> None:
        """Leave out what was captured before a time, UTC milliseconds: it is counted already."""
        self._from_ms = at_ms

    def close(self) -> None:
        """End `frames`. Safe to call twice, and from another thread."""
        self._closed.set()

    def _at_ms(self, number: int) -> int:
        return self.start_ms + round(number * 1000 / self.facts.rate)

    def _check_rate(self, number: int, at_s: float) -> None:
        due_s = number / self.facts.rate
        if at_s and abs(at_s - due_s) > _STRAY_S:
            raise ClipError(
                f"{self._path} changes its rate: frame {number} lies at {at_s:.2f} s and not at {due_s:.2f} s, as "
                f"{self.facts.rate:g} frames a second would have it. Make the rate constant first, for example with "
                "ffmpeg -i CLIP -vf fps=10 CONSTANT.mp4"
            )


def _open(path: Path) -> Capture:
    if not path.stat().st_size:
        raise ClipError(f"{path} is empty")
    capture = open_file(str(path))
    if capture is None:
        raise ClipError(f"{path} is not a video that can be read")
    return capture
