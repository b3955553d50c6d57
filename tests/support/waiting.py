"""Waiting for what another thread or process does. A test that fails for slowness alone says nothing."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 60.0
"""How long a test waits for what comes in a moment on a machine that is free, in seconds."""


def eventually(is_so: Callable[[], object], timeout_s: float = PATIENCE_S) -> None:
    """Wait until it is so, and fail when it takes too long.

    Whoever asserts more than what was waited for asserts what the other thread may do only next: wait for all of it.
    """
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.02)
