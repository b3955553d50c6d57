"""Whether the database can answer: looked up once for all who ask, and waited for no longer than monitors wait."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from api.errors import DatabaseUnavailableError

LONGEST_S: Final = 3.0
"""The longest that anybody waits for it, in seconds."""


class Readiness:
    """Looks up the version of the schema, one look at a time.

    Args:
        look: returns the version; raises the errors of `api.errors`.
        longest_s: the longest wait, in seconds.
    """

    __slots__ = ("_longest_s", "_look", "_task")

    def __init__(self, look: Callable[[], Awaitable[int]], longest_s: float = LONGEST_S) -> None:
        self._look = look
        self._longest_s = longest_s
        self._task: asyncio.Future[int] | None = None

    async def schema_version(self) -> int:
        """Return the version of the schema. Raises DatabaseUnavailableError or DatabaseNotReadyError."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._look())
        try:
            # A look isn't ended with the wait: a connection that died in silence takes longer to be given up.
            return await asyncio.wait_for(asyncio.shield(self._task), self._longest_s)
        except TimeoutError:
            raise DatabaseUnavailableError(f"the database hasn't answered for {self._longest_s:.0f} s") from None

    async def end(self) -> None:
        """End a look that is under way."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
