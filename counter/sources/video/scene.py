"""What stands still in front of a camera, as it has been for a while: is it hidden, or was the camera moved?

The reference is a small grey copy in memory, made anew at each start and never written: a picture on a disk is a
picture. So a camera that is moved while the counter is off is not noticed.
"""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Floats
from counter.sources.video.faults.cover import Cover
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.faults.shift import largest, movement
from counter.sources.video.thumbnail import Edges, Thumbnail, edges

_SAMPLES: Final = 9
"""Seconds whose median is what stands still: who walks by is in it at no place for long."""
_LOOKS: Final = 3
"""Every third look is compared with the reference."""
_ADAPT: Final = _LOOKS / 1800
"""Part of the difference that the reference takes over each time: half an hour."""
_TILES: Final = 4
"""Tiles in each direction that are judged by themselves."""
_TILE_EDGES: Final = 0.02
"""The part of a tile that must be edges before it can lose them."""
_LEFT: Final = 0.2
"""A tile of which less than this part of the edges is left has lost them."""
_MOST_LOST: Final = 0.5
"""The part of the tiles that may lose their edges."""
_MOST_DARK: Final = 0.7
"""The part that night may take, where its colours are gone as well and no night was seen yet."""
_DARK: Final = 25.0
"""Grey levels under which it may be night that took a tile's edges."""
_NOTHING: Final = 0.002
"""A picture with fewer edges shows nothing, whatever it showed before."""
_LIKE: Final = 0.5
"""Correlation from which on the edges are where they were."""
_UNLIKE: Final = 0.15
"""Correlation under which it is another picture."""
_BETTER: Final = 0.15
"""By so much the edges must fit better when they are shifted back."""
_SHIFT: Final = 2
"""Cells by which a camera that was moved far shifts them, at the least: 2 % of the picture's width."""
_PUSHED: Final = 0.0075
"""The part of the width by which a camera that was moved a little shifts some of the picture, at the least."""
_PUT_BACK: Final = 0.005
"""And by which it may be shifted once it was put back."""
_EXPLAINS: Final = 0.01
"""And by which it must be shifted so that edges are missed where they were."""


class Scene:
    """What one camera sees when nobody is there, by day (in colours) and by night (without)."""

    def __init__(self, needed: NeededParts | None = None) -> None:
        """Begin without a reference; one is there after nine seconds."""
        self._cover = Cover(needed)
        self._moved: NDArray[np.float64] | None = None
        self._recent: deque[Floats] = deque(maxlen=_SAMPLES)
        self._had_colour = True
        self._references: dict[bool, Floats] = {}
        self._edges: dict[bool, Edges] = {}
        self._looks = 0
        self._is_elsewhere = False

    @property
    def moved(self) -> NDArray[np.float64] | None:
        """By how much the camera was moved, as `shift.movement` says; None where it wasn't, or nobody knows."""
        return self._moved if self._is_elsewhere else None

    def hidden_since(self, seen: Thumbnail, at_ms: int, people: Floats | None = None) -> int | None:
        """Return since when much of what is needed has been behind something, in ms; None while it isn't.

        Args:
            seen: the picture.
            at_ms: when.
            people: where some were recognised: shape (n, 4), left, top, right, bottom as parts of the picture.
        """
        usual = self._references.get(seen.has_colour)
        self._cover.look(seen.grey, usual, at_ms, people)
        if self._cover.since_ms is None or usual is None:
            return None
        now, before = edges(seen.grey), self._edges[seen.has_colour]
        moved = movement(now.strength, before.strength)
        is_moved = _fit(now, before)[1] or (moved is not None and largest(moved, seen.grey.shape) >= _EXPLAINS)
        return None if is_moved else self._cover.since_ms

    def is_hidden(self, seen: Thumbnail) -> bool:
        """Return whether nothing, or much less than usual, can be seen."""
        now = edges(seen.grey)
        if now.share < _NOTHING:
            return True
        usual = self._edges.get(seen.has_colour)
        if usual is None:
            return self._is_covered_without_colours(seen, now)
        lost = _lost(now, usual)
        return bool(lost.size) and float(lost.mean()) > _MOST_LOST

    def _is_covered_without_colours(self, seen: Thumbnail, now: Edges) -> bool:
        """Return whether a first picture without colours is of something grey before the glass instead of a night.

        Who covers all but a strip takes the colours, too. What stays is coloured or bright; by night it is neither.
        """
        by_day = self._edges.get(True)
        if by_day is None or seen.has_colour:
            return False
        lost = _lost(now, by_day)
        is_night = not seen.has_some and float(np.median(seen.grey)) < _DARK
        return bool(lost.size) and float(lost.mean()) > _MOST_DARK and not is_night

    def is_elsewhere(self, seen: Thumbnail) -> bool:
        """Return whether what stands still stands elsewhere in the picture than it did; takes one look a second."""
        if seen.has_colour != self._had_colour:
            self.forget_recent()
            self._cover.forget()
            self._had_colour = seen.has_colour
        self._recent.append(seen.grey)
        self._looks += 1
        if len(self._recent) < _SAMPLES or self._looks % _LOOKS:
            return self._is_elsewhere
        still = np.asarray(np.median(np.stack(self._recent), axis=0), dtype=np.float32)
        usual = self._edges.get(seen.has_colour)
        self._is_elsewhere = usual is not None and self._was_moved(edges(still), usual)
        if not self._is_elsewhere:
            self._adapt(still, seen.has_colour)
        return self._is_elsewhere

    def forget_recent(self) -> None:
        """Leave out what was seen lately: the picture was hidden."""
        self._recent.clear()
        self._is_elsewhere = False

    def _was_moved(self, now: Edges, usual: Edges) -> bool:
        self._moved = movement(now.strength, usual.strength)
        if self._moved is not None:
            return largest(self._moved, now.strength.shape) >= (_PUT_BACK if self._is_elsewhere else _PUSHED)
        return _differs(now, usual)

    def _adapt(self, still: Floats, has_colour: bool) -> None:
        before = self._references.get(has_colour, still)
        reference = before + (still - before) * np.float32(_ADAPT)
        reference = self._references[has_colour] = np.where(self._cover.cells(still.shape), before, reference)
        self._edges[has_colour] = edges(reference)


def _by_tile(there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the part of each tile that is edges."""
    rows = np.array_split(there, _TILES)
    return np.array([tile.mean() for row in rows for tile in np.array_split(row, _TILES, axis=1)])


def _lost(now: Edges, usual: Edges) -> NDArray[np.bool_]:
    """Return which of the tiles that usually have edges have lost them."""
    before, after = _by_tile(usual.there), _by_tile(now.there)
    had = before >= _TILE_EDGES
    return np.asarray(after[had] < before[had] * _LEFT)


def _differs(now: Edges, usual: Edges) -> bool:
    """Return whether edges fit those of before badly, and better when the picture is shifted, or nowhere."""
    unshifted, is_shifted = _fit(now, usual)
    return unshifted < _LIKE and (is_shifted or unshifted < _UNLIKE)


def _fit(now: Edges, usual: Edges) -> tuple[float, bool]:
    """Return how well edges fit those of before, -1..1, and whether they fit much better when they are shifted far."""
    if usual.share < _NOTHING:
        return 1.0, False
    one, other = (part.strength - part.strength.mean() for part in (now, usual))
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    if not size:
        return 1.0, False
    fits = np.fft.irfft2(np.fft.rfft2(one) * np.conj(np.fft.rfft2(other)), one.shape) / size
    unshifted, best = float(fits[0, 0]), int(fits.argmax())
    shift = [min(place, side - place) for place, side in zip(divmod(best, fits.shape[1]), fits.shape, strict=True)]
    return unshifted, max(shift) >= _SHIFT and float(fits.max()) > unshifted + _BETTER
