"""Zones: how visits start and end; and what holds for every walk."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.counting.cells import End, Start
from counter.counting.displacements import TrackHistory
from counter.counting.zones import EndedVisit, ZoneChanges, ZoneCounter
from counter.geometry import Floats, Geometry, GeometryError, View, ZoneGeometry

SQUARE = ZoneGeometry("square", ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)), 60, margin=1.0)
CONCAVE = ((0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (3.0, 1.5), (0.0, 6.0))
IN, EDGE_IN, EDGE_OUT, OUT = (5.0, 5.0), (0.5, 5.0), (-0.5, 5.0), (-3.0, 5.0)

Walk = list[tuple[float, float]]
places = st.tuples(st.floats(-5, 15), st.floats(-5, 15))
walks = st.lists(st.lists(places, min_size=1, max_size=30), min_size=1, max_size=4)


def _stays(zone: ZoneGeometry, walks: list[Walk], *, step_ms: int = 1000) -> list[ZoneChanges]:
    """Walk with known identities; everybody ends ten seconds after the last sight."""
    counter, history, out = ZoneCounter(zone), TrackHistory(), []
    for place in range(max(map(len, walks)) + 10):
        here = {name: walk[place] for name, walk in enumerate(walks) if place < len(walk)}
        points = np.array(list(here.values()), dtype=np.float64).reshape(-1, 2)
        steps = history.displacements(place * step_ms, np.array(list(here), dtype=np.int64), points)
        ended = [name for name, walk in enumerate(walks) if len(walk) + 9 == place]
        for part in (lambda s=steps: counter.update(s), lambda e=ended, at=place: counter.end(at * step_ms, e)):
            open_before = len(counter.open)
            stays = part()
            assert len(stays.began) - len(stays.ended) == len(counter.open) - open_before
            out.append(stays)
        history.forget(ended)
        assert counter.open.keys() <= history.last.keys()
    assert not counter.open
    return out


def _one(walk: Walk) -> list[EndedVisit]:
    return [ended for stays in _stays(SQUARE, [walk]) for ended in stays.ended]


@pytest.mark.parametrize(
    ("walk", "start", "end", "seconds"),
    [
        ([OUT, IN, IN, OUT], Start.ENTERED, End.LEFT, (1, 3)),
        ([OUT, IN, IN, IN], Start.ENTERED, End.LOST, (1, 3)),
        ([IN, IN, OUT], Start.APPEARED, End.LEFT, (0, 2)),
        ([IN, IN], Start.APPEARED, End.LOST, (0, 1)),
        ([IN], Start.APPEARED, End.LOST, (0, 0)),
        ([EDGE_IN, IN, OUT], Start.APPEARED, End.LEFT, (0, 2)),
        ([EDGE_OUT, EDGE_IN, IN, OUT], Start.ENTERED, End.LEFT, (2, 3)),
        ([OUT, IN, EDGE_OUT, EDGE_IN, EDGE_OUT, IN, OUT], Start.ENTERED, End.LEFT, (1, 6)),
        ([OUT, IN, EDGE_OUT], Start.ENTERED, End.LEFT, (1, 2)),
        ([OUT, IN, EDGE_IN], Start.ENTERED, End.LOST, (1, 2)),
    ],
)
def test_a_visit_starts_and_ends_as_seen(walk: Walk, start: Start, end: End, seconds: tuple[int, int]) -> None:
    assert _one(walk) == [EndedVisit(start, end, seconds[0] * 1000, seconds[1] * 1000)]


@pytest.mark.parametrize("walk", [[OUT, EDGE_OUT, EDGE_IN, OUT], [EDGE_OUT, EDGE_IN, EDGE_OUT], [OUT, (15.0, 5.0)]])
def test_touching_the_edge_or_leaping_over_is_not_a_visit(walk: Walk) -> None:
    assert _one(walk) == []


def test_coming_back_is_another_visit() -> None:
    assert len(_one([OUT, IN, OUT, IN, OUT])) == 2


@given(walks)
def test_visits_began_are_visits_ended_and_presence_is_their_length(walks: list[Walk]) -> None:
    every = _stays(SQUARE, walks)
    began = Counter(start for stays in every for start in stays.began)
    ended = [visit for stays in every for visit in stays.ended]
    assert began == Counter(visit.start for visit in ended)
    present = sum((stays.to_ms - from_ms) * people for stays in every for from_ms, people in stays.present.items())
    assert present == sum(visit.end_ms - visit.start_ms for visit in ended)


@given(walks)
def test_appeared_is_being_first_seen_inside(walks: list[Walk]) -> None:
    appeared = sum(start is Start.APPEARED for stays in _stays(SQUARE, walks) for start in stays.began)
    inside = _depths(SQUARE, np.array([walk[0] for walk in walks])) > 0
    assert appeared == inside.sum()


@given(st.lists(st.tuples(st.floats(-2, 8), st.floats(-2, 8)), min_size=1, max_size=20))
def test_depth_is_the_distance_to_the_edge_with_the_sign_of_the_side(points: Walk) -> None:
    depths = _depths(ZoneGeometry("concave", CONCAVE, 60, margin=0.1), np.array(points))
    turns = np.array([_turns(point) for point in points])
    sure = np.abs(depths) > 1e-6
    assert ((depths > 0) == (np.abs(turns) > 0.5))[sure].all()


def _depths(zone: ZoneGeometry, points: Floats) -> Floats:
    return Geometry(zones=[zone]).relate(points, points).depths[0]


def _turns(point: tuple[float, float]) -> float:
    """How often the polygon winds round a point: another way to find who is inside."""
    corners = np.array(CONCAVE) - point
    angles = np.arctan2(corners[:, 1], corners[:, 0])
    steps = np.roll(angles, -1) - angles
    return float(((steps + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi))


def test_staying_counts_open_visits_of_at_least_the_threshold() -> None:
    counter, history = ZoneCounter(SQUARE), TrackHistory()
    counter.update(history.displacements(0, np.array([1]), np.array([IN])))
    counter.update(history.displacements(30_000, np.array([1, 2]), np.array([IN, IN])))
    assert [counter.staying(at_ms) for at_ms in (59_999, 60_000, 90_000)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("polygon", "stay_s", "margin", "says"),
    [
        (((0.0, 0.0), (1.0, 1.0)), 60, 0.1, "fewer than three corners"),
        (((0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)), 60, 0.1, "crosses itself"),
        (((0.0, 0.0), (4.0, 0.0), (8.0, 0.0)), 60, 0.1, "leaves no inside"),
        (CONCAVE, 0, 0.1, "stay_s 0 is not within"),
        (CONCAVE, 60, -0.1, "margin -0.1 is below 0"),
        (CONCAVE, 60, float("inf"), "not finite"),
    ],
)
def test_a_zone_that_cannot_count_is_refused(
    polygon: tuple[tuple[float, float], ...], stay_s: int, margin: float, says: str
) -> None:
    with pytest.raises(GeometryError, match=f"^zone bad: .*{says}"):
        ZoneGeometry("bad", polygon, stay_s, margin)


def test_at_the_rim_of_the_picture_people_come_and_go() -> None:
    """The zone fills the picture: whoever is first or last seen at its rim was not conjured up or away."""
    view = View((0.8, 0.8, 9.2, 9.2))
    for walk, expected in (
        ([EDGE_IN, IN, EDGE_IN], (Start.ENTERED, End.LEFT)),
        ([IN, EDGE_IN], (Start.APPEARED, End.LEFT)),
        ([EDGE_IN, IN], (Start.ENTERED, End.LOST)),
        ([EDGE_IN], (Start.ENTERED, End.LEFT)),
    ):
        counter, history = ZoneCounter(SQUARE, view), TrackHistory()
        for place, point in enumerate(walk):
            counter.update(history.displacements(place * 1000, np.array([1]), np.array([point])))
        assert [(visit.start, visit.end) for visit in counter.end(99_000, [1]).ended] == [expected]
