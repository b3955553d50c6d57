"""Real people in laboratory corridors, seen from above, in centimetres (Juelich Pedestrian Dynamics Data Archive).

With the identities of the data the line must be exact; without them, so must the tracker and the line.
"""

import os
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from counter.geometry import Floats
from counter.lines import LineCounter
from counter.observation import Observation
from counter.steps import Trails
from counter.tally import LineGeometry, Tally
from tests.counter.tracks import START_MS, Counted

CM_PER_M = 100.0


@dataclass(frozen=True, slots=True)
class Corridor:
    """A recording, and how many cross a line in each direction."""

    file: str
    rate: float
    line: LineGeometry
    truth: tuple[int, int]


CORRIDORS = [
    Corridor("uo-050-180-180", 16, LineGeometry("across", ((-200, 78), (500, 78)), (0, 900), band=30), (0, 61)),
    Corridor("bi_corr_400_b_03", 25, LineGeometry("across", ((-75, -200), (-75, 700)), (900, 0), band=30), (231, 249)),
]


def _folder() -> Path:
    if (folder := os.environ.get("PLATSPULS_DATA")) is None:
        pytest.skip("PLATSPULS_DATA names no folder of shared data")
    return Path(folder) / "trajectories"


def _rows(corridor: Corridor) -> Floats:
    """Return id, frame, x, y by frame."""
    rows = np.loadtxt(_folder() / f"{corridor.file}.txt", comments="#", usecols=(0, 1, 2, 3))
    return np.asarray(rows[np.argsort(rows[:, 1], kind="stable")], dtype=np.float64)


@pytest.mark.parametrize("corridor", CORRIDORS, ids=lambda corridor: corridor.file)
def test_the_line_is_exact_with_given_identities(corridor: Corridor) -> None:
    rows = _rows(corridor)
    counter, trails = LineCounter(corridor.line), Trails()
    decided = []
    for number, group in groupby(rows, key=lambda row: row[1]):
        people = np.array(list(group))
        steps = trails.steps(round(number * 1000 / corridor.rate), people[:, 0].astype(np.int64), people[:, 2:])
        decided.append(counter.update(steps))
    decided.append(counter.end(list(trails.last)))
    assert (sum(one.forward for one in decided), sum(one.backward for one in decided)) == corridor.truth


@pytest.mark.parametrize("every", [1, 3], ids=["all frames", "every third frame"])
@pytest.mark.parametrize("corridor", CORRIDORS, ids=lambda corridor: corridor.file)
def test_tracker_and_line_are_exact_without_identities(corridor: Corridor, every: int) -> None:
    rows = _rows(corridor)
    counted = Counted()
    tally = Tally([corridor.line], [], flow_period_s=60, setup="corridor", units_per_metre=CM_PER_M)
    at_ms = START_MS
    for number in range(0, int(rows[-1, 1]) + 1, every):
        at_ms = START_MS + round(number * 1000 / corridor.rate)
        here = rows[np.searchsorted(rows[:, 1], number) : np.searchsorted(rows[:, 1], number, side="right"), 2:]
        counted.drafts += tally.update(Observation(at_ms, here))
    counted.drafts += tally.close(at_ms)
    assert counted.net == corridor.truth
    assert counted.gross[0] >= counted.net[0]
    assert counted.gross[1] >= counted.net[1]
