"""Exact events of straight paths, against what many small steps show; and what a device misses of them."""

from datetime import UTC, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from counter.counting.cells import End, Start
from sim.events import SimulatedStays, crossings, stays
from sim.faults import WatchedTime, broken, outage_gaps, restarts
from sim.people import Paths
from sim.settings import Outage, SimulatedSource

CONCAVE = [(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (3.0, 1.5), (0.0, 6.0)]
DAY_MS = 86_400_000


def _paths(*points: list[tuple[float, float]], step_ms: float = 1000) -> Paths:
    """Return paths that reach a point a step."""
    places = np.array(points, dtype=np.float64)
    times = np.tile(np.arange(places.shape[1]) * step_ms, (len(places), 1))
    return Paths(times, places, np.zeros(len(places)))


def _random_paths(n: int, b: int = 7) -> Paths:
    chance = np.random.default_rng(3)
    times = np.cumsum(chance.uniform(200, 2000, (n, b)), axis=1)
    return Paths(times, chance.uniform(-3, 9, (n, b, 2)), chance.random(n))


def _along(paths: Paths, row: int, at_ms: np.ndarray) -> np.ndarray:
    times, points = paths.times_ms[row], paths.points[row]
    return np.column_stack([np.interp(at_ms, times, points[:, axis]) for axis in (0, 1)])


def _inside_concave(points: np.ndarray) -> np.ndarray:
    x, y = points[:, 0], points[:, 1]
    roof = np.where(x < 3, 6 - 1.5 * x, 1.5 + 1.5 * (x - 3))
    return (x >= 0) & (x <= 6) & (y >= 0) & (y <= roof)


def test_a_crossing_has_its_time_and_direction() -> None:
    paths = _paths([(-1, 1), (3, 1)], [(1, 2), (-1, 2)], [(-1, 7), (1, 7)])
    at_ms, forward = crossings(paths, [(0, 0), (0, 6)], (1, 3))
    assert at_ms.tolist() == [250, 500]
    assert forward.tolist() == [True, False]


def test_the_side_decides_forward_not_the_order_of_the_corners() -> None:
    paths = _paths([(-1, 1), (3, 1)])
    for line in ([(0, 0), (0, 6)], [(0, 6), (0, 0)]):
        assert crossings(paths, line, (1, 3))[1].tolist() == [True]
        assert crossings(paths, line, (-1, 3))[1].tolist() == [False]


def test_a_bent_line_is_crossed_on_either_stretch() -> None:
    corner = [(0, 0), (4, 0), (4, 4)]
    paths = _paths([(2, 1), (2, -1)], [(3, 2), (5, 2)], [(3, 3), (3, 1)])
    at_ms, forward = crossings(paths, corner, (6, 2))
    assert at_ms.tolist() == [500, 500]
    assert forward.tolist() == [True, True]


def test_standing_on_the_way_makes_no_crossing() -> None:
    paths = _paths([(-1, 1), (-0.5, 1), (-0.5, 1), (-0.5, 1), (1, 1)])
    assert len(crossings(paths, [(0, 0), (0, 6)], (1, 3))[0]) == 1


def test_stays_agree_with_small_steps() -> None:
    paths = _random_paths(200)
    found = stays(paths, CONCAVE)
    total_ms = (found.end_ms - found.start_ms).sum()
    stepped_ms = 0.0
    begun = 0
    for row in range(len(paths)):
        at_ms = np.arange(paths.times_ms[row, 0], paths.times_ms[row, -1], 2.0)
        inside = _inside_concave(_along(paths, row, at_ms))
        stepped_ms += 2.0 * inside.sum()
        begun += int(inside[0]) + int((inside[1:] & ~inside[:-1]).sum())
    assert total_ms == pytest.approx(stepped_ms, rel=2e-3)
    assert len(found.start_ms) == pytest.approx(begun, rel=0.02)
    assert (found.start_ms < found.end_ms).all()
    assert (~found.entered).sum() == _inside_concave(paths.points[:, 0]).sum()
    assert (~found.left).sum() == _inside_concave(paths.points[:, -1]).sum()


def test_net_crossings_agree_with_the_sides_at_both_ends() -> None:
    paths = _random_paths(200)
    _, forward = crossings(paths, [(3, -50), (3, 50)], (4, 0))
    begun, ended = paths.points[:, 0, 0] > 3, paths.points[:, -1, 0] > 3
    assert forward.sum() - (~forward).sum() == ended.sum() - begun.sum()


def test_watched_time_is_what_the_gaps_leave() -> None:
    watched = WatchedTime.between(0, 100, [(40, 60), (50, 55), (-10, 5), (98, 200), (300, 400)])
    assert list(watched.within(0, 100)) == [(5, 40), (60, 98)]
    assert list(watched.within(10, 70)) == [(10, 40), (60, 70)]
    assert watched.covers(np.array([4.0, 5.0, 39.0, 40.0, 59.0, 60.0, 98.0])).tolist() == [
        False, True, True, False, False, True, False,
    ]  # fmt: skip
    assert list(WatchedTime.between(0, 100, [(0, 100)]).within(0, 100)) == []


def test_a_visit_over_a_gap_is_lost_and_appears_again() -> None:
    watched = WatchedTime.between(0, 1000, [(400, 500)])
    whole = np.array([True, True, True, True])
    visits = SimulatedStays(
        np.array([-50.0, 100.0, 300.0, 420.0]), np.array([50.0, 200.0, 700.0, 1500.0]), whole, whole
    )
    assert list(watched.seen(visits).rows()) == [
        (0, 50, Start.APPEARED, End.LEFT),
        (100, 200, Start.ENTERED, End.LEFT),
        (300, 399, Start.ENTERED, End.LOST),
        (500, 700, Start.APPEARED, End.LEFT),
        (500, 999, Start.APPEARED, End.LOST),
    ]


def test_a_broken_visit_is_a_cut_one_and_a_fragment_of_the_same_time() -> None:
    n = 4000
    yes = np.ones(n, dtype=np.bool_)
    start_ms = np.linspace(0, 1000 * n, n, endpoint=False)
    visits = broken(SimulatedStays(start_ms, start_ms + 600_000, yes, yes), 6000, np.random.default_rng(1))
    assert (~visits.left).sum() == (~visits.entered).sum() == pytest.approx(n * (1 - np.exp(-0.1)), rel=0.1)
    assert (visits.end_ms - visits.start_ms).sum() == pytest.approx(n * 600_000)
    assert (np.diff(visits.start_ms) >= 0).all()


def test_restarts_are_the_same_for_the_same_device_and_day() -> None:
    weeks = list(restarts(0, 70 * DAY_MS, 3, [7, 1]))
    assert weeks == list(restarts(0, 70 * DAY_MS, 3, [7, 1]))
    assert weeks != list(restarts(0, 70 * DAY_MS, 3, [7, 2]))
    assert 15 < len(weeks) < 50
    assert all(40_000 <= end_ms - begin_ms < 240_000 for begin_ms, end_ms in weeks)
    late = [gap for gap in weeks if gap[0] >= 35 * DAY_MS]
    assert [gap for gap in restarts(35 * DAY_MS, 70 * DAY_MS, 3, [7, 1]) if gap[0] >= 35 * DAY_MS] == late


def test_outages_are_half_open_and_in_order() -> None:
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    one = datetime(2026, 11, 2, 13, tzinfo=UTC)
    ((begin_ms, end_ms),) = outage_gaps([Outage(start=noon, end=one)])
    assert end_ms - begin_ms == 3_600_000
    with pytest.raises(ValidationError, match="is not after start"):
        Outage(start=one, end=noon)


@pytest.mark.parametrize("view", [[0, 0, 0, 1], [0, 2, 1, 1]])
def test_a_view_has_an_area(view: list[float]) -> None:
    with pytest.raises(ValidationError, match="x0 < x1 and y0 < y1"):
        SimulatedSource.model_validate({"kind": "simulated", "world": "w.toml", "seed": 1, "view": view})
