"""What libraries write to standard error by themselves, past any logger of Python: into our log, and little of it.

Drivers and libraries in C know no logger. Whoever runs a program that others watch puts these lines behind
a pipe: 20 an hour are logged, without passwords of addresses, and the others are counted and said.
"""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from core.addresses import without_secrets
from core.logs import LineLimit

_STDERR: Final = 2
_LONGEST: Final = 300
_log: Final = logging.getLogger("libraries")


@contextmanager
def logged() -> Iterator[None]:
    """Log what is written to file descriptor 2 meanwhile; what Python writes to sys.stderr goes where it went before.

    Call it before logs are set up: they take sys.stderr as it is then. Where sys.stderr is something else than that
    descriptor, nothing is changed.
    """
    if not _is_stderr():
        yield
        return
    before, python = os.dup(_STDERR), sys.stderr
    reading, writing = os.pipe()
    os.set_blocking(writing, False)  # a library must never wait for us
    os.dup2(writing, _STDERR)
    os.close(writing)
    thread = threading.Thread(target=_log_lines, args=(reading,), name="libraries", daemon=True)
    try:
        with os.fdopen(before, "w", buffering=1, errors="backslashreplace", closefd=False) as sys.stderr:
            thread.start()
            yield
    finally:
        sys.stderr = python
        os.dup2(before, _STDERR)
        thread.join(timeout=1)  # a child that still holds the pipe keeps it
        os.close(before)


def _is_stderr() -> bool:
    try:
        return sys.stderr.fileno() == _STDERR
    except (OSError, ValueError, AttributeError):
        return False


def _log_lines(reading: int) -> None:
    limit = LineLimit()
    with os.fdopen(reading, "rb") as lines:
        while line := lines.readline(_LONGEST):
            text = line.decode("utf-8", "replace").strip()
            if text and (worded := limit.worded(without_secrets(text))) is not None:
                _log.warning("%s", worded)
