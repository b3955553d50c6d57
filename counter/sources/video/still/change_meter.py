"""Whether a picture differs from an earlier one by more than its noise, anywhere: in small parts and in larger ones.

The mean difference of some small cells shows who is small or moves a little, that of many who hardly stands out in a
noisy picture. How noisy a place is, is learnt there, from its usual difference, but never far beyond that of the whole
picture: leaves, and somebody who fidgets, move, however long they do.
"""

from typing import Final

import cv2
import numpy as np

from counter.detectors.boxes import Floats, Image
from counter.geometry import Bools

_WIDE: Final = 160
"""Cells across: two or three pixels of what a detector is shown."""
_SAMPLES: Final = 4
"""Pixels taken of each row and column of a cell, at most."""
_COARSE: Final = 4
"""Cells across a coarse one, and down."""
_AROUND: Final = (3, 3)
"""Differences are averaged over each cell and those around it."""
_LEAST: Final = (2.5, 1.5)
"""Grey levels that are no change, in cells and in coarse ones: encoders renew what stands still by as much."""
_TIMES: Final = 2.5
"""So many times the usual difference of a place is a change."""
_LOUDEST: Final = 3.0
"""A place is no noisier than so many times the picture."""
_STEP: Final = 0.005
"""By such a part what is usual is brought nearer to what is seen, at each look: a median, followed."""
_FAINTEST: Final = 0.05
"""Grey levels."""
_MEAN: Final = np.full((1, 3), 1 / 3, dtype=np.float32)


class _Scale:
    """Differences of one size of cells, and what is usual of them by place."""

    def __init__(self, least: float) -> None:
        self._least = least
        self._usual: Floats | None = None

    def changed(self, by: Floats) -> Bools:
        """Return where a picture changed; `by` is the difference of its cells, shape (h, w, 3)."""
        seen = cv2.blur(cv2.transform(np.abs(by), _MEAN), _AROUND)
        typical = float(np.median(seen[::2, ::2]))
        usual = np.full_like(seen, typical) if self._usual is None else self._usual
        most = np.maximum(np.minimum(usual, _LOUDEST * typical) * _TIMES, self._least)
        self._usual = np.maximum(usual * np.where(seen > usual, 1 + _STEP, 1 - _STEP), _FAINTEST).astype(np.float32)
        return np.asarray(seen > most)


class ChangeMeter:
    """Compares the pictures of one camera with one of them, of which a small copy is kept in memory."""

    def __init__(self) -> None:
        """Begin without a picture."""
        self._small: Floats | None = None
        self._kept: Floats | None = None
        self._scales = tuple(map(_Scale, _LEAST))

    def is_still(self, image: Image) -> bool:
        """Return whether a picture, shape (h, w, 3), is that which was kept last, but for noise. Look once at each."""
        self._small = _shrunk(image)
        if self._kept is None or self._kept.shape != self._small.shape:
            self._scales = tuple(map(_Scale, _LEAST))
            return False
        by = self._small - self._kept
        small, coarse = (scale.changed(part) for scale, part in zip(self._scales, (by, _coarse(by)), strict=True))
        return not (small.any() or coarse.any())

    def keep(self) -> None:
        """Keep the picture that was looked at last: those that come are compared with it."""
        self._kept = self._small


def _shrunk(image: Image) -> Floats:
    """Return the mean of each cell, by channel."""
    cell = max(round(image.shape[1] / _WIDE), 1)
    high, wide = max(image.shape[0] // cell, 1), max(image.shape[1] // cell, 1)
    each = min(cell, _SAMPLES)
    sampled = cv2.resize(image, (wide * each, high * each), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.resize(sampled, (wide, high), interpolation=cv2.INTER_AREA), dtype=np.float32)


def _coarse(by: Floats) -> Floats:
    """Return the mean of each coarse cell: noise is averaged out, what moves as one is not."""
    high, wide = (max(side // _COARSE, 1) for side in by.shape[:2])
    return np.asarray(cv2.resize(by, (wide, high), interpolation=cv2.INTER_AREA), dtype=np.float32)
