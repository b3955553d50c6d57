"""What systemd hears of a counter, over a real socket of the kind that it listens on."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from counter.errors import HungError
from counter.watchdog import Heartbeat, Systemd, Watchdog
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


def _watch(systemd: Systemd, clock: SetClock, *signs: Heartbeat) -> Watchdog:
    return Watchdog(systemd, clock, [heartbeat.check for heartbeat in signs], lambda: "counting, 10 frames/s")


def test_it_is_notified_at_the_start_and_then_four_times_in_its_timeout(manager: tuple[socket.socket, str]) -> None:
    heard, name = manager
    clock = SetClock()
    watchdog = _watch(Systemd.of({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "20000000"}), clock)
    watchdog.check()
    assert _heard(heard) == ["READY=1\nSTATUS=counting"]
    for _ in range(99):
        clock.ms += 200
        watchdog.check()
    assert _heard(heard) == ["WATCHDOG=1\nSTATUS=counting, 10 frames/s"] * 3
    clock.ms += 200
    watchdog.check()
    assert len(_heard(heard)) == 1


def test_it_hears_nothing_while_a_thread_gives_no_sign(manager: tuple[socket.socket, str]) -> None:
    heard, name = manager
    clock = SetClock()
    heartbeat = Heartbeat("the camera was read, and its driver has not come back", 120, clock)
    watchdog = _watch(Systemd(name, 20), clock, heartbeat)
    clock.ms += 1_000_000
    watchdog.check()  # nothing has begun: nothing can hang
    heartbeat.beat()
    clock.ms += 120_000
    watchdog.check()
    clock.ms += 1
    _heard(heard)
    with pytest.raises(HungError, match=r"the camera was read, .* for more than 120 s: the counter ends"):
        watchdog.check()
    assert _heard(heard) == []
    heartbeat.beat()
    watchdog.check()


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
        systemd.notify("READY=1")
    assert [record.message for record in caplog.records] == ["systemd can't be notified: No such file or directory"]


def test_without_a_manager_nothing_is_notified_and_the_health_checks_still_run() -> None:
    looked = Event()
    Watchdog(Systemd.of({}), SetClock(), [looked.set], str).check()
    assert looked.is_set()
