"""Where people were beyond the ends of their tracks: a frame before they were first seen, and after they were last.

Where frames are rare, a step is as long as a line's band is wide: who is found until a fraction of a step before a line
has passed it by the next frame. So who walked goes on, once, as they walked; and who is first seen walking comes from
where they should have been in the frame before. Not so where they stood, slowed down or turned, where nobody looked, or
where another track begins (or ends) that may be the same person: they then have other sights beyond.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np

from counter.geometry import Floats, Point
from counter.tracking.motion import Motion, Seen

_FIT_MS: Final = 800
_NOW_MS: Final = 200
"""How someone walked is known of so long a time, and whether they still do of so long a one."""
_WALKS_M_S: Final = 0.5
_NEXT_MS: Final = 600
"""Nobody is taken to have gone on for longer than this."""
_FEWEST: Final = 3
_REACH_M: Final = 0.5
_GROWS_M_S: Final = 0.5
_LATEST_S: Final = 2.0
"""Another track may be the same person where it begins so near to their way, a distance that grows with time, and no
later than so long after."""

_KEEPS_MS: Final = 9000
_NEW_MS: Final = 2000
"""Who is reported for the first time was first seen in so long a time, in ms."""

_STANDS_MS: Final = (1000, 3000)
_STANDS_M: Final = 0.45
_GONE_M: Final = 0.7
_FEW: Final = 3
"""Someone stands who, in the last second, was in the mean no further than this from where they were before it, and at
the last sight no further than _GONE_M: who leaves in that second has stood for most of it."""
_LEAVES: Final = 3.0
_FOOT_M: Final = 0.1
"""Nor who walks, and whose last two sights are so many times as far from there as feet are inexact, or from where they
were a second ago: who turned back may walk past where they came from."""

_ONWARD_MS: Final = 2000
_ONWARD_M_S: Final = 0.4
_SURELY: Final = 2.0
"""Someone surely walked whose velocity in the last seconds was more than this, and than so many standard deviations
of it: long enough for the feet of somebody who sits to have none."""


@dataclass(frozen=True, slots=True)
class TrackEnd:
    """How someone walks beyond one end of their track.

    Attributes:
        end: 1 for the last sight, -1 for the first.
        sight: that one.
        velocity: units/s, in time that runs forward.
        beyond: when the frame beyond came, and where they should be in it, in units.
        scale: how many units make a metre.
    """

    end: int
    sight: Seen
    velocity: Point
    beyond: Seen
    scale: float

    @classmethod
    def of(cls, trail: Sequence[Seen], end: Literal[1, -1], frames_ms: Sequence[int], scale: float) -> Self | None:
        """Return it of `trail`, in the order of time, of someone who walks; None where nobody looked a moment beyond.

        `frames_ms` are the times of frames, rising.
        """
        if len(trail) < _FEWEST:
            return None
        sight = trail[-1] if end > 0 else trail[0]
        next_place = bisect_right(frames_ms, sight[0]) if end > 0 else bisect_left(frames_ms, sight[0]) - 1
        if not 0 <= next_place < len(frames_ms) or abs(frames_ms[next_place] - sight[0]) > _NEXT_MS:
            return None
        velocity = _walks(trail, end, sight, scale)
        if velocity is None:
            return None
        ahead_s = (frames_ms[next_place] - sight[0]) / 1000
        beyond = frames_ms[next_place], sight[1] + velocity[0] * ahead_s, sight[2] + velocity[1] * ahead_s
        return cls(end, sight, velocity, beyond, scale)

    def may_go_on_at(self, seen: Seen) -> bool:
        """Return whether somebody seen beyond this end, where another track begins or ends, may be the same person."""
        at_ms, x, y = seen
        away_s = self.end * (at_ms - self.sight[0]) / 1000
        if not 0 < away_s <= _LATEST_S:
            return False
        off_x, off_y = x - self.sight[1], y - self.sight[2]
        way_x, way_y = (self.end * away_s * one for one in self.velocity)
        part = (off_x * way_x + off_y * way_y) / (way_x * way_x + way_y * way_y)
        part = min(max(part, 0.0), 1.0)
        return math.hypot(off_x - part * way_x, off_y - part * way_y) < (_REACH_M + _GROWS_M_S * away_s) * self.scale


class TrackEnds:
    """Knows when frames came and where tracks began, and so where people were beyond the ends of theirs."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._frames_ms: list[int] = []
        self._begun: list[Seen] = []

    def note(self, at_ms: int, begun: Floats) -> None:
        """Take the time of a frame, and where tracks began in it, shape (k, 2), of people or not."""
        self._frames_ms.append(at_ms)
        if len(begun):
            self._begun += [(at_ms, x, y) for x, y in begun.tolist()]
        if at_ms - self._frames_ms[0] > 2 * _KEEPS_MS:
            self._frames_ms = [one for one in self._frames_ms if at_ms - one <= _KEEPS_MS]
            self._begun = [one for one in self._begun if at_ms - one[0] <= _KEEPS_MS]

    def beyond(
        self, trails: Mapping[int, Sequence[Seen]], names: Iterable[int], end: Literal[1, -1]
    ) -> dict[int, Seen]:
        """Return when and where those of `names` who walked were a frame beyond that end of their trails."""
        found = {name: TrackEnd.of(trails.get(name, ()), end, self._frames_ms, self._scale) for name in names}
        ends = self._begun if end > 0 else [*self._begun, *(trail[-1] for trail in trails.values() if trail)]
        return {name: one.beyond for name, one in found.items() if one and not any(map(one.may_go_on_at, ends))}

    def since(self, last_ms: int | None) -> tuple[list[int], list[Seen]]:
        """Return what to `restore` over a restart, where people were seen last at `last_ms` or later; None: nobody."""
        now_ms = self._frames_ms[-1] if self._frames_ms else 0
        from_ms = now_ms - _NEW_MS if last_ms is None else min(last_ms, now_ms - _NEW_MS)
        return [one for one in self._frames_ms if one >= from_ms], [one for one in self._begun if one[0] >= from_ms]

    def restore(self, frames_ms: Sequence[int], begun: Sequence[Seen]) -> None:
        """Go on from what `since` returned."""
        self._frames_ms, self._begun = list(frames_ms), list(begun)


def _walks(trail: Sequence[Seen], end: int, sight: Seen, scale: float) -> Point | None:
    """Return the velocity, in units/s, of someone who walks at that end of their trail, and doesn't slow down there."""
    inwards = trail[::-1] if end > 0 else trail
    near = [seen for seen in inwards if abs(seen[0] - sight[0]) <= _FIT_MS]
    fit = near if len(near) > 1 else list(inwards[:2])
    velocity = Motion.of(sorted(fit), scale, end).velocity
    speed = float(np.hypot(*velocity))
    then = next((seen for seen in inwards if abs(seen[0] - sight[0]) >= _NOW_MS), None)
    if then is None or speed < _WALKS_M_S:
        return None
    step = np.array((sight[1] - then[1], sight[2] - then[2])) / ((sight[0] - then[0]) / 1000) / scale
    slowest = min(speed, float(step @ velocity) / speed)
    if slowest < _WALKS_M_S:
        return None
    x, y = (velocity / speed * slowest * scale).tolist()
    return x, y


def stood(trail: Sequence[Seen], scale: float) -> Seen | None:
    """Return until when and where someone stood or sat at the end of a trail; None for who walked, or may have."""
    rows = np.array(trail, dtype=np.float64).reshape(-1, 3)
    before_ms = rows[-1:, 0] - rows[:, 0]
    now = rows[before_ms <= _STANDS_MS[0], 1:]
    earlier = rows[(before_ms > _STANDS_MS[0]) & (before_ms <= _STANDS_MS[1])]
    if len(earlier) < _FEW:
        return None
    there = earlier[:, 1:].mean(axis=0)
    off_m = np.hypot(*(np.array((now.mean(axis=0), now[-1])) - there).T) / scale
    if off_m[0] > _STANDS_M or off_m[1] > _GONE_M:
        return None
    gone_m = np.hypot(*(rows[-2:, 1:].mean(axis=0) - np.array((there, now[:2].mean(axis=0)))).T).max() / scale
    if gone_m > _LEAVES * max(_jitter(earlier) / scale, _FOOT_M) and _walks(trail, 1, trail[-1], scale):
        return None
    x, y = now.mean(axis=0).tolist()
    return trail[-1][0], x, y


def _jitter(sights: Floats) -> float:
    """Return how far somebody is from an even walk: a standard deviation, in units. `sights` are times and places."""
    times, places = sights[:, 0] - sights[:, 0].mean(), sights[:, 1:] - sights[:, 1:].mean(axis=0)
    walked = np.outer(times, times @ places / (times @ times))
    return float((places - walked).std(axis=0).max())


def onward(trail: Sequence[Seen], scale: float) -> Point:
    """Return where someone was last, or a second later if they surely walked."""
    motion = Motion.of([seen for seen in trail if trail[-1][0] - seen[0] <= _ONWARD_MS], scale)
    last = np.array(trail[-1][1:])
    if float(np.hypot(*motion.velocity)) > max(_ONWARD_M_S, _SURELY * motion.spread**0.5):
        last = last + motion.velocity * scale
    x, y = last.tolist()
    return x, y
