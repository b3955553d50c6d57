"""The clock as a port, and the few sums about time that the device needs."""

import ctypes
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

_TIME_ERROR: Final = 5
"""What adjtimex returns while the kernel holds its clock for not synchronised."""
_TIMEX_BYTES: Final = 512
"""More than struct timex takes on any Linux; all zero asks without changing anything."""


class Clock(Protocol):
    """The time of day, and a time that only runs forward."""

    def now_ms(self) -> int:
        """Return the UTC time in milliseconds since 1970; may jump when the clock is set."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds since some moment; never jumps."""
        ...

    def known(self) -> bool | None:
        """Tell whether the time of day is synchronised; None where the system does not say."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clock of the computer."""

    def now_ms(self) -> int:
        """Return the UTC time in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Return seconds since the computer started, or some such moment."""
        return time.monotonic()

    def known(self) -> bool | None:
        """Tell whether the kernel holds its clock for synchronised; None outside Linux."""
        if sys.platform != "linux":
            return None
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
        return None if state < 0 else bool(state != _TIME_ERROR)


def floor_ms(at_ms: int, period_s: int) -> int:
    """Return the last UTC boundary of `period_s` seconds that is not after `at_ms`."""
    return at_ms - at_ms % (period_s * 1000)


def ceil_ms(at_ms: int, period_s: int) -> int:
    """Return the first UTC boundary of `period_s` seconds that is not before `at_ms`."""
    return -floor_ms(-at_ms, period_s)


def aware(at_ms: int) -> datetime:
    """Return UTC milliseconds since 1970 as an aware time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def to_ms(at: datetime) -> int:
    """Return an aware time as UTC milliseconds since 1970."""
    return round(at.timestamp() * 1000)
