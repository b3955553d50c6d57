"""People who meet, overtake and mix at a line. The class: names that a tracker mixes up make nobody turn back.

The counting was written looking at seeds below 5000; these, and those of `python -m bench.meetings`, lie beyond.
"""

from dataclasses import replace
from itertools import product

import msgspec
import numpy as np
import pytest

from bench.meetings import JUDGING, Judged, judged
from counter.counting.draft import Draft
from tests.support.counter.bug_pack import LEFT, RIGHT
from tests.support.counter.meetings import FAMILIES, TIMES_S, counted, drawn, frames
from tests.support.counter.meetings import tally as meeting_tally
from tests.support.counter.tracks import Counted, count, stand, unseen, walk
from tests.support.counter.tracks import frames as tracks_frames
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

SEEDS = range(JUDGING, JUDGING + 2)


@pytest.mark.parametrize("families", worlds([list(FAMILIES)[::2], list(FAMILIES)[1::2]]))
def test_nearly_everyone_who_can_be_told_apart_is_counted(families: list[str]) -> None:
    found = [judged(family, SEEDS) for family in families]
    whole = Judged(sum(one.tellable for one in found), sum(one.right for one in found), 0)
    assert whole.share >= 0.95


def test_the_former_version_takes_them_for_people_who_turned_back() -> None:
    meeting, seen = drawn("before the line, hidden in turn", JUDGING)
    assert [counted(meeting, seen, version) for version in (2, 3)] == [(0, 0), (1, 1)]


def test_two_who_swap_names_before_a_clip_ends_are_both_counted() -> None:
    """What is undecided when counting stops is decided by what is known."""
    meeting, seen = drawn("on the line, hidden in turn", JUDGING)
    middle = len(TIMES_S) // 2
    assert count(frames(meeting, seen)[: middle + 14], meeting_tally()).net == (1, 1)


def test_restarts_within_a_meeting_change_nothing() -> None:
    meeting, seen = drawn("on the line, hidden in turn", JUDGING)
    by, drafts = meeting_tally(), list[Draft]()
    for place, detections in enumerate(frames(meeting, seen)):
        drafts += by.update(detections)
        if place % 5 == 0:  # and so within the meeting
            state, by = by.state(), meeting_tally()
            by.restore(state)
    assert Counted([*drafts, *by.close(detections.at_ms)]).net == (1, 1)


def test_nothing_is_kept_of_people_who_are_gone() -> None:
    """A device runs for months: neither trails nor changed names may grow."""
    meeting, seen = drawn("groups of two", JUDGING)
    by, shown = meeting_tally(), frames(meeting, seen)
    for detections in (*shown, *(replace(shown[-1], at_ms=shown[-1].at_ms + 100 * later) for later in range(1, 60))):
        by.update(replace(detections, points=np.empty((0, 2))) if detections.at_ms > shown[-1].at_ms else detections)
    state = msgspec.msgpack.decode(by.state())
    assert [state["meetings"][part] for part in ("waiting", "names", "open", "trails")] == [[], {}, [], {}]
    assert state["counted"] == {}


# Lingering --------------------------------------------------------------------------------------------------------

BEHIND = (370.0, 240.0)
"""Three quarters of a metre behind the line."""


@pytest.mark.parametrize(
    ("ends", "seconds"), worlds([*product(["go on", "clip ends", "lost"], [1.0, 3.0, 8.0, 12.0])], every=3)
)
def test_who_passes_and_stands_close_behind_is_counted(seconds: float, ends: str) -> None:
    path = walk(LEFT, BEHIND) + stand(BEHIND, seconds, sway=2.0)
    path += {"go on": walk(BEHIND, RIGHT), "clip ends": [], "lost": unseen(12)}[ends]
    assert count(tracks_frames([path])).net == (1, 0)


@pytest.mark.parametrize(("seconds", "net"), [(3.5, (0, 0)), (6.0, (0, 0)), (12.0, (1, 1))])
def test_a_return_is_a_turn_back_within_ten_seconds_alone(seconds: float, net: tuple[int, int]) -> None:
    path = walk(LEFT, BEHIND) + stand(BEHIND, seconds) + walk(BEHIND, LEFT)
    assert count(tracks_frames([path])).net == net


def test_who_was_a_metre_beyond_the_band_has_crossed() -> None:
    assert count(tracks_frames([walk(LEFT, (320.0 + 20.0 + 80.0, 240.0), LEFT)])).net == (1, 1)


@pytest.mark.parametrize(("away", "jitter"), worlds([(0.4, 0.2), (0.45, 0.25), (0.5, 0.25)]))
def test_who_sits_close_before_a_line_crosses_it_once_a_minute_at_most(away: float, jitter: float) -> None:
    """Feet that a detector finds anew in each frame, a quarter of a metre off, make no walker."""
    unit = 20.0 / 0.3
    seat = (320.0 - away * unit, 240.0)
    chance = np.random.default_rng(round(away * 1000))
    there = [(x, y) for x, y in (np.array(seat) + chance.normal(0, jitter * unit, (600, 2))).tolist()]
    assert sum(count(tracks_frames([walk(LEFT, seat) + there + walk(seat, LEFT)])).net) <= 1


@pytest.mark.parametrize(("metres", "rate"), worlds([*product([0.8, 0.9, 1.1, 1.4], [10.0, 5.0, 10 / 3])]))
def test_who_stood_before_a_line_and_goes_over_it_out_of_sight_is_counted(metres: float, rate: float) -> None:
    """The last second of somebody who leaves is partly that of somebody who stands: where they were last decides."""
    unit = 20.0 / 0.3
    seat, last = (320.0 - 0.45 * unit, 240.0), (320.0 + (metres - 0.45) * unit, 240.0)
    path = walk(LEFT, seat, rate=rate) + stand(seat, 10, sway=3.0, rate=rate) + walk(seat, last, speed=90.0, rate=rate)
    assert count(tracks_frames([path + unseen(12, rate)], rate=rate)).net == (1, 0)
