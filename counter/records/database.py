"""The outbox's file while a counter runs: one connection for all its threads, that outlives what happens to the file.

What happens to it: its folder is emptied or another file is put in its place (the open one still has everything, and
is written again), bytes of it rot (it is written anew from what can be read), and for a while nothing can be read or
written at all (that is said, and tried again). None of it ends the program.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Self, TypeVar

from core.clock import Clock, SystemClock
from counter.errors import OutboxError
from counter.records.epochs import DAMAGED, insert_lost
from counter.records.meta import OutboxEpoch, read_state, write_state
from counter.records.outbox_file import prepare, rewrite
from counter.records.salvage.inspection import Condition, inspect
from counter.records.set_aside import beside, make_private, replace_by, unfinished
from counter.records.sqlite import (
    Synchronous,
    connect,
    create_private,
    load_statements,
    passing_error,
    sql,
    transaction,
)

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _FileSeen:
    """Which files lie there, and when the database was written last."""

    database: tuple[int, int] | None
    log: tuple[int, int] | None
    written: tuple[int, int] | None

    @classmethod
    def at(cls, path: Path) -> Self:
        found, log = _stat(path), _stat(beside(path, "-wal"))
        return cls(
            database=None if found is None else (found.st_dev, found.st_ino),
            log=None if log is None else (log.st_dev, log.st_ino),
            written=None if found is None else (found.st_mtime_ns, found.st_size),
        )

    def is_gone(self, now: "_FileSeen") -> bool:
        """Return whether by `now` one of the files was deleted, or another put in its place."""
        return now.database != self.database or (self.log is not None and now.log != self.log)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


class OutboxDatabase:
    """The outbox at one path. Threads use it in turn."""

    def __init__(self, path: Path, clock: Clock | None = None, *, is_guarded: bool = True) -> None:
        """Open the outbox that `prepare` checked or made.

        Args:
            path: of its file.
            clock: the time; None: the computer's.
            is_guarded: whether nothing else writes to the file: then what happens to it is noticed.

        Raises OutboxUnavailableError.
        """
        load_statements()
        self.path = path
        self._clock = clock or SystemClock()
        self._is_guarded = is_guarded
        self._lock = RLock()
        self._depth = 0
        self._seen: _FileSeen | None = None
        self._known: OutboxEpoch | None = None
        self.connection = self._connect()

    def run(self, work: Callable[[], T]) -> T:
        """Do `work` with the outbox, alone; once more where the file had to be restored first.

        Raises OutboxUnavailableError: nothing can be read or written now; `work` was not done.
        """
        with self._lock:
            if self._depth:
                return work()
            self._depth += 1
            try:
                self._watch()
                return self._tried(work)
            finally:
                self._depth -= 1

    @contextmanager
    def transaction(self, synchronous: Synchronous = "FULL") -> Iterator[None]:
        """Commit what is done inside, or nothing of it, within `run`; `synchronous` says what the commit waits for."""
        self.connection.execute(f"pragma synchronous = {synchronous}")
        with transaction(self.connection, self.path):
            yield

    def execute(self, name: str, *values: object) -> sqlite3.Cursor:
        """Execute the statement in sql/NAME.sql, within `run`."""
        return self.connection.execute(sql(name), values)

    def fetch(self, name: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of the statement in sql/NAME.sql. Raises OutboxUnavailableError."""
        return self.run(lambda: self.execute(name, *values).fetchall())

    def close(self) -> None:
        """Close the connection. Safe to call twice."""
        with self._lock:
            self.connection.close()

    # ------------------------------------------------------------------------------------------------------

    def _connect(self) -> sqlite3.Connection:
        try:
            return connect(self.path, "FULL", is_shared=True)
        except (OSError, sqlite3.OperationalError) as error:
            raise passing_error(error, self.path) or OutboxError(f"{self.path}: {error}") from error

    def _tried(self, work: Callable[[], T]) -> T:
        try:
            done = work()
        except (OSError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if (passing := passing_error(error, self.path)) is not None:
                raise passing from error
            if isinstance(error, (OSError, sqlite3.IntegrityError, sqlite3.ProgrammingError)):
                raise
            why = f"it can't be read or written: {error}"
            self._passing(lambda: self._restore(why))
            done = work()
        if self._is_guarded:
            self._known, self._seen = read_state(self.connection), _FileSeen.at(self.path)
        return done

    def _watch(self) -> None:
        """Restore the file if somebody deleted, replaced or changed it since the last use."""
        if not self._is_guarded or self._seen is None:
            return
        now = _FileSeen.at(self.path)
        if self._seen.is_gone(now):
            self._passing(self._write_again)
        elif now.written != self._seen.written:
            self._passing(lambda: self._restore("something else wrote to it"))

    def _passing(self, restore: Callable[[], None]) -> None:
        try:
            restore()
        except (OSError, sqlite3.OperationalError) as error:
            raise passing_error(error, self.path) or error from error

    def _write_again(self) -> None:
        """Write the file again from the one that is open, which nobody can delete."""
        make_private(self.path)
        new = unfinished(self.path)
        create_private(new)
        try:
            with closing(sqlite3.connect(new)) as copy:
                self.connection.backup(copy)
        except sqlite3.DatabaseError as error:
            if passing_error(error, self.path) is not None:
                raise
            _log.error("outbox %s is gone, and what is open of it is damaged: %s", self.path, error)
            prepare(self.path, self._clock)
            self._reopen()
            return
        aside = replace_by(self.path, new, self._clock)
        self._reopen()
        _log.error(
            "outbox %s was deleted or replaced while it is in use: it was written again, nothing is lost; %s",
            self.path,
            f"what lay there is kept as {aside.name}" if aside else "nothing lay there",
        )

    def _restore(self, why: str) -> None:
        """Look at the file, and write it anew if it is damaged."""
        known = self._known
        found = inspect(self.path)
        _log.error("outbox %s: %s; it is %s%s", self.path, why, found.condition.value, found.why and f", {found.why}")
        if found.condition in {Condition.DAMAGED, Condition.EARLIER}:
            rewrite(self.path, self._clock, found)
        elif found.condition == Condition.ABSENT:
            prepare(self.path, self._clock)
        self._reopen()
        if known is not None:
            self._declare_missing(known)

    def _reopen(self) -> None:
        """Leave the file that was open for the one at the path: its log is deleted by name, so this comes first."""
        with suppress(sqlite3.Error):
            self.connection.close()
        self.connection = self._connect()
        self._seen = _FileSeen.at(self.path)

    def _declare_missing(self, known: OutboxEpoch) -> None:
        """Declare lost what was made and isn't in the file any more, so that its numbers are not used again."""
        found = read_state(self.connection)
        if found.identity != known.identity or found.last_seq >= known.last_seq:
            return
        with self.transaction():
            insert_lost(self.connection, found.last_seq + 1, known.last_seq, DAMAGED)
            write_state(self.connection, known)
        _log.error("records %d to %d of outbox %s are lost", found.last_seq + 1, known.last_seq, self.path)


def opened(where: Path | OutboxDatabase) -> OutboxDatabase:
    """Return the database itself, or open one at a path that others may write to as well."""
    return where if isinstance(where, OutboxDatabase) else OutboxDatabase(where, is_guarded=False)
