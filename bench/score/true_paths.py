"""The truth of lines and zones, from where everybody truly was. No tracker, and none of the counter's decisions.

- A passage is *gross* when it gets further from the line than a twentieth of the band: below, a path only trembles.
- It is *complete* from clear of the band on one side to clear of it on the other; where a path begins or ends within
  the band, that side counts.
- It is *net* unless the person passes back within 10 s, and was never further from the line than its band and a
  metre in between. Then both passages fall away; what is left over is looked at again.
- A visit is a stretch of a path within a zone: it ends further out than the margin, and one that never gets further
  in than the margin is none. Presence is all time within the edge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from bench.score.scene import TrueLine, TrueZone, Ways
from bench.simulated_detections import People
from counter.geometry import Floats, Geometry, Ints, LineGeometry, ZoneGeometry

TURN_BACK_S: Final = 10.0
"""Who comes back later than this has passed twice."""
AWAY_M: Final = 1.0
"""Who was further beyond the band than this has passed twice, however soon they come back."""
_JITTER: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Passage:
    at_s: float
    way: int
    place: int


def true_lines(people: People, lines: Sequence[LineGeometry], units_per_metre: float) -> tuple[TrueLine, ...]:
    """Return the truth of each line."""
    geometry = Geometry(lines)
    totals = [TrueLine((0, 0), (0, 0)) for _ in lines]
    for at_s, points in _paths(people):
        relations = geometry.relate(points[[0, *range(len(points) - 1)]], points)
        for place, line in enumerate(lines):
            one = _one_line(at_s, relations.passes[place], relations.gaps[place], line.band, units_per_metre)
            totals[place] = TrueLine(_added(totals[place].net, one.net), _added(totals[place].gross, one.gross))
    return tuple(totals)


def true_zones(people: People, zones: Sequence[ZoneGeometry]) -> tuple[TrueZone, ...]:
    """Return the truth of each zone."""
    geometry = Geometry(zones=zones)
    dwells: list[list[float]] = [[] for _ in zones]
    presences = [0.0 for _ in zones]
    for at_s, points in _paths(people):
        depths = geometry.relate(points, points).depths
        for place, zone in enumerate(zones):
            dwells[place] += _visits(at_s, depths[place], zone.margin)
            presences[place] += float((np.diff(at_s) * (depths[place][:-1] > 0)).sum())
    return tuple(TrueZone(tuple(one), presence) for one, presence in zip(dwells, presences, strict=True))


def backwards(people: People) -> People:
    """Return the same people with time running backwards: another crowd, where who followed now leads."""
    return People(people.at_s[-1] - people.at_s[::-1], people.ids[::-1], people.points[::-1])


# ----------------------------------------------------------------------------------------------------------


def _paths(people: People) -> Iterator[tuple[Floats, Floats]]:
    """Yield everybody's times, in seconds, and places."""
    for name in np.unique(people.ids):
        rows = people.ids == name
        yield people.at_s[rows], people.points[rows]


def _one_line(at_s: Floats, passes: Ints, gaps: Floats, band: float, units_per_metre: float) -> TrueLine:
    sides = np.cumsum(passes)
    gross = _passages(at_s, sides, gaps, _JITTER * band)
    away = gaps > band + AWAY_M * units_per_metre
    return TrueLine(_ways(_without_turns(_passages(at_s, sides, gaps, band), away)), _ways(gross))


def _passages(at_s: Floats, sides: Ints, gaps: Floats, clear: float) -> list[_Passage]:
    """Return how a person went over a line, from one clear place to the next; the ends of a path are clear."""
    places = np.flatnonzero((gaps >= clear) | np.isin(np.arange(len(gaps)), (0, len(gaps) - 1))).tolist()
    found = []
    for before, after in pairwise(places):
        change = int(sides[after] - sides[before])
        found += [_Passage(float(at_s[after]), 1 if change > 0 else -1, after)] * abs(change)
    return found


def _without_turns(passages: Sequence[_Passage], away: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[_Passage]:
    kept: list[_Passage] = []
    for one in passages:
        if kept and _is_turn(kept[-1], one, away):
            kept.pop()
        else:
            kept.append(one)
    return kept


def _is_turn(there: _Passage, back: _Passage, away: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bool:
    if there.way == back.way or back.at_s - there.at_s > TURN_BACK_S:
        return False
    return not away[there.place : back.place].any()


def _ways(passages: Sequence[_Passage]) -> Ways:
    return sum(one.way > 0 for one in passages), sum(one.way < 0 for one in passages)


def _visits(at_s: Floats, depths: Floats, margin: float) -> Iterator[float]:
    """Yield how long each visit of a path lasted."""
    inside = np.flatnonzero(depths > 0)
    if not len(inside):
        return
    parts = np.split(inside, [place + 1 for place in range(len(inside) - 1) if _left(depths, inside, place, margin)])
    for part in parts:
        if depths[part].max() > margin:
            yield float(at_s[min(part[-1] + 1, len(at_s) - 1)] - at_s[part[0]])


def _left(depths: Floats, inside: Ints, place: int, margin: float) -> bool:
    """Return whether a path got out of the zone between two places inside that follow each other."""
    return bool((depths[inside[place] : inside[place + 1]] < -margin).any())


def _added(one: Ways | None, other: Ways | None) -> Ways:
    (a, b), (c, d) = one or (0, 0), other or (0, 0)
    return a + c, b + d
