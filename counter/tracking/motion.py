"""How people came to a meeting and how they went on, and which of them fit together."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.geometry import Floats
from counter.tracking.assignment import assign

_FOOT_M: Final = 0.1
_BEND_M_S: Final = 0.25
_CHANGE_M_S: Final = 0.3
_CHANGES: Final = 0.15
"""How exact a foot is; how far off a straight way people get each second; how much velocities change at once, and in
each second (as a variance)."""
_UNKNOWN_M_S: Final = 1.2
_KEPT: Final = 3.0
"""A changed name must fit so much better, in squared standard deviations."""
_CHANGED_MOST: Final = 25.0
_HIDDEN_MS: Final = 3000
"""Nobody takes another name that fits worse than this, or after so long."""
_MOST: Final = 60.0
"""What fits worse isn't joined at all."""
_LEFT: Final = 12.0
"""Nor what fits worse than this, where the one may have left and the other is new."""

Seen = tuple[int, float, float]
"""When and where somebody was seen: ms, and two coordinates in units."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How someone came, at the last sight, or went, at the first: ms, metres, metres/s and its variance."""

    at_ms: int
    place: Floats
    velocity: Floats
    spread: float

    @classmethod
    def of(cls, seen: Sequence[Seen], scale: float, end: int = 1) -> "Motion":
        """Fit a straight way; `end` is 1 for its last sight, -1 for its first."""
        begun_ms, count = seen[0][0], len(seen)  # so few rows cost less without arrays
        at_s = [(one[0] - begun_ms) / 1000 for one in seen]
        mean_s = sum(at_s) / count
        off_s = [one - mean_s for one in at_s]
        square = sum(one * one for one in off_s) + _FOOT_M**2 / _UNKNOWN_M_S**2
        x, y = sum(one[1] for one in seen) / count, sum(one[2] for one in seen) / count
        way_x = sum(off * one[1] for off, one in zip(off_s, seen, strict=True)) / square
        way_y = sum(off * one[2] for off, one in zip(off_s, seen, strict=True)) / square
        last = -1 if end > 0 else 0
        place, velocity = np.array(((x + way_x * off_s[last], y + way_y * off_s[last]), (way_x, way_y))) / scale
        return cls(seen[last][0], place, velocity, _FOOT_M**2 / square)

    def cost(self, after: "Motion") -> float:
        """Return how badly this way leads to the other, in squared standard deviations; inf: it begins later."""
        ahead_s = (after.at_ms - self.at_ms) / 1000
        if ahead_s < 0:
            return np.inf
        off = after.place - self.place - (self.velocity + after.velocity) / 2 * ahead_s
        turn = after.velocity - self.velocity
        unsure = self.spread + after.spread
        off_2 = 2 * _FOOT_M**2 + (_BEND_M_S * ahead_s) ** 2 + unsure * ahead_s**2 / 4
        turn_2 = _CHANGE_M_S**2 + _CHANGES * ahead_s + unsure
        return float((off @ off) / off_2 + (turn @ turn) / turn_2)


def _other(way: Motion, after: Motion) -> float:
    """Return how badly a way leads to that of another name; inf: nobody takes it."""
    if after.at_ms - way.at_ms > _HIDDEN_MS:
        return np.inf
    cost = way.cost(after) + _KEPT
    return cost if cost < _CHANGED_MOST else np.inf


def names_after(
    members: Iterable[int], came: Mapping[int, Motion], went: Mapping[int, Motion], left: Container[int] = ()
) -> dict[int, int]:
    """Return the right names of those whose name changed in a meeting, each name once.

    Of those who should have `left` what is seen by then, none is taken for somebody new, unless they fit well.
    """
    if len(members := list(members)) < 2 or not came or not went:  # noqa: PLR2004 - it takes two
        return {}
    cost = np.array(
        [
            [way.cost(after) if name == other else _other(way, after) for other, after in went.items()]
            for name, way in came.items()
        ]
    )
    may_be_new = np.outer([name in left for name in came], [other not in came for other in went])
    found = assign(np.where(may_be_new & (cost > _LEFT), 2 * _MOST, cost), _MOST).tolist()
    after = list(went)
    right = {after[place]: name for name, place in zip(came, found, strict=True) if place >= 0}
    left = [name for name in members if name not in right.values()]
    for name in members:
        if name not in right and name in left:
            right[name] = name
            left.remove(name)
    for name in members:
        if name not in right:
            right[name] = left.pop(0)
    return {name: other for name, other in right.items() if name != other}
