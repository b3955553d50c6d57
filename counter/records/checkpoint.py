"""The open interval on disk, so that a killed counter goes on with at most a few seconds lost.

The state is one row in the outbox's file, replaced every few seconds, and together with the records that are
closed: a state never counts again what a record already holds. It is not a fact and is written without waiting
for the disk: a power cut may cost the last seconds, and `observed_ms` says so.

The row has totals alone: in it, everyone in view has ended as lost. The same state with people, and so with places,
is in a file of its own (`counter.records.people_file`), and serves only a start within ten seconds.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from counter.records.people_file import People, PeopleFile
from counter.records.sqlite import connect, sql, transaction

MAX_USES: Final = 3
"""A state that a start begins from so many times without a newer one is probably what crashes the counter: dropped."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tally's state at one moment.

    Attributes:
        fingerprint: of the geometry and setup that the state belongs to.
        at_ms: capture time of the last frame in it, UTC milliseconds.
        state: what `Tally.state` returned once everyone was lost.
        people: what it returned before; None for none.
    """

    fingerprint: str
    at_ms: int
    state: bytes
    people: bytes | None = None


class CheckpointFile:
    """Reads and writes the one checkpoint, for one thread."""

    def __init__(self, path: Path) -> None:
        """Open it in the outbox at `path`, which exists."""
        self._path = path
        self._people = PeopleFile(path)
        self._connection = connect(path, "NORMAL")

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint. Raises OutboxFullError."""
        with transaction(self._connection, self._path):
            write_checkpoint(self._connection, checkpoint)
        self.write_people(checkpoint)

    def write_people(self, checkpoint: Checkpoint) -> None:
        """Replace those in view by those of a checkpoint whose row is written, if it has any. Raises OutboxFullError.

        A kill between the two leaves people of another moment than the row's, which `take` sees.
        """
        if checkpoint.people is not None:
            self._people.write(People(checkpoint.fingerprint, checkpoint.at_ms, checkpoint.people))

    def forget_people(self) -> None:
        """Delete the people file: no place stays on the disk."""
        self._people.delete()

    def take(self, fingerprint: str, now_ms: int) -> Checkpoint | None:
        """Return the checkpoint to begin from; None if there is none of this fingerprint.

        The row stays until a newer one replaces it, but is dropped when it was taken three times before. People
        are deleted, and returned only to a start at most ten seconds after them.
        """
        people = self._people.take()
        with transaction(self._connection, self._path), closing(self._connection.cursor()) as cursor:
            row = cursor.execute(sql("checkpoint_read")).fetchone()
            if row is None:
                return None
            found, at_ms, uses, state = row
            if found != fingerprint or uses >= MAX_USES:
                cursor.execute(sql("checkpoint_delete"))
                return None
            cursor.execute(sql("checkpoint_used"))
            there = people is not None and people.goes_with(found, at_ms, now_ms)
            return Checkpoint(found, at_ms, state, people.state if people and there else None)

    def at_ms(self) -> int | None:
        """Return when the checkpoint's last frame was captured, whosever it is, UTC milliseconds; None for none."""
        row = self._connection.execute(sql("checkpoint_read")).fetchone()
        return None if row is None else int(row[1])

    def drop(self) -> None:
        """Delete the checkpoint."""
        self._people.delete()
        with transaction(self._connection, self._path):
            self._connection.execute(sql("checkpoint_delete"))

    def close(self) -> None:
        """Close this thread's connection. Safe to call twice."""
        self._connection.close()


def write_checkpoint(connection: sqlite3.Connection, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint inside the caller's transaction."""
    connection.execute(sql("checkpoint_write"), (checkpoint.fingerprint, checkpoint.at_ms, checkpoint.state))
