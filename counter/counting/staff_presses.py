"""Crossings of staff, left out of the net counts: each press of the staff's button means one crossing of its line.

A press lasts ten seconds. The gross counts keep the crossing, so what was left out stays visible: gross is what was
seen, net what visitors did.
"""

from collections import deque
from typing import Final

PRESS_S: Final = 10.0
"""How long after a press a crossing may be decided that is meant by it."""
MAX_WAITING: Final = 8
"""Presses of one line that wait at the same time: a button that sticks takes away no more visitors in ten seconds."""


class StaffPresses:
    """The presses that wait for their crossing. Belongs to the thread that counts."""

    def __init__(self) -> None:
        self._until_ms: dict[str, deque[int]] = {}

    def press(self, line: str, at_ms: int) -> None:
        """Note a press at `at_ms`, milliseconds of the clock that `take` is asked by."""
        waiting = self._until_ms.setdefault(line, deque(maxlen=MAX_WAITING))
        waiting.append(at_ms + round(PRESS_S * 1000))

    def take(self, line: str, at_ms: int, net: tuple[int, int]) -> tuple[int, int]:
        """Return the net crossings (forward, backward) decided at `at_ms` without those that presses mean.

        Each press means one crossing, of either direction.
        """
        waiting = self._until_ms.get(line)
        if not waiting or not any(net):
            return net
        while waiting and waiting[0] < at_ms:
            waiting.popleft()
        forward, backward = net
        while waiting and (forward or backward):
            waiting.popleft()
            forward, backward = (forward - 1, backward) if forward else (forward, backward - 1)
        return forward, backward
