"""A small grey copy of a picture, and the edges in it: enough to judge the picture, and too little to see anybody."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Floats, Image

_WIDE: Final = 96
"""Cells across."""
_SAMPLES: Final = 4
"""Pixels taken of each row and column of a cell, at most."""
_COARSE: Final = 8
"""Cells, each way, over which colours are averaged: noise has colours too."""
_COLOURFUL: Final = 3.0
"""Grey levels between the channels from which on a picture has colours: at night, cameras have none."""
_COLOURED: Final = 0.2
"""The part of the picture that must have them: the rest may be behind something grey."""
_SOMEWHERE: Final = 0.03
"""And the part by which it has some left somewhere."""
_FAINT: Final = 2.0
"""Grey levels between neighbouring cells that are noise."""
_LEAST: Final = 0.06
"""A difference between neighbouring cells, as a part of their brightness, that is an edge."""
_OFFSET: Final = 10.0
"""Grey levels added to brightness, so that noise in the dark is not an edge."""
_STRONGEST: Final = 0.5


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small copy of one picture.

    Attributes:
        grey: shape (h, w), float32, 0..255; smoothed.
        has_colour: whether the picture had any.
        has_some: whether it had any in some corner, however small.
    """

    grey: Floats
    has_colour: bool
    has_some: bool = False


@dataclass(frozen=True, slots=True)
class Edges:
    """Where brightness changes, whatever the brightness is.

    Attributes:
        strength: shape (h, w), float32, 0..0.5: the change as a part of the brightness.
        there: shape (h, w): whether there is an edge.
    """

    strength: Floats
    there: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """The part of the picture that is edges, 0..1."""
        return float(self.there.mean())


def thumbnail(image: Image) -> Thumbnail:
    """Return the small copy of a picture of shape (h, w, 3)."""
    cell = max(round(image.shape[1] / _WIDE), 1)
    step = max(cell // _SAMPLES, 1)
    each = cell // step
    sampled = image[::step, ::step]
    small = blocks(sampled, each)
    coarse = blocks(small, min(_COARSE, *small.shape[:2]))
    parts = np.array([1 - _COLOURED, 1 - _SOMEWHERE])
    much, some = np.quantile(np.abs(np.diff(coarse, axis=2)).sum(axis=2), parts)
    return Thumbnail(smooth(small.mean(axis=2)), bool(much > _COLOURFUL), bool(some > _COLOURFUL))


def edges(grey: Floats) -> Edges:
    """Return the edges of a grey copy, shape (h, w)."""
    down, across = np.gradient(grey)
    change = 2 * np.hypot(down, across)
    strength = change / (grey + _OFFSET)
    there = (change > _FAINT) & (strength > _LEAST)
    return Edges(np.where(there, strength, 0.0).clip(max=_STRONGEST).astype(np.float32), there)


def blocks(pixels: Image | Floats, side: int) -> Floats:
    """Return the mean of each square of `side` x `side`, by channel."""
    high, wide = pixels.shape[0] // side, pixels.shape[1] // side
    squares = pixels[: high * side, : wide * side].reshape(high, side, wide, side, 3)
    return np.asarray(squares.mean(axis=(1, 3), dtype=np.float32), dtype=np.float32)


def smooth(cells: Floats) -> Floats:
    """Return the mean of each cell and the eight around it: shape (h, w), or (h, w, 3) by channel."""
    padded = np.pad(cells, ((1, 1), (1, 1), (0, 0))[: cells.ndim], mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9, dtype=np.float32)
