"""The open interval on disk, so that a killed counter goes on with at most a few seconds lost.

The state is one row in the outbox's file, replaced every few seconds, and together with the records that are
closed: a state never counts again what a record already holds. It is not a fact and is written without waiting
for the disk: a power cut may cost the last seconds, and `observed_ms` says so.

The row has totals alone: in it, everyone in view has ended as lost. The same state with people, and so with places,
is in a file of its own (`counter.records.people_file`), and serves only a start within ten seconds.
"""

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from counter.records.checksums import CHECKPOINT
from counter.records.database import OutboxDatabase, opened
from counter.records.people_file import People, PeopleFile
from counter.records.sqlite import sql

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
    """Reads and writes the one checkpoint."""

    def __init__(self, where: Path | OutboxDatabase) -> None:
        """Use the one in an outbox, which exists."""
        self._database = opened(where)
        self._is_owner = not isinstance(where, OutboxDatabase)
        self._people = PeopleFile(self._database.path)

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint. Raises OutboxUnavailableError."""

        def write() -> None:
            with self._database.transaction("NORMAL"):
                write_checkpoint(self._connection, checkpoint)

        self._database.run(write)
        self.write_people(checkpoint)

    def write_people(self, checkpoint: Checkpoint) -> None:
        """Replace those in view by those of a checkpoint whose row is written, if any. Raises OutboxUnavailableError.

        A kill between the two leaves people of another moment than the row's, which `take` sees.
        """
        if checkpoint.people is not None:
            self._people.write(People(checkpoint.fingerprint, checkpoint.at_ms, checkpoint.people))

    def forget_people(self) -> None:
        """Delete the people file: no place stays on the disk."""
        self._people.delete()

    def take(self, fingerprint: str, now_ms: int) -> Checkpoint | None:
        """Return the checkpoint to begin from; None if there is none of this fingerprint.

        The row stays until a newer one replaces it, but is dropped when it was taken three times before, none of which
        ended well, and when it is damaged. People are deleted, and returned only to a start at most ten seconds after
        them.
        """
        people = self._people.take()
        found = self._database.run(lambda: self._take(fingerprint))
        if found is None or people is None or not people.goes_with(found.fingerprint, found.at_ms, now_ms):
            return found
        return replace(found, people=people.state)

    def _take(self, fingerprint: str) -> Checkpoint | None:
        with self._database.transaction("NORMAL"):
            row = self._database.execute("checkpoint_read").fetchone()
            if row is None:
                return None
            _, found, at_ms, uses, state, _ = row
            if not CHECKPOINT.is_sound(row) or found != fingerprint or uses >= MAX_USES:
                self._database.execute("checkpoint_delete")
                return None
            self._database.execute("checkpoint_used")
            return Checkpoint(found, at_ms, state)

    def note_good_end(self) -> None:
        """Note that a start that began from it ended well, without a newer one. Raises OutboxUnavailableError."""

        def write() -> None:
            with self._database.transaction("NORMAL"):
                self._database.execute("checkpoint_proved")

        self._database.run(write)

    def at_ms(self) -> int | None:
        """Return when the checkpoint's last frame was captured, whosever it is, UTC milliseconds; None for none."""
        row = next(iter(self._database.fetch("checkpoint_read")), None)
        return int(row[2]) if row is not None and CHECKPOINT.is_sound(row) else None

    def read(self) -> Checkpoint | None:
        """Return the checkpoint, whatever it belongs to, without people, and without beginning from it."""
        row = next(iter(self._database.fetch("checkpoint_read")), None)
        return Checkpoint(row[1], row[2], row[4]) if row is not None and CHECKPOINT.is_sound(row) else None

    def drop(self) -> None:
        """Delete the checkpoint."""
        self._people.delete()

        def delete() -> None:
            with self._database.transaction("NORMAL"):
                self._database.execute("checkpoint_delete")

        self._database.run(delete)

    def close(self) -> None:
        """Close the connection, if it was opened for this checkpoint alone. Safe to call twice."""
        if self._is_owner:
            self._database.close()


def write_checkpoint(connection: sqlite3.Connection, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint inside the caller's transaction."""
    values = (checkpoint.fingerprint, checkpoint.at_ms, checkpoint.state)
    crc = CHECKPOINT.crc((1, *values[:2], None, values[2]))
    connection.execute(sql("checkpoint_write"), (*values, crc))
