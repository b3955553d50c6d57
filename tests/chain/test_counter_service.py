"""A counter as a service: what systemd hears of the real process, also when it hangs, and a boot without a network."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from core import wire
from counter.device_file import load
from counter.errors import HungError
from counter.sources.video.camera import Camera
from counter.sources.video.settings import CameraSource
from platspuls.demo import write_devices
from platspuls.embedded.broker import Broker
from sim.kinds import KINDS
from tests.chain.answering import serving
from tests.support.counter.records import SetClock
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain


class Manager:
    """The socket on which systemd listens; what it hears, in order."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))

    def listen(self, timeout_s: float) -> list[str]:
        """Return the words of the next message; none when none comes in time."""
        self._socket.settimeout(timeout_s)
        try:
            words = self._socket.recv(1000).decode().splitlines()
        except TimeoutError:
            return []
        self.heard += words
        return words

    def clear(self) -> None:
        """Forget what has come so far."""
        while self.listen(0.001):
            pass
        self.heard.clear()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    with closing(Manager(tmp_path)) as manager:
        yield manager


@contextmanager
def _program(file: Path, manager: Manager | None = None) -> Iterator[subprocess.Popen[bytes]]:
    environment = dict(os.environ)
    if manager is not None:
        environment |= {"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "1000000"}
    words = [sys.executable, "-m", "platspuls", "demo", "counter", "run", str(file)]
    with (file.parent / "log").open("ab") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)


def _device(folder: Path, port: int, host: str = "127.0.0.1") -> Path:
    """Write a device file whose broker is at `host`, with a day of history."""
    file = next(
        path
        for path in write_devices(folder, port, datetime.now(UTC).date() - timedelta(days=1))
        if path.stem == "tunnel-ir"
    )
    text = file.read_text().replace('"haninge-entre"', '"no-network"')  # other tests listen to the demo's site
    file.write_text(text.replace('host = "127.0.0.1"', f'host = "{host}"\ninsecure = true'))
    return file


def _ended(process: subprocess.Popen[bytes], how: signal.Signals) -> int:
    process.send_signal(how)
    return process.wait(PATIENCE_S)


def test_systemd_hears_of_the_process_only_while_it_counts(manager: Manager, tmp_path: Path) -> None:
    with _program(_device(tmp_path, 1), manager) as process:
        assert manager.listen(60) == ["READY=1", "STATUS=counting"]
        for _ in range(3):
            assert manager.listen(20)[0] == "WATCHDOG=1"
        process.send_signal(signal.SIGSTOP)
        manager.clear()
        assert manager.listen(1.5) == []
        process.send_signal(signal.SIGCONT)
        assert manager.listen(20)[0] == "WATCHDOG=1"
        assert "frames/s" in manager.heard[-1]
        assert _ended(process, signal.SIGTERM) == 0
        while "STOPPING=1" not in manager.heard:
            assert manager.listen(5)


def test_a_driver_that_never_comes_back_is_noticed(tmp_path: Path) -> None:
    """A pipe that nobody writes to: whoever opens it waits for ever, as a driver may."""
    pipe, clock = tmp_path / "camera", SetClock()
    os.mkfifo(pipe)
    settings = {"kind": "camera", "address": str(pipe), "size": (64, 48), "pixels_per_metre": 20.0}
    camera = Camera(CameraSource.model_validate(settings), clock)
    camera.check()
    thread = Thread(target=lambda: list(camera.frames()), daemon=True)
    thread.start()
    eventually(lambda: "camera" in {one.name for one in threading.enumerate()})
    clock.ms += 119_000
    camera.check()
    with pytest.raises(HungError, match=r"camera .*/camera was opened or read, and its driver has not come back"):
        eventually(lambda: _later(camera, clock))
    camera.close()
    eventually(lambda: _released(pipe, thread))


def _released(pipe: Path, thread: Thread) -> bool:
    """Let whoever waits for a writer find its end; each library behind OpenCV tries again by itself."""
    with suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    thread.join(0.02)
    return not thread.is_alive()


def _later(camera: Camera, clock: SetClock) -> bool:
    clock.ms += 10_000
    camera.check()
    return False


def test_without_a_network_it_counts_from_the_start_and_delivers_later(broker: Broker, tmp_path: Path) -> None:
    """At boot the broker's name can't even be looked up; later it can."""
    file = _device(tmp_path, broker.port_v5, "broker.invalid")
    path = load(file, KINDS).outbox.path
    with _program(file) as process:
        eventually(lambda: path.exists() and _made(path) > 10)
        eventually(lambda: "can't be reached" in (tmp_path / "log").read_text())
        assert process.poll() is None
        assert _ended(process, signal.SIGTERM) == 0
    said = (tmp_path / "log").read_text()
    assert said.count("broker broker.invalid") == 1
    made = _made(path)
    file.write_text(file.read_text().replace("broker.invalid", "127.0.0.1"))
    with serving(broker, "no-network") as server, _program(file) as process:
        eventually(lambda: {record.seq for record in server.records} >= set(range(1, made + 1)))
        assert len({batch.epoch for batch in server.batches}) == 1
        assert all(isinstance(record, wire.FlowRecord | wire.DwellRecord) for record in server.records)
        assert _ended(process, signal.SIGTERM) == 0


def _made(path: Path) -> int:
    """Return how many records were made, as another reader of the file sees it."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            return int(connection.execute("select last_seq from meta").fetchone()[0])
        except (sqlite3.OperationalError, TypeError):
            return 0


def test_a_press_reaches_the_running_counter_and_no_other(tmp_path: Path) -> None:
    file = _device(tmp_path, 1)

    def press(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "platspuls", "demo", "counter", "staff", str(file), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    device = load(file, KINDS)
    line = device.lines[0].line
    with _program(file):
        eventually(device.outbox.path.with_name(f"{device.outbox.path.name}.staff").exists)
        done = press("--line", line)
        assert (done.returncode, done.stdout) == (0, f"the next crossing of {line} within 10 s is one of staff\n")
        done = press("--line", "nowhere")
        assert (done.returncode, done.stderr.split(":")[0]) == (2, "--line nowhere")
    done = press("--line", line)
    assert done.returncode == 1
    assert "no counter is running with the outbox" in done.stderr
