"""Epochs: when one ends while its outbox is in use, what waits for a receipt goes on under the next one.

An epoch ends when the server knows other records under its numbers (an older copy of the file was put back, or a
card lost its last commits), and when the clock was set back to before what is recorded. A new one is then begun in the
same file and in one transaction: a crash leaves the one or the other. What no receipt has covered gets the numbers
1, 2, ... in its order, is not changed otherwise, and is sent under the new epoch. The file as it was before is kept
beside it for a while.
"""

import secrets
import sqlite3
from collections import deque
from dataclasses import dataclass
from typing import Final

import msgspec

from core import wire
from core.ranges import Ranges
from counter.records.sqlite import sql

DAMAGED: Final = "damaged"
_AT_ONCE: Final = 500
"""Records that are renumbered from one read to the next."""

_record: Final[msgspec.json.Decoder[wire.Record]] = msgspec.json.Decoder(wire.Record)


@dataclass(frozen=True, slots=True)
class Identity:
    """One epoch: a row of sequence numbers, made with the outbox."""

    epoch: wire.Epoch
    previous_epoch: wire.Epoch | None


def new_epoch(previous: wire.Epoch | None) -> Identity:
    """Return an epoch that never was."""
    return Identity(wire.Epoch(secrets.token_hex(8)), previous)


def read_identity(connection: sqlite3.Connection) -> Identity:
    """Return the epoch that the outbox is in now."""
    epoch, previous, *_ = connection.execute(sql("meta_read")).fetchone()
    return Identity(epoch, previous)


def renumber(connection: sqlite3.Connection, identity: Identity, now_ms: int, again: Ranges) -> int:
    """Begin the epoch `identity` inside the caller's transaction; return how many records it begins with.

    Args:
        connection: of the outbox.
        identity: the new epoch.
        now_ms: the time, UTC milliseconds.
        again: settled numbers that are sent again, where they are kept: their receipts may have meant others.
    """
    for first, last in again.pairs:
        connection.execute(sql("record_unsettle"), (first, last))
    connection.execute(sql("record_delete_settled"))
    made = _Renumbering(connection).run()
    connection.execute(sql("meta_epoch"), (identity.epoch, identity.previous_epoch, now_ms, made))
    return made


class _Renumbering:
    """Gives records and lost ranges the numbers 1, 2, ... in their order. No new number is above its old one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lost = deque(connection.execute(sql("lost_read"), (0, -1)).fetchall())
        self._made = 0

    def run(self) -> int:
        """Return the last number."""
        self._connection.execute(sql("lost_delete_all"))
        after = 0
        while found := self._connection.execute(sql("record_unsettled"), (after, _AT_ONCE)).fetchall():
            for seq, record in found:
                self._lose_before(seq)
                self._move(seq, record)
            after = found[-1][0]
        self._lose_before(wire.MAX_SEQ + 1)
        return self._made

    def _lose_before(self, seq: int) -> None:
        while self._lost and self._lost[0][0] < seq:
            first, last, reason = self._lost.popleft()
            self._lose(last - first + 1, reason)

    def _lose(self, count: int, reason: str) -> None:
        self._connection.execute(sql("lost_insert"), (self._made + 1, self._made + count, reason))
        self._made += count

    def _move(self, seq: int, record: bytes) -> None:
        moved = numbered_anew(record, wire.Seq(self._made + 1))
        if moved is None:
            self._connection.execute(sql("record_delete"), (seq, seq))
            self._lose(1, DAMAGED)
            return
        self._made += 1
        self._connection.execute(sql("record_move"), (self._made, moved, seq))


def numbered_anew(record: bytes, seq: wire.Seq) -> bytes | None:
    """Return a record as it goes on the wire under another number; None for one that can't be read."""
    try:
        return wire.encode(msgspec.structs.replace(_record.decode(record), seq=seq))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
