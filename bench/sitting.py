"""People who come into a zone, sit for ten seconds to two hours, and leave, as a detector with drop-outs sees them.

For bench/dwell.py and its short form in the tests. Lengths in metres; everything is drawn from a seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from counter.detections import Detections
from counter.geometry import Bools, Floats, Ints, ZoneGeometry

ZONE = ZoneGeometry("benches", ((0.0, 0.0), (12.0, 0.0), (12.0, 8.0), (0.0, 8.0)), 60, margin=0.3)
NOISE_M = 0.05
_SPEED_M_S = 1.2
_DOOR = (-2.0, 4.0)
_SEATS = [(x, y) for x in np.arange(1.5, 12.0, 1.2).tolist() for y in np.arange(0.6, 8.0, 1.2).tolist()]


@dataclass(frozen=True, slots=True)
class Sitting:
    """What happens.

    Attributes:
        visits: how many.
        present: about how many people are in the zone at a time.
        dwell_s: shortest and longest visit; between, each doubling is equally frequent.
        losses_per_s: how often someone is lost from sight.
        loss_s: for how long, from and to: longer than the tracker waits.
        dropped: share of sights that are missed, in drop-outs of `drop_s` seconds on average.
        drop_s: their mean length.
        rate: frames a second.
        quiet_s: time without anybody before and after.
    """

    visits: int = 1000
    present: float = 20.0
    dwell_s: tuple[float, float] = (10.0, 7200.0)
    losses_per_s: float = 1 / 600
    loss_s: tuple[float, float] = (10.0, 20.0)
    dropped: float = 0.05
    drop_s: float = 1.0
    rate: float = 2.0
    quiet_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The frames, and what is true of them.

    Attributes:
        frame_of: shape (n,), the frame of each sight, rising.
        points: shape (n, 2).
        frames: how many there are.
        dwells_s: shape (visits,), the true dwell of each visit, from edge to edge.
        rate: frames a second.
        lost_s: how long people were lost from sight, in sum.
    """

    frame_of: Ints
    points: Floats
    frames: int
    dwells_s: Floats
    rate: float
    lost_s: float

    def detections(self, from_ms: int) -> Iterator[Detections]:
        """Yield all frames, the first at `from_ms`."""
        ends = np.searchsorted(self.frame_of, np.arange(self.frames + 1))
        for number in range(self.frames):
            at_ms = from_ms + round(number * 1000 / self.rate)
            yield Detections(at_ms, self.points[ends[number] : ends[number + 1]])


def show(sitting: Sitting, seed: int) -> Shown:
    """Draw everything. People take free seats, or wait outside for one."""
    chance = np.random.default_rng(seed)
    low, high = np.log(sitting.dwell_s)
    sat_s = np.exp(chance.uniform(low, high, sitting.visits))
    gap_s = float(sat_s.mean()) / sitting.present
    begins_s = sitting.quiet_s + np.cumsum(chance.exponential(gap_s, sitting.visits))
    free_from_s = np.zeros(len(_SEATS))
    parts: list[tuple[Ints, Floats]] = []
    dwells_s, lost_s = np.empty(sitting.visits), 0.0
    for visit, (begin_s, dwell_s) in enumerate(zip(begins_s.tolist(), sat_s.tolist(), strict=True)):
        free = np.flatnonzero(free_from_s < begin_s)
        seat = int(chance.choice(free)) if len(free) else int(free_from_s.argmin())
        begin_s = max(begin_s, float(free_from_s[seat]))  # noqa: PLW2901 - waits for the seat
        way = np.array([_DOOR, _SEATS[seat]])
        walk_s = float(np.hypot(*(way[1] - way[0]))) / _SPEED_M_S
        outside_s = walk_s * -_DOOR[0] / float(way[1, 0] - way[0, 0])
        seated_s = max(dwell_s - 2 * (walk_s - outside_s), 0.5)
        end_s = begin_s + 2 * walk_s + seated_s
        dwells_s[visit] = end_s - begin_s - 2 * outside_s
        free_from_s[seat] = end_s + 2
        numbers = np.arange(np.ceil(begin_s * sitting.rate), np.floor(end_s * sitting.rate) + 1).astype(np.int64)
        at_s = numbers / sitting.rate
        x, y = (
            np.interp(at_s, [begin_s, begin_s + walk_s, end_s - walk_s, end_s], [*way[:, axis], *way[::-1, axis]])
            for axis in (0, 1)
        )
        seen, hidden_s = _seen(chance, sitting, at_s - begin_s, end_s - begin_s)
        lost_s += hidden_s
        parts.append((numbers[seen], np.column_stack((x, y))[seen]))
    frame_of = np.concatenate([numbers for numbers, _ in parts])
    points = np.concatenate([points for _, points in parts])
    order = frame_of.argsort(kind="stable")
    frames = int(frame_of.max()) + round(sitting.quiet_s * sitting.rate)
    points = points[order] + chance.normal(0, NOISE_M, points.shape)
    return Shown(frame_of[order], points, frames, dwells_s, sitting.rate, lost_s)


def _seen(chance: np.random.Generator, sitting: Sitting, at_s: Floats, whole_s: float) -> tuple[Bools, float]:
    """Tell in which frames, `at_s` after the beginning, someone is seen, and how long they are lost, in seconds."""
    seen, lost_s = np.ones(len(at_s), dtype=np.bool_), 0.0
    for begin_s in chance.uniform(0, whole_s, chance.poisson(whole_s * sitting.losses_per_s)).tolist():
        end_s = min(begin_s + float(chance.uniform(*sitting.loss_s)), whole_s)
        seen &= (at_s < begin_s) | (at_s > end_s)
        lost_s += end_s - begin_s
    if sitting.dropped:
        every_s = sitting.drop_s / sitting.dropped
        for begin_s in chance.uniform(0, whole_s, chance.poisson(whole_s / every_s)).tolist():
            seen &= (at_s < begin_s) | (at_s > begin_s + chance.exponential(sitting.drop_s))
    return seen, lost_s
