"""What people did between two frames: the input of lines and zones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from counter.geometry import Bools, Floats, Ints, Point


@dataclass(frozen=True, slots=True)
class Displacements:
    """How each person seen in one frame moved since they were seen last.

    Attributes:
        at_ms: when the frame was captured, in milliseconds of a clock that only runs forward.
        rows: who is in which row, in the order of the rows; meaning nothing outside this device's memory.
        points: shape (n, 2), where they end, in units.
        before: shape (n, 2), where they begin; equal to `points` for those seen for the first time.
        first: shape (n,), whether it is the first sight.
    """

    at_ms: int
    rows: dict[int, int]
    points: Floats
    before: Floats
    first: Bools


class TrackHistory:
    """Remembers where each person was seen last, so that sightings with identities become moves."""

    def __init__(self) -> None:
        self._ids: Ints = np.empty(0, dtype=np.int64)  # rising
        self._points: Floats = np.empty((0, 2))

    @property
    def last(self) -> dict[int, Point]:
        """Where each person was seen last, in units."""
        return {name: (x, y) for name, (x, y) in zip(self._ids.tolist(), self._points.tolist(), strict=True)}

    def restore(self, last: Mapping[int, Point]) -> None:
        """Go on from what `last` was."""
        self._ids = np.array(sorted(last), dtype=np.int64)
        self._points = np.array([last[name] for name in self._ids.tolist()], dtype=np.float64).reshape(-1, 2)

    def displacements(self, at_ms: int, ids: Ints, points: Floats) -> Displacements:
        """Return the moves to `points`, shape (n, 2), of the people `ids`, shape (n,), all different."""
        places = self._ids.searchsorted(ids)
        first = np.append(self._ids, -1)[places] != ids  # one more place, for those behind everyone known
        if first.any():
            self._add(ids[first], points[first])
            places = self._ids.searchsorted(ids)
        before = self._points[places]
        self._points[places] = points
        return Displacements(at_ms, dict(zip(ids.tolist(), range(len(ids)), strict=True)), points, before, first)

    def forget(self, ids: Iterable[int]) -> None:
        """Drop people who will not come again."""
        kept = np.isin(self._ids, list(ids), invert=True)
        self._ids, self._points = self._ids[kept], self._points[kept]

    def _add(self, ids: Ints, points: Floats) -> None:
        every = np.concatenate((self._ids, ids))
        order = every.argsort()
        self._ids, self._points = every[order], np.vstack((self._points, points))[order]
