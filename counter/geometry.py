"""Lines and zones as they are drawn, and where points lie relative to them.

Everything is in the source's own units (pixels, or metres), called units here. The picture's y axis may
point up or down: directions are given by a point on the forward side, never as left or right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BAND_M: Final = 0.3
"""A good band or margin in metres: more than a standing person sways, less than half a step."""
_DAY_S: Final = 86_400
_GRID: Final = 33
"""Points a side of the grid on which the inside of a zone is searched."""


class GeometryError(ValueError):
    """A line or zone is drawn so that it can't count; the sentence names it and says why."""


@dataclass(frozen=True, slots=True)
class LineGeometry:
    """A directed counting line.

    Attributes:
        line: its key.
        points: two or more corners, in units.
        forward_towards: any point on the side that forward leads to.
        band: how far from the line, on either side, someone must be to have clearly passed it, in units.

    Raises GeometryError.
    """

    line: str
    points: tuple[Point, ...]
    forward_towards: Point
    band: float

    def __post_init__(self) -> None:
        """Check that the line can be crossed."""
        _check_numbers(f"line {self.line}", (*self.points, self.forward_towards, (self.band, 0.0)))
        if len(self.points) < 2:  # noqa: PLR2004 - a line has two ends
            raise GeometryError(f"line {self.line}: points {self.points} are fewer than two")
        if self.band <= 0:
            raise GeometryError(f"line {self.line}: band {self.band} is not above 0")
        for here, there in pairwise(self.points):
            if here == there:
                raise GeometryError(f"line {self.line}: point {here} stands twice in a row")
        if _self_crosses(_stretches(self.points)):
            raise GeometryError(f"line {self.line}: points {self.points} cross themselves")
        if not _nearest_side(self.points, self.forward_towards):
            raise GeometryError(f"line {self.line}: forward_towards {self.forward_towards} lies on the line")


@dataclass(frozen=True, slots=True)
class ZoneGeometry:
    """An area where dwell is measured.

    Attributes:
        zone: its key.
        polygon: three or more corners, in units; may be concave, must not cross itself.
        stay_s: from how many seconds on a visit is shown as staying on the live page.
        margin: how far beyond the edge, on either side, someone must be to have come in or gone out, in units.

    Raises GeometryError.
    """

    zone: str
    polygon: tuple[Point, ...]
    stay_s: int
    margin: float

    def __post_init__(self) -> None:
        """Check that the zone can be entered."""
        _check_numbers(f"zone {self.zone}", (*self.polygon, (self.margin, 0.0)))
        if len(self.polygon) < 3:  # noqa: PLR2004 - a triangle
            raise GeometryError(f"zone {self.zone}: polygon {self.polygon} has fewer than three corners")
        if self.margin < 0:
            raise GeometryError(f"zone {self.zone}: margin {self.margin} is below 0")
        if not 1 <= self.stay_s <= _DAY_S:
            raise GeometryError(f"zone {self.zone}: stay_s {self.stay_s} is not within 1..{_DAY_S}")
        if _self_crosses(_stretches((*self.polygon, self.polygon[0]))):
            raise GeometryError(f"zone {self.zone}: polygon {self.polygon} crosses itself")
        if (deepest := _deepest(self)) <= self.margin:
            raise GeometryError(
                f"zone {self.zone}: margin {self.margin} leaves no inside, the edge is nowhere further than "
                f"{deepest:.3g} away"
            )


@dataclass(frozen=True, slots=True)
class View:
    """The picture of a source, with the rim along its borders where people come into it and leave it.

    Attributes:
        inner: what lies within the rim: low x, low y, high x, high y, in units.
    """

    inner: tuple[float, float, float, float]

    def at_rim(self, points: Floats) -> Bools:
        """Tell which of `points`, shape (n, 2), lie at the rim or beyond it."""
        low_x, low_y, high_x, high_y = self.inner
        x, y = points.T
        return np.asarray((x < low_x) | (x > high_x) | (y < low_y) | (y > high_y), dtype=np.bool_)


class Polyline:
    """A chain of straight stretches, for many points at once.

    Args:
        corners: shape (m + 1, 2), in units.
    """

    def __init__(self, corners: Sequence[Point] | Floats) -> None:
        self._corners = np.asarray(corners, dtype=np.float64)
        self._begin = self._corners[:-1]
        self._way = np.diff(self._corners, axis=0)
        self._length_2 = (self._way**2).sum(axis=1)

    def distance(self, points: Floats) -> Floats:
        """Return how far each of `points`, shape (n, 2), is from the chain: shape (n,), in units."""
        gap = points[:, None, :] - self._begin
        along = (gap * self._way).sum(axis=2) / self._length_2
        gap -= along.clip(0.0, 1.0)[:, :, None] * self._way
        return np.asarray(np.sqrt((gap**2).sum(axis=2).min(axis=1)), dtype=np.float64)

    def left_passes(self, before: Floats, after: Floats) -> Ints:
        """Return how often each step passes the chain to the left of its direction (y upwards), less to the right.

        Args:
            before: where the steps begin, shape (n, 2), in units.
            after: where they end, shape (n, 2).

        Returns:
            Shape (n,). A point on the chain counts as left of it, so that two steps that meet there pass once.
        """
        was_left, is_left = self._left(before), self._left(after)
        ends = _cross((after - before)[:, None, :], self._corners - before[:, None, :]) >= 0
        reached = ends[:, :-1] != ends[:, 1:]
        passes = (is_left.astype(np.int64) - was_left.astype(np.int64)) * reached
        return np.asarray(passes.sum(axis=1), dtype=np.int64)

    def _left(self, points: Floats) -> Bools:
        return np.asarray(_cross(self._way, points[:, None, :] - self._begin) >= 0, dtype=np.bool_)


class DirectedLine:
    """A LineGeometry ready to be asked about many points at once."""

    def __init__(self, geometry: LineGeometry) -> None:
        left = _nearest_side(geometry.points, geometry.forward_towards) > 0
        self._chain = Polyline(geometry.points if left else geometry.points[::-1])

    def distance(self, points: Floats) -> Floats:
        """Return how far each of `points`, shape (n, 2), is from the line: shape (n,), in units."""
        return self._chain.distance(points)

    def passes(self, before: Floats, after: Floats) -> Ints:
        """Return how often each step, shapes (n, 2), passes the line forward, less backward: shape (n,)."""
        return self._chain.left_passes(before, after)


class Area:
    """A ZoneGeometry ready to be asked about many points at once."""

    def __init__(self, geometry: ZoneGeometry) -> None:
        corners = np.asarray(geometry.polygon, dtype=np.float64)
        self._edge = Polyline(np.vstack((corners, corners[:1])))
        self._begin = corners
        self._end = np.roll(corners, -1, axis=0)

    def depth(self, points: Floats) -> Floats:
        """Return how deep inside each of `points`, shape (n, 2), lies: shape (n,), units from the edge, < 0 outside."""
        return np.where(self._inside(points), 1.0, -1.0) * self._edge.distance(points)

    def _inside(self, points: Floats) -> Bools:
        """Tell which points have an odd number of edges to their right."""
        level = (self._begin[:, 1] > points[:, None, 1]) != (self._end[:, 1] > points[:, None, 1])
        rises = self._end[:, 1] > self._begin[:, 1]
        left = _cross(self._end - self._begin, points[:, None, :] - self._begin) > 0
        return np.asarray((level & (left == rises)).sum(axis=1) % 2 == 1, dtype=np.bool_)


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], dtype=np.float64)


def _check_numbers(name: str, points: Sequence[Point]) -> None:
    if not np.isfinite(np.asarray(points, dtype=np.float64)).all():
        raise GeometryError(f"{name}: {points} holds what is no finite number")


def _stretches(points: Sequence[Point]) -> list[Floats]:
    return [np.asarray(pair, dtype=np.float64) for pair in pairwise(points)]


def _self_crosses(stretches: list[Floats]) -> bool:
    return any(_properly_cross(one, other) for one, other in combinations(stretches, 2))


def _properly_cross(one: Floats, other: Floats) -> bool:
    """Tell whether two stretches pass through each other (touching ends don't)."""
    apart = _cross(one[1] - one[0], other - one[0]).prod() < 0
    return bool(apart and _cross(other[1] - other[0], one - other[0]).prod() < 0)


def _nearest_side(corners: Sequence[Point], point: Point) -> int:
    """Return 1 when `point` lies to the left of the chain, -1 right, 0 on it, by the stretch nearest to it.

    Where a corner is nearest, two stretches are equally near; the one that sees the point more from the side tells.
    """
    begin, way = np.asarray(corners[:-1], dtype=np.float64), np.diff(np.asarray(corners, dtype=np.float64), axis=0)
    gap = np.asarray(point, dtype=np.float64) - begin
    along = ((gap * way).sum(axis=1) / (way**2).sum(axis=1)).clip(0.0, 1.0)
    away = np.sqrt(((gap - along[:, None] * way) ** 2).sum(axis=1))
    beside = _cross(way, gap) / np.sqrt((way**2).sum(axis=1))
    nearest = np.isclose(away, away.min())
    return int(np.sign(beside[np.where(nearest, np.abs(beside), -1.0).argmax()]))


def _deepest(geometry: ZoneGeometry) -> float:
    """Return about how far the point deepest inside is from the edge, in units."""
    corners = np.asarray(geometry.polygon, dtype=np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    steps = (np.arange(_GRID) + 0.5) / _GRID
    across, up = np.meshgrid(low[0] + steps * (high[0] - low[0]), low[1] + steps * (high[1] - low[1]))
    return float(Area(geometry).depth(np.column_stack((across.ravel(), up.ravel()))).max())
