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
from counter.counting.displacements import Displacements
from counter.geometry import Bools, Floats, Geometry, View, ZoneGeometry


class Visit(Struct):
    """Someone in the zone now. Times are in milliseconds of the moves' clock.

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
class EndedVisit:
    """A visit [start_ms, end_ms) that is over."""

    start: Start
    end: End
    start_ms: int
    end_ms: int


@dataclass(slots=True)
class ZoneChanges:
    """What the moves of one frame changed in one zone.

    Attributes:
        to_ms: when the frame was captured.
        began: beginnings of visits.
        ended: visits that are over.
        present: people who were present from a time, in ms, until `to_ms`.
    """

    to_ms: int
    began: list[Start] = field(default_factory=list)
    ended: list[EndedVisit] = field(default_factory=list)
    present: dict[int, int] = field(default_factory=dict)


class ZoneCounter:
    """Follows the visits of one zone. Without a `view`, the source has no borders at which people come and go."""

    def __init__(self, geometry: ZoneGeometry, view: View | None = None) -> None:
        self.zone = geometry.zone
        self.stay_s = geometry.stay_s
        self._geometry = Geometry(zones=[geometry])
        self._margin = geometry.margin
        self._view = view
        self.open: dict[int, Visit] = {}

    def update(self, moves: Displacements) -> ZoneChanges:
        """Take the moves of one frame and return what they changed."""
        return self.take(moves, self._geometry.relate(moves.before, moves.points).depths[0])

    def take(self, moves: Displacements, depths: Floats) -> ZoneChanges:
        """Take the moves of one frame, of which is known how deep inside they end: shape (n,), as in Relations."""
        changes = ZoneChanges(moves.at_ms)
        rows = set(np.flatnonzero(depths > 0).tolist())
        rows.update(moves.rows[name] for name in self.open.keys() & moves.rows.keys())
        if rows:
            names, rims = list(moves.rows), self._at_rim(moves).tolist()
            for row in rows:
                name, depth = names[row], float(depths[row])
                if visit := self.open.get(name):
                    self._go_on(name, visit, depth, rims[row], changes)
                else:
                    self._begin(name, depth, rims[row], bool(moves.first[row]), changes)
        return changes

    def end(self, at_ms: int, ids: Iterable[int]) -> ZoneChanges:
        """End the visits of people who are seen no more, at their last sight."""
        changes = ZoneChanges(at_ms)
        for name in ids:
            if visit := self.open.pop(name, None):
                end = End.LOST if visit.within else End.LEFT
                changes.ended.append(EndedVisit(visit.start, end, visit.start_ms, visit.seen_ms))
        return changes

    def staying(self, at_ms: int) -> int:
        """Return how many open visits began at least `stay_s` seconds before `at_ms`."""
        return sum(at_ms - visit.start_ms >= self.stay_s * 1000 for visit in self.open.values())

    def _at_rim(self, moves: Displacements) -> Bools:
        return self._view.at_rim(moves.points) if self._view else np.zeros(len(moves.rows), dtype=np.bool_)

    def _begin(self, name: int, depth: float, rim: bool, first: bool, changes: ZoneChanges) -> None:
        if depth > (0.0 if first or rim else self._margin):
            start = Start.APPEARED if first and not rim else Start.ENTERED
            self.open[name] = Visit(start, changes.to_ms, changes.to_ms, within=not rim)
            changes.began.append(start)

    def _go_on(self, name: int, visit: Visit, depth: float, rim: bool, changes: ZoneChanges) -> None:
        changes.present[visit.seen_ms] = changes.present.get(visit.seen_ms, 0) + 1
        visit.seen_ms = changes.to_ms
        visit.within = depth > 0 and not rim
        if depth < -self._margin:
            del self.open[name]
            changes.ended.append(EndedVisit(visit.start, End.LEFT, visit.start_ms, changes.to_ms))
