"""The clock as a port, and the few sums about time that the device needs."""

import ctypes
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

_TIME_ERROR: Final = 5
"""What adjtimex returns while the kernel holds its clock for not synchronised."""
_IN_NANOSECONDS: Final = 0x2000
"""Set in the status where the offset is not in microseconds."""


class _Timex(ctypes.Structure):
    """The beginning of Linux' struct timex, and more room than the rest takes. All zero asks and changes nothing."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("most_error", ctypes.c_long),
        ("estimated_error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


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
        state, _ = _ask_kernel()
        return None if state is None else state != _TIME_ERROR


def kernel_offset_ms() -> int | None:
    """Return how far the kernel's clock is ahead, milliseconds; None while it is not synchronised, or not on Linux.

    The kernel knows what its synchronisation still has to correct. Programs that correct the clock by themselves
    leave it at 0.
    """
    state, timex = _ask_kernel()
    if state is None or state == _TIME_ERROR:
        return None
    offset, parts = int(timex.offset), 1_000_000 if timex.status & _IN_NANOSECONDS else 1000
    return round(-offset / parts)


def _ask_kernel() -> tuple[int | None, _Timex]:
    """Return the state of the kernel's clock, None where it does not tell, and what it knows of it."""
    timex = _Timex()
    if sys.platform != "linux":
        return None, timex
    state = int(ctypes.CDLL(None).adjtimex(ctypes.byref(timex)))
    return (None if state < 0 else state), timex


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
