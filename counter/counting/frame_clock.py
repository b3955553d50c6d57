"""The time of frames: a steady time for dwell and tracks, the stamps for records, and which of it was observed.

Stamps come from a clock that may be set. Dwell, tracks and settling run on steady milliseconds, which only
rise, by the time that really passed between two frames. The difference of the two says where on the stamps a
steady time lies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

from msgspec import Struct, field

_MIN_GAP_MS: Final = 1000
"""Frames that come this close, or closer, always watch the time between them, in ms."""
_GAP_FRAMES: Final = 3
"""So do frames no further apart than this many usual intervals."""
_LONGEST_GAP_MS: Final = 10_000
"""Frames further apart than this watch nothing between them, however usual that is."""
_INTERVALS: Final = 9
"""The usual interval is the median of so many."""
_FIRST_INTERVAL_MS: Final = 100
"""Taken for the usual interval before there is one."""
_STEP_MS: Final = 1000
"""Stamps and steady time that differ by more than this in one frame: the clock was set."""
_BACK_MS: Final = 60_000
"""After a backward step people are counted for so long into the open interval; then no more until the stamps
have passed what they had reached."""


class FrameClockState(Struct):
    """What is kept over a restart: times, in ms."""

    steady_ms: int = 0
    at_ms: int = 0
    high_ms: int = 0
    back_ms: int = 0
    started: bool = False
    intervals_ms: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FrameTime:
    """One frame's time.

    Attributes:
        steady_ms: rises from frame to frame.
        at_ms: the stamp, UTC ms since 1970.
        watched_ms: the stamp from which on the time up to `at_ms` was watched; `at_ms` where none was.
        clock_set: whether the clock was set since the frame before.
        rewound: whether the stamps repeat a time, after a backward step, for so long that nothing counts.
    """

    steady_ms: int
    at_ms: int
    watched_ms: int
    clock_set: bool
    rewound: bool

    def stamp(self, steady_ms: int) -> int:
        """Return where on the stamps a steady time of now or before lies."""
        return self.at_ms - (self.steady_ms - steady_ms)


class FrameClock:
    """Makes a FrameTime of each stamp."""

    def __init__(self) -> None:
        self.state = FrameClockState()

    @property
    def interval_ms(self) -> int:
        """The usual time between two frames."""
        return int(median(self.state.intervals_ms)) if self.state.intervals_ms else _FIRST_INTERVAL_MS

    def gap_ms(self, at_ms: int) -> int | None:
        """Return how far a stamp is from the one before, < 0 after a backward step; None for the first."""
        return at_ms - self.state.at_ms if self.state.started else None

    def elapsed_ms(self, at_ms: int, goes_on: Callable[[int], bool], jump_ms: int) -> int:
        """Judge by the stamps how much time really passed until a frame, in ms.

        Where they jump by more than `jump_ms`, one usual interval did if people `goes_on` after it where they were.
        """
        gap_ms = self.gap_ms(at_ms)
        if gap_ms is None or gap_ms <= 0:
            return self.interval_ms
        return self.interval_ms if gap_ms > jump_ms and goes_on(self.interval_ms) else gap_ms

    def advance(self, at_ms: int, elapsed_ms: int) -> FrameTime:
        """Take the next frame, `elapsed_ms` of steady time after the one before."""
        state = self.state
        gap_ms = self.gap_ms(at_ms)
        elapsed_ms = max(elapsed_ms, 1)
        longest_ms = min(max(_MIN_GAP_MS, _GAP_FRAMES * self.interval_ms), _LONGEST_GAP_MS)
        watched = gap_ms is not None and max(gap_ms, elapsed_ms) <= longest_ms
        before_ms = state.at_ms
        if gap_ms is not None:
            state.intervals_ms = [*state.intervals_ms[1 - _INTERVALS :], elapsed_ms]
        state.back_ms = state.back_ms + elapsed_ms if at_ms < state.high_ms else 0
        state.steady_ms += elapsed_ms
        state.at_ms, state.high_ms, state.started = at_ms, max(at_ms, state.high_ms), True
        return FrameTime(
            steady_ms=state.steady_ms,
            at_ms=at_ms,
            watched_ms=min(before_ms, at_ms) if watched else at_ms,
            clock_set=gap_ms is not None and abs(gap_ms - elapsed_ms) > _STEP_MS,
            rewound=state.back_ms > _BACK_MS,
        )
