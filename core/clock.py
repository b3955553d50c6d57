"""The clock as a port, whether it is synchronised, and sums about time: epochs in milliseconds, UTC boundaries."""

import ctypes
import secrets
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

_TIME_ERROR: Final = 5
"""What adjtimex returns while the kernel holds its clock for not synchronised."""
_IN_NANOSECONDS: Final = 0x2000
"""Set in the status where the offset is not in microseconds."""
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
EARLIEST_MS: Final = 1_767_225_600_000
"""2026-01-01: this program is not older, so a clock that shows an earlier time was never set."""
_TICK_US: Final = 10_000
"""What the kernel adds to its clock at each of a hundred ticks a second, in microseconds."""
_MOST_TICK_US: Final = 100
"""A clock that is run faster or slower by more than 1 % is on its way to another time: not synchronised yet."""


class _Timex(ctypes.Structure):
    """The beginning of Linux' struct timex, and more room than the rest takes. All zero asks and changes nothing."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("frequency", ctypes.c_long),
        ("most_error", ctypes.c_long),
        ("estimated_error", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("parts", ctypes.c_long),
        ("tick_us", ctypes.c_long),
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

    def boot_id(self) -> str:
        """Return a name of that moment: as long as it is the same, so is the moment."""
        ...

    def known(self) -> bool | None:
        """Tell whether the time of day is synchronised; None where the system does not say."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clock of the computer.

    Attributes:
        trusted: whether it is right although nothing synchronises it, as somebody said who knows.
    """

    trusted: bool = False

    def now_ms(self) -> int:
        """Return the UTC time in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Return seconds since the computer started, or some such moment; on Linux also those that it slept."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()

    def boot_id(self) -> str:
        """Return the kernel's name of this run of the computer; outside Linux a new one at each call."""
        return _BOOT_ID.read_text("ascii").strip() if _BOOT_ID.exists() else secrets.token_hex(16)

    def known(self) -> bool | None:
        """Tell whether the kernel holds its clock for synchronised, or it is trusted; None outside Linux.

        Setting the clock by hand ends it, until a program that synchronises has seen to it again. One that lets
        the clock run to the right time for hours, as chrony may, says meanwhile that it is synchronised: it isn't.
        """
        if self.now_ms() < EARLIEST_MS:
            return False
        state, timex = _ask_kernel()
        if state is None:
            return None
        return self.trusted or (state != _TIME_ERROR and abs(timex.tick_us - _TICK_US) <= _MOST_TICK_US)


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
    """Return the state of the kernel's clock, None where it does not say, and what it knows of it."""
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
