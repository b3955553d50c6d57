"""Faults of the server: how often in a row, and what can be stored in spite of them."""

from collections.abc import Callable, Sequence
from typing import Final

from ingest.batch.writer import StoredBatch
from ingest.messages import RecordsMessage, Storable
from ingest.quarantine.bisect import halves
from store.database import ServerFaultError

PARTED_FROM: Final = 4
"""So often in a row the server fails before anything is stored in parts: after some seconds of back-off."""
_MOST_FAILING: Final = 3
"""Where so many parts fail and none was stored, all will."""


class ServerFaults:
    """How often in a row storing failed by a fault of the server. Lives as long as the program."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def note(self) -> bool:
        """Note one more; return whether it goes on for so long that parts are tried."""
        self._in_a_row += 1
        return self._in_a_row >= PARTED_FROM

    def over(self) -> None:
        """Note that something was stored."""
        self._in_a_row = 0


StoreParts = Callable[[Sequence[Storable]], list[StoredBatch]]


def store_apart(store: StoreParts, messages: Sequence[Storable]) -> tuple[list[StoredBatch], list[Storable]]:
    """Store messages in ever smaller parts around what the server fails at.

    Returns:
        What each transaction did, and the messages of one record that failed. Where the first few parts all fail, the
        rest isn't tried: nothing was stored then.

    Raises DatabaseAwayError where the server is gone meanwhile.
    """
    done: list[StoredBatch] = []
    failing: list[Storable] = []
    waiting: list[Sequence[Storable]] = [messages]
    while waiting and (done or len(failing) < _MOST_FAILING):
        part = waiting.pop()
        try:
            done += store(part)
        except ServerFaultError:
            if smaller := halves(part):
                waiting += reversed(smaller)
            elif isinstance(part[0], RecordsMessage) and not part[0].batch.records and not part[0].refused:
                raise
            else:
                failing += part
    return done, failing
