"""What people did between two frames: the input of lines and zones."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from counter.geometry import Bools, Floats, Ints, Point


@dataclass(frozen=True, slots=True)
class Steps:
    """One step a person seen in one frame.

    Attributes:
        at_ms: when the frame was captured, in milliseconds of a clock that only runs forward.
        ids: shape (n,), who; different from each other, and meaning nothing outside this device's memory.
        points: shape (n, 2), where the steps end, in units.
        before: shape (n, 2), where they begin; equal to `points` for those seen for the first time.
        first: shape (n,), whether it is the first sight.
    """

    at_ms: int
    ids: Ints
    points: Floats
    before: Floats
    first: Bools


class Trails:
    """Remembers where each person was seen last, so that sightings with identities become steps."""

    def __init__(self) -> None:
        self.last: dict[int, Point] = {}

    def steps(self, at_ms: int, ids: Ints, points: Floats) -> Steps:
        """Return the steps to `points`, shape (n, 2), of the people `ids`, shape (n,)."""
        names: list[int] = ids.tolist()
        here: list[Point] = [(x, y) for x, y in points.tolist()]
        first = np.array([name not in self.last for name in names], dtype=np.bool_)
        before = [self.last.get(name, point) for name, point in zip(names, here, strict=True)]
        self.last.update(zip(names, here, strict=True))
        return Steps(at_ms, ids, points, np.array(before, dtype=np.float64).reshape(-1, 2), first)

    def forget(self, ids: Iterable[int]) -> None:
        """Drop people who will not come again."""
        for name in ids:
            self.last.pop(name, None)
