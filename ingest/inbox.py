"""The hand-over from the network's thread to the worker: bounded, in the order of arrival.

Messages that must be acknowledged wait in a queue that blocks the network when it is full. Live ticks, which are
superseded by the next anyway, wait in another that drops its oldest.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ingest.messages import Incoming, Present, Storable, facts_in, read

TICKS_KEPT: Final = 1000
"""Live ticks that may wait: more than arrive in one flush interval at any size this program is for."""

BYTES_KEPT: Final = 16 * 1024 * 1024
"""Payloads that may wait: a second of catch-up, and no more memory than a small server has."""

TICK_BYTES_KEPT: Final = 2 * 1024 * 1024
"""Payloads that may wait without a ticket: a device may send anything like a tick, also records of the largest size."""

_LOOK: Final = 50
"""Messages that are read before the clock is looked at again."""


class Inbox:
    """A bounded queue between one or more writers and one reader.

    Args:
        size: how many messages with a ticket may wait before `put` blocks.
        size_bytes: how large their payloads may be together before it blocks.
        ticks: how many messages without a ticket may wait before the oldest is dropped.
        tick_bytes: how large their payloads may be together before it is dropped.
    """

    def __init__(
        self, size: int, size_bytes: int = BYTES_KEPT, ticks: int = TICKS_KEPT, tick_bytes: int = TICK_BYTES_KEPT
    ) -> None:
        self._size = size
        self._room_bytes = size_bytes
        self._kept: deque[Incoming] = deque()
        self._ticks: deque[Incoming] = deque()
        self._most_ticks = ticks
        self._tick_room_bytes = tick_bytes
        self._changed = threading.Condition()
        self._closed = False
        self._dropped = 0
        self.came = 0
        """How many messages with a ticket have been taken in since the start."""

    def put(self, messages: Iterable[Incoming]) -> None:
        """Add messages. Blocks while the queue is full; after `close`, what comes is left to be sent again."""
        with self._changed:
            for message in messages:
                if message.ticket is None:
                    self._pass_on(message)
                else:
                    self._keep(message)
            self._changed.notify_all()

    def _pass_on(self, message: Incoming) -> None:
        self._ticks.append(message)
        self._tick_room_bytes -= len(message.payload)
        while len(self._ticks) > self._most_ticks or self._tick_room_bytes < 0:
            self._tick_room_bytes += len(self._ticks.popleft().payload)
            self._dropped += 1

    def _keep(self, message: Incoming) -> None:
        if not self._has_room():
            self._changed.notify_all()
            self._changed.wait_for(self._has_room)
        if not self._closed:
            self._kept.append(message)
            self._room_bytes -= len(message.payload)
            self.came += 1

    def _has_room(self) -> bool:
        return self._closed or (len(self._kept) < self._size and self._room_bytes > 0)

    def wait(self, beyond: int, most: int, timeout_s: float) -> list[Incoming]:
        """Return messages that follow the first `beyond`, without taking them; none after `timeout_s` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._kept) > beyond, timeout_s)
            return list(islice(self._kept, beyond, beyond + most))

    def take(self, count: int) -> list[Incoming]:
        """Take the first so many messages."""
        with self._changed:
            taken = [self._kept.popleft() for _ in range(count)]
            self._room_bytes += sum(len(message.payload) for message in taken)
            self._changed.notify_all()
            return taken

    def take_ticks(self) -> list[Incoming]:
        """Return all messages without a ticket."""
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
            return len(self._kept)

    def take_dropped(self) -> int:
        """Return how many ticks were dropped since the last call."""
        with self._changed:
            dropped, self._dropped = self._dropped, 0
            return dropped


@dataclass(frozen=True, slots=True)
class Limits:
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
class Gathered:
    """A batch: the messages as they came, and what each one is, in the same order."""

    messages: tuple[Incoming, ...]
    read: tuple[Storable | Present, ...]


def gather(inbox: Inbox, limits: Limits, wait_s: float, give_way: Callable[[], None] = lambda: None) -> Gathered:
    """Wait up to `wait_s` seconds for a message, and return it with those that follow closely. One caller at a time.

    `give_way` is called before each message is read.
    """
    meanings: list[Storable | Present] = []
    facts, ends_at = 0, None
    while facts < limits.facts and len(meanings) < limits.messages:
        left_s = wait_s if ends_at is None else min(limits.gap_s, ends_at - time.monotonic())
        came = inbox.wait(len(meanings), min(_LOOK, limits.messages - len(meanings)), max(left_s, 0))
        if not came:
            break
        ends_at = ends_at or time.monotonic() + limits.age_s
        for message in came:
            give_way()
            meanings.append(read(message))
            facts += facts_in(meanings[-1])
            if facts >= limits.facts:
                break
    return Gathered(tuple(inbox.take(len(meanings))), tuple(meanings))
