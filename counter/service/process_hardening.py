"""Hardening of the process, which has pictures in memory: no core dumps, and no other program of its user reads it."""

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def forbid_dumps() -> None:
    """Let the kernel write no core of this process, to a file or to a collector, and let nobody but root look into it.

    Raises OSError when the kernel refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel does not forbid dumps of this process")
