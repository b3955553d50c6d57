"""What watches the counter: signs of life of its threads, and systemd's watchdog, which ends what gives none.

The thread that counts looks at everybody's signs and tells systemd that the counter is alive. So systemd hears of it
only while counting goes on, the connection's thread makes its turns, and neither the reading of a camera nor the
search for people in its picture hangs. A camera that is lost gives signs: it is looked for, and its time is missing.
"""

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.clock import Clock
from core.logs import ThrottledLog
from counter.errors import HungError

_TELL_S: Final = 10.0
"""How often systemd is told anything, at most; a short watchdog is told four times in its time."""

_log = logging.getLogger(__name__)


class Sign:
    """When a thread last showed that it goes on. Safe between threads.

    Args:
        what: what hangs when no more signs come, as the beginning of a sentence.
        limit_s: how long it may take between two signs, in seconds.
        clock: tells the time between them.
    """

    def __init__(self, what: str, limit_s: float, clock: Clock) -> None:
        self._what = what
        self._limit_s = limit_s
        self._clock = clock
        self._shown_s: float | None = None

    def show(self) -> None:
        """Show that the thread goes on."""
        self._shown_s = self._clock.monotonic_s()

    def check(self) -> None:
        """Raise HungError when the last sign is too old. Before the first there is nothing to check."""
        if self._shown_s is not None and self._clock.monotonic_s() - self._shown_s > self._limit_s:
            raise HungError(f"{self._what} for more than {self._limit_s:.0f} s: the counter ends, to be started anew")


class Systemd:
    """What is told to systemd, over the socket that it named; nothing where it named none.

    Args:
        address: path of its socket, or its abstract name after an @; None for none.
        watchdog_s: how long it waits for a sign of life before it ends the program; None for ever.
    """

    def __init__(self, address: str | None = None, watchdog_s: float | None = None) -> None:
        self._address = address.replace("@", "\0", 1) if address and address.startswith("@") else address
        self.watchdog_s = watchdog_s if address else None
        self._trouble = ThrottledLog(_log)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Systemd":
        """Return what the program's environment names. A watchdog that is meant for another process is not ours."""
        usec, pid = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        ours = usec.isdecimal() and pid in {"", str(os.getpid())}
        return cls(environment.get("NOTIFY_SOCKET") or None, int(usec) / 1e6 if ours else None)

    def tell(self, *words: str) -> None:
        """Send words such as READY=1. What can't be sent is logged: counting is worth more than telling of it."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto("\n".join(words).encode(), self._address)
        except OSError as error:
            self._trouble.warn(f"systemd can't be told how we are: {error.strerror or error}")
        else:
            self._trouble.over("systemd can be told again how we are")


class Watch:
    """Looks at all signs, and passes on to systemd that there are some. Belongs to the thread that counts."""

    def __init__(
        self, systemd: Systemd, clock: Clock, looks: Sequence[Callable[[], None]], describe: Callable[[], str]
    ) -> None:
        """Look with each of `looks`, which raise when something has failed or hangs; `describe` says how it goes."""
        self._systemd = systemd
        self._clock = clock
        self._looks = looks
        self._describe = describe
        self._pause_s = min(systemd.watchdog_s / 4, _TELL_S) if systemd.watchdog_s else _TELL_S
        self._told_s: float | None = None

    def turn(self) -> None:
        """Look; raise what a look raises, and only then, now and again, tell systemd that all is well."""
        for look in self._looks:
            look()
        now_s = self._clock.monotonic_s()
        if self._told_s is None:
            self._systemd.tell("READY=1", "STATUS=counting")
        elif now_s - self._told_s < self._pause_s:
            return
        else:
            self._systemd.tell("WATCHDOG=1", f"STATUS={self._describe()}")
        self._told_s = now_s
