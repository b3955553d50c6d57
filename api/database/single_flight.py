"""A cache of answers that are dear to make and the same for everybody: one is made at a time (single flight)."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlightCache(Generic[T]):
    """The answers that were asked for last, by a key that names the version of their data.

    However many ask, at most one answer is being made, so that nobody can keep all of the database busy with them.
    """

    __slots__ = ("_answers", "_making", "_most")

    def __init__(self, most: int) -> None:
        """Keep `most` answers, 1 or more."""
        self._most = most
        self._answers: OrderedDict[Hashable, T] = OrderedDict()
        self._making = asyncio.Lock()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return the answer of this key, made now unless it is kept. Raises what `make` does; nothing is kept then."""
        if key not in self._answers:
            async with self._making:
                if key not in self._answers:
                    self._answers[key] = await make()
        self._answers.move_to_end(key)
        answer = self._answers[key]
        while len(self._answers) > self._most:
            self._answers.popitem(last=False)
        return answer
