"""How lines and zones lie in the picture, measured with a ruler."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from counter.geometry import Point

Bounds = tuple[float, float, float, float]
"""What is seen: low x, low y, high x, high y, in units."""
Border = Literal["left", "top", "right", "bottom"]
_BORDERS: Final[tuple[Border, ...]] = ("left", "top", "right", "bottom")
_SAMPLES: Final = 9
"""Places on each stretch of a line at which its distance is taken."""
_NEAR: Final = 1e-9


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


def longest_way(polygon: Sequence[Point]) -> float:
    """Return how long the longest way from corner to corner of a zone is, in units, each as short as it can be inside.

    In a zone with a bend it goes round the bend.
    """
    corners = np.asarray(polygon, dtype=np.float64)
    ways = np.full((len(corners), len(corners)), np.inf)
    np.fill_diagonal(ways, 0.0)
    for one, other in combinations(range(len(corners)), 2):
        if _is_inside(corners, one, other):
            ways[one, other] = ways[other, one] = float(np.hypot(*(corners[one] - corners[other])))
    for middle in range(len(corners)):
        ways = np.minimum(ways, ways[:, middle, None] + ways[None, middle, :])
    return float(ways.max())


def _is_inside(corners: NDArray[np.float64], one: int, other: int) -> bool:
    """Return whether the straight way between two corners leaves the zone nowhere."""
    if abs(one - other) in {1, len(corners) - 1}:
        return True
    begin, end = corners[one], corners[other]
    if any(_passes(begin, end, *edge) for edge in _edges(corners)):
        return False
    return _contains(corners, (begin + end) / 2)


def _edges(corners: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    return zip(corners, np.roll(corners, -1, axis=0), strict=True)


def _side(begin: NDArray[np.float64], end: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    return float((end[0] - begin[0]) * (point[1] - begin[1]) - (end[1] - begin[1]) * (point[0] - begin[0]))


def _passes(
    begin: NDArray[np.float64], end: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> bool:
    return _side(begin, end, low) * _side(begin, end, high) < 0 and _side(low, high, begin) * _side(low, high, end) < 0


def _contains(corners: NDArray[np.float64], point: NDArray[np.float64]) -> bool:
    """Return whether a point lies in the polygon or on its edge."""
    odd = False
    for low, high in _edges(corners):
        side = _side(low, high, point)
        if abs(side) < _NEAR and float((point - low) @ (point - high)) <= 0:
            return True
        if (low[1] > point[1]) != (high[1] > point[1]) and (side > 0) == (high[1] > low[1]):
            odd = not odd
    return odd
