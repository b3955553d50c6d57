"""Logging of the counter: one line an event on stderr, JSON when nobody reads it at a terminal."""

import json
import logging
import sys
import time
from datetime import UTC, datetime


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
    """Says something only when it differs from what was said last: once per cause."""

    def __init__(self, log: logging.Logger) -> None:
        """Begin with nothing said."""
        self._log = log
        self._said = ""

    def warn(self, text: str) -> None:
        """Log a warning, unless it is the one said last."""
        if text != self._said:
            self._log.warning("%s", text)
        self._said = text

    def over(self, text: str) -> None:
        """Log that what was said last is over; nothing when nothing was said."""
        if self._said:
            self._log.info("%s", text)
        self._said = ""
