"""Heartbeats of the threads, and systemd's watchdog, which restarts a counter that hangs.

The counting thread runs the health checks of all threads and then notifies systemd that the counter is alive. So
systemd is notified only while counting goes on, the network thread makes its turns, and neither the reading of a
camera nor the detector hangs. A camera that is lost still beats: it is looked for, and its time is missing.
"""

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.clock import Clock
from core.logs import ThrottledLog
from counter.errors import HungError

_NOTIFY_S: Final = 10.0
"""Seconds between two notifications of systemd; with a short watchdog a quarter of its timeout."""

_log = logging.getLogger(__name__)


class Heartbeat:
    """The heartbeat of one thread, and its timeout. Safe between threads.

    Args:
        what: what hangs when no more beats come, as the beginning of a sentence.
        timeout_s: how long it may take between two beats, in seconds.
        clock: measures the time between them.
    """

    def __init__(self, what: str, timeout_s: float, clock: Clock) -> None:
        self._what = what
        self._timeout_s = timeout_s
        self._clock = clock
        self._beat_s: float | None = None

    def beat(self) -> None:
        """Note that the thread is alive."""
        self._beat_s = self._clock.monotonic_s()

    def check(self) -> None:
        """Raise HungError when the last beat is older than the timeout. Before the first there is nothing to check."""
        if self._beat_s is not None and self._clock.monotonic_s() - self._beat_s > self._timeout_s:
            raise HungError(f"{self._what} for more than {self._timeout_s:.0f} s: the counter ends, to be started anew")


class Systemd:
    """Notifies systemd over the socket that it named; does nothing where it named none.

    Args:
        address: path of its socket, or its abstract name after an @; None for none.
        watchdog_s: timeout of its watchdog, after which it ends the program, in seconds; None for none.
    """

    def __init__(self, address: str | None = None, watchdog_s: float | None = None) -> None:
        self._address = address.replace("@", "\0", 1) if address and address.startswith("@") else address
        self.watchdog_s = watchdog_s if address else None
        self._trouble = ThrottledLog(_log)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Systemd":
        """Return what the program's environment names. A watchdog that is meant for another process is ignored."""
        usec, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        ours = usec.isdecimal() and pid in {"", str(os.getpid())}
        return cls(environment.get("NOTIFY_SOCKET") or None, int(usec) / 1e6 if ours else None)

    def notify(self, *words: str) -> None:
        """Send assignments such as READY=1. What can't be sent is logged: counting is worth more than its report."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto("\n".join(words).encode(), self._address)
        except OSError as error:
            self._trouble.warn(f"systemd can't be notified: {error.strerror or error}")
        else:
            self._trouble.over("systemd can be notified again")


class Watchdog:
    """Runs the health checks and reports to systemd that they pass. Belongs to the counting thread."""

    def __init__(
        self, systemd: Systemd, clock: Clock, health_checks: Sequence[Callable[[], None]], describe: Callable[[], str]
    ) -> None:
        """Take `health_checks`, which raise when something has failed or hangs; `describe` returns the status text."""
        self._systemd = systemd
        self._clock = clock
        self._health_checks = health_checks
        self._describe = describe
        self._interval_s = min(systemd.watchdog_s / 4, _NOTIFY_S) if systemd.watchdog_s else _NOTIFY_S
        self._notified_s: float | None = None

    def check(self) -> None:
        """Run the health checks and raise what they raise; if all pass, notify systemd once an interval."""
        for health_check in self._health_checks:
            health_check()
        now_s = self._clock.monotonic_s()
        if self._notified_s is None:
            self._systemd.notify("READY=1", "STATUS=counting")
        elif now_s - self._notified_s < self._interval_s:
            return
        else:
            self._systemd.notify("WATCHDOG=1", f"STATUS={self._describe()}")
        self._notified_s = now_s
