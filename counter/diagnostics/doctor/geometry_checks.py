"""How lines and zones lie in the picture, measured with a ruler."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from counter.geometry import Geometry, Point, ZoneGeometry, properly_cross

Bounds = tuple[float, float, float, float]
"""What is seen: low x, low y, high x, high y, in units."""
Border = Literal["left", "top", "right", "bottom"]
_BORDERS: Final[tuple[Border, ...]] = ("left", "top", "right", "bottom")
_SAMPLES: Final = 9
"""Places on each stretch of a line at which its distance is taken."""
_NEAR: Final = 1e-9
_END: Final = 0.1
"""The part of a line at each of its ends at which nobody need be seen (`counter.counting.walks`)."""
_FINE: Final = 400
"""Places along a line by which it is told how much of it lies somewhere."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much room there is on one side of a line.

    Attributes:
        border: the border of the picture that most of this side faces.
        units: how far it is, straight off the line; half of the line has less.
    """

    border: Border
    units: float


def rooms(points: Sequence[Point], bounds: Bounds) -> list[Room]:
    """Return the room on both sides of a line with these corners, within `bounds`."""
    sides: list[list[tuple[float, int]]] = [[], []]
    for begin, end in pairwise(np.asarray(points, dtype=np.float64)):
        way = end - begin
        normal = np.array([-way[1], way[0]]) / np.hypot(*way)
        for part in (np.arange(_SAMPLES) + 0.5) / _SAMPLES:
            here = begin + part * way
            sides[0].append(_to_border(here, normal, bounds))
            sides[1].append(_to_border(here, -normal, bounds))
    return [_room(side) for side in sides]


def _room(side: list[tuple[float, int]]) -> Room:
    faced = [border for _, border in side]
    return Room(_BORDERS[max(set(faced), key=faced.count)], median(distance for distance, _ in side))


def _to_border(here: NDArray[np.float64], way: NDArray[np.float64], bounds: Bounds) -> tuple[float, int]:
    """Return how far the border is from a point along a unit vector, and which border."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    found = [(float("inf"), 0)]
    for axis in range(2):
        if abs(way[axis]) > _NEAR:
            goal, border = (high[axis], axis + 2) if way[axis] > 0 else (low[axis], axis)
            found.append((max(float((goal - here[axis]) / way[axis]), 0.0), border))
    return min(found)


def beyond(points: Sequence[Point], bounds: Bounds) -> float:
    """Return how far the furthest corner of a line lies outside `bounds`, in units; 0 where all of it is within."""
    low_x, low_y, high_x, high_y = bounds
    return max(max(low_x - x, x - high_x, low_y - y, y - high_y, 0.0) for x, y in points)


def length(points: Sequence[Point]) -> float:
    """Return how long a line with these corners is, in units."""
    return float(_along(np.asarray(points, dtype=np.float64))[-1])


def _along(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far along a line each of its corners, shape (n, 2), is: shape (n,)."""
    return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))


def shares_within(points: Sequence[Point], bounds: Bounds) -> tuple[float, float]:
    """Return how much of a line with these corners lies within `bounds`: of all of it, and of all but its ends, 0..1.

    Its ends are a tenth of it each.
    """
    corners = np.asarray(points, dtype=np.float64)
    along = _along(corners)
    parts = (np.arange(_FINE) + 0.5) / _FINE
    x, y = (np.interp(parts * along[-1], along, corners[:, axis]) for axis in (0, 1))
    low_x, low_y, high_x, high_y = bounds
    within = (low_x <= x) & (x <= high_x) & (low_y <= y) & (y <= high_y)
    middle = (parts > _END) & (parts < 1 - _END)
    return float(within.mean()), float(within[middle].mean())


def longest_way(polygon: Sequence[Point]) -> float:
    """Return how long the longest way from corner to corner of a zone is, in units, each as short as it can be inside.

    In a zone with a bend it goes round the bend.
    """
    corners = np.asarray(polygon, dtype=np.float64)
    edges = [np.stack(edge) for edge in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    zone = Geometry(zones=[ZoneGeometry("", tuple(polygon), stay_s=1, margin=0.0)])
    ways = np.full((len(corners), len(corners)), np.inf)
    np.fill_diagonal(ways, 0.0)
    for one, other in combinations(range(len(corners)), 2):
        way = corners[[one, other]]
        middle = way.mean(axis=0, keepdims=True)
        is_within = zone.relate(middle, middle).depths[0, 0] > -_NEAR  # on an edge, too
        if is_within and not any(properly_cross(way, edge) for edge in edges):
            ways[one, other] = ways[other, one] = float(np.hypot(*(way[1] - way[0])))
    for corner in range(len(corners)):
        ways = np.minimum(ways, ways[:, corner, None] + ways[None, corner, :])
    return float(ways.max())
