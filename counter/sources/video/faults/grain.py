"""Samples of a picture by tile, and how much each tile changes of its own from one look to the next: its grain.

Sensor noise changes every pixel of a living picture a little. An overlay changes a few tiles, light changes a tile as a
whole: neither is grain. Of a picture some thousand pixels are kept, far apart, until the next look.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Floats, Image

Bools = NDArray[np.bool_]
Samples = NDArray[np.int16]
"""Samples by tile: shape (tiles, samples of one)."""

_WIDE: Final = 96
"""Samples across."""
TILE: Final = 8
"""Samples across a tile, and down."""
_GREEN: Final = 1
"""The channel that is most of the brightness."""
_CLIPPED: Final = (3.0, 252.0)
"""Mean grey levels beyond which nothing can be seen to change."""
_LIGHT: Final = 0.25
"""How much brighter or darker it is in another light: the logarithm."""


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two looks, by tile: shape (tiles,) each.

    Attributes:
        grain: mean change of a sample against its tile, grey levels.
        level: mean brightness now, 0..255.
        any: whether anything changed, be it one level of one sample.
    """

    grain: Floats
    level: Floats
    any: Bools

    @property
    def shows(self) -> Bools:
        """Where a change could be seen: not black, not white."""
        return np.asarray((self.level > _CLIPPED[0]) & (self.level < _CLIPPED[1]))


def samples_of(image: Image) -> tuple[Samples, tuple[int, int]]:
    """Return the samples of a picture, and how many tiles it has down and across."""
    step = max(round(image.shape[1] / _WIDE), 1)
    grid = image[step // 2 :: step, step // 2 :: step, _GREEN]
    down, across = max(grid.shape[0] // TILE, 1), max(grid.shape[1] // TILE, 1)
    cut = grid[: down * TILE, : across * TILE].astype(np.int16)
    high, wide = cut.shape[0] // down, cut.shape[1] // across
    tiles = cut[: down * high, : across * wide].reshape(down, high, across, wide).swapaxes(1, 2)
    return tiles.reshape(down * across, high * wide), (down, across)


def change(before: Samples, now: Samples) -> Change:
    """Return what changed."""
    by = now - before
    grain = np.abs(by - np.median(by, axis=1, keepdims=True)).mean(axis=1, dtype=np.float32)
    level = now.mean(axis=1, dtype=np.float32)
    return Change(np.asarray(grain, dtype=np.float32), np.asarray(level, dtype=np.float32), (by != 0).any(axis=1))


def other_light(one: Floats, other: Floats | np.float32) -> Bools:
    """Return which brightnesses, grey levels, aren't of the same light."""
    return np.asarray(np.abs(np.log((one + 4) / (other + 4))) > _LIGHT)


def around(marks: Bools, shape: tuple[int, int]) -> Bools:
    """Return the marked tiles and those beside them; `shape` is how many there are down and across."""
    padded = np.pad(marks.reshape(shape), 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]).ravel()
