"""Faults of the server: how often in a row, and what can be stored in spite of them."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from ingest.batch.writer import StoredBatch
from ingest.messages import Storable
from ingest.quarantine.bisect import halves
from store.database import ServerFaultError

PARTED_FROM: Final = 4
"""So often in a row the server fails before anything is stored in parts: after some seconds of back-off."""
PARTED_S: Final = 600.0
"""For so long after something was stored in spite of it, the next fault parts at once, in seconds."""
_MOST_TOPICS: Final = 3
"""Where parts of so many devices fail alone and none was stored, all will."""
_MOST_FAILING: Final = 50
"""Most parts that are tried down to the single record: what else fails is put aside as it is."""


class ServerFaults:
    """How often in a row storing failed by a fault of the server. Lives as long as the program.

    Args:
        clock: seconds that never jump.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._in_a_row = 0
        self._parted_until = float("-inf")

    def note(self) -> bool:
        """Note one more; return whether it goes on for so long that parts are tried."""
        self._in_a_row += 1
        return self._in_a_row >= PARTED_FROM or self._clock() < self._parted_until

    def go_on(self) -> bool:
        """Return whether the last try failed by one."""
        return self._in_a_row > 0

    def parted(self) -> None:
        """Note that something was stored although the server fails."""
        self._parted_until = self._clock() + PARTED_S

    def over(self) -> None:
        """Note that something was stored."""
        self._in_a_row = 0


StoreParts = Callable[[Sequence[Storable]], list[StoredBatch]]


def store_apart(store: StoreParts, messages: Sequence[Storable]) -> tuple[list[StoredBatch], list[Sequence[Storable]]]:
    """Store messages in ever smaller parts around what the server fails at; larger parts before smaller ones.

    Returns:
        What each transaction did, and the parts that failed: one record each, but for those beyond the first fifty.
        Where what failed is of several devices and nothing was stored, the rest isn't tried.

    Raises DatabaseAwayError where the server is gone meanwhile.
    """
    done: list[StoredBatch] = []
    failing: list[Sequence[Storable]] = []
    waiting: deque[Sequence[Storable]] = deque([messages])
    while waiting and (done or not _is_hopeless(failing)):
        part = waiting.popleft()
        try:
            done += store(part)
        except ServerFaultError:
            smaller = halves(part) if len(failing) < _MOST_FAILING else []
            waiting += smaller
            failing += [] if smaller else [part]
    return done, failing


def _is_hopeless(failing: Sequence[Sequence[Storable]]) -> bool:
    topics = {message.incoming.topic for part in failing for message in part}
    return len(topics) >= _MOST_TOPICS or len(failing) >= _MOST_FAILING
