"""The lines of a device by counting version 3: they count people whose names are corrected after meetings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from counter.counting.cells import LineCrossings
from counter.counting.displacements import Displacements, TrackHistory
from counter.counting.lines import FAR_M, RETURN_S, LineCounter, PendingPassage
from counter.geometry import Floats, Geometry, LineGeometry, Point, Relations, View, ZoneGeometry
from counter.tracking.meetings import HIDDEN_S, Meetings, MeetingsState
from counter.tracking.named_frames import NamedFrame
from counter.tracking.tracker import TrackedFrame, Tracker

Decided = list[tuple[str, LineCrossings]]
"""Keys of lines, with what was decided of each."""
_NOBODY: Final = Displacements(0, {}, np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class _Ended:
    """People who are seen no more, and who of them walked out of what is seen."""

    names: list[int]
    left: frozenset[int]


class LineSet:
    """Counts the crossings of `lines`, of whose units so many are a metre, and relates people to `zones` meanwhile."""

    def __init__(
        self,
        lines: Sequence[LineGeometry],
        zones: Sequence[ZoneGeometry],
        units_per_metre: float,
        view: View | None = None,
    ) -> None:
        self._lines = [LineCounter(line, settle_s=RETURN_S, far=FAR_M * units_per_metre) for line in lines]
        self._geometry: Final = Geometry(lines, zones, view)
        self._view = view
        self._shape = len(lines), len(zones)
        self._history = TrackHistory()
        self._meetings = Meetings(units_per_metre, view.outer if view else None)

    def take(self, at_ms: int, tracked: TrackedFrame, tracker: Tracker, moves: Displacements) -> tuple[Decided, Floats]:
        """Take what `tracker` says of a frame.

        Returns:
            What is decided, and how deep in the zones the n people of `moves` are: shape (zones, n), as in Relations.
        """
        ready = self._meetings.update(at_ms, tracked, tracker.whereabouts(HIDDEN_S)) if self._lines else []
        return self._count(ready, moves)

    def end(self, at_ms: int, ended: Sequence[int]) -> Decided:
        """Take who ended without a frame, and return what is decided."""
        return self._count(self._meetings.end(at_ms, ended))[0] if self._lines else []

    def close(self, at_ms: int, ended: Sequence[int]) -> Decided:
        """End everybody, and return all that is left to decide."""
        decided = [*self.end(at_ms, ended), *self._count(self._meetings.close())[0]]
        self._history = TrackHistory()
        return decided

    def pending(self) -> Iterator[tuple[str, LineCrossings]]:
        """Yield each line with its complete but undecided net crossings: for the live page, never a fact."""
        for line in self._lines:
            yield line.line, line.pending()

    @property
    def open(self) -> dict[str, dict[int, PendingPassage]]:
        """Passages going on, by line and person."""
        return {line.line: line.open for line in self._lines}

    @property
    def last(self) -> dict[int, Point]:
        """Where each person was when they were counted with last, in units."""
        return self._history.last

    @property
    def meetings(self) -> MeetingsState:
        """What waits, to be kept over a restart."""
        return self._meetings.state

    def restore(
        self, passages: Mapping[str, dict[int, PendingPassage]], last: Mapping[int, Point], meetings: MeetingsState
    ) -> None:
        """Go on from what `open`, `last` and `meetings` were."""
        self._history.restore(last)
        self._meetings.restore(meetings)
        for line in self._lines:
            line.open = passages[line.line]

    # ------------------------------------------------------------------------------------------------------

    def _count(self, frames: Sequence[NamedFrame], beside: Displacements = _NOBODY) -> tuple[Decided, Floats]:
        """Count frames, and relate `beside` to the zones; all in one go, since few people cost as much as many."""
        steps = [step for frame in frames for step in self._steps(frame)]
        moves = [beside, *(step for step in steps if isinstance(step, Displacements))]
        if not any(one.rows for one in moves):
            lines, zones = self._shape
            relations = Relations(np.empty((lines, 0), dtype=np.int64), np.empty((lines, 0)), np.empty((zones, 0)))
        elif len(moves) == 1:
            relations = self._geometry.relate(beside.before, beside.points)
        else:
            relations = self._geometry.relate(
                np.vstack([one.before for one in moves]), np.vstack([one.points for one in moves])
            )
        return list(self._decided(steps, relations, len(beside.rows))), relations.depths[:, : len(beside.rows)]

    def _steps(self, frame: NamedFrame) -> Iterator[Displacements | _Ended]:
        """Yield what happens in a frame: where who ended had been, who ended, earlier sights, and who is seen."""
        for name, (at_ms, x, y) in frame.went.items():
            yield self._step(at_ms, name, (x, y))
        if ended := frame.tracked.ended:
            self._history.forget(ended)
            yield _Ended(ended, self._left(frame.onward))
        for one in frame.tracked.earlier:
            step = self._step(one.at_ms, one.name, one.point)
            came = frame.came.get(one.name) if step.first[0] else None
            yield replace(step, before=np.array([came])) if came else step
        yield self._history.displacements(frame.at_ms, frame.tracked.ids, frame.tracked.places)

    def _left(self, onward: Mapping[int, Point]) -> frozenset[int]:
        """Return who isn't in view there."""
        view = self._view
        return frozenset(name for name, place in onward.items() if view and not view.is_found(place))

    def _step(self, at_ms: int, name: int, place: Point) -> Displacements:
        return self._history.displacements(at_ms, np.array([name]), np.array([place]))

    def _decided(
        self, steps: Iterable[Displacements | _Ended], relations: Relations, begin: int
    ) -> Iterator[tuple[str, LineCrossings]]:
        for step in steps:
            if isinstance(step, _Ended):
                yield from ((line.line, line.end(step.names, step.left)) for line in self._lines)
                continue
            here = slice(begin, begin + len(step.rows))
            begin += len(step.rows)
            if step.rows:
                for line, passes, gaps in zip(self._lines, relations.passes, relations.gaps, strict=True):
                    yield line.line, line.take(step, passes[here], gaps[here])
