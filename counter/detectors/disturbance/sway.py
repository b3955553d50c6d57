"""A camera that sways: by how much a picture is shifted against the backdrop, and the picture shifted back.

On coarse pictures, by the phase of their frequencies. A shift is believed where most of the picture fits better with
it: a shadow that moves over the floor shifts its own edges alone.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final, TypeVar

import cv2
import numpy as np

from counter.detectors.backdrop import Mask
from counter.detectors.boxes import Floats, Image
from counter.detectors.disturbance.patches import grey

_LEAST: Final = 0.15
"""Cells under which a picture stays as it is."""
_FAR_M: Final = 0.6
"""Metres on the floor by which a picture may be shifted, and put right."""
_BETTER: Final = 0.9
"""The part of the usual difference that may be left where a shift is believed."""
_LASTING_MS: Final = 10_000
_CALM: Final = 16
"""So many pictures that lay where they should, and none that didn't, are a camera that stands still."""
_CALM_MS: Final = 450
"""It is looked at so often then."""
_MUCH_M: Final = 0.3
"""Metres between the outermost places of a picture in ten seconds, from which on a camera sways."""


_Picture = TypeVar("_Picture", Image, Floats)


class Stabiliser:
    """Finds out where pictures of one camera lie. `cells_per_metre` are those of the small picture."""

    def __init__(self, cells_per_metre: float) -> None:
        self._cells_per_metre = cells_per_metre
        self._window = np.empty((0, 0), dtype=np.float32)
        self._shifts: deque[tuple[int, float, float]] = deque()

    def shift(self, evened: Image, usual: Image, at_ms: int) -> tuple[float, float]:
        """Return by how many cells, across and down, a picture lies beside the usual one; 0, 0 where it can't tell."""
        if self._is_calm(at_ms):
            return 0.0, 0.0
        one, other = grey(usual), grey(evened)
        if self._window.shape != one.shape:
            self._window = np.asarray(cv2.createHanningWindow(one.shape[::-1], cv2.CV_32F), dtype=np.float32)
        by = cv2.phaseCorrelate(one - one.mean(), other - other.mean(), self._window)[0]  # writes into what it is given
        far = max(abs(by[0]), abs(by[1]))
        if not (_LEAST <= far <= _FAR_M * self._cells_per_metre and _fits(moved(other, by), one, other)):
            by = 0.0, 0.0
        self._note(at_ms, *by)
        return by[0], by[1]

    def _is_calm(self, at_ms: int) -> bool:
        """Return whether the camera stood still for ten seconds, and was looked at a moment ago."""
        if len(self._shifts) < _CALM or any(across or down for _, across, down in self._shifts):
            return False
        return 0 <= at_ms - self._shifts[-1][0] < _CALM_MS

    @property
    def sways(self) -> bool:
        """Whether pictures lay far from each other within the last ten seconds."""
        shifts = np.array([one[1:] for one in self._shifts]) / self._cells_per_metre
        return len(shifts) > 0 and bool((np.ptp(shifts, axis=0) > _MUCH_M).any())

    def _note(self, at_ms: int, across: float, down: float) -> None:
        if self._shifts and at_ms < self._shifts[-1][0]:
            self._shifts.clear()
        self._shifts.append((at_ms, across, down))
        while at_ms - self._shifts[0][0] > _LASTING_MS:
            self._shifts.popleft()


def moved(picture: _Picture, by: Sequence[float]) -> _Picture:
    """Return a picture shifted back by so many cells, across and down; what wasn't seen repeats the border."""
    matrix = np.array([[1, 0, -by[0]], [0, 1, -by[1]]], dtype=np.float64)
    size = picture.shape[1::-1]
    shifted = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(shifted, dtype=picture.dtype)


def seen_after(shape: tuple[int, ...], by: Sequence[float]) -> Mask:
    """Return the cells of a picture of a shape, shifted back, that the camera saw."""
    across, down = (_within(side, one) for side, one in zip(shape[::-1], by, strict=True))
    return np.asarray(down[:, None] & across[None, :])


def _within(side: int, by: float) -> Mask:
    place = np.arange(side) + by
    return np.asarray((place > -1) & (place < side))


def _fits(back: Floats, usual: Floats, now: Floats) -> bool:
    """Return whether most of a picture is more like the usual one when it is shifted back."""
    after, before = (float(np.median(np.abs(one - usual)[::3, ::3])) for one in (back, now))
    return after < before * _BETTER
