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
SHOULDERS_M: Final = 1.4
"""Height of shoulders above the floor: what is widest of somebody, and what is seen of them from above."""
_DAY_S: Final = 86_400
_GRID: Final = 33
"""Points a side of the grid on which the inside of a zone is searched."""


class GeometryError(ValueError):
    """A line or zone is drawn so that it can't count; the sentence names it and says why."""


def growth(camera_height_m: float, level_m: float = SHOULDERS_M) -> float:
    """Return how many times as large as on the floor a camera that looks straight down sees something at a level."""
    return camera_height_m / (camera_height_m - level_m)


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
        if _crosses_itself(self.points):
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
        if _crosses_itself((*self.polygon, self.polygon[0])):
            raise GeometryError(f"zone {self.zone}: polygon {self.polygon} crosses itself")
        if (furthest := _deepest(self)[1]) <= self.margin:
            raise GeometryError(
                f"zone {self.zone}: margin {self.margin} leaves no inside, the edge is nowhere further than "
                f"{furthest:.3g} away"
            )


@dataclass(frozen=True, slots=True)
class View:
    """The picture of a source, with the rim along its borders where people come into it and leave it.

    Attributes:
        inner: what lies within the rim: low x, low y, high x, high y, in units.
        outer: where people can be found at all, in the same order; None: within `inner` alone, for all that is known.
        frame: the borders of the picture, in the same order, where points may lie beyond them; for a zone, who stands
            beyond a border stands at it.
        bodies: where enough of who stands there is in the picture to be found, in the same order; None where `outer`
            says it.
    """

    inner: tuple[float, float, float, float]
    outer: tuple[float, float, float, float] | None = None
    frame: tuple[float, float, float, float] | None = None
    bodies: tuple[float, float, float, float] | None = None

    def at_rim(self, points: Floats) -> Bools:
        """Return which of `points`, shape (n, 2), lie at the rim or beyond it."""
        low_x, low_y, high_x, high_y = self.inner
        x, y = points.T
        return np.asarray((x < low_x) | (x > high_x) | (y < low_y) | (y > high_y), dtype=np.bool_)

    def is_found(self, point: Point) -> bool:
        """Return whether people can be found at `point`."""
        low_x, low_y, high_x, high_y = self.outer or self.inner
        return low_x <= point[0] <= high_x and low_y <= point[1] <= high_y

    def is_beyond(self, points: Floats) -> Bools:
        """Return which of `points`, shape (n, 2), lie beyond the picture's borders and where people can be found."""
        if self.frame is None or self.outer is None:
            return np.zeros(len(points), dtype=np.bool_)
        outside = [((points < box[:2]) | (points > box[2:])).any(axis=1) for box in (self.frame, self.outer)]
        return np.asarray(outside[0] & outside[1], dtype=np.bool_)

    def shows_bodies(self, points: Floats) -> Bools:
        """Return at which of `points`, shape (n, 2), enough of who stands there is in the picture."""
        if self.bodies is None:
            return np.ones(len(points), dtype=np.bool_)
        return np.asarray(((points >= self.bodies[:2]) & (points <= self.bodies[2:])).all(axis=1), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Relations:
    """Where n people are beside the lines and zones of a Geometry, after one move each.

    Attributes:
        passes: shape (lines, n), how often a move passed a line forward, less backward.
        gaps: shape (lines, n), how far people are from a line, in units.
        depths: shape (zones, n), how deep inside a zone they are: units from its edge, < 0 outside.
    """

    passes: Ints
    gaps: Floats
    depths: Floats


class Geometry:
    """Lines and zones, prepared to relate many points to them at once.

    All their straight stretches lie in one row, lines first: a few operations on arrays serve all shapes and people.
    """

    def __init__(
        self, lines: Sequence[LineGeometry] = (), zones: Sequence[ZoneGeometry] = (), view: View | None = None
    ) -> None:
        self._frame = np.array(view.frame) if view and view.frame and zones else None
        chains = [*map(forward_left, lines), *((*zone.polygon, zone.polygon[0]) for zone in zones)]
        stretches = [(*here, *there) for chain in chains for here, there in pairwise(chain)]
        ends = np.array(stretches, dtype=np.float64).reshape(-1, 4).T[:, :, None]
        self._begin_x, self._begin_y, self._end_x, self._end_y = ends
        self._way_x, self._way_y = ends[2] - ends[0], ends[3] - ends[1]
        self._length_2 = self._way_x**2 + self._way_y**2
        self._rises = self._end_y > self._begin_y
        lengths = [len(chain) - 1 for chain in chains]
        self._shape_of = np.repeat(np.arange(len(chains)), lengths)
        self._first = np.cumsum([0, *lengths])[:-1]
        self._lines, self._line_stretches = len(lines), sum(lengths[: len(lines)])

    def relate(self, before: Floats, after: Floats) -> Relations:
        """Return where moves from `before` to `after`, shapes (n, 2), lead.

        A point on a line is taken a hair's breadth to the right of where it is, and up by a breadth of that: on one
        side of every stretch, the same one before and after. So two moves that meet on a line, also at a corner of
        it, pass as often as one (Edelsbrunner and Mücke, Simulation of Simplicity, 1990).
        """
        x, y = after.T
        off_x, off_y = x - self._begin_x, y - self._begin_y
        side = self._way_x * off_y - self._way_y * off_x
        gaps = self._gaps(off_x, off_y)
        inside = self._inside(y, side[self._line_stretches :])
        depths = np.where(inside, gaps[self._lines :], -gaps[self._lines :])
        if self._frame is not None and ((within := after.clip(self._frame[:2], self._frame[2:])) != after).any():
            depths = self.relate(within, within).depths
        passes = self._passes(before, after, self._left(side[: self._line_stretches]))
        return Relations(passes, gaps[: self._lines], depths)

    def _gaps(self, off_x: Floats, off_y: Floats) -> Floats:
        """Return how far points are from each chain, by how far they are from where each stretch begins."""
        along = (off_x * self._way_x + off_y * self._way_y) / self._length_2
        np.minimum(np.maximum(along, 0.0, out=along), 1.0, out=along)
        away_x, away_y = off_x - along * self._way_x, off_y - along * self._way_y
        gaps_2 = np.minimum.reduceat(away_x * away_x + away_y * away_y, self._first, axis=0)
        return np.asarray(np.sqrt(gaps_2), dtype=np.float64)

    def _left(self, side: Floats) -> Bools:
        """Return who is left of each stretch of the lines, by the sign of `side`, and by the hair's breadth on it."""
        way_x, way_y = self._way_x[: self._line_stretches], self._way_y[: self._line_stretches]
        tied = (way_y < 0) | ((way_y == 0) & (way_x > 0))
        return np.asarray((side > 0) | ((side == 0) & tied), dtype=np.bool_)

    def _passes(self, before: Floats, after: Floats, is_left: Bools) -> Ints:
        """Add up, line by line, the stretches that each move passes to the left, less to the right."""
        count = self._line_stretches
        passes = np.zeros((self._lines, len(after)), dtype=np.int64)
        x, y = before.T
        turned = self._way_x[:count] * (y - self._begin_y[:count]) - self._way_y[:count] * (x - self._begin_x[:count])
        stretch, person = np.nonzero(self._left(turned) != is_left)
        if len(stretch):
            step = (after - before)[person]
            begins = np.column_stack((self._begin_x[stretch], self._begin_y[stretch])) - before[person]
            ends = np.column_stack((self._end_x[stretch], self._end_y[stretch])) - before[person]
            up = (step[:, 1] > 0) | ((step[:, 1] == 0) & (step[:, 0] < 0))
            from_begin, from_end = _cross(step, begins), _cross(step, ends)
            reached = ((from_begin > 0) | ((from_begin == 0) & up)) != ((from_end > 0) | ((from_end == 0) & up))
            change = np.where(is_left[stretch, person], 1, -1) * reached
            np.add.at(passes, (self._shape_of[stretch], person), change)
        return passes

    def _inside(self, y: Floats, side: Floats) -> Bools:
        """Return which points have an odd number of a zone's edges to their right."""
        edges = slice(self._line_stretches, None)
        level = (self._begin_y[edges] > y) != (self._end_y[edges] > y)
        crossed = level & ((side > 0) == self._rises[edges])
        first = self._first[self._lines :] - self._line_stretches
        return np.asarray(np.logical_xor.reduceat(crossed, first, axis=0), dtype=np.bool_)


def forward_left(line: LineGeometry) -> tuple[Point, ...]:
    """Return the corners of a line in the order that has forward to the left (y upwards)."""
    return line.points if _nearest_side(line.points, line.forward_towards) > 0 else line.points[::-1]


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0], dtype=np.float64)


def _check_numbers(name: str, points: Sequence[Point]) -> None:
    if not np.isfinite(np.asarray(points, dtype=np.float64)).all():
        raise GeometryError(f"{name}: {points} holds a number that is not finite")


def _crosses_itself(points: Sequence[Point]) -> bool:
    stretches = [np.asarray(pair, dtype=np.float64) for pair in pairwise(points)]
    return any(properly_cross(one, other) for one, other in combinations(stretches, 2))


def properly_cross(one: Floats, other: Floats) -> bool:
    """Return whether two stretches, shapes (2, 2), pass through each other (touching ends don't)."""
    apart = _cross(one[1] - one[0], other - one[0]).prod() < 0
    return bool(apart and _cross(other[1] - other[0], one - other[0]).prod() < 0)


def _nearest_side(corners: Sequence[Point], point: Point) -> int:
    """Return 1 when `point` lies to the left of the chain, -1 right, 0 on it, by the stretch nearest to it.

    Where a corner is nearest, two stretches are equally near; the one that sees the point more from the side decides.
    """
    begin, way = np.asarray(corners[:-1], dtype=np.float64), np.diff(np.asarray(corners, dtype=np.float64), axis=0)
    gap = np.asarray(point, dtype=np.float64) - begin
    along = ((gap * way).sum(axis=1) / (way**2).sum(axis=1)).clip(0.0, 1.0)
    away = np.sqrt(((gap - along[:, None] * way) ** 2).sum(axis=1))
    beside = _cross(way, gap) / np.sqrt((way**2).sum(axis=1))
    nearest = np.isclose(away, away.min())
    return int(np.sign(beside[np.where(nearest, np.abs(beside), -1.0).argmax()]))


def deepest(geometry: ZoneGeometry) -> Floats:
    """Return about which place inside is furthest from the edge, shape (2,), in units."""
    return _deepest(geometry)[0]


def _deepest(geometry: ZoneGeometry) -> tuple[Floats, float]:
    """Return that place, and how far from the edge it is."""
    points, depths = depths_around(geometry)
    place = int(depths.argmax())
    return points[place], float(depths[place])


def depths_around(geometry: ZoneGeometry) -> tuple[Floats, Floats]:
    """Return places in and around a zone, shape (n, 2), and how deep inside each is, shape (n,), as in Relations."""
    corners = np.asarray(geometry.polygon, dtype=np.float64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    steps = (np.arange(_GRID) + 0.5) / _GRID
    across, up = np.meshgrid(low[0] + steps * (high[0] - low[0]), low[1] + steps * (high[1] - low[1]))
    points = np.column_stack((across.ravel(), up.ravel()))
    depths = Geometry(zones=[geometry]).relate(points, points).depths[0]
    return points, np.asarray(depths, dtype=np.float64)
