"""What stands still under a camera, and what stands out against it. Holds a small picture in memory, and no other."""

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Floats, Image

Mask = NDArray[np.bool_]
"""Which cells of a small picture: shape (h, w)."""
_LEARN_MS: Final = 3000
"""How long it is looked at what stands still before anybody is found: who walks leaves each place within that."""
_LEARN_EVERY_MS: Final = 200
_LEAST_FRAMES: Final = 3
_FADE_EVERY_MS: Final = 200
_SURE: Final = 25.0
"""Square of how many standard deviations a cell must be away to stand out: five."""
_SHADOW: Final = 0.5
"""A shadow leaves at least this part of the light."""
_STANDS_OUT: Final = 255
"""What the model writes for a cell that stands out and is not a shadow."""
_MOST: Final = 0.6
"""Where a larger part of the picture stands out or lies in shadow, the light has changed and not the people."""
_FEW: Final = 0.3
"""Where less stands out, the light is as it was."""
_AT_ONCE_MS: Final = 1500
"""From less than `_FEW` to more than `_MOST` within this time is a lamp."""
_FOR_LONG_MS: Final = 30_000
"""What stays so for longer is another floor."""
_SOME: Final = 3
"""Each third cell of each third row says how bright it is as a whole."""
_GAIN: Final = (0.6, 1.6)
"""How far brightness may have changed as a whole before it is learnt anew."""


class Backdrop:
    """A mixture of normal distributions for each cell (OpenCV's MOG2), that learns where nobody is.

    Args:
        shadows: whether what is only darker is not a person.
        fade_s: how long it takes, in seconds, until a slow change belongs to the backdrop.
    """

    def __init__(self, *, shadows: bool, fade_s: float) -> None:
        self._shadows = shadows
        self._fade_ms = fade_s * 1000
        self._seen: list[Image] = []
        self._began_ms: int | None = None
        self._faded_ms = 0
        self._few_ms = 0
        self._model: cv2.BackgroundSubtractorMOG2 | None = None
        self.still = np.empty((0, 0, 3), dtype=np.uint8)

    @property
    def usual(self) -> Image | None:
        """What stands still, as far as it is known: the first picture while it is learnt; None before any."""
        if self._model is not None:
            return self.still
        return self._seen[0] if self._seen else None

    def even(self, small: Image) -> Image:
        """Return a picture as it would be in the light in which the backdrop was seen, once there is one."""
        if self._model is None:
            return small
        some = (image[::_SOME, ::_SOME].astype(np.float32) + np.float32(1) for image in (small, self.still))
        gain = np.median(np.divide(*some), axis=(0, 1)).clip(*_GAIN)
        table = (np.arange(256)[:, None] / gain).clip(0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(small, table[:, None, :]), dtype=np.uint8)

    def stands_out(self, small: Image, evened: Image, at_ms: int) -> tuple[Mask, Mask] | None:
        """Return the cells that are no backdrop, and those with the shadows.

        None while the backdrop is learnt: at first, and after a change of light.
        """
        if self._model is None:
            self._learn(small, at_ms)
            return None
        marks = self._model.apply(evened, None, 0.0)
        if self._is_other_light(np.count_nonzero(marks) / marks.size, at_ms):
            self._model = None
            self._learn(small, at_ms)
            return None
        return np.asarray(marks == _STANDS_OUT), np.asarray(marks > 0)

    def _is_other_light(self, part: float, at_ms: int) -> bool:
        """Return whether most of the picture changed at once, or for long: a cloud is learnt by and by."""
        if part <= _FEW or at_ms < self._few_ms:
            self._few_ms = at_ms
        return part > _MOST and not _AT_ONCE_MS < at_ms - self._few_ms < _FOR_LONG_MS

    def fade(self, small: Image, kept: Mask, at_ms: int) -> None:
        """Take a picture into the backdrop, a little, but for the cells that are kept as they were."""
        passed_ms = at_ms - self._faded_ms
        if self._model is None or 0 <= passed_ms < _FADE_EVERY_MS:
            return
        self._faded_ms = at_ms
        part = 1 - math.exp(-min(max(passed_ms, 0), _LEARN_MS) / self._fade_ms)
        self._model.apply(np.where(kept[..., None], self.still, small), None, part)
        self.still = np.asarray(self._model.getBackgroundImage(), dtype=np.uint8)

    def _learn(self, small: Image, at_ms: int) -> None:
        if self._began_ms is None or at_ms < self._began_ms:
            self._began_ms, self._seen = at_ms, []
        if at_ms - self._began_ms >= len(self._seen) * _LEARN_EVERY_MS:
            self._seen.append(small)
        if at_ms - self._began_ms >= _LEARN_MS and len(self._seen) >= _LEAST_FRAMES:
            self.still = np.asarray(np.median(np.stack(self._seen), axis=0), dtype=np.uint8)
            self._model = cv2.createBackgroundSubtractorMOG2(varThreshold=_SURE, detectShadows=self._shadows)
            self._model.setShadowThreshold(_SHADOW)
            self._model.apply(self.still, None, 1.0)
            self._began_ms, self._seen, self._faded_ms, self._few_ms = None, [], at_ms, at_ms


class Movement:
    """When each cell of a small picture changed last."""

    _EVERY_MS: Final = 500
    _LEAST: Final = 14
    """Grey levels that are a change, in a smoothed picture."""

    def __init__(self) -> None:
        """Begin without a picture."""
        self._before: Image | None = None
        self._looked_ms = 0
        self._moved_ms = np.empty((0, 0), dtype=np.int64)

    def update(self, evened: Image, at_ms: int) -> None:
        """Compare a picture, in even light, with one of half a second ago."""
        if self._before is not None and 0 <= at_ms - self._looked_ms < self._EVERY_MS:
            return
        smooth = np.asarray(cv2.blur(evened, (3, 3)), dtype=np.uint8)
        if self._before is None or self._before.shape != smooth.shape:
            self._moved_ms = np.full(smooth.shape[:2], at_ms, dtype=np.int64)
        else:
            changed = np.asarray(cv2.absdiff(smooth, self._before)).max(axis=2) > self._LEAST
            self._moved_ms[changed] = at_ms
        self._before, self._looked_ms = smooth, at_ms

    def share_since(self, since_ms: int, cells: Mask) -> float:
        """Return the part of `cells` that changed since a time, 0..1."""
        return float((self._moved_ms[cells] >= since_ms).mean())


def shrink(image: Image, factor: float) -> tuple[Image, Floats]:
    """Return a picture made smaller by about `factor`, and its pixels across and down that make a cell."""
    height, width = image.shape[:2]
    size = max(round(width / factor), 1), max(round(height / factor), 1)
    cell = np.array([width / size[0], height / size[1]], dtype=np.float32)
    if size == (width, height):
        return image, cell
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), cell
