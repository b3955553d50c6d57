"""How people came to a meeting and how they went on, and which of them fit together.

Where many meet, somebody who left and somebody else who came seconds later fit by chance: the more so, the more there
are and the less can be said of where somebody would be by then. Of people of whom all is equally likely, the density at
a place and velocity is smaller by that much, so another name must fit better: by twice the logarithm of how much wider
places and velocities may be spread than at once, and of how many others might be meant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.geometry import Floats, Ints
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
"""Nobody takes another name that fits worse than this, or after so long; and it costs as much that somebody's way ends:
else it would have to be that of somebody else, and theirs that of the next."""
_MOST: Final = 60.0
"""What fits worse isn't joined at all."""

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


def _costs(came: Mapping[int, Motion], went: Mapping[int, Motion], count: int) -> Floats:
    """Return how badly each way came leads to each that went on, of `count` people, shape (came, went), >= 0.

    In squared standard deviations; inf where it can't be, and where nobody takes the other's name.
    """
    before, after = _Ways.of(came.values()), _Ways.of(went.values())
    ahead_s = (after.at_ms - before.at_ms[:, None]) / 1000
    way_s = ahead_s[:, :, None]
    off = after.places - before.places[:, None] - (after.velocities + before.velocities[:, None]) / 2 * way_s
    turn = after.velocities - before.velocities[:, None]
    unsure = after.spreads + before.spreads[:, None]
    off_2 = 2 * _FOOT_M**2 + (_BEND_M_S * ahead_s) ** 2 + unsure * ahead_s**2 / 4
    turn_2 = _CHANGE_M_S**2 + _CHANGES * np.maximum(ahead_s, 0) + unsure
    cost = (off**2).sum(axis=2) / off_2 + (turn**2).sum(axis=2) / turn_2
    vague = np.log(off_2 / (2 * _FOOT_M**2)) + np.log(turn_2 / _CHANGE_M_S**2) + np.log(max(count - 1, 1))
    changed = np.not_equal.outer(np.fromiter(came, dtype=np.int64), np.fromiter(went, dtype=np.int64))
    other = cost + _KEPT + 2 * vague
    other[(other >= _CHANGED_MOST) | (ahead_s * 1000 > _HIDDEN_MS)] = np.inf
    return np.where(ahead_s < 0, np.inf, np.where(changed, other, cost))


@dataclass(frozen=True, slots=True)
class _Ways:
    """The ways of n people: ms of shape (n,), metres and metres/s of shape (n, 2), variances of shape (n,)."""

    at_ms: Ints
    places: Floats
    velocities: Floats
    spreads: Floats

    @classmethod
    def of(cls, ways: Iterable[Motion]) -> "_Ways":
        rows = [(way.at_ms, way.place, way.velocity, way.spread) for way in ways]
        at_ms, places, velocities, spreads = zip(*rows, strict=True)
        return cls(np.array(at_ms), np.array(places), np.array(velocities), np.array(spreads))


def names_after(members: Iterable[int], came: Mapping[int, Motion], went: Mapping[int, Motion]) -> dict[int, int]:
    """Return the right names of those whose name changed in a meeting, each name once."""
    if len(members := list(members)) < 2 or not came or not went:  # noqa: PLR2004 - it takes two
        return {}
    ends = np.full((len(came), len(came)), np.inf)
    np.fill_diagonal(ends, [np.inf if name in went else _CHANGED_MOST for name in came])
    found = assign(np.hstack((_costs(came, went, len(members)), ends)), _MOST).tolist()
    after = list(went)
    right = {after[place]: name for name, place in zip(came, found, strict=True) if 0 <= place < len(after)}
    left = [name for name in members if name not in right.values()]
    for name in members:
        if name not in right and name in left:
            right[name] = name
            left.remove(name)
    for name in members:
        if name not in right:
            right[name] = left.pop(0)
    return {name: other for name, other in right.items() if name != other}
