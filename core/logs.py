"""Logging of every program: JSON, one object a line, for other programs; plain lines for a person at a terminal.

A JSON line holds `time` (UTC), `level`, `logger`, `message`, what the caller gave in `extra`, and `exception` with the
traceback where there is one.
"""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any, Final, TextIO

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

_FIELDS: Final = {"asctime": "time", "levelname": "level", "name": "logger", "message": "message"}
_NOT_EXTRA: Final = "color_message"
"""The message once more, in colours, from uvicorn."""
_HOUR_S: Final = 3600.0
_MOST_LINES: Final = 20
"""Lines an hour about one kind of trouble."""
_MOST_CAUSES: Final = 16
"""Causes of one trouble that are known apart."""


class JsonLines(JsonFormatter):
    """Formats a log record as one line of JSON."""

    def __init__(self) -> None:
        super().__init__(
            list(_FIELDS),
            rename_fields=_FIELDS | {"exc_info": "exception", "stack_info": "stack"},
            reserved_attrs=[*RESERVED_ATTRS, _NOT_EXTRA],
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields with the level in lower case, as settings name it."""
        return log_data | {"level": log_data["level"].lower()}


def _utc(formatter: logging.Formatter) -> logging.Formatter:
    """Return the formatter, which from now on writes times as 2026-07-01T06:00:00.123Z."""
    formatter.converter = time.gmtime
    formatter.default_time_format = "%Y-%m-%dT%H:%M:%S"
    formatter.default_msec_format = "%s.%03dZ"
    return formatter


def set_up(level: str = "info", stream: TextIO | None = None) -> None:
    """Send all logs from `level` on to `stream` (standard error), as JSON unless it is a terminal."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(_utc(plain if stream.isatty() else JsonLines()))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class ThrottledLog:
    """Logs each cause of a trouble once until the trouble is over, and at most 20 lines an hour: a rate limit.

    A month without a network has many causes that take turns, and may begin and end each minute: the log of it must
    not fill the disk that the records wait on.
    """

    def __init__(self, log: logging.Logger, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing logged. `now_s` returns seconds that only rise."""
        self._log = log
        self._now_s = now_s
        self._causes: set[str] = set()
        self._hour_s = now_s()
        self._lines = 0

    def warn(self, text: str) -> None:
        """Log a warning, unless the same was logged since the trouble began."""
        if text not in self._causes:
            self._write(logging.WARNING, text)
        if len(self._causes) < _MOST_CAUSES:
            self._causes.add(text)

    def over(self, text: str) -> None:
        """Log that the trouble is over; nothing when there was none."""
        if self._causes:
            self._write(logging.INFO, text)
        self._causes.clear()

    def _write(self, level: int, text: str) -> None:
        if self._now_s() - self._hour_s >= _HOUR_S:
            self._hour_s, self._lines = self._now_s(), 0
        self._lines += 1
        if self._lines < _MOST_LINES:
            self._log.log(level, "%s", text)
        elif self._lines == _MOST_LINES:
            self._log.log(level, "%s (and no more of this for an hour)", text)
