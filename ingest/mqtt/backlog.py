"""What has come from the broker and finds no room yet: a few messages, while further ones are left unread.

The network's thread never waits for long. Messages that nobody takes stay here, the socket is not read meanwhile, and
the broker's own bounds hold it back (the Receive Maximum of MQTT 5, and the socket). All else goes on: pings, receipts
and acknowledgements leave, and a connection that can't be written to any more is noticed.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from ingest.messages import Incoming

HandOver = Callable[[Sequence[Incoming]], Sequence[Incoming] | None]
"""Takes messages as they come, on the network's thread, and returns those for which it has no room. Never blocks."""
WaitForRoom = Callable[[float], object]
"""Waits until there is room, at most so many seconds."""

_WAIT_S: Final = 0.1
"""How long the network's thread waits for room before it looks after all else, in seconds."""


class Backlog:
    """Keeps what isn't taken, in order. Belongs to the network's thread, but for `full_s`.

    Args:
        hand_over: takes messages.
        wait: waits for room.
        clock: seconds that never jump.
    """

    def __init__(
        self, hand_over: HandOver, wait: WaitForRoom = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._hand_over = hand_over
        self._wait = wait
        self._clock = clock
        self._waiting: Sequence[Incoming] = ()
        self._full_since: float | None = None
        self._clear_since = clock()

    def put(self, messages: Sequence[Incoming]) -> None:
        """Hand these over, behind those that wait."""
        self._offer([*self._waiting, *messages])

    def is_clear(self) -> bool:
        """Return whether all has been taken, after another try; waits for room for a moment."""
        if self._waiting:
            self._wait(_WAIT_S)
            self._offer(self._waiting)
        return not self._waiting

    def _offer(self, messages: Sequence[Incoming]) -> None:
        left = self._hand_over(messages) or ()
        if not left:
            self._note_clear()
        elif self._full_since is None or len(left) < len(messages):
            self._full_since = self._clock()
        self._waiting = left

    def drop(self) -> None:
        """Forget what waits: it belongs to a connection that is over, and its device sends it again."""
        self._waiting = ()
        self._note_clear()

    def _note_clear(self) -> None:
        if self._full_since is not None:
            self._full_since, self._clear_since = None, self._clock()

    def clear_since(self) -> float:
        """Return since when nothing waits, in seconds of the clock: now where something does."""
        return self._clear_since if self._full_since is None else self._clock()

    def full_s(self) -> float:
        """Return for how long nothing has been taken although something waits, in seconds; 0 where nothing does."""
        since = self._full_since
        return 0.0 if since is None else self._clock() - since
