"""Epochs: when one ends while its outbox is in use, what waits for a receipt goes on under the next one.

An epoch ends when the server knows other records under its numbers (an older copy of the file was put back, or a
card lost its last commits), and when the clock was set back to before what is recorded. A new one is then begun in the
same file and in one transaction: a crash leaves the one or the other. What no receipt has covered gets the numbers
1, 2, ... in its order, is not changed otherwise, and is sent under the new epoch.
"""

import secrets
import sqlite3
from collections import deque
from typing import Final

import msgspec

from core import wire
from core.ranges import Ranges
from counter.records.checksums import LOST, RECORD, Row
from counter.records.meta import Identity, OutboxEpoch, write_state
from counter.records.sqlite import sql

DAMAGED: Final = "damaged"
_AT_ONCE: Final = 500
"""Records that are renumbered from one read to the next."""

_record: Final[msgspec.json.Decoder[wire.Record]] = msgspec.json.Decoder(wire.Record)


def new_epoch(previous: wire.Epoch | None) -> Identity:
    """Return an epoch that never was."""
    return Identity(wire.Epoch(secrets.token_hex(8)), previous)


def renumber(connection: sqlite3.Connection, state: OutboxEpoch, again: Ranges) -> OutboxEpoch:
    """Begin the epoch of `state` inside the caller's transaction, and return it with the records it begins with.

    Args:
        connection: of the outbox.
        state: the new epoch.
        again: settled numbers that are sent again, where they are kept: their receipts may have meant others.
    """
    for first, last in again.pairs:
        connection.execute(sql("record_unsettle"), (first, last))
    connection.execute(sql("record_delete_settled"))
    made = _Renumbering(connection).run()
    connection.execute(sql("meta_count"))
    begun = OutboxEpoch(state.identity, state.created_ms, state.began_ms, wire.Seq(made))
    write_state(connection, begun)
    return begun


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
            for row in found:
                self._lose_before(row[0])
                self._move(row)
            after = found[-1][0]
        self._lose_before(wire.MAX_SEQ + 1)
        return self._made

    def _lose_before(self, seq: int) -> None:
        while self._lost and self._lost[0][0] < seq:
            first, last, reason = self._lost.popleft()
            self._lose(last - first + 1, reason)

    def _lose(self, count: int, reason: str) -> None:
        insert_lost(self._connection, self._made + 1, self._made + count, reason)
        self._made += count

    def _move(self, row: Row) -> None:
        seq, kind, start_ms, record = row[:4]
        moved = numbered_anew(record, wire.Seq(self._made + 1)) if RECORD.is_sound(row) else None
        if moved is None:
            self._connection.execute(sql("record_delete"), (seq, seq))
            self._lose(1, DAMAGED)
            return
        self._made += 1
        crc = RECORD.crc((self._made, kind, start_ms, moved, None))
        self._connection.execute(sql("record_move"), (self._made, moved, crc, seq))


def insert_lost(connection: sqlite3.Connection, first: int, last: int, reason: str) -> None:
    """Note a lost range that touches no other, inside the caller's transaction."""
    connection.execute(sql("lost_insert"), (first, last, reason, LOST.crc((first, last, reason))))


def numbered_anew(record: object, seq: wire.Seq) -> bytes | None:
    """Return a record's bytes under another number; None for one that can't be read."""
    if not isinstance(record, bytes):
        return None
    try:
        return wire.encode(msgspec.structs.replace(_record.decode(record), seq=seq))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
