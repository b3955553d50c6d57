"""One picture of what a thermal array saw for a while, for drawing lines and zones on it, in metres of the floor.

Each pixel is as warm as it was at its warmest, compared to the rest of the picture at that moment: who walks through
meanwhile leaves a trail, and the way can be seen. 64 or 768 points show nobody's face, nor how many people it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.clock import Clock
from counter.geometry import Floats
from counter.sources.png import as_png
from counter.sources.thermal.source import Array
from counter.sources.thermal.spots import Optics

LOOK_S: Final = 12.0
"""Long enough to walk through, and back."""
_SQUARES: Final = 160
"""Across the drawn picture; what the array doesn't know isn't in them."""
_SPAN_C: Final = 6.0
"""Differences smaller than this aren't spread over all colours: they would be noise alone."""
_MARK_M: Final = 0.5
_COLOURS: Final = np.array(
    [(24, 30, 66), (58, 60, 130), (140, 62, 134), (214, 92, 92), (246, 160, 74), (252, 236, 160)]
)
"""From cold to warm."""
_MARK: Final = 0.75
"""Marks, half a metre apart, are so much darker."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The picture, and where it lies.

    Attributes:
        png: as a file.
        bounds: low x, low y, high x, high y, metres, at the height of shoulders.
    """

    png: bytes
    bounds: tuple[float, float, float, float]


def take_trail(array: Array, optics: Optics, clock: Clock, look_s: float = LOOK_S) -> Trail:
    """Look for `look_s` seconds, at two pictures at least. Raises SensorError."""
    warmest = np.full((len(optics.y), len(optics.x)), -np.inf)
    for frame in _frames(array, clock, look_s):
        if np.isfinite(frame).any():
            warmest = np.fmax(warmest, frame - np.nanmedian(frame))
    return drawn(np.where(np.isfinite(warmest), warmest, 0.0), optics)


def _frames(array: Array, clock: Clock, look_s: float) -> Iterator[Floats]:
    # Two at least: in the first one of some arrays half of the pixels has no reading yet.
    until_s = clock.monotonic_s() + look_s
    yield array.next()
    yield array.next()
    while clock.monotonic_s() < until_s:
        yield array.next()


def drawn(warmest: Floats, optics: Optics) -> Trail:
    """Return how warm pixels were, shape (rows, columns), as a picture on the floor, with a mark each half metre."""
    low_x, high_x = _ends(optics.x)
    low_y, high_y = _ends(optics.y)
    side = (high_x - low_x) / _SQUARES
    x = np.arange(low_x + side / 2, high_x, side)
    y = np.arange(low_y + side / 2, high_y, side)
    low_c = float(np.quantile(warmest, 0.05))
    span_c = max(float(np.quantile(warmest, 0.995)) - low_c, _SPAN_C)
    level = np.clip((warmest - low_c) / span_c, 0, 1)[_nearest(optics.y, y)[:, None], _nearest(optics.x, x)]
    steps = np.linspace(0, 1, len(_COLOURS))
    colours = np.stack([np.interp(level, steps, _COLOURS[:, one]) for one in range(3)], axis=-1)
    marked = _marks(x, side)[None, :] | _marks(y, side)[:, None]
    colours[marked] *= _MARK
    return Trail(as_png(colours.astype(np.uint8)), (low_x, low_y, high_x, low_y + len(y) * side))


def _ends(at_m: Floats) -> tuple[float, float]:
    """Return where a row of pixels begins and ends."""
    half = float(at_m[-1] - at_m[-2]) / 2
    return float(at_m[0]) - half, float(at_m[-1]) + half


def _nearest(at_m: Floats, places_m: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    return np.asarray(abs(places_m[:, None] - at_m[None, :]).argmin(axis=1))


def _marks(places_m: Floats, side_m: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray(abs(places_m / _MARK_M - np.round(places_m / _MARK_M)) * _MARK_M < side_m / 2)
