"""Temporary files of the tests in memory, where there is room: hundreds of databases are made and dropped.

No test cuts the power, so none needs a disk that keeps what it was asked to keep.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the folder that Linux keeps in memory
_ROOM_BYTES: Final = 4 << 30


def keep_temporary_files_in_memory() -> None:
    """Make tests and the programs they start use a folder in memory, unless TMPDIR says where."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
