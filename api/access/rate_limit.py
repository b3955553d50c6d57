"""Rate limits: a token bucket for each caller, in bounded memory."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST: Final = 10_000
"""Askers remembered at once. Whoever was seen longest ago is forgotten first, and begins again with a full bucket."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How often: `burst` at once, and `per_minute` in the long run."""

    per_minute: int
    burst: int


class RateLimiter:
    """One bucket for each asker.

    Args:
        pace: how often each may ask.
        clock: monotonic seconds.
        most: askers remembered at once.
    """

    __slots__ = ("_burst", "_clock", "_left", "_most", "_per_s")

    def __init__(self, limit: RateLimit, clock: Callable[[], float], most: int = MOST) -> None:
        self._per_s = limit.per_minute / 60
        self._burst = float(limit.burst)
        self._clock = clock
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> int:
        """Count one request. Returns 0, or after how many whole seconds the next one is let in."""
        now_s = self._clock()
        left, then_s = self._left.pop(who, (self._burst, now_s))
        left = min(self._burst, left + (now_s - then_s) * self._per_s)
        wait_s = 0 if left >= 1 else math.ceil((1 - left) / self._per_s)
        self._left[who] = (left if wait_s else left - 1, now_s)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return wait_s

    def __len__(self) -> int:
        return len(self._left)
