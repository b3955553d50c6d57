"""What the two channels of a doorway are to the rest of the program: a port, and the events that come through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from core import wire

FIRST: Final = 0
"""The channel that is met first on the way forward."""
SECOND: Final = 1


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """A channel was interrupted, is covered, or is free again.

    Attributes:
        channel: FIRST or SECOND.
        taken: whether somebody is in it from now on.
        at_ms: when, in milliseconds of the computer's monotonic clock.
        hidden: where nobody is in it: whether something covers it from now on that is not a person, a door's leaf.
        sloped: where somebody was in it: whether that rose or sank all the time, as a door's leaf that comes and goes.
    """

    channel: int
    taken: bool
    at_ms: float
    hidden: bool = False
    sloped: bool = False


@dataclass(frozen=True, slots=True)
class SightChange:
    """From a moment on nobody could have been seen, or somebody can be again.

    Attributes:
        at_ms: when, in milliseconds of the computer's monotonic clock. It may lie before changes that were reported
            already, by as long as it takes the sensor to notice.
        flag: why nobody could have been seen; None where somebody can be again.
    """

    at_ms: float
    flag: wire.Flag | None = None


ChannelEvent = ChannelChange | SightChange


class Channels(Protocol):
    """An open sensor with two channels. Used by one thread."""

    def next(self, timeout_s: float) -> Sequence[ChannelEvent]:
        """Wait at most `timeout_s` seconds for events; return them in the order in which they were noticed.

        A channel is free until the first call says otherwise, and can be seen. What is returned holds up to now: a
        channel without a change is as it was. Raises SensorError when the sensor can't be read, or changes were missed.
        """
        ...

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        ...
