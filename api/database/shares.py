"""Fair shares of the connections to the database: who asks much waits for themselves, nobody for strangers.

What is short, such as the live page and what staff write, takes any connection. What may be long, such as numbers,
files and public figures, leaves some of them free: all of that together, each caller of it, and all who show no key
together, have a most at once, and wait in their own line for it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from api.errors import DatabaseUnavailableError

STRANGERS: Final = "strangers"
"""Under this name all ask together who show no key."""

_asker: Final[ContextVar[str | None]] = ContextVar("asker", default=None)


def ask_as(name: str | None) -> None:
    """Count what this request asks of the database from now on as of `name`; None: it is short."""
    _asker.set(name)


@dataclass(slots=True)
class _Line:
    """Those who wait for the share of one caller.

    Attributes:
        free: one for each connection that they may still take.
        users: how many hold one or wait for one; at none, the line is forgotten.
    """

    free: asyncio.Semaphore
    users: int = field(default=0)


class FairShares:
    """Gives turns to who asks: first of their own share, then of files, then of all that may be long.

    Args:
        connections: that there are.
        wait_s: the longest wait for a turn, in seconds.

    Attributes:
        files: one for each file that may be made at once. A slow reader keeps its connection: half are left for others.
    """

    __slots__ = ("_connections", "_lines", "_long", "_wait_s", "files")

    def __init__(self, connections: int, wait_s: float) -> None:
        self._connections = connections
        self._wait_s = wait_s
        self._long = asyncio.Semaphore(max(1, connections - max(1, connections // 4)))
        self._lines: dict[str, _Line] = {}
        self.files = asyncio.Semaphore(max(1, connections // 2))

    @asynccontextmanager
    async def turn(self, *, is_file: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and keep it meanwhile. Raises DatabaseUnavailableError when it takes too long."""
        name = _asker.get()
        async with AsyncExitStack() as stack:
            waits = [self.files] if is_file else []
            if name is not None:
                waits = [stack.enter_context(self._line(name)).free, *waits, self._long]
            try:
                async with asyncio.timeout(self._wait_s):
                    for wait in waits:
                        await stack.enter_async_context(wait)
            except TimeoutError:
                what = "as many files as can be are being made now" if is_file else "too much is being asked at once"
                raise DatabaseUnavailableError(f"{what}: try again in a while") from None
            yield

    @contextmanager
    def _line(self, name: str) -> Iterator[_Line]:
        line = self._lines.setdefault(name, _Line(asyncio.Semaphore(self.most(name))))
        line.users += 1
        try:
            yield line
        finally:
            line.users -= 1
            if not line.users:
                del self._lines[name]

    def most(self, name: str) -> int:
        """Return how many connections a caller may have at once."""
        return max(1, self._connections // (4 if name == STRANGERS else 2))
