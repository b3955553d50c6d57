"""Whether people can be counted from where a thermal array hangs, by its optics alone.

Too low, whoever walks fast is in its picture for too few pictures to be followed over a line; too high, its pixels are
too coarse to tell people apart. Limits were found by simulation (`python -m bench.arrays heights`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from core import wire
from counter.geometry import Point
from counter.sources.thermal.spots import Optics

FAST_M_S: Final = 2.0
"""How fast somebody may walk and is still to be counted."""
PICTURES: Final = 6.0
"""So many pictures show a part of somebody that fast, at least: with fewer some are missed."""
BODY_M: Final = 0.38
"""A part of somebody is in the picture for so much longer than their middle."""
CLEAR_PICTURES: Final = 1.85
"""The same clear of the rim, where people are warm spots (before counting version 3)."""
PIXEL_M: Final = 0.345
"""Width of a pixel at the height of shoulders up to which one at a time are counted right."""

_ENDS: Final = (0.1, 0.9)
"""Nobody walks closer to the ends of a line: parts of its length."""


@dataclass(frozen=True, slots=True)
class MountLimit:
    """Why people can't be counted from there.

    Attributes:
        flag: of the time in which it hangs so.
        measured: pictures of a fast walker, or the width of a pixel in metres; `limit` what it may be at most or least.
        height_m: of the array.
    """

    flag: wire.Flag
    measured: float
    limit: float
    height_m: float

    def __str__(self) -> str:
        """Say it, and what to do."""
        if self.flag is wire.Flag.LOW_FRAME_RATE:
            return (
                f"source.height_m = {self.height_m:g}: too low, whoever walks {FAST_M_S:g} m/s is in the middle of the "
                f"picture for {self.measured:.1f} pictures, and {self.limit:g} are needed: mount the array higher, or "
                "use one with a wider view"
            )
        return (
            f"source.height_m = {self.height_m:g}: too high, a pixel is {100 * self.measured:.0f} cm wide at the "
            f"height of shoulders, and at most {100 * self.limit:.0f} cm tell people apart: mount the array lower, or "
            "use one with more pixels"
        )


def mount_limits(
    optics: Optics, rate: float, height_m: float, corners: Sequence[tuple[str, Point]] = ()
) -> Iterator[MountLimit]:
    """Yield why an array with these optics can't count; nothing where it can.

    Args:
        optics: of the array.
        rate: whole pictures a second.
        height_m: of the array.
        corners: of lines and zones, each with the name of what it belongs to: people walk across the lines.
    """
    pictures, needed = _way_pictures(optics, rate, corners)
    if pictures < needed:
        yield MountLimit(wire.Flag.LOW_FRAME_RATE, pictures, needed, height_m)
    pixel_m = float(max(np.diff(optics.x).min(), np.diff(optics.y).min()))
    if pixel_m > PIXEL_M:
        yield MountLimit(wire.Flag.LOW_CONTRAST, pixel_m, PIXEL_M, height_m)


def _way_pictures(optics: Optics, rate: float, corners: Sequence[tuple[str, Point]]) -> tuple[float, float]:
    """Return how many pictures there are of a fast walker, and how many are needed."""
    view = optics.view
    seen = (view.outer or view.inner) if optics.by_shape else view.inner
    way_m = min(way_in_m(seen, way) for way in ways_over(corners))
    if optics.by_shape:
        return (way_m + BODY_M) / FAST_M_S * rate, PICTURES
    return way_m / FAST_M_S * rate, CLEAR_PICTURES


def ways_over(corners: Sequence[tuple[str, Point]]) -> list[tuple[float, float]]:
    """Return the directions, of length 1, in which people cross the lines; both axes where there is none."""
    ways = []
    for (name, (x, y)), (other, (next_x, next_y)) in pairwise(corners):
        length = float(np.hypot(next_x - x, next_y - y))
        if name == other and name.startswith("line ") and length > 0:
            ways.append(((next_y - y) / length, (x - next_x) / length))
    return ways or [(1.0, 0.0), (0.0, 1.0)]


def way_in_m(seen: tuple[float, float, float, float], way: tuple[float, float]) -> float:
    """Return how far somebody who walks in a direction through the middle is within what is seen."""
    low_x, low_y, high_x, high_y = seen
    spans = (max(high_x - low_x, 0.0), max(high_y - low_y, 0.0))
    return min(span / abs(part) for span, part in zip(spans, way, strict=True) if abs(part) > 1e-9)  # noqa: PLR2004 - not along this axis


def unseen_lines(optics: Optics, corners: Sequence[tuple[str, Point]]) -> Iterator[str]:
    """Yield, a sentence each, which lines go on beside where people are found: their time is never observed."""
    low_x, low_y, high_x, high_y = optics.view.outer or optics.view.inner
    for name in dict.fromkeys(name for name, _ in corners if name.startswith("line ")):
        (x, y), (to_x, to_y) = (next(p for n, p in order if n == name) for order in (corners, corners[::-1]))
        ends = [(x + part * (to_x - x), y + part * (to_y - y)) for part in _ENDS]
        if not all(low_x <= at_x <= high_x and low_y <= at_y <= high_y for at_x, at_y in ends):
            yield (
                f"{name}: it goes on beside where people are found, x {low_x:.2f} to {high_x:.2f} and y {low_y:.2f} to "
                f"{high_y:.2f} metres, so that who passes there is missed: draw it as wide as the way, narrow the way, "
                "mount the array higher, or use one with a wider view"
            )
