"""The socket of the staff's button: a press reaches the running counter as a datagram. No one is recognised.

Whoever works at the place presses before passing. A press is sent by `platspuls counter staff`, or by whatever reads
a button, to a socket beside the outbox, and names a line; `counter.counting.staff_presses` says what it means.
"""

import logging
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from core.logs import ThrottledLog
from counter.counting.staff_presses import MAX_WAITING
from counter.errors import CounterError

_MOST_BYTES: Final = 100

_log = logging.getLogger(__name__)


class StaffError(CounterError):
    """A press can't be given to the counter."""


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
        while len(found) < MAX_WAITING:
            try:
                line = self._socket.recv(_MOST_BYTES).decode("utf-8", "replace")
            except BlockingIOError:
                break
            if line in self._lines:
                found.append(line)
            else:
                self._trouble.warn(f"the staff button names {line!r}, which is not a line of this device")
        return found

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        if self._socket.fileno() >= 0:
            self._socket.close()
            with suppress(FileNotFoundError):
                os.unlink(self._place.name, dir_fd=self._place.folder)
            os.close(self._place.folder)


def send_staff_press(outbox: Path, line: str) -> None:
    """Report to the counter of `outbox` that the next crossing of `line` is one of staff. Raises StaffError."""
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
        raise StaffError(f"the counter of {outbox} can't be reached: {error.strerror}") from error
    finally:
        os.close(place.folder)
