"""Crossings of staff: one press, one crossing less in the net counts, and none less in the gross ones."""

from hypothesis import given
from hypothesis import strategies as st

from counter.counting.staff_presses import StaffPresses
from tests.support.counter.tracks import MIDDLE, Counted, frames, tally, unseen, walk

LEFT, RIGHT = (20.0, 240.0), (620.0, 240.0)


def _count(presses: dict[int, int], *walks: list[tuple[float, float] | None]) -> Counted:
    """Count people who pass one after another; press the button so often at the given frames."""
    by, counted = tally([MIDDLE]), Counted()
    path = [point for one in walks for point in [*one, *unseen(12)]]
    shown = list(frames([path]))
    for place, detections in enumerate(shown):
        counted.drafts += by.update(detections)
        for _ in range(presses.get(place, 0)):
            by.exclude_next_crossing("middle")
    counted.drafts += by.close(shown[-1].at_ms)
    return counted


def test_the_next_crossing_is_left_out_and_stays_in_gross() -> None:
    counted = _count({10: 1}, walk(LEFT, RIGHT), walk(LEFT, RIGHT))
    assert counted.net == (1, 0)
    assert counted.gross == (2, 0)


def test_of_either_direction() -> None:
    counted = _count({10: 1}, walk(RIGHT, LEFT), walk(LEFT, RIGHT))
    assert counted.net == (1, 0)
    assert counted.gross == (1, 1)


def test_two_presses_are_two_crossings() -> None:
    counted = _count({10: 1, 220: 1}, walk(LEFT, RIGHT), walk(LEFT, RIGHT))
    assert counted.net == (0, 0)
    assert counted.gross == (2, 0)


def test_a_press_that_nobody_follows_is_forgotten_after_ten_seconds() -> None:
    late = [*unseen(9), *walk(LEFT, RIGHT)]
    assert _count({0: 1}, late).net == (1, 0)


def test_a_button_that_sticks_takes_no_more_than_eight() -> None:
    presses = StaffPresses()
    for at_ms in range(0, 9000, 10):
        presses.press("a", at_ms)
    assert presses.take("a", 9000, (50, 0)) == (42, 0)
    assert presses.take("a", 9000, (0, 1)) == (0, 1)


crossings = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(st.lists(st.tuples(st.integers(0, 60_000), st.none() | crossings), max_size=40))
def test_no_more_is_left_out_than_pressed_nor_than_crossed(happened: list[tuple[int, tuple[int, int] | None]]) -> None:
    presses, pressed, left_out = StaffPresses(), 0, 0
    for at_ms, net in sorted(happened, key=lambda one: one[0]):
        if net is None:
            presses.press("a", at_ms)
            pressed += 1
        else:
            forward, backward = presses.take("a", at_ms, net)
            assert 0 <= forward <= net[0]
            assert 0 <= backward <= net[1]
            left_out += sum(net) - forward - backward
    assert left_out <= pressed
