"""Whether a detector finds the same people again and again, so that what it found can stand for the next picture.

A single wrong detection must not be repeated until it is somebody, nor a person be passed over who is missed now and
then: that is what a tracker is made for, and it needs each search for that.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Boxes, overlaps
from counter.sources.video.body_size import at_borders

_SURE: Final = ((4, 250), (3, 800))
"""Sights, and the time from the first to the last of them in ms, of which one makes a tracker sure of a person."""
_MEAN_OF: Final = 4
"""So many of the newest sights are averaged: what is repeated has less of the detector's noise, not more."""
_APART_MS: Final = 250
"""Boxes are compared with those before, and with those of so long before at least."""
_OFF: Final = 0.05
"""Edges of a box that differ by this part of its height are of the same one: 8 cm of somebody who stands."""
_OFF_PX: Final = 1.0
_SOMEBODY: Final = 3
"""Who was found less often is nobody whom a tracker waits for."""
REMEMBERED_MS: Final = 8000
"""Who isn't found any more is searched for in each picture, for as long as a tracker waits for them."""


@dataclass(slots=True)
class _Seen:
    box: NDArray[np.float32]
    at_ms: int
    sights: int


class Agreement:
    """Takes what one detector finds, search by search."""

    def __init__(self) -> None:
        """Begin without any."""
        self._run: list[tuple[int, Boxes]] = []
        self._count = 0
        self._since_ms = self._at_ms = 0
        self._seen: list[_Seen] = []

    def note(self, found: Boxes | None, at_ms: int, size: tuple[int, int]) -> None:
        """Take what was found in a picture of `size` (width, height) at `at_ms`, which rises."""
        self._at_ms = at_ms
        same = self._in_order(found)
        if same is None:
            self._run, self._count, self._since_ms = [], 0, at_ms
            same = found if found is not None and found.watched else None
        if same is not None:
            self._run.append((at_ms, same))
            self._count += 1
        while len(self._run) > _MEAN_OF and self._run[1][0] <= at_ms - _APART_MS:
            del self._run[0]
        self._remember(found or Boxes.none(), size)

    def held(self) -> Boxes | None:
        """Return what stands for the next picture, if nothing moves in it; None where that must be searched."""
        span_ms = self._at_ms - self._since_ms
        is_sure = any(self._count >= sights and span_ms >= least_ms for sights, least_ms in _SURE)
        is_missing = any(one.at_ms < self._at_ms and one.sights >= _SOMEBODY for one in self._seen)
        if not is_sure or is_missing:
            return None
        newest = [boxes.xyxy for _, boxes in self._run[-_MEAN_OF:]]
        return replace(self._run[-1][1], xyxy=np.mean(newest, axis=0, dtype=np.float32))

    def _in_order(self, found: Boxes | None) -> Boxes | None:
        """Return the boxes in the order of those before, or None where they aren't the same as those and as the first.

        Who walks is a little elsewhere in each picture, and clearly so in a quarter of a second.
        """
        if not self._run or found is None or not found.watched or len(found.xyxy) != len(self._run[-1][1].xyxy):
            return None
        before = self._run[-1][1].xyxy
        if not len(before):
            return found
        nearest = np.abs(before[:, None] - found.xyxy[None]).max(axis=2).argmin(axis=1)
        if len(set(nearest.tolist())) < len(nearest):
            return None
        same = replace(found, xyxy=found.xyxy[nearest], confidence=found.confidence[nearest])
        return same if all(_is_same(one.xyxy, same.xyxy) for one in (self._run[0][1], self._run[-1][1])) else None

    def _remember(self, found: Boxes, size: tuple[int, int]) -> None:
        """Note who was seen, and forget who was found again, left over a border, or has been away for long."""
        rest = [one for one in self._seen if self._at_ms - one.at_ms < REMEMBERED_MS]
        cut: list[bool] = np.atleast_1d(at_borders(found.xyxy.astype(np.float64), size).any(axis=1)).tolist()
        now: list[_Seen] = []
        for box, is_cut in zip(found.xyxy, cut, strict=True):
            sights = 1 + _taken(rest, box)
            if not is_cut:
                now.append(_Seen(box, self._at_ms, sights))
        self._seen = now + rest


def _taken(seen: list[_Seen], box: NDArray[np.float32]) -> int:
    """Take who this is out of those who were seen, and return how often they were; 0 for somebody new."""
    if not seen:
        return 0
    common = overlaps(box, np.array([one.box for one in seen]))
    return seen.pop(int(common.argmax())).sights if common.max() > 0 else 0


def _is_same(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Return whether each box, shape (n, 4), is where the other is."""
    most = np.maximum((one[:, 3] - one[:, 1]) * _OFF, _OFF_PX)
    return bool((np.abs(one - other).max(axis=1) <= most).all())
