"""Lines: sides, ends, corners; and what holds for every walk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.counting.cells import LineCrossings
from counter.counting.displacements import TrackHistory
from counter.counting.lines import FAR_M, RETURN_S, SETTLE_S, LineCounter
from counter.geometry import GeometryError, LineGeometry

WIDE = LineGeometry("wide", ((-1e6, 0.0), (1e6, 0.0)), (0.0, 1.0), band=1.0)
"""Nobody can walk round its ends."""
SHORT = LineGeometry("short", ((-5.0, 0.0), (5.0, 0.0)), (0.0, 1.0), band=1.0)
CORNER = LineGeometry("corner", ((-5.0, 0.0), (0.0, 0.0), (0.0, -5.0)), (3.0, 3.0), band=1.0)

Rules = tuple[float, float]
FORMER, NOW = (SETTLE_S, np.inf), (RETURN_S, FAR_M)
"""The rules of counting versions 2 and 3: for how long someone must stay across, and how far beyond they needn't."""
Walk = list[tuple[float, float]]
places = st.tuples(st.floats(-12, 12), st.floats(-6, 6))
walks = st.lists(st.lists(places, min_size=1, max_size=30), min_size=1, max_size=4)


def _count(
    line: LineGeometry, walks: list[Walk], *, step_ms: int = 500, rules: Rules = FORMER
) -> tuple[LineCounter, LineCrossings]:
    """Walk with known identities, then let everybody end."""
    counter, history, total = LineCounter(line, settle_s=rules[0], far=rules[1]), TrackHistory(), LineCrossings()
    for place in range(max(map(len, walks))):
        here = {name: walk[place] for name, walk in enumerate(walks) if place < len(walk)}
        ids = np.array(list(here), dtype=np.int64)
        points = np.array(list(here.values()), dtype=np.float64)
        _add(total, counter.update(history.displacements(place * step_ms, ids, points)))
        assert counter.open.keys() <= history.last.keys()
        ended = [name for name, walk in enumerate(walks) if len(walk) == place + 1]
        _add(total, counter.end(ended))
        history.forget(ended)
    return counter, total


def _add(total: LineCrossings, more: LineCrossings) -> None:
    assert more.gross_forward >= more.forward >= 0
    assert more.gross_backward >= more.backward >= 0
    total.forward += more.forward
    total.backward += more.backward
    total.gross_forward += more.gross_forward
    total.gross_backward += more.gross_backward


def _net(line: LineGeometry, *walks: Walk) -> tuple[int, int]:
    total = _count(line, list(walks))[1]
    return total.forward, total.backward


@pytest.mark.parametrize("rules", [FORMER, NOW])
@given(walks=walks)
def test_a_mirrored_line_swaps_the_directions(rules: Rules, walks: list[Walk]) -> None:
    mirrored = LineGeometry("wide", WIDE.points[::-1], (0.0, -1.0), band=1.0)
    one, other = _count(WIDE, walks, rules=rules)[1], _count(mirrored, walks, rules=rules)[1]
    assert (one.forward, one.backward) == (other.backward, other.forward)
    assert (one.gross_forward, one.gross_backward) == (other.gross_backward, other.gross_forward)


@given(walks)
def test_the_order_in_which_a_line_is_drawn_means_nothing(walks: list[Walk]) -> None:
    drawn_back = LineGeometry("wide", WIDE.points[::-1], WIDE.forward_towards, band=1.0)
    assert _count(WIDE, walks)[1] == _count(drawn_back, walks)[1]


@pytest.mark.parametrize("rules", [FORMER, NOW])
@given(walks=walks)
def test_forward_less_backward_is_the_change_on_the_far_side(rules: Rules, walks: list[Walk]) -> None:
    whole = [[(0.0, -9.0), *walk, (0.0, 9.0 if number % 2 else -9.0)] for number, walk in enumerate(walks)]
    total = _count(WIDE, whole, rules=rules)[1]
    assert total.forward - total.backward == len(whole) // 2
    assert total.gross_forward - total.gross_backward == len(whole) // 2


@pytest.mark.parametrize("rules", [FORMER, NOW])
@given(walks=walks)
def test_nothing_is_kept_of_people_who_are_gone(rules: Rules, walks: list[Walk]) -> None:
    assert not _count(SHORT, walks, rules=rules)[0].open


@given(st.lists(places, min_size=1, max_size=30))
def test_a_walk_and_its_return_cancel(walk: Walk) -> None:
    there_and_back = [(0.0, -9.0), *walk, *walk[::-1], (0.0, -9.0)]
    total = _count(SHORT, [there_and_back])[1]
    assert total.gross_forward == total.gross_backward
    assert total.forward == total.backward


def test_walking_round_the_end_is_not_a_crossing() -> None:
    assert _net(SHORT, [(8.0, -4.0), (8.0, 4.0), (0.0, 4.0)]) == (0, 0)
    assert _net(SHORT, [(0.0, -4.0), (0.0, 4.0), *[(8.0, 4.0)] * 8, (8.0, -4.0), (0.0, -4.0)]) == (1, 0)


@pytest.mark.parametrize(
    ("walk", "net"),
    [
        ([(-3.0, -3.0), (-3.0, 3.0)], (1, 0)),
        ([(-3.0, -3.0), (3.0, -3.0)], (1, 0)),
        ([(-3.0, -3.0), (0.0, 0.0), (3.0, 3.0)], (1, 0)),
        ([(3.0, 3.0), (0.0, 0.0), (-3.0, -3.0)], (0, 1)),
        ([(-3.0, 3.0), (0.0, 0.0), (3.0, 3.0)], (0, 0)),
        ([(-3.0, 3.0), (0.0, 0.0), (-3.0, -3.0)], (0, 1)),
        ([(-3.0, -3.0), (0.0, 0.0), (3.0, -3.0)], (1, 0)),
        ([(-3.0, 3.0), (3.0, 3.0), (3.0, -3.0)], (0, 0)),
        ([(-3.0, 2.0), (-3.0, -0.5), (-0.5, -0.5), (3.0, -0.5)], (0, 0)),
    ],
)
def test_a_line_with_a_corner_counts_once_on_either_leg(walk: Walk, net: tuple[int, int]) -> None:
    assert _net(CORNER, walk) == net


def test_a_step_that_ends_exactly_on_the_line_is_not_lost() -> None:
    assert _net(SHORT, [(0.0, -3.0), (0.0, 0.0), (0.0, 3.0)]) == (1, 0)
    assert _net(SHORT, [(0.0, 3.0), (0.0, 0.0), (0.0, 0.0), (0.0, -3.0)]) == (0, 1)
    assert _net(SHORT, [(0.0, 3.0), (0.0, 0.0), (0.0, 3.0)]) == (0, 0)
    assert _net(SHORT, [(0.0, -3.0), (0.0, 0.0)]) == (0, 0)


def test_someone_only_ever_seen_inside_the_band_counts_gross_alone() -> None:
    total = _count(SHORT, [[(0.0, -0.5), (0.0, 0.5), (0.0, -0.5)]])[1]
    assert total == LineCrossings(gross_forward=1, gross_backward=1)


def test_someone_first_seen_inside_the_band_was_never_clear_of_it() -> None:
    assert _count(SHORT, [[(0.0, -0.5), (0.0, 0.5)]])[1] == LineCrossings(gross_forward=1)


def test_someone_who_stops_exactly_on_the_edge_of_the_band_has_not_left_it() -> None:
    assert _net(SHORT, [(0.0, -3.0), *[(0.0, 1.0)] * 10, *[(0.0, 3.0)] * 10]) == (1, 0)


def test_a_tremble_within_the_jitter_counts_nothing() -> None:
    walk = [(0.0, -3.0), *[(0.0, 0.04 * (-1) ** k) for k in range(50)], (0.0, -3.0)]
    assert _count(SHORT, [walk])[1] == LineCrossings()


def test_a_crossing_is_decided_when_the_person_has_stayed_across() -> None:
    counter, history = LineCounter(SHORT, settle_s=3.0), TrackHistory()
    one = np.array([1])
    decided = [
        counter.update(history.displacements(at_ms, one, np.array([[0.0, -3.0 if at_ms < 1000 else 3.0]]))).forward
        for at_ms in range(0, 6000, 500)
    ]
    assert decided == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("points", "forward_towards", "says"),
    [
        (((0.0, 0.0),), (1.0, 1.0), "fewer than two"),
        (((0.0, 0.0), (0.0, 0.0)), (1.0, 1.0), "stands twice in a row"),
        (((0.0, 0.0), (4.0, 0.0)), (2.0, 0.0), "lies on the line"),
        (((0.0, 0.0), (4.0, 0.0)), (9.0, 0.0), "lies on the line"),
        (((0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)), (9.0, 9.0), "cross themselves"),
        (((0.0, 0.0), (float("nan"), 0.0)), (2.0, 1.0), "not finite"),
    ],
)
def test_a_line_that_cannot_count_is_refused(
    points: tuple[tuple[float, float], ...], forward_towards: tuple[float, float], says: str
) -> None:
    with pytest.raises(GeometryError, match=f"^line bad: .*{says}"):
        LineGeometry("bad", points, forward_towards, band=1.0)
