"""What a tally does, as seen by those who run it."""

from typing import Protocol

from core import wire
from counter.counting.accumulator import Accumulator
from counter.counting.draft import Draft
from counter.detections import Detections


class Counting(Protocol):
    """What counts frames. Times are UTC milliseconds, or steady ones while the clock isn't known."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Keys of the lines that are counted."""
        ...

    def update(self, detections: Detections, *, elapsed_ms: int | None = None) -> list[Draft]:
        """Count one frame; return the drafts that it closes."""
        ...

    def live(self, at_ms: int) -> wire.Live:
        """Return the tick of `at_ms`."""
        ...

    def state(self) -> bytes:
        """Return all that is needed to go on."""
        ...

    def restore(self, state: bytes) -> None:
        """Go on from what `state` returned."""
        ...

    def exclude_next_crossing(self, line: str) -> None:
        """Leave the next crossing of `line` out of the net counts, if it comes soon."""
        ...

    @property
    def sums(self) -> Accumulator:
        """What is counted and not handed out yet."""
        ...

    @property
    def reached_ms(self) -> int:
        """The latest stamp so far."""
        ...

    def start_presync(self) -> None:
        """Count into seconds of a steady time."""
        ...

    def continue_on_utc(self, sums: Accumulator, offset_ms: int, reached_ms: int) -> None:
        """Go on into `sums`, on the time of day, after an early beginning."""
        ...

    def lose_everyone(self) -> None:
        """End everyone in view as lost."""
        ...

    def close(self, at_ms: int) -> list[Draft]:
        """Close what is open; return its drafts."""
        ...
