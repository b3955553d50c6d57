"""The outbox as a file: one process at a time, checked when opened, and written anew from what can be read of it.

Every file that was replaced is kept beside the outbox for a while. Files that an earlier version set aside, since it
could not read them, give up their records once.
"""

import fcntl
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Self

from core import wire
from core.clock import Clock
from core.ranges import NONE, Ranges
from counter.errors import OutboxBusyError, OutboxError, OutboxFullError
from counter.records.checksums import RECORD
from counter.records.epochs import new_epoch, numbered_anew, renumber
from counter.records.meta import Identity, OutboxEpoch, read_state, write_state
from counter.records.salvage.inspection import Condition, Inspection, inspect
from counter.records.salvage.page_images import PageImages
from counter.records.salvage.rebuild import FoundRow, readable_rows, salvage
from counter.records.schema import create_tables, set_page_size
from counter.records.set_aside import (
    beside,
    earlier_files,
    finish,
    keep_few,
    kept_name,
    make_private,
    mark_kept,
    replace_by,
    unfinished,
)
from counter.records.sqlite import connect, create_private, passing_error, sql, transaction

_SETTLED: Final = 4
"""Where a row of a record says when a receipt covered it."""

_log = logging.getLogger(__name__)


class Lock:
    """The right to count into one outbox, held until closed (or until the process ends)."""

    def __init__(self, path: Path) -> None:
        """Take the lock beside `path`. Raises OutboxBusyError when another process has it."""
        self._file = os.open(beside(path, ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise OutboxBusyError(f"{path}: another counter is running with this outbox") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the next process have it. Safe to call twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def prepare(path: Path, clock: Clock) -> Identity:
    """Check the outbox at `path`, or make it, and return its epoch. Call it with the lock held.

    A damaged file, or one of an earlier version, is written anew from what can be read of it, under the same epoch
    where that can be read, and is kept beside it.

    Raises:
        OutboxVersionError: a newer schema version, or no outbox.
        OutboxUnavailableError: it can't be made or opened now, as when the disk is full.
        OutboxError: the file or folder can't be opened.
    """
    try:
        make_private(path)
        finish(path, clock)
        found = inspect(path)
        if found.condition == Condition.ABSENT:
            _create(path, clock)
        elif found.condition != Condition.SOUND:
            rewrite(path, clock, found)
        _take_earlier(path)
        keep_few(path)
        with closing(connect(path, "FULL")) as connection:
            return read_state(connection).identity
    except (OSError, sqlite3.OperationalError) as error:
        raise passing_error(error, path) or OutboxError(f"{path}: {error}") from error


def rewrite(path: Path, clock: Clock, found: Inspection) -> None:
    """Write the outbox anew from what can be read of it. Raises OutboxUnavailableError: nothing has changed."""
    new = unfinished(path)
    try:
        report = salvage(path, new, clock, is_whole=found.is_whole)
    except OutboxFullError:
        if not keep_few(path, most=0):
            raise
        report = salvage(path, unfinished(path), clock, is_whole=found.is_whole)
    aside = replace_by(path, new, clock)
    level = logging.INFO if found.condition == Condition.EARLIER else logging.ERROR
    kept = aside.name if aside else "nothing"
    _log.log(level, "outbox %s was written anew, %s; %s is kept beside it; %s", path, found.why, kept, report)


def begin_epoch(  # noqa: PLR0913 - each says another part of what the next one begins with
    connection: sqlite3.Connection,
    path: Path,
    clock: Clock,
    why: str,
    *,
    of: wire.Epoch | None = None,
    again: Ranges = NONE,
    forget_starts: bool = False,
) -> Identity:
    """End the epoch of the outbox at `path`, and return the next: what waits for a receipt goes on under it.

    The file as it was is kept beside it, where there is space.

    Args:
        connection: of the outbox.
        path: of its file.
        clock: the time.
        why: what ended the epoch, for the log.
        of: the epoch that ends; nothing is done when the outbox is in another by now. None: whichever it is in.
        again: settled numbers that are sent again too.
        forget_starts: forget what was recorded last, since the clock was set back: records of that time and before
            may be made again, from the next boundary on.

    Raises OutboxUnavailableError: nothing has changed.
    """
    if of not in {None, read_state(connection).identity.epoch}:
        return read_state(connection).identity
    kept = _keep_copy(connection, path, clock)
    with transaction(connection, path):
        old = read_state(connection)
        if of not in {None, old.identity.epoch}:
            return old.identity
        identity = new_epoch(old.identity.epoch)
        began_ms = None if forget_starts else old.began_ms
        state = renumber(connection, OutboxEpoch(identity, clock.now_ms(), began_ms, wire.Seq(0)), again)
        if forget_starts:
            connection.execute(sql("latest_delete"))
    _log.error(
        "epoch %s of outbox %s has ended, %s: epoch %s begins with the %d records that wait for a receipt; %s",
        *(old.identity.epoch, path, why, identity.epoch, state.last_seq, kept),
    )
    keep_few(path)
    return identity


def _keep_copy(connection: sqlite3.Connection, path: Path, clock: Clock) -> str:
    """Copy the outbox beside it; return what became of that, for the log."""
    aside = kept_name(path, clock)
    try:
        create_private(aside)
        with closing(sqlite3.connect(aside)) as copy:
            connection.backup(copy)
    except (OSError, sqlite3.Error) as error:
        aside.unlink(missing_ok=True)
        return f"no copy of the file was kept: {error}"
    return f"a copy of the file is kept as {aside.name}"


def _create(path: Path, clock: Clock) -> None:
    identity = new_epoch(None)
    with closing(connect(path, "FULL", set_page_size)) as connection, transaction(connection, path):
        create_tables(connection)
        write_state(connection, OutboxEpoch(identity, clock.now_ms(), None, wire.Seq(0)))
    _log.info("made outbox %s with epoch %s", path, identity.epoch)


def _take_earlier(path: Path) -> None:
    """Take what no receipt covered from the files that earlier versions set aside, each once."""
    for aside in earlier_files(path):
        with (
            closing(PageImages.of(aside)) as images,
            closing(connect(path, "FULL")) as connection,
            transaction(connection, path),
        ):
            taken = sum(_take(connection, found) for found in readable_rows(images))
        mark_kept(aside)
        _log.warning("%d records without a receipt that were set aside as %s are sent now", taken, aside.name)


def _take(connection: sqlite3.Connection, found: FoundRow) -> bool:
    """Append a record of another outbox, under a new number; return whether it was one that waits for a receipt."""
    if found.layout != RECORD or found.row[_SETTLED] is not None:
        return False
    _, kind, start_ms, record, _ = found.row
    state = read_state(connection)
    seq = wire.Seq(state.last_seq + 1)
    row = (seq, kind, start_ms, numbered_anew(record, seq), None)
    connection.execute(sql("record_insert"), (*row[:4], RECORD.crc(row)))
    write_state(connection, OutboxEpoch(state.identity, state.created_ms, state.began_ms, seq))
    return True
