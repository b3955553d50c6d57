"""Logging of the counter: one line an event on stderr, JSON when nobody reads it at a terminal."""

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

_HOUR_S: Final = 3600.0
_MOST_LINES: Final = 20
"""Lines an hour about one kind of trouble."""
_MOST_CAUSES: Final = 16
"""Causes of one trouble that are known apart."""


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


def set_up(level: int = logging.INFO) -> None:
    """Send the program's log to stderr: plain for people, JSON for whatever else reads it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_plain() if sys.stderr.isatty() else JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _plain() -> logging.Formatter:
    formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    return formatter


class Once:
    """Says each cause of a trouble once, until the trouble is over; and no more than so much an hour.

    A month without a network has many causes that take turns, and may begin and end each minute: the log of it must
    not fill the disk that the records wait on.
    """

    def __init__(self, log: logging.Logger, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing said. `now_s` tells seconds that only rise."""
        self._log = log
        self._now_s = now_s
        self._said: set[str] = set()
        self._hour_s = now_s()
        self._lines = 0

    def warn(self, text: str) -> None:
        """Log a warning, unless it was said since the trouble began."""
        if text not in self._said:
            self._say(logging.WARNING, text)
        if len(self._said) < _MOST_CAUSES:
            self._said.add(text)

    def over(self, text: str) -> None:
        """Log that the trouble is over; nothing when nothing was said."""
        if self._said:
            self._say(logging.INFO, text)
        self._said.clear()

    def _say(self, level: int, text: str) -> None:
        if self._now_s() - self._hour_s >= _HOUR_S:
            self._hour_s, self._lines = self._now_s(), 0
        self._lines += 1
        if self._lines < _MOST_LINES:
            self._log.log(level, "%s", text)
        elif self._lines == _MOST_LINES:
            self._log.log(level, "%s (and no more of this for an hour)", text)
