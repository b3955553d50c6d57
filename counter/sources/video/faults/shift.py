"""By how much a camera was moved, turned or zoomed since it last showed what it usually shows: to a tenth of a cell.

Edges of parts of the picture are laid over the usual ones, each part by itself; one movement of the camera must explain
all of them. So neither light, which leaves edges in their place, nor things that were moved count.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Floats

_REACH: Final = 3
"""Cells that are tried each way."""
_PARTS: Final = (3, 4)
"""Parts down and across."""
_EDGES: Final = 0.05
"""Mean strength of a part's edges, against the strongest, by which it can be placed."""
_FITS: Final = 0.6
"""How well a part must fit, where it fits best: correlation."""
_FEWEST: Final = 4
"""Parts that must fit."""
_STRAY: Final = 0.25
"""Cells that parts may lie beside where the movement puts them, on average."""


def movement(now: Floats, usual: Floats) -> NDArray[np.float64] | None:
    """Return the movement that lays the usual edges on those of now, both of shape (h, w); None where nothing does.

    It is a shift as a part of the width, a + b x + c y each way: shape (2, 3), across first. x and y go from -1/2 to
    1/2 over the width, and as much over so many cells of the height.
    """
    placed = [found for part in _parts(now.shape) if (found := _place(now, usual, part)) is not None]
    if len(placed) < _FEWEST:
        return None
    rows = np.array(placed)
    kept = np.ones(len(rows), dtype=np.bool_)
    for _ in range(2):
        model, stray = _fitted(rows, kept)
        kept = stray <= max(2 * float(np.median(stray)), 0.1)
    if kept.sum() < max(_FEWEST, len(rows) / 2) or stray[kept].mean() > _STRAY:
        return None
    across, down, turn, zoom = (float(part) for part in model)
    wide = now.shape[1]
    return np.array([[across / wide, zoom, -turn], [down / wide, turn, zoom]])


def largest(moved: NDArray[np.float64], shape: tuple[int, int]) -> float:
    """Return by how much a movement shifts the corner that it shifts most, as a part of the width."""
    high = shape[0] / shape[1] / 2
    corners = np.array([[1, x, y] for x in (-0.5, 0.5) for y in (-high, high)])
    return float(np.hypot(*(corners @ moved.T).T).max())


def _parts(shape: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """Return the low and high ends, down and across, of parts that lie far enough from the borders to be shifted."""
    ends = [
        np.linspace(_REACH, side - _REACH, count + 1).astype(int) for side, count in zip(shape, _PARTS, strict=True)
    ]
    return [
        (top, bottom, left, right)
        for top, bottom in zip(ends[0][:-1], ends[0][1:], strict=True)
        for left, right in zip(ends[1][:-1], ends[1][1:], strict=True)
    ]


def _place(now: Floats, usual: Floats, part: tuple[int, int, int, int]) -> tuple[float, ...] | None:
    """Return the middle of a part, down and across from the picture's, and how far down and across its edges went."""
    top, bottom, left, right = part
    ours = usual[top:bottom, left:right]
    if ours.mean() < _EDGES * float(usual.max(initial=0.0)):
        return None
    around = now[top - _REACH : bottom + _REACH, left - _REACH : right + _REACH]
    fits = _fits(around, ours)
    down, across = np.unravel_index(int(fits.argmax()), fits.shape)
    if fits[down, across] < _FITS or not (0 < down < 2 * _REACH and 0 < across < 2 * _REACH):
        return None
    by = (
        down - _REACH + _between(fits[down - 1 : down + 2, across]),
        across - _REACH + _between(fits[down, across - 1 : across + 2]),
    )
    high, wide = now.shape
    return (top + bottom - high) / 2, (left + right - wide) / 2, float(by[0]), float(by[1])


def _fits(around: Floats, ours: Floats) -> NDArray[np.float64]:
    """Return the correlation of `ours` with each place in `around`."""
    windows = np.lib.stride_tricks.sliding_window_view(around, ours.shape).astype(np.float64)
    even = windows - windows.mean(axis=(2, 3), keepdims=True)
    mine = ours - ours.mean()
    size = np.sqrt((even**2).sum(axis=(2, 3)) * (mine**2).sum())
    return np.asarray((even * mine).sum(axis=(2, 3)) / np.maximum(size, 1e-9))


def _between(three: NDArray[np.float64]) -> float:
    """Return where, beside the middle, the top of a curve through three values lies: -1/2..1/2."""
    low, middle, high = (float(one) for one in three)
    bend = low - 2 * middle + high
    return float(np.clip((low - high) / (2 * bend), -0.5, 0.5)) if bend else 0.0


def _fitted(rows: NDArray[np.float64], kept: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shift across and down, turn and zoom that explain the kept parts best, and how far each part strays."""
    y, x, down, across = rows.T
    one, none = np.ones(len(rows)), np.zeros(len(rows))
    left = np.concatenate((np.column_stack((one, none, -y, x)), np.column_stack((none, one, x, y))))
    right = np.concatenate((across, down))
    use = np.concatenate((kept, kept))
    model = np.linalg.lstsq(left[use], right[use], rcond=None)[0]
    away = (left @ model - right).reshape(2, -1)
    return model, np.hypot(*away)
