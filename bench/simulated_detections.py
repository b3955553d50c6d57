"""What a detector would have seen of people whose true places are known: misses, false detections, noise, another rate.

Used by the benchmarks of tracking and, with few seeds, by their tests. Everything is drawn from a seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from counter.detections import Detections
from counter.geometry import Floats, Ints, LineGeometry

START_MS = 1_800_000_000_000 - 1_800_000_000_000 % 900_000
"""Captures begin here: a whole quarter-hour."""
CM_PER_M = 100.0


@dataclass(frozen=True, slots=True)
class Corridor:
    """A recording of real people from above, and how many of them cross a line in each direction.

    Attributes:
        file: its name without `.txt` in the folder of trajectories.
        rate: frames a second.
        line: where they are counted, in cm.
        truth: forward, backward.
        thing: a place in people's way, close to the line, where something may stand that is taken for a person.
    """

    file: str
    rate: float
    line: LineGeometry
    truth: tuple[int, int]
    thing: tuple[float, float]


THINLY = Corridor(
    "uo-050-180-180",
    16,
    LineGeometry("across", ((-200, 78), (500, 78)), (0, 900), band=30),
    truth=(0, 61),
    thing=(105, 92),
)
DENSELY = Corridor(
    "bi_corr_400_b_03",
    25,
    LineGeometry("across", ((-75, -200), (-75, 700)), (900, 0), band=30),
    truth=(231, 249),
    thing=(-61, 150),
)
CORRIDORS = (THINLY, DENSELY)


@dataclass(frozen=True, slots=True)
class People:
    """Where everyone truly was: one row a person and frame, in order of time.

    Attributes:
        at_s: shape (n,), seconds since the first frame.
        ids: shape (n,).
        points: shape (n, 2), in units.
    """

    at_s: Floats
    ids: Ints
    points: Floats


@dataclass(frozen=True, slots=True)
class Detector:
    """How well people are seen.

    Attributes:
        rate: frames a second.
        misses: the share of sights that are missed.
        false: false detections for each true one, anywhere in the area.
        noise: standard deviation of a point on each axis, in units.
        fixture: the share of frames in which a thing that stands beside the line (a plant, a reflection) is taken for a
            person.
    """

    rate: float = 10.0
    misses: float = 0.05
    false: float = 0.01
    noise: float = 3.0
    fixture: float = 0.0


def read(folder: Path, corridor: Corridor) -> People:
    """Read a recording from the folder of shared data. Raises OSError."""
    rows = np.loadtxt(folder / "trajectories" / f"{corridor.file}.txt", comments="#", usecols=(0, 1, 2, 3))
    rows = rows[np.argsort(rows[:, 1], kind="stable")]
    at_s = (rows[:, 1] - rows[0, 1]) / corridor.rate
    return People(at_s, rows[:, 0].astype(np.int64), rows[:, 2:])


def shown(people: People, rate: float, own_rate: float) -> Iterator[tuple[float, Floats]]:
    """Yield the time and the true places of each frame at `rate`, which may differ from the recording's own.

    At a lower rate the nearest of its own frames are taken, with their own times; at a higher one places between two
    frames are interpolated.
    """
    last_s = float(people.at_s[-1])
    if rate <= own_rate:
        numbers = np.rint(people.at_s * own_rate).astype(np.int64)
        for number in np.unique(np.rint(np.arange(0, last_s, 1 / rate) * own_rate).astype(np.int64)):
            low, high = np.searchsorted(numbers, (number, number + 1))
            yield number / own_rate, people.points[low:high]
        return
    frames = np.arange(0, last_s, 1 / rate)
    found: list[list[Floats]] = [[] for _ in frames]
    for name in np.unique(people.ids):
        rows = people.ids == name
        at_s, points = people.at_s[rows], people.points[rows]
        inside = np.flatnonzero((frames >= at_s[0]) & (frames <= at_s[-1]))
        for place, x, y in zip(
            inside,
            np.interp(frames[inside], at_s, points[:, 0]),
            np.interp(frames[inside], at_s, points[:, 1]),
            strict=True,
        ):
            found[place].append(np.array((x, y)))
    for at, here in zip(frames.tolist(), found, strict=True):
        yield at, np.array(here, dtype=np.float64).reshape(-1, 2)


def detected(corridor: Corridor, people: People, detector: Detector, seed: int) -> Iterator[Detections]:
    """Yield what the detector sees, drawn from `seed`."""
    chance = np.random.default_rng(seed)
    low, high = people.points.min(axis=0), people.points.max(axis=0)
    for at_s, true in shown(people, detector.rate, corridor.rate):
        seen = true[chance.random(len(true)) >= detector.misses]
        seen = seen + chance.normal(0, detector.noise, seen.shape) if detector.noise else seen
        wrong = chance.uniform(low, high, (chance.poisson(detector.false * len(true)), 2))
        still = np.array([corridor.thing])[chance.random(1) < detector.fixture]
        points = np.vstack((seen, wrong, still + chance.normal(0, detector.noise, still.shape)))
        yield Detections(START_MS + round(at_s * 1000), points[chance.permutation(len(points))])
