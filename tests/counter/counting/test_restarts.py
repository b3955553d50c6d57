"""A counter that is stopped and goes on from its state counts what it would have counted: splitting time is nothing.

The class: whatever of the tracker, of meetings or of lines isn't kept in the state. Seed 3
of five who mix failed; other seeds below 100 were looked at.
"""

from collections.abc import Sequence

import numpy as np
import pytest

from counter.counting.version import CountingVersion
from counter.detections import Detections
from tests.support.counter.meetings import FAMILIES, IN_VIEW_M, TIMES_S, Meeting, Person, drawn, frames
from tests.support.counter.meetings import tally as meeting_tally
from tests.support.counter.tracks import Counted
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

_STEP_MS = 100


def _played(shown: Sequence[Detections], stops: Sequence[int], version: CountingVersion = 3) -> Counted:
    """Count, and go on from the state after each of the frames `stops`."""
    by, counted = meeting_tally(version), Counted()
    for place, detections in enumerate(shown):
        counted.drafts += by.update(detections)
        if place in stops:
            state, by = by.state(), meeting_tally(version)
            by.restore(state)
            assert by.state() == state
    counted.drafts += by.close(detections.at_ms)
    return counted


def _among(families: Sequence[str]) -> list[tuple[str, int]]:
    return [(family, 100) for family in families]


_EVEN, _ODD = [("five mixing", 3), *_among(list(FAMILIES)[::4])], _among(list(FAMILIES)[1::2])


@pytest.mark.parametrize(
    "some", worlds([[("five mixing", 3), *_among(list(FAMILIES)[::4])], _among(list(FAMILIES)[1::2])])
)
def test_restarts_while_people_meet_change_no_record(some: list[tuple[str, int]]) -> None:
    for family, seed in some:
        shown = frames(*drawn(family, seed))
        stopped = _played(shown, range(0, len(shown), 3))
        assert stopped.drafts == _played(shown, ()).drafts, (family, seed)


@pytest.mark.parametrize("stays", [0, 1])
def test_a_newcomer_after_a_restart_is_nobody_who_met_somebody_before(stays: int) -> None:
    """Names that were changed live on when a person is gone, so no newcomer may get one of them."""
    meeting, seed = drawn("before the line, hidden in turn", 100)
    stop = int(np.argmax(np.abs(meeting.people[stays].places[:, 0]) < IN_VIEW_M)) + 55
    meeting.people[stays].places[stop:] = meeting.people[stays].places[stop]
    before = frames(meeting, seed)
    alone = Meeting([Person(meeting.people[stays].places[[-1] * len(TIMES_S)], np.ones(len(TIMES_S), dtype=np.bool_))])
    newcomer = Person(np.column_stack((TIMES_S * 1.1, np.full(len(TIMES_S), 1.5))), alone.people[0].seen)
    waits = _later(frames(alone, seed), len(before))
    after = _later(frames(Meeting([*alone.people, newcomer]), seed), 2 * len(before))
    stopped = _played([*before, *waits, *after], [2 * len(before) - 1])
    assert stopped.drafts == _played([*before, *waits, *after], ()).drafts
    assert sum(stopped.net) == 3


def _later(shown: Sequence[Detections], by_frames: int) -> list[Detections]:
    return [Detections(one.at_ms + by_frames * _STEP_MS, one.points) for one in shown]
