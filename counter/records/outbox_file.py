"""The outbox as a file: one process at a time, checked when opened, set aside when it can't be trusted."""

import fcntl
import logging
import os
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from core import wire
from core.clock import Clock, aware
from counter.errors import OutboxBusyError, OutboxError, OutboxFullError, OutboxVersionError
from counter.records.sqlite import connect, is_full, sql, transaction

SCHEMA_VERSION: Final = 2
APPLICATION_ID: Final = 0x504C5053
"""Marks the file as ours: "PLPS"."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """One epoch: a row of sequence numbers, made with the outbox."""

    epoch: wire.Epoch
    previous_epoch: wire.Epoch | None


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

    A damaged or retired file is set aside under a new name; the new outbox names its epoch, if readable, as
    the previous one.

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
        return _create(path, _set_aside(path, clock, "the server has more of its epoch than it made"), clock)
    return identity


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
    identity = Identity(wire.Epoch(secrets.token_hex(8)), previous)
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
    stamp = aware(clock.now_ms()).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.{stamp}-{secrets.token_hex(2)}")
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
