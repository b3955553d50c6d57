"""What systemd hears of a counter, over a real socket of the kind that it listens on."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from counter.errors import HungError
from counter.watchdog import Sign, Systemd, Watch
from tests.support.counter.records import SetClock


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket as systemd opens it, and the name of it that a service is given."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.setblocking(False)
        if request.param == "path":
            heard.bind(str(tmp_path / "notify"))
            yield heard, str(tmp_path / "notify")
        else:
            heard.bind("")  # the kernel gives it an abstract name
            yield heard, "@" + heard.getsockname()[1:].decode()


def _heard(manager: socket.socket) -> list[str]:
    said = []
    while True:
        try:
            said.append(manager.recv(1000).decode())
        except BlockingIOError:
            return said


def _watch(systemd: Systemd, clock: SetClock, *signs: Sign) -> Watch:
    return Watch(systemd, clock, [sign.check for sign in signs], lambda: "counting, 10 frames/s")


def test_it_hears_of_the_beginning_and_then_four_times_in_its_patience(manager: tuple[socket.socket, str]) -> None:
    heard, name = manager
    clock = SetClock()
    watch = _watch(Systemd.of({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "20000000"}), clock)
    watch.turn()
    assert _heard(heard) == ["READY=1\nSTATUS=counting"]
    for _ in range(99):
        clock.ms += 200
        watch.turn()
    assert _heard(heard) == ["WATCHDOG=1\nSTATUS=counting, 10 frames/s"] * 3
    clock.ms += 200
    watch.turn()
    assert len(_heard(heard)) == 1


def test_it_hears_nothing_while_a_thread_gives_no_sign(manager: tuple[socket.socket, str]) -> None:
    heard, name = manager
    clock = SetClock()
    sign = Sign("the camera was read, and its driver has not come back", 120, clock)
    watch = _watch(Systemd(name, 20), clock, sign)
    clock.ms += 1_000_000
    watch.turn()  # nothing has begun: nothing can hang
    sign.show()
    clock.ms += 120_000
    watch.turn()
    clock.ms += 1
    _heard(heard)
    with pytest.raises(HungError, match=r"the camera was read, .* for more than 120 s: the counter ends"):
        watch.turn()
    assert _heard(heard) == []
    sign.show()
    watch.turn()


def test_a_watchdog_for_another_process_is_not_ours() -> None:
    named = {"NOTIFY_SOCKET": "/run/none", "WATCHDOG_USEC": "20000000"}
    assert Systemd.of(named | {"WATCHDOG_PID": "1"}).watchdog_s is None
    assert Systemd.of(named).watchdog_s == 20
    assert Systemd.of({"WATCHDOG_USEC": "20000000"}).watchdog_s is None


def test_a_manager_that_is_gone_is_logged_once_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    systemd = Systemd(str(tmp_path / "gone"))
    for _ in range(3):
        systemd.tell("READY=1")
    assert [record.message for record in caplog.records] == [
        "systemd can't be told how we are: No such file or directory"
    ]


def test_without_a_manager_nothing_is_told_and_the_looks_still_look() -> None:
    looked = Event()
    Watch(Systemd.of({}), SetClock(), [looked.set], str).turn()
    assert looked.is_set()
