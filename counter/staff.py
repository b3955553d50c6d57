"""A button for staff: their next crossing of a line stays out of the net counts. No one is recognised.

Whoever works at the place presses before passing; a press is a datagram on a socket beside the outbox, sent by
`platspuls counter staff` or by whatever reads a button. It names a line, and lasts ten seconds. The gross counts keep
the crossing, so what was left out stays visible: gross is what was seen, net what visitors did.
"""

import logging
import os
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from core.logs import ThrottledLog
from counter.errors import CounterError

PRESS_S: Final = 10.0
"""How long after a press a crossing may be decided that is meant by it."""
_MOST_PRESSES: Final = 8
"""Presses of one line that wait at the same time: a button that sticks takes away no more visitors in ten seconds."""
_MOST_BYTES: Final = 100

_log = logging.getLogger(__name__)


class StaffError(CounterError):
    """A press can't be given to the counter."""


class StaffPresses:
    """The presses that wait for their crossing. Belongs to the thread that counts."""

    def __init__(self) -> None:
        self._until_ms: dict[str, deque[int]] = {}

    def press(self, line: str, at_ms: int) -> None:
        """Note a press at `at_ms`, milliseconds of the clock that `take` is asked by."""
        waiting = self._until_ms.setdefault(line, deque(maxlen=_MOST_PRESSES))
        waiting.append(at_ms + round(PRESS_S * 1000))

    def take(self, line: str, at_ms: int, net: tuple[int, int]) -> tuple[int, int]:
        """Return the net crossings (forward, backward) decided at `at_ms` without those that presses mean.

        Each press means one crossing, of either direction.
        """
        waiting = self._until_ms.get(line)
        if not waiting or not any(net):
            return net
        while waiting and waiting[0] < at_ms:
            waiting.popleft()
        forward, backward = net
        while waiting and (forward or backward):
            waiting.popleft()
            forward, backward = (forward - 1, backward) if forward else (forward, backward - 1)
        return forward, backward


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the socket of an outbox lies, by a name short enough for the kernel (107 bytes), whatever the folder's."""

    folder: int
    name: str

    @classmethod
    def beside(cls, outbox: Path) -> Self:
        return cls(os.open(outbox.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC), f"{outbox.name}.staff")

    @property
    def short(self) -> str:
        return f"/proc/self/fd/{self.folder}/{self.name}"


class StaffButton:
    """The socket that presses come to, for the thread that counts. Only the counter's user and group may press."""

    def __init__(self, outbox: Path, lines: frozenset[str]) -> None:
        """Listen beside `outbox`, whose lock the caller holds, for presses of `lines`."""
        self._lines = lines
        self._trouble = ThrottledLog(_log)
        self._place = _Place.beside(outbox)
        with suppress(FileNotFoundError):
            os.unlink(self._place.name, dir_fd=self._place.folder)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
        self._socket.bind(self._place.short)
        os.chmod(self._place.name, 0o660, dir_fd=self._place.folder)

    def pressed(self) -> list[str]:
        """Return the lines that were pressed since the last call, without waiting."""
        found: list[str] = []
        while len(found) < _MOST_PRESSES:
            try:
                line = self._socket.recv(_MOST_BYTES).decode("utf-8", "replace")
            except BlockingIOError:
                break
            if line in self._lines:
                found.append(line)
            else:
                self._trouble.warn(f"the staff button names {line!r}, which is no line of this device")
        return found

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        if self._socket.fileno() >= 0:
            self._socket.close()
            with suppress(FileNotFoundError):
                os.unlink(self._place.name, dir_fd=self._place.folder)
            os.close(self._place.folder)


def send_staff_press(outbox: Path, line: str) -> None:
    """Tell the counter of `outbox` that the next crossing of `line` is one of staff. Raises StaffError."""
    try:
        place = _Place.beside(outbox)
    except OSError as error:
        raise StaffError(f"{outbox.parent} can't be opened: {error.strerror}") from error
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            sender.sendto(line.encode(), place.short)
    except (FileNotFoundError, ConnectionRefusedError):
        raise StaffError(f"no counter is running with the outbox {outbox}") from None
    except OSError as error:
        raise StaffError(f"the counter of {outbox} can't be told: {error.strerror}") from error
    finally:
        os.close(place.folder)
