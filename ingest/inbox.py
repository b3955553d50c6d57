"""The queue between the network's thread and the worker: bounded, with backpressure, in the order of arrival.

Messages that must be acknowledged wait in a queue that takes no more when it is full: the network's thread then leaves
the broker's further messages unread, and goes on with all else. Live ticks, which are superseded by the next anyway,
wait in another that drops its oldest.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ingest.messages import Incoming, LiveState, Storable, decode, facts_in

MAX_TICKS: Final = 1000
"""Live ticks that may wait: more than arrive in one flush interval at any size this program is for."""

MAX_BYTES: Final = 16 * 1024 * 1024
"""Payloads that may wait: a second of catch-up, and no more memory than a small server has."""

MAX_TICK_BYTES: Final = 2 * 1024 * 1024
"""Payloads that may wait without a token: a device may send anything like a tick, also records of the largest size."""

_CLOCK_EVERY: Final = 50
"""Messages that are decoded between two looks at the clock."""


class Inbox:
    """A bounded queue between one or more writers and one reader.

    Args:
        size: how many messages with a token may wait before it is full.
        size_bytes: how large their payloads may be together before it is.
        ticks: how many messages without a token may wait before the oldest is dropped.
        tick_bytes: how large their payloads may be together before it is dropped.
    """

    def __init__(
        self, size: int, size_bytes: int = MAX_BYTES, ticks: int = MAX_TICKS, tick_bytes: int = MAX_TICK_BYTES
    ) -> None:
        self._size = size
        self._room_bytes = size_bytes
        self._queue: deque[Incoming] = deque()
        self._ticks: deque[Incoming] = deque()
        self._max_ticks = ticks
        self._tick_room_bytes = tick_bytes
        self._changed = threading.Condition()
        self._closed = False
        self._dropped = 0
        self.came = 0
        """How many messages with a token have been taken in since the start."""

    def put(self, messages: Iterable[Incoming]) -> None:
        """Add messages. Blocks while the queue is full; after `close`, what comes is left to be sent again."""
        waiting = self.offer(list(messages))
        while waiting:
            self.wait_for_room(None)
            waiting = self.offer(waiting)

    def offer(self, messages: Sequence[Incoming]) -> list[Incoming]:
        """Add messages in the order of their arrival; return those that found no room. Ticks always do."""
        with self._changed:
            left = [message for message in messages if not self._took(message)]
            self._changed.notify_all()
            return left

    def wait_for_room(self, timeout_s: float | None) -> None:
        """Wait until there is room, at most `timeout_s` seconds; None for as long as it takes."""
        with self._changed:
            self._changed.wait_for(self._has_room, timeout_s)

    def _took(self, message: Incoming) -> bool:
        if message.token is None:
            self._put_tick(message)
        elif not self._has_room():
            return False
        elif not self._closed:
            self._queue.append(message)
            self._room_bytes -= len(message.payload)
            self.came += 1
        return True

    def _put_tick(self, message: Incoming) -> None:
        self._ticks.append(message)
        self._tick_room_bytes -= len(message.payload)
        while len(self._ticks) > self._max_ticks or self._tick_room_bytes < 0:
            self._tick_room_bytes += len(self._ticks.popleft().payload)
            self._dropped += 1

    def _has_room(self) -> bool:
        return self._closed or (len(self._queue) < self._size and self._room_bytes > 0)

    def wait(self, beyond: int, most: int, timeout_s: float) -> list[Incoming]:
        """Return messages that follow the first `beyond`, without taking them; none after `timeout_s` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._queue) > beyond, timeout_s)
            return list(islice(self._queue, beyond, beyond + most))

    def take(self, count: int) -> list[Incoming]:
        """Take the first so many messages."""
        with self._changed:
            taken = [self._queue.popleft() for _ in range(count)]
            self._room_bytes += sum(len(message.payload) for message in taken)
            self._changed.notify_all()
            return taken

    def take_ticks(self) -> list[Incoming]:
        """Return all messages without a token."""
        with self._changed:
            ticks = list(self._ticks)
            self._ticks.clear()
            self._tick_room_bytes += sum(len(message.payload) for message in ticks)
            return ticks

    def close(self) -> None:
        """Let nobody wait in `put` any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __len__(self) -> int:
        with self._changed:
            return len(self._queue)

    def take_dropped(self) -> int:
        """Return how many ticks were dropped since the last call."""
        with self._changed:
            dropped, self._dropped = self._dropped, 0
            return dropped


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When a batch is full.

    Attributes:
        facts: no further message is taken once the batch makes this many rows.
        messages: most messages in one batch; the broker sends no more before it is answered.
        age_s: longest time from the first message to the batch's end, in seconds.
        gap_s: the batch ends sooner when no message comes for this long, in seconds.
    """

    facts: int = 8000
    messages: int = 1000
    age_s: float = 0.05
    gap_s: float = 0.005


@dataclass(frozen=True, slots=True)
class GatheredBatch:
    """A batch: the messages as they came, and each one decoded, in the same order."""

    messages: tuple[Incoming, ...]
    decoded: tuple[Storable | LiveState, ...]


def gather(
    inbox: Inbox, limits: BatchLimits, wait_s: float, give_way: Callable[[], None] = lambda: None
) -> GatheredBatch:
    """Wait up to `wait_s` seconds for a message, and return it with those that follow closely. One caller at a time.

    `give_way` is called before each message is decoded.
    """
    decoded: list[Storable | LiveState] = []
    facts, ends_at = 0, None
    while facts < limits.facts and len(decoded) < limits.messages:
        left_s = wait_s if ends_at is None else min(limits.gap_s, ends_at - time.monotonic())
        came = inbox.wait(len(decoded), min(_CLOCK_EVERY, limits.messages - len(decoded)), max(left_s, 0))
        if not came:
            break
        ends_at = ends_at or time.monotonic() + limits.age_s
        for message in came:
            give_way()
            decoded.append(decode(message))
            facts += facts_in(decoded[-1])
            if facts >= limits.facts:
                break
    return GatheredBatch(tuple(inbox.take(len(decoded))), tuple(decoded))
