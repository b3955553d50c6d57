"""Patches of a picture: cells that hang together and are brighter, or darker, than the floor by one factor.

Light multiplies what a floor gives back, so the floor's texture stays in it; a thing hides the texture.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from counter.detectors.backdrop import Mask
from counter.detectors.boxes import Floats, Image

Numbers = NDArray[np.float64]
"""One number a patch: shape (n,). The first is what is no patch at all."""
NEXT: Final = np.ones((3, 3), dtype=np.uint8)
"""A cell and its neighbours."""
_OFFSET: Final = np.float32(4.0)
"""Grey levels added before a factor is taken: black has none."""
_LOG: Final = np.log(np.arange(256, dtype=np.float32) + _OFFSET)
_MEAN: Final = np.full((1, 3), 1 / 3, dtype=np.float32)
_SOME: Final = 3
"""Each third cell of each third row says how large the noise is."""
_EVEN: Final = 0.06
"""Neighbours of one patch differ by less, in the logarithm of the factor."""
_EVEN_NOISE: Final = 4.0
"""Or by less than so many standard deviations of the noise that is left in it."""
_DEVIATIONS: Final = 1.5
"""Standard deviation of noise, by the median of its sizes."""
_COLOUR: Final = 0.12
"""Light changes all colours by the same factor, to within this, in its logarithm."""
_FINE: Final = 5
"""Texture is what differs from the mean of so many cells around, across and down."""
_INDEPENDENT: Final = 0.5
"""The part of the cells of a patch that say something of their own."""
_SURE: Final = 3.5
"""Standard errors by which a patch must show the floor's texture, or not show it."""
_LIKE_FLOOR: Final = (0.5, 1.7)
"""How strong the floor's texture is in light, of what it would be."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a picture differs from the backdrop, cell by cell: each of shape (h, w).

    Attributes:
        now: grey of the picture.
        usual: grey of the backdrop.
        changed: where it stands out.
        factor: logarithm of how much brighter it is, smoothed.
        steep: how much that differs between a cell and its neighbours.
        even: where it hardly does.
        coloured: where it isn't the same for all colours.
    """

    now: Floats
    usual: Floats
    changed: Mask
    factor: Floats
    steep: Floats
    even: Mask
    coloured: Mask

    @property
    def sharp(self) -> Floats:
        """The logarithm of the factor of the cells that changed, not smoothed: shape (n,)."""
        return np.log((self.now[self.changed] + _OFFSET) / (self.usual[self.changed] + _OFFSET))


def changes(evened: Image, still: Image, changed: Mask) -> Changes:
    """Compare a picture with the backdrop where it `changed`."""
    now, usual = grey(evened), grey(still)
    of_colours = np.asarray(cv2.blur(cv2.LUT(evened, _LOG) - cv2.LUT(still, _LOG), (3, 3)), dtype=np.float32)
    factor = np.asarray(cv2.transform(of_colours, _MEAN), dtype=np.float32)
    limit = np.maximum(_EVEN, _EVEN_NOISE / 3 * _noise(now, usual, changed) / (now + _OFFSET))
    steep = np.asarray(cv2.dilate(factor, NEXT) - cv2.erode(factor, NEXT), dtype=np.float32)
    blue, green, red = (np.abs(one - factor) for one in cv2.split(of_colours))
    coloured = np.maximum(np.maximum(blue, green), red) > np.maximum(_COLOUR, 2 * limit)
    return Changes(now, usual, changed, factor, steep, np.asarray((steep < limit) & changed), np.asarray(coloured))


def grey(image: Image) -> Floats:
    """Return the mean of the colours of each cell: shape (h, w)."""
    return np.asarray(cv2.transform(image.astype(np.float32), _MEAN), dtype=np.float32)


def _noise(now: Floats, usual: Floats, changed: Mask) -> float:
    """Return the standard deviation of the noise, from some of the cells that didn't change."""
    some = np.s_[::_SOME, ::_SOME]
    same = ~changed[some]
    return _DEVIATIONS * float(np.median(np.abs(now[some] - usual[some])[same])) if same.any() else 0.0


@dataclass(frozen=True, slots=True)
class Patches:
    """The patches of one picture.

    Attributes:
        labels: which patch each cell belongs to, shape (h, w).
        area: cells.
        factor: mean logarithm of the factor; `spread` is its standard deviation.
        texture: how much of the floor's texture it shows: 1 is all. `error` is the standard error of that.
        across: whether it reaches from one side of the picture to the other.
    """

    labels: NDArray[np.int32]
    area: Numbers
    factor: Numbers
    spread: Numbers
    texture: Numbers
    error: Numbers
    across: Mask

    @property
    def shows_floor(self) -> Mask:
        """Which patches show the floor's texture, as far as that is sure."""
        low, high = _LIKE_FLOOR
        return (self.texture > self.error * _SURE) & (self.texture > low) & (self.texture < high)

    @property
    def hides_floor(self) -> Mask:
        """Which surely don't."""
        return 1 - self.texture > self.error * _SURE


def patches(seen: Changes, shape: tuple[int, ...]) -> Patches:
    """Find the patches of a part of a picture of a shape."""
    cells = seen.even.astype(np.uint8)
    count, numbered, stats, _ = cv2.connectedComponentsWithStats(cells, connectivity=4)
    labels = np.asarray(numbered, dtype=np.int32)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    of, factors = labels[seen.even], seen.factor[seen.even]
    cells_of = np.maximum(np.bincount(of, minlength=count), 1)
    factor, squares = (np.bincount(of, values, count) / cells_of for values in (factors, factors**2))
    height, width = shape
    across = (stats[:, cv2.CC_STAT_WIDTH] >= width - 2) | (stats[:, cv2.CC_STAT_HEIGHT] >= height - 2)
    texture, error = _textures(seen, of, count)
    spread = np.sqrt(np.maximum(squares - factor**2, 0))
    return Patches(labels, area, factor, spread, texture, error, np.asarray(across))


def floor_in_all(seen: Changes) -> float:
    """Return how much of the floor's texture all that changed shows together, at least: 1 is all."""
    one, other = (np.log(one + _OFFSET) for one in (seen.now, seen.usual))
    inside = cv2.erode(seen.changed.astype(np.uint8), NEXT) > 0
    one, other = ((image - cv2.blur(image, (3, 3)))[inside] for image in (one, other))
    squares = float(other @ other) or 1.0
    slope = float(one @ other) / squares
    left = max(float(one @ one) - slope**2 * squares, 0.0)
    return max(slope - 2 * float(np.sqrt(left / max(len(one), 1) / squares)), 0.0)


def _textures(seen: Changes, of: NDArray[np.int32], count: int) -> tuple[Numbers, Numbers]:
    """Return the texture of each patch by regression on the floor's, and its standard error."""

    def total(values: Floats) -> Numbers:
        return np.asarray(np.bincount(of, values, count), dtype=np.float64)

    one, other = (_fine(image, seen.even)[seen.even] for image in (seen.now, seen.usual))
    squares = np.maximum(total(other * other), 1e-6)
    slope = total(one * other) / squares
    left = np.maximum(total(one * one) - slope**2 * squares, 1e-6)
    cells = np.maximum(np.bincount(of, minlength=count) * _INDEPENDENT, 1.0)
    error = np.sqrt(left / _INDEPENDENT / cells / squares)
    factor = np.maximum(total(seen.now[seen.even]), 1.0) / np.maximum(total(seen.usual[seen.even]), 1.0)
    return slope / factor, error / factor


def _fine(image: Floats, cells: Mask) -> Floats:
    weight = cells.astype(np.float32)
    around = cv2.boxFilter(weight, -1, (_FINE, _FINE), normalize=False)
    mean = cv2.boxFilter(image * weight, -1, (_FINE, _FINE), normalize=False) / np.maximum(around, 1)
    return np.asarray(image - mean, dtype=np.float32)
