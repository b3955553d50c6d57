"""Exponential back-off with jitter: how long to wait before the next retry, after an error or a timeout.

Used wherever something is tried again until it works: the database, the broker, a camera, a sensor, a process.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Final

Draw = Callable[[], float]
"""Gives random numbers in [0, 1)."""
system_draw: Final[Draw] = SystemRandom().random
"""The system's randomness: a seed of Python's own generator must not bring two programs in step."""


@dataclass(slots=True)
class Backoff:
    """Pauses that double from retry to retry; jitter shortens each, so that many programs don't retry at one moment.

    Attributes:
        first_s: the longest that the first pause may be, in seconds.
        longest_s: the longest that any pause may be, in seconds.
        draw: the randomness of the jitter.
    """

    first_s: float
    longest_s: float
    draw: Draw = system_draw
    _whole_s: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the shortest pause."""
        self._whole_s = self.first_s

    def next_s(self) -> float:
        """Return how long to wait before the next retry, in seconds: between a half and all of the current pause."""
        whole_s, self._whole_s = self._whole_s, min(self._whole_s * 2, self.longest_s)
        return whole_s * (1 + self.draw()) / 2

    def reset(self) -> None:
        """Begin with the shortest pause again: it worked."""
        self._whole_s = self.first_s
