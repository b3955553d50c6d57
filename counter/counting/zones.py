"""Visits of one zone.

A visit starts *entered* when someone seen outside comes further in than the margin, or *appeared* when they
are first seen inside. It ends *left* when they get further out than the margin, or *lost* at the last sight of
someone who is seen no more. In between, on the edge, nothing changes. Someone last seen outside the edge,
though within the margin, has left. Presence and dwell run from sight to sight: a moment without detection
inside a visit belongs to it, the time after the last sight does not.

Nobody can be seen beyond the borders of a picture. Where a zone reaches the rim of what its source sees, someone first
seen there has *entered*, and someone last seen there has *left*; the margin does not apply.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from msgspec import Struct

from counter.counting.cells import End, Start
from counter.counting.displacements import Steps
from counter.geometry import Bools, Floats, Shapes, View, ZoneGeometry


class Visit(Struct):
    """Someone in the zone now. Times are in milliseconds of the steps' clock.

    Attributes:
        start: how the visit began.
        start_ms: when.
        seen_ms: the last sight.
        within: whether that was inside the edge itself, and not at the rim of what can be seen.
    """

    start: Start
    start_ms: int
    seen_ms: int
    within: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A visit [start_ms, end_ms) that is over."""

    start: Start
    end: End
    start_ms: int
    end_ms: int


@dataclass(slots=True)
class Stays:
    """What the steps of one frame changed in one zone.

    Attributes:
        to_ms: when the frame was captured.
        began: beginnings of visits.
        ended: visits that are over.
        present: people who were present from a time, in ms, until `to_ms`.
    """

    to_ms: int
    began: list[Start] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    present: dict[int, int] = field(default_factory=dict)


class ZoneCounter:
    """Follows the visits of one zone.

    Args:
        geometry: the zone.
        view: what its source sees; None where that has no borders at which people come and go.
    """

    def __init__(self, geometry: ZoneGeometry, view: View | None = None) -> None:
        self.zone = geometry.zone
        self.stay_s = geometry.stay_s
        self._where = Shapes(zones=[geometry])
        self._margin = geometry.margin
        self._view = view
        self.open: dict[int, Visit] = {}

    def update(self, steps: Steps) -> Stays:
        """Take the steps of one frame and return what they changed."""
        return self.take(steps, self._where.beside(steps.before, steps.points).depths[0])

    def take(self, steps: Steps, depths: Floats) -> Stays:
        """Take the steps of one frame, of which is known how deep inside they end: shape (n,), as in Beside."""
        stays = Stays(steps.at_ms)
        rows = set(np.flatnonzero(depths > 0).tolist())
        rows.update(steps.rows[name] for name in self.open.keys() & steps.rows.keys())
        if rows:
            names, rims = list(steps.rows), self._at_rim(steps).tolist()
            for row in rows:
                name, depth = names[row], float(depths[row])
                if visit := self.open.get(name):
                    self._go_on(name, visit, depth, rims[row], stays)
                else:
                    self._begin(name, depth, rims[row], bool(steps.first[row]), stays)
        return stays

    def end(self, at_ms: int, ids: Iterable[int]) -> Stays:
        """End the visits of people who are seen no more, at their last sight."""
        stays = Stays(at_ms)
        for name in ids:
            if visit := self.open.pop(name, None):
                end = End.LOST if visit.within else End.LEFT
                stays.ended.append(Ended(visit.start, end, visit.start_ms, visit.seen_ms))
        return stays

    def staying(self, at_ms: int) -> int:
        """Return how many open visits began at least `stay_s` seconds before `at_ms`."""
        return sum(at_ms - visit.start_ms >= self.stay_s * 1000 for visit in self.open.values())

    def _at_rim(self, steps: Steps) -> Bools:
        return self._view.at_rim(steps.points) if self._view else np.zeros(len(steps.rows), dtype=np.bool_)

    def _begin(self, name: int, depth: float, rim: bool, first: bool, stays: Stays) -> None:
        if depth > (0.0 if first or rim else self._margin):
            start = Start.APPEARED if first and not rim else Start.ENTERED
            self.open[name] = Visit(start, stays.to_ms, stays.to_ms, within=not rim)
            stays.began.append(start)

    def _go_on(self, name: int, visit: Visit, depth: float, rim: bool, stays: Stays) -> None:
        stays.present[visit.seen_ms] = stays.present.get(visit.seen_ms, 0) + 1
        visit.seen_ms = stays.to_ms
        visit.within = depth > 0 and not rim
        if depth < -self._margin:
            del self.open[name]
            stays.ended.append(Ended(visit.start, End.LEFT, visit.start_ms, stays.to_ms))
