"""The open interval on disk, so that a killed counter goes on with at most a few seconds lost.

The state is one row in the outbox's file, replaced every few seconds, and together with the records that are
closed: a state never counts again what a record already holds. It is no fact and is written without waiting
for the disk: a power cut may cost the last seconds, and `observed_ms` says so.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counter.sqlite import connect, sql, transaction

_MAX_USES: Final = 3
"""A state that a start begins from so many times without a newer one is what kills the counter: dropped."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tally's state at one moment.

    Attributes:
        fingerprint: of the geometry and setup that the state belongs to.
        at_ms: capture time of the last frame in it, UTC milliseconds.
        state: what `Tally.state` returned.
    """

    fingerprint: str
    at_ms: int
    state: bytes


class CheckpointFile:
    """Reads and writes the one checkpoint, for one thread."""

    def __init__(self, path: Path) -> None:
        """Open it in the outbox at `path`, which exists."""
        self._path = path
        self._connection = connect(path, "NORMAL")

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint. Raises OutboxFullError."""
        with transaction(self._connection, self._path):
            write_checkpoint(self._connection, checkpoint)

    def take(self, fingerprint: str) -> Checkpoint | None:
        """Return the checkpoint to begin from; None if there is none of this fingerprint.

        It stays until a newer one replaces it, but is dropped when it was taken three times before.
        """
        with transaction(self._connection, self._path), closing(self._connection.cursor()) as cursor:
            row = cursor.execute(sql("checkpoint_read")).fetchone()
            if row is None:
                return None
            found, at_ms, uses, state = row
            if found != fingerprint or uses >= _MAX_USES:
                cursor.execute(sql("checkpoint_delete"))
                return None
            cursor.execute(sql("checkpoint_used"))
            return Checkpoint(found, at_ms, state)

    def drop(self) -> None:
        """Delete the checkpoint."""
        with transaction(self._connection, self._path):
            self._connection.execute(sql("checkpoint_delete"))

    def close(self) -> None:
        """Close this thread's connection. Safe to call twice."""
        self._connection.close()


def write_checkpoint(connection: sqlite3.Connection, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint inside the caller's transaction."""
    connection.execute(sql("checkpoint_write"), (checkpoint.fingerprint, checkpoint.at_ms, checkpoint.state))
