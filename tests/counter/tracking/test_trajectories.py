"""Real people in laboratory corridors, seen from above, in centimetres (Juelich Pedestrian Dynamics Data Archive).

With the identities of the data the line must be exact; without them, so must the tracker and the line.
"""

from itertools import groupby

import numpy as np
import pytest

from bench.corridors import result
from bench.score.scene import ScoredScene
from bench.score.shared_scenes import Recording
from bench.simulated_detections import CM_PER_M, CORRIDORS, DENSELY, THINLY, Corridor, Detector, People, read
from counter.counting.displacements import TrackHistory
from counter.counting.draft import FlowDraft
from counter.counting.lines import LineCounter
from counter.counting.tally import Tally
from counter.counting.version import CountingVersion
from counter.detections import Detections
from tests.support.counter.tracks import START_MS, Counted
from tests.support.data import recorded

pytestmark = pytest.mark.simulation


def _people(corridor: Corridor) -> People:
    return read(recorded(f"trajectories/{corridor.file}.txt").parent.parent, corridor)


@pytest.mark.parametrize("corridor", CORRIDORS, ids=lambda corridor: corridor.file)
def test_the_line_is_exact_with_given_identities(corridor: Corridor) -> None:
    people = _people(corridor)
    counter, history = LineCounter(corridor.line), TrackHistory()
    decided = []
    for at_s, group in groupby(range(len(people.ids)), key=people.at_s.__getitem__):
        rows = list(group)
        decided.append(counter.update(history.displacements(round(at_s * 1000), people.ids[rows], people.points[rows])))
    decided.append(counter.end(list(history.last)))
    assert (sum(one.forward for one in decided), sum(one.backward for one in decided)) == corridor.truth


@pytest.mark.parametrize("every", [1, 3], ids=["all frames", "every third frame"])
@pytest.mark.parametrize("corridor", CORRIDORS, ids=lambda corridor: corridor.file)
def test_tracker_and_line_are_exact_without_identities(corridor: Corridor, every: int) -> None:
    people = _people(corridor)
    counted = Counted()
    tally = Tally([corridor.line], [], flow_period_s=60, setup="corridor", units_per_metre=CM_PER_M)
    frames = np.rint(people.at_s * corridor.rate).astype(np.int64)
    at_ms = START_MS
    for number in range(0, int(frames[-1]) + 1, every):
        at_ms = START_MS + round(number * 1000 / corridor.rate)
        low, high = np.searchsorted(frames, (number, number + 1))
        counted.drafts += tally.update(Detections(at_ms, people.points[low:high]))
    counted.drafts += tally.close(at_ms)
    assert counted.net == corridor.truth
    assert counted.gross[0] >= counted.net[0]
    assert counted.gross[1] >= counted.net[1]


@pytest.mark.parametrize("seeds", [range(1000, 1003), pytest.param(range(2000, 2020), marks=pytest.mark.full)], ids=len)
def test_a_detector_that_misses_and_invents_puts_the_thin_stream_off_by_one_at_most(seeds: range) -> None:
    assert max(map(abs, result(THINLY, _people(THINLY), Detector(), seeds).errors)) <= 1


@pytest.mark.parametrize("seeds", [range(1000, 1001), pytest.param(range(2000, 2005), marks=pytest.mark.full)], ids=len)
def test_a_detector_that_misses_and_invents_puts_the_dense_streams_off_by_three_per_cent_at_most(seeds: range) -> None:
    errors = result(DENSELY, _people(DENSELY), Detector(), seeds).errors
    assert all(abs(error) <= 0.03 * true for error, true in zip(errors, DENSELY.truth, strict=True))


@pytest.mark.full
@pytest.mark.parametrize("rate", [10.0, 5.0])
def test_the_dense_streams_backwards_lose_no_more_people_than_by_the_version_before(rate: float) -> None:
    """Dozens meet at once there, and people come in where others just left."""
    recording = Recording(DENSELY, _people(DENSELY)).backwards()
    before, now = (_wrong(recording.drawn(Detector(rate=rate), 2), version) for version in (2, 3))
    assert now <= before + 6


def _wrong(scene: ScoredScene, version: CountingVersion) -> int:
    """Return by how many people the lines of a scene are off, in sum."""
    wrong = 0
    for shown in scene.showings:
        tally = Tally(shown.lines, (), flow_period_s=60, setup="corridor", units_per_metre=CM_PER_M, version=version)
        drafts = [draft for frame in shown.frames for draft in tally.update(Detections(frame.at_ms, frame.points))]
        drafts += tally.close(shown.frames[-1].at_ms)
        flows = [draft.lines for draft in drafts if isinstance(draft, FlowDraft)]
        for place, true in enumerate(shown.true_lines):
            counted = [sum(lines[place].forward for lines in flows), sum(lines[place].backward for lines in flows)]
            wrong += sum(abs(mine - its) for mine, its in zip(counted, true.net, strict=True))
    return wrong
