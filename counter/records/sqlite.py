"""SQLite for the outbox: connections, statements from files, transactions, and what an error says of the disk.

Every connection uses the write-ahead log. With `synchronous = FULL` (records, receipts, lost ranges) a commit
returns when the log is on the disk: what was appended survives a power cut. With `NORMAL` (checkpoints) it
survives `kill -9`, and the next full commit carries it to the disk: an SD card is spared 17,000 syncs a day.
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from core.sql import statements
from counter.errors import OutboxFullError, OutboxUnavailableError
from counter.records.checksums import teach

_WAIT_S: Final = 20.0
"""How long a transaction waits for another program's: longer than any sync of a slow card."""
_SPACE_BYTES: Final = 65_536
"""Less free space than this, and a failed write is put down to the full disk."""
_PRIMARY_CODE: Final = 0xFF
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PASSING: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOMEM}
)
_PASSING_CODES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
_SHORT_READ: Final = sqlite3.SQLITE_IOERR_SHORT_READ
"""The file ends before its pages do: not a fault of the disk, but damage."""

_FOLDER: Final = Path(__file__).parent / "sql"
sql: Final = statements(_FOLDER)
"""Return the statement in sql/NAME.sql."""

Synchronous = Literal["FULL", "NORMAL"]


def load_statements() -> None:
    """Read all statements: later there may be no more open files for it."""
    for path in _FOLDER.glob("*.sql"):
        sql(path.stem)


def connect(
    path: Path,
    synchronous: Synchronous,
    prepare: Callable[[sqlite3.Connection], None] = teach,
    *,
    is_shared: bool = False,
) -> sqlite3.Connection:
    """Open a connection. Transactions are begun by `transaction` alone.

    Args:
        path: of the file, which is made where there is none.
        synchronous: what a commit waits for.
        prepare: called before anything is read.
        is_shared: whether threads use it in turn; else it belongs to the one that calls.
    """
    create_private(path)
    connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=not is_shared)
    try:
        teach(connection)
        prepare(connection)
        connection.execute("pragma journal_mode = wal")
        connection.execute(f"pragma synchronous = {synchronous}")
        connection.execute("pragma secure_delete = on")  # an old checkpoint held where people stood: no trace of it
    except BaseException:  # whatever it was, raised on: a file that is not a database leaves no open connection
        connection.close()
        raise
    return connection


def create_private(path: Path) -> None:
    """Make an empty file that its owner alone may read, where there is none: SQLite gives its log the same rights."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Commit what is done inside, or nothing of it. Raises OutboxUnavailableError, OutboxFullError among them."""
    try:
        connection.execute("begin immediate")
        yield
        connection.execute("commit")
    except BaseException as error:  # whatever ended it, a Ctrl-C too: nothing of it may stay; and raised on
        if connection.in_transaction:
            connection.execute("rollback")
        if (passing := passing_error(error, path)) is not None:
            raise passing from error
        raise


def passing_error(error: BaseException, path: Path) -> OutboxUnavailableError | None:
    """Return `error` as one that passes by itself; None for one that doesn't, such as damage."""
    if is_full(error, path):
        return OutboxFullError(f"{path}: the disk is full")
    if isinstance(error, OSError) and error.errno in _PASSING:
        return OutboxUnavailableError(f"{path}: {error.strerror}")
    code = _code(error)
    if code is not None and code != _SHORT_READ and code & _PRIMARY_CODE in _PASSING_CODES:
        return OutboxUnavailableError(f"{path}: {error}")
    return None


def is_full(error: BaseException, path: Path) -> bool:
    """Return whether `error` comes from a disk without space (or a quota, or a limit on the file's size)."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    code = _code(error)
    if code is None:
        return False
    if code & _PRIMARY_CODE == sqlite3.SQLITE_FULL:
        return True
    return code & _PRIMARY_CODE in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and _free_bytes(path) < _SPACE_BYTES


def _code(error: BaseException) -> int | None:
    """Return SQLite's own code of an error; None where it has none: Python's module raised it."""
    return getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None


def _free_bytes(path: Path) -> int:
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return _SPACE_BYTES
    return disk.f_bavail * disk.f_frsize
