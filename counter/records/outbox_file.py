"""The outbox as a file: one process at a time, checked when opened, set aside when it can't be trusted."""

import fcntl
import logging
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Self

from core import wire
from core.clock import Clock, aware
from core.ranges import NONE, Ranges
from counter.errors import OutboxBusyError, OutboxError, OutboxFullError, OutboxVersionError
from counter.records.epochs import Identity, new_epoch, read_identity, renumber
from counter.records.sqlite import connect, is_full, sql, transaction

SCHEMA_VERSION: Final = 2
APPLICATION_ID: Final = 0x504C5053
"""Marks the file as ours: "PLPS"."""

_log = logging.getLogger(__name__)


class Lock:
    """The right to count into one outbox, held until closed (or until the process ends)."""

    def __init__(self, path: Path) -> None:
        """Take the lock beside `path`. Raises OutboxBusyError when another process has it."""
        self._file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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

    A damaged file is set aside under a new name; the new outbox names its epoch, if readable, as the previous one. The
    epoch of a retired one ends, and what waits for a receipt goes on under the next.

    Raises:
        OutboxVersionError: another schema version, or no outbox.
        OutboxFullError: no space to make it.
        OutboxError: the file or folder can't be opened.
    """
    try:
        return _prepare(path, clock)
    except (OSError, sqlite3.OperationalError) as error:
        if is_full(error, path):
            raise OutboxFullError(f"{path}: the disk is full, no outbox can be made or opened") from error
        raise OutboxError(f"{path}: {error}") from error


def _prepare(path: Path, clock: Clock) -> Identity:
    if not path.exists():
        return _create(path, None, clock)
    try:
        found = _check(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        return _create(path, _set_aside(path, clock, f"it is damaged: {error}"), clock)
    if found is None:
        return _create(path, None, clock)
    identity, retired = found
    if retired:
        return begin_epoch(path, clock, "the server has more of its epoch than it made")
    return identity


def begin_epoch(  # noqa: PLR0913 - each says another part of what the next one begins with
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
        path: of the outbox, which may be in use.
        clock: the time.
        why: what ended the epoch, for the log.
        of: the epoch that ends; nothing is done when the outbox is in another by now. None: whichever it is in.
        again: settled numbers that are sent again too.
        forget_starts: forget what was recorded last, since the clock was set back: records of that time and before
            may be made again, from the next boundary on.

    Raises OutboxFullError: nothing has changed.
    """
    kept = _keep_copy(path, clock)
    with closing(connect(path, "FULL")) as connection, transaction(connection, path):
        old = read_identity(connection)
        if of not in {None, old.epoch}:
            return old
        identity = new_epoch(old.epoch)
        waiting = renumber(connection, identity, clock.now_ms(), again)
        if forget_starts:
            connection.execute(sql("latest_delete"))
            connection.execute(sql("meta_not_begun"))
    _log.error(
        "epoch %s of outbox %s has ended, %s: epoch %s begins with the %d records that wait for a receipt; %s",
        *(old.epoch, path, why, identity.epoch, waiting, kept),
    )
    return identity


def _keep_copy(path: Path, clock: Clock) -> str:
    """Copy the outbox beside it; return what became of that, for the log."""
    aside = _aside(path, clock)
    try:
        with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(aside)) as copy:
            connection.backup(copy)
    except (OSError, sqlite3.Error) as error:
        aside.unlink(missing_ok=True)
        return f"no copy of the file was kept: {error}"
    return f"a copy of the file is kept as {aside.name}"


def _aside(path: Path, clock: Clock) -> Path:
    stamp = aware(clock.now_ms()).strftime("%Y%m%dT%H%M%SZ")
    return path.with_name(f"{path.name}.{stamp}-{secrets.token_hex(2)}")


def _check(path: Path) -> tuple[Identity, bool] | None:
    """Return the epoch and whether it is retired; None when the process died before the outbox was made."""
    with closing(connect(path, "FULL")) as connection:
        faults = [str(row[0]) for row in connection.execute("pragma quick_check(3)")]
        if faults != ["ok"]:
            raise sqlite3.DatabaseError("; ".join(faults)[:500])
        if not connection.execute("select count(*) from sqlite_master").fetchone()[0]:
            return None
        _bring_up(path, connection)
        _check_version(path, connection)
        epoch, previous, *_, retired = connection.execute(sql("meta_read")).fetchone()
        return Identity(epoch, previous), bool(retired)


def _bring_up(path: Path, connection: sqlite3.Connection) -> None:
    """Add what a file of version 1 lacks."""
    if connection.execute("pragma user_version").fetchone()[0] == 1:
        with transaction(connection, path):
            _run(connection, "schema_2")
            connection.execute("pragma user_version = 2")


def _check_version(path: Path, connection: sqlite3.Connection) -> None:
    if connection.execute("pragma application_id").fetchone()[0] != APPLICATION_ID:
        raise OutboxVersionError(f"{path} is a SQLite file, but not an outbox of Platspuls")
    version = connection.execute("pragma user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise OutboxVersionError(
            f"{path} has schema version {version}, this program reads {SCHEMA_VERSION}: "
            "run the version that made it, or move the file away to begin a new epoch"
        )


def _create(path: Path, previous: wire.Epoch | None, clock: Clock) -> Identity:
    path.parent.mkdir(parents=True, exist_ok=True)
    identity = new_epoch(previous)
    with closing(connect(path, "FULL")) as connection, transaction(connection, path):
        _run(connection, "schema")
        _run(connection, "schema_2")
        connection.execute(sql("meta_create"), (identity.epoch, identity.previous_epoch, clock.now_ms()))
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {SCHEMA_VERSION}")
    _log.info("made outbox %s with epoch %s, after epoch %s", path, identity.epoch, previous or "none")
    return identity


def _run(connection: sqlite3.Connection, name: str) -> None:
    for statement in _statements(sql(name)):
        connection.execute(statement)


def _statements(script: str) -> list[str]:
    """Cut a script where SQLite says that a statement is complete (a trigger has semicolons inside)."""
    found, part = [], ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found


def _set_aside(path: Path, clock: Clock, why: str) -> wire.Epoch | None:
    """Move the file and its log away; return its epoch if it can still be read."""
    epoch, kept = _salvage(path)
    aside = _aside(path, clock)
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    _log.error("outbox %s is set aside as %s, %s; %s", path, aside.name, why, kept)
    return epoch


def _salvage(path: Path) -> tuple[wire.Epoch | None, str]:
    try:
        with closing(connect(path, "NORMAL")) as connection:
            epoch, _, _, _, last, *_ = connection.execute(sql("meta_read")).fetchone()
            unsettled = connection.execute(sql("record_depth")).fetchone()[0]
    except (sqlite3.DatabaseError, TypeError) as error:
        return None, f"nothing in it can be read ({error})"
    return epoch, f"epoch {epoch} had made {last} records, {unsettled} of them without a receipt"
