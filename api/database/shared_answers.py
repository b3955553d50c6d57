"""Equal answers are made once: the bodies that were asked for last, by what says all that they depend on."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any


class SharedAnswers:
    """Bodies in bounded memory; whoever asks for one that is being made waits for it.

    Args:
        most_bytes: of all bodies together; one of more than a sixteenth of it isn't kept.
    """

    __slots__ = ("_bodies", "_bytes", "_making", "_most_bytes")

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[bytes]] = {}

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, bytes]], *, is_final: bool) -> bytes:
        """Return the body of this key, made now unless it is there. Raises what `make` does, to all who wait for it.

        Args:
            key: names the question and the version of its data.
            make: returns the body.
            is_final: it stays the same as long as its key does, and is kept.
        """
        if key in self._bodies:
            self._bodies.move_to_end(key)
            return self._bodies[key]
        if key not in self._making:
            self._making[key] = asyncio.create_task(make(), name="shared answer")
            self._making[key].add_done_callback(lambda _: self._making.pop(key))
        body = await asyncio.shield(self._making[key])
        if is_final and key not in self._bodies:
            self._keep(key, body)
        return body

    def _keep(self, key: Hashable, body: bytes) -> None:
        if len(body) * 16 > self._most_bytes:
            return
        self._bodies[key] = body
        self._bytes += len(body)
        while self._bytes > self._most_bytes:
            self._bytes -= len(self._bodies.popitem(last=False)[1])
