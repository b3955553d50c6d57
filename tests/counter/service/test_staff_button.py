"""The socket of the staff's button: what reaches the running counter, and what is refused."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counter.service.staff_button import StaffButton, StaffError, send_staff_press


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
