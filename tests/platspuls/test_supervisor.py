"""The supervisor with real child processes: order, restarts, the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platspuls.embedded.process import Command, EmbeddedError
from platspuls.embedded.supervisor import Service, Supervisor, run_until_shutdown, shutdown_signals
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.chain

_WAITS = "import time; time.sleep(600)"
_WRITES_PID = "import sys; pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))"
_STARTS_ONE = """
import pathlib, sys, time
from platspuls.embedded.process import Command, start
start(Command([sys.executable, "-c", sys.argv[2], sys.argv[3]], pathlib.Path(sys.argv[1])))
time.sleep(600)
"""
_NOTES_ITS_PID = """
import os, pathlib, sys, time
new = pathlib.Path(sys.argv[1] + ".new")
new.write_text(str(os.getpid()))
new.replace(sys.argv[1])
time.sleep(600)
"""
_ENDS_SLOWLY = """
import pathlib, signal, sys, time
def end(*_):
    pathlib.Path(sys.argv[1]).open("a").write(sys.argv[2])
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
time.sleep(600)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(said.append)
    yield supervisor
    supervisor.stop()


def _service(name: str, log: Path, code: str, *words: str, is_ready: Callable[[], bool] | None = None) -> Service:
    return Service(name, Command([sys.executable, "-c", code, *words], log), is_ready)


def _until(condition: Callable[[], bool], supervisor: Supervisor | None = None) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        if supervisor:
            supervisor.watch()
        time.sleep(0.01)


def test_a_killed_service_is_started_again(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    supervisor.start(_service("a", tmp_path / "a.log", _NOTES_ITS_PID, str(pid), is_ready=pid.exists))
    first = pid.read_text()
    os.kill(int(first), signal.SIGKILL)
    _until(lambda: pid.read_text() != first, supervisor)
    assert "a was killed by signal 9" in said[0]
    assert said[-1] == "a started again"


def test_a_service_that_keeps_dying_waits_longer_each_time(tmp_path: Path, said: list[str]) -> None:
    now = [1000.0]
    supervisor = Supervisor(said.append, clock=lambda: now[0])
    supervisor.start(_service("a", tmp_path / "a.log", "raise SystemExit('no luck')"))
    for _ in range(4):
        before = len(said)
        _until(lambda before=before: len(said) > before, supervisor)
        now[0] += 40
        supervisor.watch()
    pauses = [float(line.split(" in ")[1].split(" s")[0]) for line in said if "starts again in" in line]
    assert all(whole / 2 <= pause <= whole for pause, whole in zip(pauses, (0.5, 1, 2, 4), strict=True)), pauses
    assert "no luck" in said[0]
    supervisor.stop()


def test_a_service_that_is_never_ready_says_why(supervisor: Supervisor, tmp_path: Path) -> None:
    broken = _service("b", tmp_path / "b.log", "raise SystemExit('port in use')", is_ready=lambda: False)
    with pytest.raises(EmbeddedError, match="ended with code 1: port in use"):
        supervisor.start(broken)


def test_services_end_in_the_reverse_order_of_their_start(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    for name in "abc":
        supervisor.start(_service(name, tmp_path / f"{name}.log", _ENDS_SLOWLY, str(order), name))
        _until(Path(str(order) + name).exists)
    supervisor.stop()
    assert order.read_text() == "cba"


def test_ctrl_c_ends_the_watch(supervisor: Supervisor) -> None:
    with shutdown_signals() as shutdown:
        signal.raise_signal(signal.SIGINT)
        run_until_shutdown(supervisor, shutdown)
        assert shutdown.is_set()


def test_a_service_whose_work_has_an_end_is_done_with_it(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    done = Service("a", Command([sys.executable, "-c", "pass"], tmp_path / "a.log"), may_end=True)
    supervisor.start(done)
    _until(lambda: bool(said), supervisor)
    for _ in range(3):
        supervisor.watch()
    assert said == ["a has done its work"]


def test_it_is_started_again_when_it_failed(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    failing = Service("a", Command([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "a.log"), may_end=True)
    supervisor.start(failing)
    _until(lambda: bool(said), supervisor)
    assert "a ended with code 3; starts again in" in said[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_service_that_ignores_ctrl_c_ends_with_a_killed_supervisor(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    # As the embedded broker does, and every program that a shell started with `&`.
    child = f"import os, pathlib, signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); {_WRITES_PID}; {_WAITS}"
    parent = [sys.executable, "-c", _STARTS_ONE, str(tmp_path / "a.log"), child, str(pid)]
    with subprocess.Popen(parent) as supervisor:
        _until(lambda: pid.exists() and bool(pid.read_text()))
        supervisor.kill()
    _until(lambda: not Path("/proc", pid.read_text()).exists())
