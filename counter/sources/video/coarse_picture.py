"""One picture of what a camera sees, too coarse to make anybody out in: for drawing lines and zones on it.

It is made of means over squares, of which twenty make a metre where people are counted and 128 the picture's width, at
the most, whichever are larger; each is then averaged with those around it. A face is some three squares wide there. The
standard for cameras (EN 62676-4) asks for 125 pixels a metre to recognise somebody who is known, and 25 to see
that there is a person. The picture is the median of nine, seconds apart, so that who walks by isn't in it at all.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from threading import Timer
from typing import Final, assert_never

import numpy as np

from core.clock import Clock
from counter.detectors.boxes import Floats, Image
from counter.errors import SourceError
from counter.sources.png import as_png
from counter.sources.video.camera import Camera
from counter.sources.video.clip import Clip
from counter.sources.video.frame import VideoFrame
from counter.sources.video.settings import CameraSource, ClipSource
from counter.sources.video.thumbnail import blocks, smooth

MOST_A_METRE: Final = 20.0
"""Squares a metre."""
MOST_ACROSS: Final = 128
"""Squares across the picture: what a wrong pixels_per_metre can't undo."""
_FRAMES: Final = 9
_CAMERA_RATE: Final = 1.0
_CLIP_RATE: Final = 1 / 3
_TIMEOUT_S: Final = 40.0


@dataclass(frozen=True, slots=True)
class Still:
    """A coarse picture.

    Attributes:
        png: the picture, one pixel a square.
        size: width and height of the picture that it was made of, in pixels.
        shown: width and height of what the squares cover, in its pixels: `size`, and up to a square more.
    """

    png: bytes
    size: tuple[int, int]
    shown: tuple[int, int]


def take_still(
    source: ClipSource | CameraSource,
    clock: Clock,
    rate: float = _CAMERA_RATE,
    measure: Callable[[Image, int], object] = lambda _image, _at_ms: None,
) -> Still:
    """Look nine times, `rate` times a second, or at the beginning of a clip. Raises SourceError or ClipError.

    `measure` takes each picture with its time, in milliseconds, and must keep nothing of it.
    """
    match source:
        case ClipSource():
            frames: Clip | Camera = Clip(source.model_copy(update={"max_rate": _CLIP_RATE}))
        case CameraSource():
            frames = Camera(source.model_copy(update={"max_rate": rate}), clock)
        case _:
            assert_never(source)
    timeout = Timer(_TIMEOUT_S, frames.close)
    timeout.daemon = True
    timeout.start()
    with closing(frames):
        coarse = list(_coarse(islice(frames.frames(), _FRAMES), source.pixels_per_metre, measure))
    timeout.cancel()
    if not coarse:
        raise SourceError(
            f"no picture came within {_TIMEOUT_S:.0f} s: is the camera connected, and is no other program using it? A "
            "counter that runs has its camera to itself: stop it first"
        )
    size, side = coarse[0].size, coarse[0].side
    still = np.median(np.stack([one.squares for one in coarse]), axis=0)
    colours = smooth(still).round().clip(0, 255).astype(np.uint8)[:, :, ::-1]
    return Still(as_png(colours), size, (still.shape[1] * side, still.shape[0] * side))


@dataclass(frozen=True, slots=True)
class _Coarse:
    squares: Floats
    size: tuple[int, int]
    side: int


def _coarse(
    frames: Iterator[VideoFrame], pixels_per_metre: float, measure: Callable[[Image, int], object]
) -> Iterator[_Coarse]:
    """Yield each frame as means over squares: nothing finer is kept of it."""
    for frame in frames:
        measure(frame.image, frame.at_ms)
        high, wide = frame.image.shape[:2]
        side = side_of(wide, pixels_per_metre)
        yield _Coarse(squares(frame.image, side), (wide, high), side)


def side_of(wide: int, pixels_per_metre: float) -> int:
    """Return how many pixels a side of a square has, in a picture of this width."""
    return math.ceil(max(pixels_per_metre / MOST_A_METRE, wide / MOST_ACROSS))


def squares(image: Image, side: int) -> Floats:
    """Return the mean of each square of `side` x `side` pixels; the picture goes on at its right and lower edge."""
    high, wide = image.shape[:2]
    return blocks(np.pad(image, ((0, -high % side), (0, -wide % side), (0, 0)), mode="edge"), side)
