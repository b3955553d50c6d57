"""Health of the device for its status: frame rate, temperature, clock offset."""

from collections import deque
from pathlib import Path
from threading import Lock
from typing import Final

from core import wire
from core.clock import kernel_offset_ms

_WINDOW_MS: Final = 10_000
_MOST_FRAMES: Final = 1024
_HIGHEST: Final = 1000.0
_COLDEST_C: Final = -60
_HOTTEST_C: Final = 150
"""A thermometer that reads beyond these is not connected."""
_THERMOMETER: Final = Path("/sys/class/thermal/thermal_zone0/temp")


class FrameMeter:
    """Frames a second over the last ten seconds of capture. Safe between threads."""

    def __init__(self) -> None:
        """Begin without a frame."""
        self._lock = Lock()
        self._seen_ms: deque[int] = deque(maxlen=_MOST_FRAMES)

    def seen(self, at_ms: int) -> None:
        """Note a frame by its capture time, UTC milliseconds: how late it is looked at does not matter."""
        with self._lock:
            if self._seen_ms and at_ms <= self._seen_ms[-1]:
                self._seen_ms.clear()  # the clock was set back
            self._seen_ms.append(at_ms)

    def rate(self, now_ms: int) -> float:
        """Return frames a second up to `now_ms`, to a tenth; the wire knows at most 1000."""
        with self._lock:
            while self._seen_ms and self._seen_ms[0] <= now_ms - _WINDOW_MS:
                self._seen_ms.popleft()
            if len(self._seen_ms) < 2:  # noqa: PLR2004 - one frame alone has no rate
                return 0.0
            span_s = (self._seen_ms[-1] - self._seen_ms[0]) / 1000
            return min(round((len(self._seen_ms) - 1) / span_s, 1), _HIGHEST)


def temperature_c() -> float | None:
    """Return the computer's temperature in degrees Celsius; None where Linux names none."""
    try:
        degrees = int(_THERMOMETER.read_text("ascii")) / 1000
    except (OSError, ValueError):
        return None
    return degrees if _COLDEST_C < degrees < _HOTTEST_C else None


def clock_offset_ms() -> int | None:
    """Return how far the clock is ahead of the true time, as its synchronisation estimates; None where it does not."""
    offset_ms = kernel_offset_ms()
    return offset_ms if offset_ms is not None and abs(offset_ms) <= wire.MAX_CLOCK_OFFSET_MS else None
