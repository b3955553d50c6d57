"""What hides a part of the picture: a van, a banner, a privacy mask, a hand.

Where the place had edges, they are gone, and nothing moves there any more. Light and shadows leave edges where they
are; people who stand or sit move; over a carpet, and past a stall, people walk. So a part is covered from when its
edges are gone until they are back or somebody moves in it. Who stands as still as a statue close to the camera hides
nothing, as long as a detector that knows people finds them there.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Floats
from counter.sources.video.faults.grain import around
from counter.sources.video.faults.needed import NeededParts

Bools = NDArray[np.bool_]

TILE: Final = 4
"""Cells across a tile, and down."""
_DARK: Final = 10.0
"""Grey levels added to brightness, so that noise in the dark is not an edge."""
_EDGE: Final = 0.04
"""Change of the logarithm of brightness from cell to cell that is an edge."""
_EDGES: Final = 2
"""Cells of a tile that must be edges before it can lose them."""
_GONE: Final = 0.35
"""How like its edges a tile must be, from 0 (not at all) to 1, to have them still."""
_BACK: Final = 0.6
_STRONGER: Final = 1.5
"""An edge that is more than so many times as strong as usual is that of a shadow: it counts for no more."""
_MOVES: Final = 0.12
"""Change of the logarithm of brightness within a second, against that of the whole picture, where somebody moves."""
_MOVING: Final = 5
"""Cells of a tile in which somebody moves, at the least: who passes beside it is smoothed into a row of them."""
_MOVES_LEAST: Final = 6.0
"""And so many grey levels: noise in the dark is none."""
_STILL_MS: Final = 4000
"""Nothing has moved in a covered tile for so long."""
_WHOLE: Final = 0.13
"""The part of the picture that is covered only by something large."""
_ZONE: Final = 0.1
"""And the part of a zone."""
_ELSEWHERE: Final = 0.12
"""The part of the picture that must still show its edges: else it is another picture, not one behind something."""
_SAME: Final = 0.7
_LINE: Final = 0.25
"""And the part of what a line needs."""
_SOON_MS: Final = 5000
_SURE_MS: Final = 20_000
_MOST: Final = 0.5
"""So large a part is hidden sooner."""
_WALKED: Final = 0.2
"""The part of what lies within a thing's borders in which somebody moves where people walk over all of it."""
_EARLY: Final = 0.25
"""What hides something comes little by little: it is hidden from when a quarter of it was."""
_LEAST: Final = 8
"""Tiles with edges that must be known of a part to judge it."""


def slopes(grey: Floats) -> Floats:
    """Return how brightness changes, whatever it is: shape (2, h, w), by cell down and across."""
    return np.stack(np.gradient(np.log(grey + np.float32(_DARK)))).astype(np.float32)


class Cover:
    """Judges what is hidden of one camera's picture.

    Args:
        needed: what lines and zones need of the picture; None: all of it is needed.
    """

    def __init__(self, needed: NeededParts | None = None) -> None:
        """Begin without a picture."""
        self._parts = needed
        self._needed: list[tuple[float, Bools]] = []
        self._before: Floats | None = None
        self._moved_ms: NDArray[np.int64] | None = None
        self._gone_ms: NDArray[np.int64] | None = None
        self._seen: Bools | None = None
        self.since_ms: int | None = None
        """Since when too much of what is needed has been hidden, in ms; None while it isn't."""
        self.lost: Bools | None = None
        """Tiles that lost their edges and in which nothing moves."""

    def look(self, grey: Floats, usual: Floats | None, at_ms: int, people: Floats | None = None) -> None:
        """Judge a small picture, shape (h, w), beside what is usually seen; recognised `people` don't hide it."""
        moves = self._moves(grey)
        if usual is None or moves is None:
            return
        like, known = _likeness(slopes(grey), slopes(usual))
        if self._moved_ms is None or self._gone_ms is None or self._seen is None:
            self._moved_ms = np.full(like.shape, at_ms)
            self._gone_ms = np.full(like.shape, -1)
            self._seen = np.zeros(like.shape, dtype=np.bool_)
        self._moved_ms[moves] = at_ms
        if people is not None:
            self._moved_ms[_within(people, like.shape)] = at_ms
        gone = known & (like < np.where(self._gone_ms >= 0, _BACK, _GONE))
        self._gone_ms[~gone] = -1
        self._gone_ms[gone & (self._gone_ms < 0)] = at_ms
        self._seen &= gone
        lasting = gone & (at_ms - self._gone_ms > _STILL_MS)
        self._seen |= lasting & moves
        inside = ~around(~lasting.ravel(), gone.shape).reshape(gone.shape)
        if np.count_nonzero(self._seen & inside) > max(_WALKED * np.count_nonzero(inside), 1):
            self._seen |= lasting
        still = at_ms - np.maximum(self._moved_ms, self._gone_ms) >= _STILL_MS
        self.lost = gone & still & ~self._seen
        self.since_ms = self._hidden_since(like, known, at_ms)

    def cells(self, shape: tuple[int, ...]) -> Bools:
        """Return which cells of a small picture of `shape` lie behind something."""
        covered = np.zeros(shape, dtype=np.bool_)
        if self.lost is not None:
            wide = self.lost.repeat(TILE, axis=0).repeat(TILE, axis=1)
            covered[: wide.shape[0], : wide.shape[1]] = wide
        return covered

    def forget(self) -> None:
        """Leave out what was seen lately."""
        self._before = self._moved_ms = self._gone_ms = self._seen = self.lost = self.since_ms = None

    # ------------------------------------------------------------------------------------------------------

    def _moves(self, grey: Floats) -> Bools | None:
        before, self._before = self._before, grey
        if before is None:
            return None
        change = np.log(grey + np.float32(_DARK)) - np.log(before + np.float32(_DARK))
        moves = (np.abs(change - np.median(change)) > _MOVES) & (np.abs(grey - before) > _MOVES_LEAST)
        return np.asarray(_tiles(moves).sum(axis=2) >= _MOVING)

    def _hidden_since(self, like: Floats, known: Bools, at_ms: int) -> int | None:
        """Return since when too much of a part is hidden, for long enough."""
        if np.count_nonzero(like[known] > _SAME) < _ELSEWHERE * np.count_nonzero(known):
            return None
        found = (self._part_hidden_since(known, part, at_ms) for part in self._needs(like.shape))
        return min((since for since in found if since is not None), default=None)

    def _needs(self, shape: tuple[int, ...]) -> list[tuple[float, Bools]]:
        """Return which part of what may be hidden, and what: over tiles."""
        if not self._needed:
            down, across = shape
            masks = self._parts.masks((down, across)) if self._parts else []
            self._needed = [(_LINE if name.startswith("line ") else _ZONE, mask) for name, mask in masks]
            self._needed = self._needed or [(_WHOLE, np.ones((down, across), dtype=np.bool_))]
        return self._needed

    def _part_hidden_since(self, known: Bools, part: tuple[float, Bools], at_ms: int) -> int | None:
        assert self._gone_ms is not None  # noqa: S101 - for types: it was set before
        assert self.lost is not None  # noqa: S101 - the same
        least, needed = part
        judged = np.count_nonzero(known & needed)
        if judged < _LEAST:
            return None
        hidden = self.lost & needed
        share = np.count_nonzero(hidden) / judged
        if share < least:
            return None
        since = int(np.quantile(self._gone_ms[hidden], _EARLY))
        return since if at_ms - since >= (_SOON_MS if share >= _MOST else _SURE_MS) else None


def _within(boxes: Floats, shape: tuple[int, ...]) -> Bools:
    """Return which tiles of a grid of `shape` meet one of the boxes, whose corners are parts of the picture."""
    down, across = shape
    there = np.zeros((down, across), dtype=np.bool_)
    for left, top, right, bottom in boxes * np.array([across, down, across, down], dtype=np.float32):
        there[int(top) : int(np.ceil(bottom)), int(left) : int(np.ceil(right))] = True
    return there


def _likeness(now: Floats, usual: Floats) -> tuple[Floats, Bools]:
    """Return how like each tile's edges are to its usual ones, -1..1, and which tiles have some."""
    size = np.hypot(*usual)
    edge = size > _EDGE
    now = now * np.minimum(_STRONGER * size / np.maximum(np.hypot(*now), 1e-9), 1)
    together = _tiles((now * usual).sum(axis=0) * edge).sum(axis=2)
    ours, theirs = (_tiles((part**2).sum(axis=0) * edge).sum(axis=2) for part in (now, usual))
    like = together / np.maximum(np.maximum(np.sqrt(ours * theirs), theirs / 4), 1e-9)
    return np.asarray(like, dtype=np.float32), np.asarray(_tiles(edge).sum(axis=2) >= _EDGES)


def _tiles(cells: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return the cells of each tile: shape (down, across, cells of one)."""
    down, across = (side // TILE for side in cells.shape)
    cut = cells[: down * TILE, : across * TILE]
    return cut.reshape(down, TILE, across, TILE).swapaxes(1, 2).reshape(down, across, TILE * TILE)
