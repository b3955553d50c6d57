"""What an outbox says of its epoch. It stands in the file twice, on two pages, and is written in both at once."""

import sqlite3
from dataclasses import dataclass

from core import wire
from counter.records.checksums import META, META_COPY, Row
from counter.records.sqlite import sql


@dataclass(frozen=True, slots=True)
class Identity:
    """One epoch: a row of sequence numbers, made with the outbox."""

    epoch: wire.Epoch
    previous_epoch: wire.Epoch | None


@dataclass(frozen=True, slots=True)
class OutboxEpoch:
    """One epoch, and how far it has come.

    Attributes:
        identity: the epoch.
        created_ms: when it began, UTC milliseconds as the clock said.
        began_ms: capture time of its first frame, UTC milliseconds; None before it.
        last_seq: records made in it.
    """

    identity: Identity
    created_ms: int
    began_ms: int | None
    last_seq: wire.Seq

    def row(self) -> Row:
        """Return it as a row of `meta_copy`, without its checksum."""
        identity = self.identity
        return 1, identity.epoch, identity.previous_epoch, self.created_ms, self.began_ms, self.last_seq


def read_state(connection: sqlite3.Connection) -> OutboxEpoch:
    """Return what the outbox says of its epoch."""
    epoch, previous, created_ms, began_ms, last_seq = connection.execute(sql("meta_read")).fetchone()
    return OutboxEpoch(Identity(epoch, previous), created_ms, began_ms, last_seq)


def read_identity(connection: sqlite3.Connection) -> Identity:
    """Return the epoch that the outbox is in now."""
    return read_state(connection).identity


def write_state(connection: sqlite3.Connection, state: OutboxEpoch) -> None:
    """Write it in both places, inside the caller's transaction."""
    row = state.row()
    connection.execute(sql("meta_write"), (*row, META.crc((*row, None, None))))
    connection.execute(sql("meta_copy_write"), (*row, META_COPY.crc(row)))
