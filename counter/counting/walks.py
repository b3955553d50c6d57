"""When someone who walks over a line, or through a zone, must have been seen to be counted.

Walks are straight, at SLOW_M_S to FAST_M_S. Over a line they lead straight across, at any place of it but its ends;
through a zone by the deepest place of it that is seen, in any direction. Times are milliseconds after the moment at
which the line, or the zone's edge, is passed; < 0 before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from counter.counting.spans import Span, merged
from counter.geometry import BAND_M, Bools, Floats, Geometry, LineGeometry, View, ZoneGeometry, deepest, depths_around
from counter.tracking.reach import FAST_M_S, SLOW_M_S

UNKNOWN_M: Final = 2.0
"""Where a source doesn't say what it sees, people are taken to be seen so far before and after, in metres."""
_FAR_M: Final = 12.0
"""No longer way is looked at, in metres: it is in view for six seconds even for the quickest."""
_STEP_M: Final = 0.05
_PLACES: Final = np.linspace(0.1, 0.9, 9)
"""Where along a line walks are looked at, as parts of its length."""
_FLOOR: Final = 0.5
"""A line may lead on to where too little of people is in the picture: over walls, as far as anybody can know. At more
than this part of it people must be found."""
_DIRECTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class SightsNeeded:
    """What must be seen of one walk.

    Attributes:
        before_ms: so long before the passage the quickest come into view.
        after_ms: so long after it they are out of view.
        within: for each speed, when they are far enough from the line, or deep enough in the zone: one sight in any
            of these stretches is needed.
        both_sides: whether a sight before the passage is needed, and one after it.
    """

    before_ms: int
    after_ms: int
    within: tuple[tuple[Span, ...], ...]
    both_sides: bool = True

    @property
    def is_never_seen(self) -> bool:
        """Return whether nobody is found on a side on which they must be: however many frames there are."""
        return not self.after_ms or (self.both_sides and not self.before_ms)

    @property
    def latest_ms(self) -> int:
        """Return when the last of those stretches begins."""
        return max((from_ms for spans in self.within for from_ms, _ in spans), default=0)


def needed_sights(
    lines: Sequence[LineGeometry], gates: Sequence[str], zones: Sequence[ZoneGeometry], view: View | None, scale: float
) -> list[tuple[SightsNeeded, ...]]:
    """Return what must be seen of walks over lines, gates (nothing) and zones, in the order of the records."""
    return [
        *(over_line(line, view, scale) for line in lines),
        *(() for _ in gates),
        *(through_zone(zone, view, scale) for zone in zones),
    ]


def usual_scale(lines: Sequence[LineGeometry], zones: Sequence[ZoneGeometry]) -> float:
    """Return how many units make a metre where nobody says so: by the largest band or margin."""
    widths = [*(line.band for line in lines), *(zone.margin for zone in zones)]
    return (max(widths, default=0.0) or BAND_M) / BAND_M


def over_line(line: LineGeometry, view: View | None, units_per_metre: float) -> tuple[SightsNeeded, ...]:
    """Return what must be seen of walks over `line`, one for each direction unless they are alike."""
    one, other = _room_beside(line, view, units_per_metre)
    band_m = line.band / units_per_metre
    needed = dict.fromkeys(_over(*rooms, band_m) for rooms in ((one, other), (other, one)))
    return tuple(needed)


def through_zone(zone: ZoneGeometry, view: View | None, units_per_metre: float) -> tuple[SightsNeeded, ...]:
    """Return what must be seen of walks through `zone`, by its deepest place: of those of which least is seen.

    Where the zone reaches the rim of the view, who comes from there is first seen inside, and counted all the same.
    """
    rays = _rays(zone, view, units_per_metre)
    half = len(rays) // 2
    ways = [_ZoneWalk.of(rays[place - half], rays[place]) for place in range(len(rays))]
    return tuple(dict.fromkeys(way.needed() for way in ways if not any(other.is_less(way) for other in ways)))


@dataclass(frozen=True, slots=True)
class _Bearing:
    """One direction from the deepest place of a zone: how far it is, in metres, to the edge and then out of view.

    `shallow_m` is how much of the way to the edge isn't deeper than the margin.
    """

    inside_m: float
    shallow_m: float
    outside_m: float


@dataclass(frozen=True, slots=True)
class _ZoneWalk:
    """One straight way through a zone: metres in view before it, in it, and after it; those it needs to be deep in."""

    before_m: float
    inside_m: float
    after_m: float
    deep_m: tuple[float, float]

    @classmethod
    def of(cls, here: _Bearing, there: _Bearing) -> "_ZoneWalk":
        inside_m = here.inside_m + there.inside_m
        return cls(here.outside_m, inside_m, there.outside_m, (here.shallow_m, inside_m - there.shallow_m))

    def is_less(self, other: "_ZoneWalk") -> bool:
        """Return whether less is seen of this way than of `other`, in every respect."""
        if self == other or (self.before_m > 0) != (other.before_m > 0):
            return False
        parts = (
            (self.before_m, other.before_m),
            (self.inside_m + self.after_m, other.inside_m + other.after_m),
            (other.deep_m[0], self.deep_m[0]),
            (self.deep_m[1], other.deep_m[1]),
        )
        return all(mine <= its for mine, its in parts)

    def needed(self) -> SightsNeeded:
        within = tuple(((_ms(self.deep_m[0], speed), _ms(self.deep_m[1], speed)),) for speed in (FAST_M_S, SLOW_M_S))
        times = _ms(self.before_m, FAST_M_S), _ms(self.inside_m + self.after_m, FAST_M_S)
        return SightsNeeded(*times, within, both_sides=self.before_m > 0)


def _over(before_m: float, after_m: float, band_m: float) -> SightsNeeded:
    within = []
    for speed in (FAST_M_S, SLOW_M_S):
        clear_ms = _ms(band_m, speed)
        spans = ((-_ms(before_m, speed), -clear_ms), (clear_ms, _ms(after_m, speed)))
        within.append(tuple(merged(spans)))
    return SightsNeeded(_ms(before_m, FAST_M_S), _ms(after_m, FAST_M_S), tuple(within))


def _ms(metres: float, speed: float) -> int:
    return round(metres / speed * 1000)


def _room_beside(line: LineGeometry, view: View | None, units_per_metre: float) -> tuple[float, float]:
    """Return how far straight walks over a line are in view on its two sides, in metres: where it is least."""
    if view is None:
        return UNKNOWN_M, UNKNOWN_M
    crossed = [(place, way) for place, way in _crossed_at(line) if view.shows_bodies(place[None])[0]]
    if len(crossed) <= _FLOOR * len(_PLACES):
        return 0.0, 0.0
    rooms = [(_to_border(place, way, view), _to_border(place, -way, view)) for place, way in crossed]
    one, other = (min(room[side] for room in rooms) / units_per_metre for side in (0, 1))
    return min(one, _FAR_M), min(other, _FAR_M)


def _crossed_at(line: LineGeometry) -> Iterable[tuple[Floats, Floats]]:
    """Yield places on a line, and the direction straight across it at each of them."""
    stretches = [(np.array(here), np.array(there)) for here, there in pairwise(line.points)]
    lengths = [float(np.hypot(*(there - here))) for here, there in stretches]
    for part in _PLACES:
        along = part * sum(lengths)
        for (here, there), length in zip(stretches, lengths, strict=True):
            if along <= length:
                way = (there - here) / length
                yield here + way * along, np.array((-way[1], way[0]))
                break
            along -= length


def _to_border(place: Floats, way: Floats, view: View) -> float:
    """Return how far it is from a place, in a direction of length 1, until nobody is found any more; at least 0."""
    low_x, low_y, high_x, high_y = view.outer or view.inner
    if view.bodies is not None:
        low_x, low_y = max(low_x, view.bodies[0]), max(low_y, view.bodies[1])
        high_x, high_y = min(high_x, view.bodies[2]), min(high_y, view.bodies[3])
    far = np.inf
    for at, step, low, high in ((place[0], way[0], low_x, high_x), (place[1], way[1], low_y, high_y)):
        if not low <= at <= high:
            return 0.0
        if step:
            far = min(far, float(((high if step > 0 else low) - at) / step))
    return far


def _rays(zone: ZoneGeometry, view: View | None, units_per_metre: float) -> list[_Bearing]:
    middle = _middle(zone, view)
    if middle is None:
        return [_Bearing(0.0, 0.0, 0.0)] * _DIRECTIONS
    steps = np.arange(0.0, _FAR_M, _STEP_M) * units_per_metre
    rays = []
    for angle in np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS):
        way = np.array((np.cos(angle), np.sin(angle)))
        places = middle + steps[:, None] * way
        depths = _depths(zone, places, view)
        edge = _first((depths <= 0) | ~_found(places, view))
        deep = min(_first(depths <= zone.margin), edge)
        outside_m = _outside(places[min(edge, len(places) - 1)], way, view, units_per_metre)
        rays.append(_Bearing(edge * _STEP_M, (edge - deep) * _STEP_M, outside_m))
    return rays


def _middle(zone: ZoneGeometry, view: View | None) -> Floats | None:
    """Return the deepest place of what is seen of a zone; None where people aren't found in more than half of it.

    Of places that are equally deep it is the one nearest to their middle: near a corner, ways are short.
    """
    if view is None or view.bodies is None:
        return deepest(zone)
    places, depths = depths_around(zone)
    low, high = np.array(view.bodies[:2]), np.array(view.bodies[2:])
    seen = np.minimum(depths, np.minimum(places - low, high - places).min(axis=1))
    if np.count_nonzero(seen > 0) <= _FLOOR * np.count_nonzero(depths > 0):
        return None
    deep = places[np.isclose(seen, seen.max())]
    return np.asarray(deep[np.square(deep - deep.mean(axis=0)).sum(axis=1).argmin()], dtype=np.float64)


def _outside(edge: Floats, way: Floats, view: View | None, units_per_metre: float) -> float:
    if view is None:
        return UNKNOWN_M
    is_last = bool(view.at_rim(edge[None, :])[0]) or not _found(edge[None, :], view)[0]
    return 0.0 if is_last else min(_to_border(edge, way, view) / units_per_metre, _FAR_M)


def _found(places: Floats, view: View | None) -> Bools:
    """Return at which places people are found; who stands beyond a border is in a zone that reaches it (View.frame)."""
    if view is None:
        return np.ones(len(places), dtype=np.bool_)
    return np.asarray(view.shows_bodies(places) & ~view.is_beyond(places), dtype=np.bool_)


def _depths(zone: ZoneGeometry, points: Floats, view: View | None) -> Floats:
    return np.asarray(Geometry(zones=[zone], view=view).relate(points, points).depths[0], dtype=np.float64)


def _first(found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    """Return the place of the first True, or how many there are."""
    return int(found.argmax()) if found.any() else len(found)
