"""Crossings of one line, net and gross.

*Gross* is every passage of the line that gets further from it than the jitter (a twentieth of the band).
*Net* is one person passing completely. A passage is complete when the person is clear of the band; it is
decided when the person has gone on for `far` beyond the band, or has stayed across for `settle_s`, or is seen no more.
Whoever comes back before that has turned back or paced: no net crossing. Whoever comes back later crosses once more.
Someone who disappears inside the band, after having been clear of it, is counted by the side where they were last seen.
By version 3, who is first seen inside the band crosses when they have gone on, `far` or out of what is seen, or are
twice the band away `settle_s` later.

Both are reported at the decision, so that in every report gross is at least net, in each direction. A passage
counts only through the line itself: walking round its end is none.
"""

from collections.abc import Container, Iterable
from typing import Final

import numpy as np
from msgspec import Struct

from counter.counting.cells import LineCrossings
from counter.counting.displacements import Displacements
from counter.geometry import Floats, Geometry, Ints, LineGeometry

SETTLE_S: Final = 3.0
"""By counting version 2: how long someone must stay across before it counts, in seconds."""
RETURN_S: Final = 10.0
"""By version 3: who comes back sooner than this has turned back, in seconds, unless they had gone on for FAR_M."""
FAR_M: Final = 1.0
"""By version 3: who is so far beyond the band goes on, in metres."""
_CLEARLY: Final = 2.0
"""A detector's noise brings nobody who sits inside the band beyond so many times the band."""
JITTER: Final = 0.05
"""Part of the band within which nothing counts, not even gross."""


class PendingPassage(Struct):
    """Someone near the line, or across it but not yet settled. Whoever has none is clear and settled.

    Attributes:
        raw: passages forward less backward since they were beyond the jitter.
        near: the same since they were clear of the band.
        held: complete passages, not settled.
        since_ms: when `held` changed last.
        was_clear: whether they were ever seen clear of the band.
        had_side: whether they were ever seen beyond the jitter: who is first seen on the line itself has no side,
            unless it is known where they came from.
        begun_near: whether they were first seen inside the band: by version 3 they cross when they have gone on.
        gross_forward: passages to report with the decision; gross_backward: the same backward.
    """

    was_clear: bool
    had_side: bool
    raw: int = 0
    near: int = 0
    held: int = 0
    since_ms: int = 0
    gross_forward: int = 0
    gross_backward: int = 0
    begun_near: bool = False


class LineCounter:
    """Counts the crossings of one line.

    Args:
        geometry: the line.
        settle_s: how long someone must stay across, in seconds.
        far: how far beyond the band somebody needn't stay, in units.
    """

    def __init__(self, geometry: LineGeometry, *, settle_s: float = SETTLE_S, far: float = np.inf) -> None:
        self.line = geometry.line
        self._geometry = Geometry([geometry])
        self._band = geometry.band
        self._jitter = geometry.band * JITTER
        self._settle_ms = settle_s * 1000
        self._far = geometry.band + far
        self.open: dict[int, PendingPassage] = {}

    def update(self, moves: Displacements) -> LineCrossings:
        """Take the moves of one frame and return the crossings that they decide."""
        relations = self._geometry.relate(moves.before, moves.points)
        return self.take(moves, relations.passes[0], relations.gaps[0])

    def take(self, moves: Displacements, passes: Ints, gaps: Floats) -> LineCrossings:
        """Take the moves of one frame, of which is known how often they pass the line and how near they end.

        Args:
            moves: n moves.
            passes: shape (n,), as in Relations.
            gaps: shape (n,), as in Relations.
        """
        decided = LineCrossings()
        rows = set(np.flatnonzero((gaps <= self._band) | (passes != 0)).tolist())
        rows.update(moves.rows[name] for name in self.open.keys() & moves.rows.keys())
        names = list(moves.rows) if rows else []
        for row in rows:
            came = bool((moves.before[row] != moves.points[row]).any())
            passage, gap = self._passage(names[row], bool(moves.first[row]), came), float(gaps[row])
            if np.isfinite(self._far) and self._is_late(passage, moves.at_ms):
                _report(passage, decided)
                passage.held = passage.gross_forward = passage.gross_backward = 0
            self._advance(passage, moves.at_ms, int(passes[row]), gap)
            if self._is_decided(passage, moves.at_ms, gap):
                _report(passage, decided)
                del self.open[names[row]]
        return decided

    def pending(self) -> LineCrossings:
        """Return the net crossings that are complete but not settled: for the live page, never a fact."""
        held = [passage.held for passage in self.open.values()]
        return LineCrossings(sum(max(one, 0) for one in held), sum(max(-one, 0) for one in held))

    def end(self, ids: Iterable[int], left: Container[int] = ()) -> LineCrossings:
        """Decide about people who are seen no more, of whom those of `left` walked out of what is seen."""
        decided = LineCrossings()
        for name in ids:
            if passage := self.open.pop(name, None):
                if passage.begun_near and name not in left:
                    passage.held = 0
                elif passage.was_clear:
                    passage.held += passage.near
                _report(passage, decided)
        return decided

    def _passage(self, name: int, first: bool, came: bool) -> PendingPassage:
        if (passage := self.open.get(name)) is None:
            passage = self.open[name] = PendingPassage(
                was_clear=not first, had_side=not first or came, begun_near=first and bool(np.isfinite(self._far))
            )
        return passage

    def _advance(self, passage: PendingPassage, at_ms: int, passes: int, gap: float) -> None:
        passage.raw += passes
        if gap > self._jitter:
            passed = passage.raw if passage.had_side else 0
            passage.gross_forward += max(passed, 0)
            passage.gross_backward += max(-passed, 0)
            passage.near += passed
            passage.raw, passage.had_side = 0, True
        if gap > self._band:
            passage.was_clear = True
            if passage.near:
                passage.held += passage.near
                passage.near = 0
                passage.since_ms = at_ms

    def _is_decided(self, passage: PendingPassage, at_ms: int, gap: float) -> bool:
        if gap <= self._band or gap > self._far:
            return gap > self._far
        if not passage.begun_near:
            return not passage.held or self._has_stayed(passage, at_ms)
        return bool(passage.held) and gap > _CLEARLY * self._band and self._has_stayed(passage, at_ms)

    def _is_late(self, passage: PendingPassage, at_ms: int) -> bool:
        return bool(passage.held) and not passage.begun_near and self._has_stayed(passage, at_ms)

    def _has_stayed(self, passage: PendingPassage, at_ms: int) -> bool:
        return at_ms - passage.since_ms >= self._settle_ms


def _report(passage: PendingPassage, decided: LineCrossings) -> None:
    decided.forward += max(passage.held, 0)
    decided.backward += max(-passage.held, 0)
    decided.gross_forward += passage.gross_forward
    decided.gross_backward += passage.gross_backward
