"""When paths cross lines and enter and leave zones: exact, since paths are made of straight pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from counter.counting.cells import End, Start
from counter.geometry import Bools, Floats, Ints
from sim.people import Paths

Point = Sequence[float]


@dataclass(frozen=True, slots=True)
class SimulatedPassages:
    """Where n paths pass a straight stretch.

    Attributes:
        person: shape (n,), row of the path.
        at_ms: shape (n,), UTC milliseconds.
        leftwards: shape (n,), whether towards the left of the stretch's direction (y upwards).
    """

    person: Ints
    at_ms: Floats
    leftwards: Bools


@dataclass(frozen=True, slots=True)
class SimulatedStays:
    """Times that people spend in a zone, one row a visit.

    Attributes:
        start_ms: shape (n,), UTC milliseconds; `end_ms` the same.
        entered: shape (n,), false where the path begins inside.
        left: shape (n,), false where the path ends inside.
    """

    start_ms: Floats
    end_ms: Floats
    entered: Bools
    left: Bools

    def only(self, chosen: Bools | Ints) -> Self:
        """Return the chosen visits."""
        return type(self)(self.start_ms[chosen], self.end_ms[chosen], self.entered[chosen], self.left[chosen])

    def by_start(self) -> Self:
        """Return the visits in the order of their starts."""
        return self.only(np.argsort(self.start_ms, kind="stable"))

    def rows(self) -> Iterator[tuple[int, int, Start, End]]:
        """Yield each visit: start and end in whole milliseconds, how it began and how it ended."""
        columns = (self.start_ms.tolist(), self.end_ms.tolist(), self.entered.tolist(), self.left.tolist())
        for start_ms, end_ms, entered, left in zip(*columns, strict=True):
            start = Start.ENTERED if entered else Start.APPEARED
            yield int(start_ms), int(end_ms), start, End.LEFT if left else End.LOST


def crossings(paths: Paths, line: Sequence[Point], forward_towards: Point) -> tuple[Floats, Bools]:
    """Return when people pass a line of straight stretches, and whether forward; by time.

    Arguments are in metres. Forward is towards the side of the line on which `forward_towards` lies.
    """
    corners = np.asarray(line, dtype=np.float64)
    found = [_passages(paths, a, b) for a, b in pairwise(corners)]
    at_ms = np.concatenate([passages.at_ms for passages in found])
    leftwards = np.concatenate([passages.leftwards for passages in found])
    order = np.argsort(at_ms, kind="stable")
    return at_ms[order], leftwards[order] == _is_left(corners, np.asarray(forward_towards, dtype=np.float64))


def stays(paths: Paths, polygon: Sequence[Point]) -> SimulatedStays:
    """Return every time that people spend in a polygon, in metres; it may be concave, not self-crossing."""
    corners = np.asarray(polygon, dtype=np.float64)
    edges = [_passages(paths, a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    begun = np.flatnonzero(_inside(corners, paths.points[:, 0]))
    ended = np.flatnonzero(_inside(corners, paths.points[:, -1]))
    person = np.concatenate([begun, *(edge.person for edge in edges), ended])
    at_ms = np.concatenate([paths.times_ms[begun, 0], *(edge.at_ms for edge in edges), paths.times_ms[ended, -1]])
    seen = np.ones(len(person), dtype=np.bool_)
    seen[: len(begun)] = False
    seen[len(person) - len(ended) :] = False
    first, second = _in_and_out(person, at_ms)
    return SimulatedStays(at_ms[first], at_ms[second], seen[first], seen[second]).by_start()


def _in_and_out(person: Ints, at_ms: Floats) -> tuple[Ints, Ints]:
    """Pair passages of an edge: of one person, every second one leads in and the next one out.

    Whoever has an odd number went through a corner so exactly that rounding decided, and is left out.
    """
    order = np.lexsort((at_ms, person))
    order = order[np.bincount(person)[person[order]] % 2 == 0]
    return order[::2], order[1::2]


def _side(a: Floats, b: Floats, points: Floats) -> Floats:
    """Return twice the area of the triangle a, b, point: above 0 where the point lies to the left."""
    return np.asarray(
        (b[0] - a[0]) * (points[..., 1] - a[1]) - (b[1] - a[1]) * (points[..., 0] - a[0]), dtype=np.float64
    )


def _passages(paths: Paths, a: Floats, b: Floats) -> SimulatedPassages:
    """Return where paths pass the stretch from a (included) to b (not)."""
    side = _side(a, b, paths.points)
    left = side >= 0
    person, piece = np.nonzero(left[:, :-1] != left[:, 1:])
    before, after = side[person, piece], side[person, piece + 1]
    done = before / (before - after)
    begin, end = paths.points[person, piece], paths.points[person, piece + 1]
    along = (begin + done[:, None] * (end - begin) - a) @ (b - a) / np.dot(b - a, b - a)
    on = (along >= 0) & (along < 1)
    begin_ms, end_ms = paths.times_ms[person, piece], paths.times_ms[person, piece + 1]
    at_ms = begin_ms + done * (end_ms - begin_ms)
    return SimulatedPassages(person[on], at_ms[on], left[person, piece + 1][on])


def _inside(corners: Floats, points: Floats) -> Bools:
    """Return which points lie in a polygon: an odd number of its edges passes to their right."""
    odd = np.zeros(len(points), dtype=np.bool_)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        level = (a[1] > points[:, 1]) != (b[1] > points[:, 1])
        rises = b[1] > a[1]
        odd ^= level & ((_side(a, b, points) > 0) == rises)
    return odd


def _is_left(corners: Floats, point: Floats) -> bool:
    """Return whether a point lies to the left of a line, judged by the stretch nearest to it."""
    begin, way = corners[:-1], np.diff(corners, axis=0)
    along = (((point - begin) * way).sum(axis=1) / (way**2).sum(axis=1)).clip(0, 1)
    gap = np.hypot(*(point - begin - along[:, None] * way).T)
    nearest = int(np.argmin(gap))
    return bool(_side(corners[nearest], corners[nearest + 1], point) > 0)
