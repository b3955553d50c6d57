"""How the device is: what goes into its status."""

from collections import deque
from pathlib import Path
from threading import Lock
from typing import Final

_WINDOW_S: Final = 10.0
_MOST_FRAMES: Final = 1024
_COLDEST_C: Final = -60
_HOTTEST_C: Final = 150
"""A thermometer that reads beyond these is not connected."""
_THERMOMETER: Final = Path("/sys/class/thermal/thermal_zone0/temp")


class FrameMeter:
    """Frames a second over the last ten seconds. Safe between threads."""

    def __init__(self) -> None:
        """Begin without a frame."""
        self._lock = Lock()
        self._seen_s: deque[float] = deque(maxlen=_MOST_FRAMES)

    def seen(self, at_s: float) -> None:
        """Note a frame at monotonic second `at_s`."""
        with self._lock:
            self._seen_s.append(at_s)

    def rate(self, now_s: float) -> float:
        """Return frames a second, to a tenth."""
        with self._lock:
            while self._seen_s and self._seen_s[0] <= now_s - _WINDOW_S:
                self._seen_s.popleft()
            if len(self._seen_s) < 2:  # noqa: PLR2004 - one frame alone has no rate
                return 0.0
            return round((len(self._seen_s) - 1) / max(self._seen_s[-1] - self._seen_s[0], 0.001), 1)


def temperature_c() -> float | None:
    """Return the computer's temperature in degrees Celsius; None where Linux names none."""
    try:
        degrees = int(_THERMOMETER.read_text("ascii")) / 1000
    except (OSError, ValueError):
        return None
    return degrees if _COLDEST_C < degrees < _HOTTEST_C else None
