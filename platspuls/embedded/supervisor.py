"""Starts the parts of one installation in order, starts again what dies, and ends all of it in order."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from core.backoff import Backoff
from platspuls.embedded.process import Command, log_tail, start, stop, wait_until

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
_HEALTHY_S: Final = 60.0
"""A part that ran this long is healthy again: its next death is answered at once."""
_TICK_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Service:
    """One part of the installation.

    Attributes:
        name: as shown to the user.
        command: how to run it in the foreground.
        is_ready: returns whether it does its work; None when others need not wait for it.
        may_end: its work has an end: with code 0 it is done, and not started again.
    """

    name: str
    command: Command
    is_ready: Callable[[], bool] | None = None
    may_end: bool = False


@dataclass(slots=True)
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    started_s: float
    backoff: Backoff = field(default_factory=lambda: Backoff(_FIRST_PAUSE_S, _LONGEST_PAUSE_S))
    restart_at_s: float | None = None
    done: bool = False


class Supervisor:
    """Runs services as child processes. Use it from one thread.

    Args:
        say: takes one line for the user.
        clock: monotonic seconds.
    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._running: list[_Running] = []

    def start(self, service: Service) -> None:
        """Start a service and wait until it is ready. Raises EmbeddedError when it is not."""
        process = start(service.command)
        self._running.append(_Running(service, process, self._clock()))
        if service.is_ready:
            wait_until(service.is_ready, process, service.command)

    def watch(self) -> None:
        """Check every service once; restart each that died, with a backoff that doubles while it keeps dying."""
        for running in self._running:
            if running.process.poll() is None or running.done:
                continue
            if running.service.may_end and running.process.returncode == 0:
                running.done = True
                self._say(f"{running.service.name} has done its work")
            else:
                self._restart(running)

    def _restart(self, running: _Running) -> None:
        now_s = self._clock()
        if running.restart_at_s is None:
            if now_s - running.started_s > _HEALTHY_S:
                running.backoff.reset()
            pause_s = running.backoff.next_s()
            running.restart_at_s = now_s + pause_s
            self._say(_exit_message(running, pause_s))
        elif now_s >= running.restart_at_s:
            running.process, running.started_s, running.restart_at_s = start(running.service.command), now_s, None
            self._say(f"{running.service.name} started again")

    def stop(self) -> None:
        """End all services, the last started first, each before the next."""
        for running in reversed(self._running):
            stop(running.process, how=running.service.command.end_signal)
        self._running.clear()

    def stop_at_once(self, prefix: str) -> None:
        """End all services whose names begin so at the same time; `stop` ends the others one by one."""
        leaving = [running for running in self._running if running.service.name.startswith(prefix)]
        for running in leaving:
            if running.process.poll() is None:
                running.process.send_signal(running.service.command.end_signal)
        for running in leaving:
            stop(running.process, how=running.service.command.end_signal)
            self._running.remove(running)


def _exit_message(running: _Running, pause_s: float) -> str:
    code = running.process.returncode
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    tail = log_tail(running.service.command.log, 300)
    return f"{running.service.name} {how}; starts again in {pause_s:.1f} s. Its last words: {tail}"


@contextmanager
def shutdown_signals() -> Iterator[Event]:
    """Let SIGINT and SIGTERM set an event for as long as the block runs; a second signal has no further effect."""
    shutdown = Event()
    before = {number: signal.signal(number, lambda *_: shutdown.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield shutdown
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_until_shutdown(supervisor: Supervisor, shutdown: Event) -> None:
    """Watch the services until the end is asked for."""
    while not shutdown.is_set():
        supervisor.watch()
        time.sleep(_TICK_S)
