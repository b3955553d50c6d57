"""The staff's button: one press, one crossing less in the net counts, and none less in the gross ones."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.counting.staff_presses import StaffPresses
from counter.service.staff_button import StaffButton, StaffError, send_staff_press
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


# The socket -----------------------------------------------------------------------------------------------------


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """An outbox in a folder whose path is longer than the kernel takes for a socket."""
    folder = tmp_path / ("long" * 20) / ("longer" * 20)
    folder.mkdir(parents=True)
    return folder / "outbox.sqlite3"


@pytest.fixture
def button(outbox: Path) -> Iterator[StaffButton]:
    with closing(StaffButton(outbox, frozenset({"middle"}))) as button:
        yield button


def test_a_press_comes_through(outbox: Path, button: StaffButton) -> None:
    assert button.pressed() == []
    send_staff_press(outbox, "middle")
    send_staff_press(outbox, "middle")
    assert button.pressed() == ["middle", "middle"]
    assert button.pressed() == []
    assert outbox.with_name("outbox.sqlite3.staff").stat().st_mode & 0o777 == 0o660


def test_nonsense_on_the_socket_is_logged_once(
    outbox: Path, button: StaffButton, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        send_staff_press(outbox, "\0" * 500)
    assert button.pressed() == []
    assert len(caplog.records) == 1
    assert "which is not a line of this device" in caplog.text
    assert len(caplog.text) < 1000


def _press_often(outbox: Path, times: int) -> None:
    for _ in range(times):
        send_staff_press(outbox, "middle")


def test_a_flood_takes_no_turn_for_ever(outbox: Path, button: StaffButton) -> None:
    with pytest.raises(StaffError, match="can't be reached"):
        _press_often(outbox, 1000)
    assert len(button.pressed()) == 8


def test_without_a_counter_a_press_is_refused(outbox: Path) -> None:
    with pytest.raises(StaffError, match=r"no counter is running with the outbox .*outbox\.sqlite3"):
        send_staff_press(outbox, "middle")
    button = StaffButton(outbox, frozenset({"middle"}))
    button.close()
    button.close()
    assert list(outbox.parent.iterdir()) == []
    with pytest.raises(StaffError, match="no counter is running"):
        send_staff_press(outbox, "middle")
    with pytest.raises(StaffError, match="can't be opened: No such file"):
        send_staff_press(outbox.parent / "nowhere" / "outbox", "middle")


def test_the_socket_of_a_killed_counter_is_replaced(outbox: Path) -> None:
    killed = StaffButton(outbox, frozenset({"middle"}))
    killed._socket.close()  # noqa: SLF001 - as the kernel does for a process that was killed
    with pytest.raises(StaffError, match="no counter is running"):
        send_staff_press(outbox, "middle")
    with closing(StaffButton(outbox, frozenset({"middle"}))) as button:
        send_staff_press(outbox, "middle")
        assert button.pressed() == ["middle"]
