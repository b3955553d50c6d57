"""Logging of every program: JSON, one object a line, for other programs; plain lines for a person at a terminal.

A JSON line holds `time` (UTC), `level`, `logger`, `message`, what the caller gave in `extra`, and `exception` with the
traceback where there is one.
"""

import logging
import re
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
_LAST: Final = " (and no more of this for an hour)"
_MOST_LIMITS: Final = 500
"""Causes that a program counts apart; all beyond them are one."""
_CAUSE_LENGTH: Final = 100
_NUMBER: Final = re.compile(r"0x[0-9a-fA-F]+|[0-9]+")
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
    handler = LimitedHandler(stream)
    plain = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(_utc(plain if stream.isatty() else JsonLines()))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class LineLimit:
    """Counts the lines about one kind of trouble: 20 an hour are logged, and what is left out is counted."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing logged. `now_s` returns seconds that only rise."""
        self._now_s = now_s
        self._hour_s = now_s()
        self._lines = 0
        self._left_out = 0

    def is_over(self) -> bool:
        """Tell whether its hour is over: then nothing of it needs to be known but what was left out."""
        return self._now_s() - self._hour_s >= _HOUR_S

    def taken(self) -> int:
        """Return how many lines were left out since that was asked last."""
        left_out, self._left_out = self._left_out, 0
        return left_out

    def worded(self, text: str) -> str | None:
        """Return what to log of a line: with what was left out before it, or None where it is left out."""
        before = ""
        if self.is_over():
            self._hour_s, self._lines = self._now_s(), 0
            before = _left_out(self.taken())
        self._lines += 1
        if self._lines > _MOST_LINES:
            self._left_out += 1
            return None
        return f"{text}{before}{_LAST if self._lines == _MOST_LINES else ''}"


def _left_out(lines: int) -> str:
    return f" ({lines} more lines of this were left out)" if lines else ""


class ThrottledLog:
    """Logs each cause of a trouble once until the trouble is over, and at most 20 lines an hour: a rate limit.

    A month without a network has many causes that take turns, and may begin and end each minute: the log of it must
    not fill the disk that the records wait on.
    """

    def __init__(self, log: logging.Logger, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing logged. `now_s` returns seconds that only rise."""
        self._log = log
        self._causes: set[str] = set()
        self._limit = LineLimit(now_s)

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
        if (worded := self._limit.worded(text)) is not None:
            self._log.log(level, "%s", worded)


class LimitedHandler(logging.StreamHandler[TextIO]):
    """Writes warnings and errors of one cause at most 20 times an hour, whoever logs them: a library, too.

    A cause is a logger and the words of its message, numbers aside. What is left out is counted, and said in the next
    line of that cause, or within the hour after it in a line of its own.
    """

    def __init__(self, stream: TextIO, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing logged. `now_s` returns seconds that only rise."""
        super().__init__(stream)
        self._now_s = now_s
        self._limits: dict[tuple[str, str], LineLimit] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        if record.levelno < logging.WARNING:
            super().emit(record)
            return
        self._forget()
        text = record.getMessage()
        worded = self._limit(record.name, text).worded(text)
        if worded == text:
            super().emit(record)
        elif worded is not None:
            super().emit(_reworded(record, worded))

    def _limit(self, name: str, text: str) -> LineLimit:
        cause = (name, _NUMBER.sub("#", text)[:_CAUSE_LENGTH])
        if cause not in self._limits and len(self._limits) >= _MOST_LIMITS:
            cause = ("", "")
        if cause not in self._limits:
            self._limits[cause] = LineLimit(self._now_s)
        return self._limits[cause]

    def _forget(self) -> None:
        """Say what was left out of causes whose hour is over, and forget these."""
        for cause in [cause for cause, limit in self._limits.items() if limit.is_over()]:
            if lines := self._limits.pop(cause).taken():
                text = f"{cause[1] or 'of other causes'}: {lines} more lines of this were left out"
                super().emit(logging.LogRecord(cause[0] or __name__, logging.WARNING, "", 0, text, (), None))


def _reworded(record: logging.LogRecord, text: str) -> logging.LogRecord:
    other = logging.makeLogRecord(record.__dict__)
    other.msg, other.args = text, ()
    return other
