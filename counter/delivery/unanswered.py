"""Records of a message that gets no answer although others do: sent in halves, so that one of them stops no other.

A server that can't read a message, or ends while it stores it, answers nothing, and a message that is sent again as it
was would wait for ever. Halved each time, it comes down to the one record that is never answered. That one is tried
again and again, ever more seldom; all others are through. At most one part is under way, and new messages are taken in
only while no part of more than one record waits: when a server answers nothing at all, next to nothing is halved.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from core.backoff import Backoff, Draw
from core.ranges import NONE, Ranges

_MOST: Final = 300
"""Records that are sent in parts of their own."""


@dataclass(slots=True)
class MessagePart:
    """Some records of a message that was not answered.

    Attributes:
        numbers: their sequence numbers.
        due_s: when it is sent again.
        backoff: pauses of a part that can't be halved any more.
    """

    numbers: Ranges
    backoff: Backoff = field(compare=False)
    due_s: float = float("-inf")


class UnansweredRecords:
    """The parts of the messages that were not answered."""

    def __init__(self, retry_min_s: float, retry_max_s: float, draw: Draw) -> None:
        """Begin with none; a record alone is tried again after pauses from `retry_min_s` to `retry_max_s`."""
        self._retry_min_s = retry_min_s
        self._retry_max_s = retry_max_s
        self._draw = draw
        self._parts: deque[MessagePart] = deque()
        self.numbers = NONE

    def take_in(self, numbers: Ranges) -> None:
        """Take in the records of a message that was not answered, if there is room for it."""
        is_halving = any(part.numbers.count() > 1 for part in self._parts)
        if is_halving or numbers.count() <= 1 or self.numbers.count() + numbers.count() > _MOST:
            return
        self._halve(numbers)
        self._count()

    def next_part(self, now_s: float) -> MessagePart | None:
        """Return the part to send now; None while none is due."""
        return next((part for part in self._parts if part.due_s <= now_s), None)

    def not_answered(self, part: MessagePart, now_s: float) -> None:
        """Send a part in halves that was not answered; a record alone later."""
        if part not in self._parts:
            return
        self._parts.remove(part)
        if part.numbers.count() > 1:
            self._halve(part.numbers)
        else:
            part.due_s = now_s + part.backoff.next_s()
            self._parts.append(part)

    def settled(self, numbers: Ranges) -> None:
        """Leave out what has been settled, or isn't kept any more; what had to wait is then tried again at once."""
        if not self.numbers.both(numbers).pairs:
            return
        for part in self._parts:
            part.numbers = part.numbers.minus(numbers)
            part.due_s = float("-inf")
            part.backoff.reset()
        self._parts = deque(part for part in self._parts if part.numbers.pairs)
        self._count()

    def _halve(self, numbers: Ranges) -> None:
        each = [number for first, last in numbers.pairs for number in range(first, last + 1)]
        half = len(each) // 2
        for some in (each[half:], each[:half]):
            self._parts.appendleft(MessagePart(Ranges.of_numbers(some), self._new_backoff()))

    def _new_backoff(self) -> Backoff:
        return Backoff(self._retry_min_s, self._retry_max_s, self._draw)

    def _count(self) -> None:
        self.numbers = Ranges.of(pair for part in self._parts for pair in part.numbers.pairs)
