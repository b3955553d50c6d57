"""A picture that lives, as bytes, but doesn't change: the camera hangs, or something before the counter does.

It may be the same to the last bit, have a clock running in it or a lamp flickering, be encoded anew, or be frozen in
part. What a living picture has and such a one hasn't is its own grain (`grain`), in nearly all tiles; how much, and how
often encoders renew it, is learnt while it lives (`usual_grain`).
"""

from collections import deque
from dataclasses import replace
from typing import Final

import numpy as np

from counter.detectors.boxes import Floats, Image
from counter.sources.video.faults.grain import Bools, Change, Samples, around, change, samples_of
from counter.sources.video.faults.usual_grain import Expected, Row, UsualGrain

_DEAD: Final = 0.5
"""The part of its usual grain under which a tile shows none of its own: what encoders add to a frozen one."""
_PEAK: Final = 0.7
"""And of the most of it in one look: an encoder renews a frozen picture too, but by less."""
_ALIVE: Final = 0.7
"""And over which it shows it again."""
_EVEN: Final = 0.25
"""What is added to a frozen picture lies evenly over it; a camera's own grain depends on what it sees. So much less
uneven than usual is grain that was added."""
_EVEN_LOOK: Final = 0.5
"""The same in a single look."""
_UNEVEN: Final = 0.2
"""Half the spread of usual grain over the tiles, as a part of it, from which on that can be judged."""
_ONSET: Final = 0.7
"""The part of it between the two."""
_AT_ONCE: Final = 0.55
"""A camera freezes at once: the part of the grain just before that is left just after. Light that changes more slowly
than before takes grain from encoded pictures little by little."""
_FROZEN: Final = 0.35
"""The part of the tiles that may be dead."""
_KNOWN: Final = 0.2
"""The part of the tiles whose grain must be known before they can be judged by it."""
_SAME_MS: Final = 20_000
"""A picture stays the same to the last bit for so long at most, and for longer where that is usual."""
_LONGEST_MS: Final = 60_000
_HELD_MS: Final = 10_000
_HELD: Final = 3
"""So often must a picture have been held, and then renewed all over, before that is usual."""
_OVERLAY: Final = 0.3
"""The part of the looks in which an overlay changes, at least: a clock, a lamp."""
_OVERLAYS: Final = 0.25
"""The part of the picture that overlays cover at most."""
_LOOKS: Final = 20
_LOUD: Final = 3.0
"""So many times its grain, and so many levels more, a tile changes where somebody moves."""
_WHILE_MOVING_MS: Final = 20_000
"""While people move, encoders have few bits for the rest: then the rest must be dead for so long."""
_MOVES: Final = 3
"""Tiles."""
_SHORTEST: Final = 4
_RENEWED: Final = 0.8
"""The part of the most grain in one look from which on the picture was renewed."""
_LONGEST_LOOKS: Final = 120


class Frozen:
    """Judges the pictures of one camera."""

    def __init__(self) -> None:
        """Begin without a picture."""
        self._before: Samples | None = None
        self._shape = (0, 0)
        self._usual = UsualGrain()
        self._begin()

    def look(self, image: Image, at_ms: int) -> int | None:
        """Return since when a picture, shape (h, w, 3), has been frozen, at least in part; None while it lives.

        Call it about once a second, with the time in milliseconds of a clock that is never set.
        """
        before, shape = self._before, self._shape
        self._before, self._shape = samples_of(image)
        if before is None or shape != self._shape or before.shape != self._before.shape:
            self._usual = UsualGrain()
            self._begin()
            return None
        return self._judge(change(before, self._before), at_ms)

    # ------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._changed_ms: np.ndarray | None = None
        self._active: deque[Bools] = deque(maxlen=_LOOKS)
        self._loud: deque[Bools] = deque(maxlen=_LOOKS)
        self._held = 0
        self._recent: list[Row] = []
        self._frozen: Expected | None = None
        self._suspected: Expected | None = None
        self._suspected_ms = 0
        self._looks_back = 0
        self._is_even = False
        self._grain_ms: int | None = None
        self._same_ms: int | None = None

    def _judge(self, seen: Change, at_ms: int) -> int | None:
        self._same_ms = self._same_since(seen, at_ms)
        row = Row(at_ms, seen.grain, seen.level)
        self._loud.append(self._is_loud(seen, row.quiet))
        if self._frozen is None:
            self._looks_back += 1
            self._grain_ms = self._dead_from(seen, at_ms) if self._usual.add(row) else None
        else:
            self._recent = [*self._recent[1 - _LONGEST_LOOKS :], row]
            if self._is_back(self._frozen):
                self._frozen = self._grain_ms = None
                self._looks_back = 0
        return min((since for since in (self._grain_ms, self._same_ms) if since is not None), default=None)

    def _same_since(self, seen: Change, at_ms: int) -> int | None:
        """Return since when nothing but overlays has changed by a single bit, once that is long enough."""
        if self._changed_ms is None:
            self._changed_ms = np.full(len(seen.any), at_ms)
        unchanged_ms = at_ms - self._changed_ms
        self._changed_ms[seen.any] = at_ms
        self._active.append(seen.any)
        self._note_renewal(seen, unchanged_ms)
        since = self._changed_ms[seen.shows]
        still = at_ms - since >= (_LONGEST_MS if self._held >= _HELD else _SAME_MS)
        if not still.any() or still.mean() < 1 - _OVERLAYS or self._lives(seen, at_ms):
            return None
        return int(since[still].max())

    def _lives(self, seen: Change, at_ms: int) -> bool:
        """Return whether tiles change that no overlay explains: again and again when it is frozen, else at all."""
        assert self._changed_ms is not None  # noqa: S101 - for types: it was set just before
        elsewhere = seen.shows & ~self._overlays()
        if self._same_ms is None:
            return bool((at_ms - self._changed_ms[elsewhere] < _SAME_MS).any())
        return sum(bool((active & elsewhere).any()) for active in list(self._active)[-5:]) > 1

    def _overlays(self) -> Bools:
        busy = np.mean(list(self._active), axis=0) >= _OVERLAY
        return around(busy, self._shape) if busy.mean() <= _OVERLAYS else np.zeros_like(busy)

    def _note_renewal(self, seen: Change, unchanged_ms: np.ndarray) -> None:
        """Notice encoders that hold the whole picture for long, and then renew it all over."""
        renewed = seen.any & seen.shows
        if renewed.mean() > 1 - _FROZEN and _HELD_MS <= np.median(unchanged_ms[renewed]) < _LONGEST_MS:
            self._held += 1

    def _is_loud(self, seen: Change, quiet: float) -> Bools:
        usual = np.float32(quiet) if self._frozen is None else np.maximum(self._frozen.grain, quiet)
        return np.asarray(seen.grain > _LOUD * (usual + 1))

    def _dead_from(self, seen: Change, at_ms: int) -> int | None:
        """Return since when too many tiles show no grain of their own."""
        expected = self._suspected or self._usual.expected()
        dead = None if expected is None else self._dead(expected, seen)
        if expected is None or dead is None:
            self._suspected = None
            return None
        if self._suspected is None:
            self._suspected, self._suspected_ms = expected, at_ms
        wait_ms = _WHILE_MOVING_MS if self._moves() else 0
        if at_ms - self._suspected_ms < wait_ms:
            return None
        rows = self._usual.newest(3 * expected.window + wait_ms // 1000)
        first = _evened(rows, expected, dead) if self._is_even else _onset(rows, expected, dead)
        if first is None or self._was_held(len(rows) - first):
            return None
        self._frozen, self._suspected = replace(expected, grain=np.where(dead, expected.grain, 0)), None
        self._recent = self._usual.take(len(rows) - first)
        return rows[max(first - 1, 0)].at_ms

    def _was_held(self, looks: int) -> bool:
        """Return whether a picture was only renewed between two long times in which the encoder held it."""
        held, self._recent = self._recent, []
        if not held or looks < self._looks_back - 2 or held[-1].at_ms - held[0].at_ms > _LONGEST_MS:
            return False
        self._usual.give_back(held)
        self._suspected = None
        return True

    def _dead(self, expected: Expected, seen: Change) -> Bools | None:
        """Return the tiles that show no grain of their own, where they are too many."""
        known = seen.shows & (expected.grain > 0)
        if known.mean() < _KNOWN:
            return None
        grain = np.stack([row.grain for row in self._usual.newest(expected.window)])
        mean = grain.mean(axis=0)
        self._is_even = expected.same_light and _is_evened(mean[known], expected.grain[known])
        if self._is_even:
            return known
        dead = known & (mean < _DEAD * expected.grain) & (grain.max(axis=0) < _PEAK * expected.peak)
        return dead if dead.sum() >= _FROZEN * known.sum() else None

    def _moves(self) -> bool:
        return int(np.any(list(self._loud), axis=0).sum()) >= _MOVES

    def _is_back(self, frozen: Expected) -> bool:
        """Return whether the dead tiles show grain again, or somebody moves in them."""
        dead = frozen.grain > 0
        loud = np.stack(list(self._loud)[-5:]) & dead
        moving = loud & ~self._often_loud()
        if moving.any(axis=1).sum() > 1 and moving.any(axis=0).sum() >= _MOVES:
            self._usual, self._recent = UsualGrain(), []
            return True
        grain = np.stack([row.grain[dead] for row in self._recent[-max(frozen.window // 2, _SHORTEST) :]])
        usual, peak = frozen.grain[dead], frozen.peak[dead]
        if self._is_even:
            return not _is_evened(grain.mean(axis=0), usual)
        back = (grain.mean(axis=0) > _ALIVE * usual) | (grain[-1] > _RENEWED * peak)
        return bool(back.mean() > 1 - _FROZEN)

    def _often_loud(self) -> Bools:
        return around(np.mean(list(self._loud), axis=0) >= _OVERLAY, self._shape)


def _is_evened(grain: Floats, usual: Floats) -> bool:
    """Return whether tiles that have uneven grain usually have the same all over."""
    uneven = _spread(usual)
    return uneven > _UNEVEN and _spread(grain) < _EVEN * uneven


def _evened(rows: list[Row], expected: Expected, known: Bools) -> int:
    """Return which look was the first of those in which grain lies evenly."""
    limit = _EVEN_LOOK * _spread(expected.grain[known])
    first = len(rows) - expected.window
    while first > 0 and _spread(rows[first - 1].grain[known]) < limit:
        first -= 1
    return max(first, 0)


def _spread(grain: Floats) -> float:
    low, middle, high = (float(part) for part in np.quantile(grain, (0.2, 0.5, 0.8)))
    return (high - low) / 2 / max(middle, 1e-6)


def _onset(rows: list[Row], expected: Expected, dead: Bools) -> int | None:
    """Return which look was the first in which tiles had lost their grain; None where they lost it little by little."""
    usual, window = expected.grain[dead], expected.window
    parts = np.array([np.minimum(row.grain[dead] / usual, 1.5).mean() for row in rows])
    first = int(np.cumsum((_ONSET - parts)[::-1])[::-1].argmax())
    before, after = parts[max(first - window, 0) : first], parts[first : first + window]
    if len(before) and not after.mean() < _AT_ONCE * before.mean():
        return None
    return first
