"""The tracker: who is who at any frame rate, what is hidden, what is forgotten."""

from itertools import permutations, zip_longest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from counter.geometry import Floats
from counter.tracking.assignment import assign
from counter.tracking.kalman import TrackingParameters
from counter.tracking.tracker import TrackedFrame, Tracker
from tests.support.counter.tracks import Path, stand, unseen, walk
from tests.support.properties import examples

LEFT, RIGHT = (0.0, 3.0), (10.0, 3.0)


def _track(paths: list[Path], rate: float = 10.0, tracking: TrackingParameters | None = None) -> list[TrackedFrame]:
    tracker = Tracker(tracking or TrackingParameters())
    return [
        tracker.update(round(place * 1000 / rate), _points(points))
        for place, points in enumerate(zip_longest(*paths), start=1)
    ]


def _points(points: tuple[tuple[float, float] | None, ...]) -> Floats:
    return np.array([point for point in points if point is not None], dtype=np.float64).reshape(-1, 2)


def _names(tracked: list[TrackedFrame]) -> set[int]:
    return {name for one in tracked for name in one.ids.tolist()}


@settings(max_examples=examples(100))
@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        elements=st.one_of(st.floats(0, 2), st.sampled_from([0.0, 0.5, 1.0, np.inf])),
    )
)
def test_an_assignment_is_the_cheapest_of_all(cost: Floats) -> None:
    found = assign(cost, 1.0)
    rows, columns = cost.shape
    paired = found[found >= 0]
    assert len(set(paired.tolist())) == len(paired)
    assert all(cost[row, column] < 1.0 for row, column in enumerate(found) if column >= 0)
    choices = [*range(columns), *([-1] * rows)]
    best = min(_price(cost, choice) for choice in set(permutations(choices, rows)))
    assert _price(cost, tuple(found.tolist())) == pytest.approx(best)


def _price(cost: Floats, choice: tuple[int, ...]) -> float:
    return sum(min(cost[row, column], 1.0) if column >= 0 else 1.0 for row, column in enumerate(choice))


@pytest.mark.parametrize("rate", [2, 5, 10, 30])
@pytest.mark.parametrize("speed", [0.5, 1.3, 2.0])
def test_one_walker_is_one_person_at_any_rate(rate: float, speed: float) -> None:
    tracked = _track([walk(LEFT, RIGHT, speed=speed, rate=rate)], rate)
    assert len(_names(tracked)) == 1
    assert not any(one.ended for one in tracked)


@pytest.mark.parametrize("rate", [2, 5, 10, 30])
def test_walkers_in_a_crowd_keep_their_identity(rate: float) -> None:
    people = [walk((0.0, y), (10.0, y), speed=1.2, rate=rate) for y in (0.0, 1.0, 2.0, 3.0)]
    people += [walk((10.0, y + 0.5), (0.0, y + 0.5), speed=1.4, rate=rate) for y in (0.0, 1.0, 2.0)]
    assert len(_names(_track(people, rate))) == 7


def test_a_changing_rate_changes_no_identity() -> None:
    path = walk(LEFT, RIGHT, speed=1.3, rate=30)
    kept = [place for place in range(len(path)) if place < 60 or place % 15 == 0 or place > 160]
    tracker = Tracker(TrackingParameters())
    tracked = [tracker.update(round(place * 1000 / 30) + 1, _points((path[place],))) for place in kept]
    assert len(_names(tracked)) == 1


@pytest.mark.parametrize("hidden_s", [0.5, 1.0, 2.0, 2.8])
def test_someone_walking_on_behind_something_is_the_same(hidden_s: float) -> None:
    path = walk(LEFT, RIGHT, speed=1.3)
    for place in range(30, 30 + round(hidden_s * 10)):
        path[place] = None
    assert len(_names(_track([path]))) == 1


def test_someone_sitting_may_be_missed_for_longer() -> None:
    seat = (4.0, 3.0)
    path = walk(LEFT, seat, speed=1.3) + stand(seat, 20, sway=0.1) + unseen(7) + stand(seat, 5, sway=0.1)
    assert len(_names(_track([path]))) == 1


def test_someone_coming_in_where_another_went_out_is_another() -> None:
    leaving = walk((5.0, 3.0), RIGHT, speed=1.3)
    for pause_s in (0.6, 1.0, 2.0):
        entering = walk(RIGHT, (5.0, 3.0), speed=1.3)
        assert len(_names(_track([leaving + unseen(pause_s) + entering]))) == 2


def test_a_broken_track_is_joined_before_it_is_reported() -> None:
    """A jump aside, further than anyone should be from where they were expected, after a moment out of sight."""
    path = walk(LEFT, RIGHT, speed=1.3)
    path = path[:30] + unseen(0.6) + [point and (point[0], point[1] + 0.62) for point in path[36:]]
    assert len(_names(_track([path]))) == 1


def test_earlier_sights_come_with_the_first_report() -> None:
    tracked = _track([walk(LEFT, RIGHT, speed=1.0)])
    first = next(one for one in tracked if len(one.ids))
    assert [sight.at_ms for sight in first.earlier] == [100, 200, 300]
    assert [sight.point[0] for sight in first.earlier] == pytest.approx([0.0, 0.1, 0.2])
    assert first.ids.tolist() == [first.earlier[0].name]


@pytest.mark.parametrize("rate", [5, 10, 30])
@pytest.mark.parametrize("aside", [0.25, 0.4, 0.6])
def test_a_wrong_detection_beside_someone_makes_no_second_person(rate: float, aside: float) -> None:
    """It takes the place of a person who is missed in that frame."""
    path = walk(LEFT, RIGHT, speed=1.3, rate=rate)
    at = len(path) // 2
    x, y = path[at] or LEFT
    wrong: Path = [(x, y + aside)]
    missed: Path = [*path[:at], None, *path[at + 1 :]]
    shown = [missed, [*[None] * at, *wrong]]
    assert len(_names(_track(shown, rate))) == 1


def test_a_flicker_is_nobody() -> None:
    flicker: Path = [*unseen(1), (5.0, 1.0), (5.1, 1.0), *unseen(1), (7.0, 1.0)]
    assert not _names(_track([flicker]))


def test_people_who_are_gone_are_forgotten() -> None:
    tracker, ended = Tracker(TrackingParameters()), []
    for place, points in enumerate(zip_longest(walk(LEFT, RIGHT, speed=1.3) + unseen(10)), start=1):
        ended += tracker.update(place * 100, _points(points)).ended
    assert ended == [1]
    assert tracker.size == 0


@settings(max_examples=examples(10))
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_memory_is_bounded_by_the_people_of_the_last_seconds(seed: int, people: int) -> None:
    chance, tracker = np.random.default_rng(seed), Tracker(TrackingParameters())
    for place in range(1, 60):
        tracker.update(place * 500, chance.uniform(0, 10, (int(chance.integers(0, people + 1)), 2)))
        assert tracker.size <= people * 17  # eight seconds of frames, and this one
    assert not tracker.update(10**6, np.empty((0, 2))).ids.size
    assert tracker.size == 0


@pytest.mark.parametrize(("at_ms", "x", "says"), [(100, 0.0, "is not after"), (200, np.nan, "not finite")])
def test_a_frame_that_makes_no_sense_is_refused(at_ms: int, x: float, says: str) -> None:
    tracker = Tracker(TrackingParameters())
    tracker.update(100, np.zeros((1, 2)))
    with pytest.raises(ValueError, match=says):
        tracker.update(at_ms, np.array([[x, 0.0]]))


def test_sixty_people_in_each_other_s_way_are_paired_quickly() -> None:
    """Every row wants the same columns: the slow path, and still far within a frame."""
    cost = np.random.default_rng(1).uniform(0, 1, (60, 60)) + np.linspace(0, 1, 60)
    found = assign(cost, 3.0)
    assert sorted(found.tolist()) == list(range(60))
