"""SQLite for the outbox: connections, statements from files, transactions, and how a full disk is recognised.

Every connection uses the write-ahead log. With `synchronous = FULL` (records, receipts, lost ranges) a commit
returns when the log is on the disk: what was appended survives a power cut. With `NORMAL` (checkpoints) it
survives `kill -9`, and the next full commit carries it to the disk: an SD card is spared 17,000 syncs a day.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from core.sql import statements
from counter.errors import OutboxFullError

_WAIT_S: Final = 20.0
"""How long a transaction waits for the other thread's: longer than any sync of a slow card."""
_SPACE_BYTES: Final = 65_536
"""Less free space than this, and a failed write is put down to the full disk."""
_PRIMARY_CODE: Final = 0xFF


sql: Final = statements(Path(__file__).parent / "sql")
"""Return the statement in sql/NAME.sql."""


def connect(path: Path, synchronous: Literal["FULL", "NORMAL"]) -> sqlite3.Connection:
    """Open a connection for the calling thread. Transactions are begun by `transaction` alone."""
    connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute(f"pragma synchronous = {synchronous}")
        connection.execute("pragma secure_delete = on")  # an old checkpoint held where people stood: no trace of it
    except BaseException:  # whatever it was, raised on: a file that is not a database leaves no open connection
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Commit what is done inside, or nothing of it. Raises OutboxFullError when the disk is full."""
    try:
        connection.execute("begin immediate")
        yield
        connection.execute("commit")
    except BaseException as error:  # whatever ended it, a Ctrl-C too: nothing of it may stay; and raised on
        if connection.in_transaction:
            connection.execute("rollback")
        if is_full(error, path):
            raise OutboxFullError(f"{path}: the disk is full") from error
        raise


def is_full(error: BaseException, path: Path) -> bool:
    """Return whether `error` comes from a disk without space (or a quota, or a limit on the file's size)."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    if not isinstance(error, sqlite3.OperationalError):
        return False
    code = error.sqlite_errorcode & _PRIMARY_CODE
    if code == sqlite3.SQLITE_FULL:
        return True
    return code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and _free_bytes(path) < _SPACE_BYTES


def _free_bytes(path: Path) -> int:
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize
