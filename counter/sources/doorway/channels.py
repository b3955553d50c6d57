"""What the two channels of a doorway are to the rest of the program: a port, and the changes that come through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

FIRST: Final = 0
"""The channel that is met first on the way forward."""
SECOND: Final = 1


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """A channel was interrupted, or is free again.

    Attributes:
        channel: FIRST or SECOND.
        taken: whether somebody is in it from now on.
        at_ms: when, in milliseconds of the computer's monotonic clock.
    """

    channel: int
    taken: bool
    at_ms: float


class Channels(Protocol):
    """An open sensor with two channels. Used by one thread."""

    def next(self, timeout_s: float) -> Sequence[ChannelChange]:
        """Wait at most `timeout_s` seconds for changes; return them in the order of their times.

        A channel is free until the first call says otherwise. What is returned holds up to now: a channel without
        a change is as it was. Raises SensorError when the sensor can't be read, or changes were missed.
        """
        ...

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        ...
