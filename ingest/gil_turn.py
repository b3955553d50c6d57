"""Lets decoding give way to storing: one thread at a time has Python's GIL, and the database should never wait for it.

The next batch is decoded while the database stores this one. Left to themselves the two threads would share Python
while this batch is prepared, and then nothing would be left to do beside the database.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_TIMEOUT_S: Final = 0.05
"""Decoding gives way no longer than this at a time, in seconds: it must go on whatever the storing does."""


class GilTurn:
    """Shared by the thread that stores and the one that decodes."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Python belongs to the storing, but for what is `waiting`."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The storing waits for the database meanwhile."""
        self._free.set()
        try:
            yield
        finally:
            self._free.clear()

    def give_way(self) -> None:
        """Wait until the storing doesn't need Python, though not for long."""
        self._free.wait(_TIMEOUT_S)
