"""The outbox: every record is on the device's own disk before it is sent, and stays until it is settled.

Appending, receipts and lost ranges are committed with `synchronous = FULL` on a write-ahead log: when `append`
returns, the records survive a power cut, as far as the disk keeps what it says it wrote. Threads of a counter share
one `OutboxDatabase`.

A record whose checksum is wrong is never sent: it is declared lost, and its neighbours go on.

A receipt settles records without deleting them. Settled records are kept for some days more, so that a server that was
restored from a backup can ask for them again. When the outbox is at its bound, it drops the oldest settled records
first, then the oldest others, which it declares lost: missing time, never zero people.
"""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core import wire
from core.clock import Clock, to_ms
from core.ranges import NONE, Ranges
from counter.counting.draft import Draft, UnplacedDraft, numbered
from counter.errors import OutboxBehindError, OutboxFullError, OutboxUnavailableError
from counter.records.checkpoint import Checkpoint, write_checkpoint
from counter.records.checksums import LATEST, LOST, RECORD
from counter.records.database import OutboxDatabase, opened
from counter.records.epochs import DAMAGED, insert_lost
from counter.records.kept_time import KeptTime
from counter.records.meta import Identity, OutboxEpoch, read_state, write_state
from counter.records.outbox_file import begin_epoch
from counter.records.seconds_file import ConsumedSeconds, delete_consumed
from counter.records.set_aside import keep_few
from counter.records.sqlite import sql

_DAY_MS: Final = 86_400_000
_DROPPED_AT_ONCE: Final = 500
"""Settled records deleted in one transaction: a few milliseconds even on a slow card."""
_ROOM_WHEN_FULL: Final = 200
"""Settled records dropped when the disk is full: room for some hours."""
_OUTBOX_FULL: Final = "outbox_full"
_NO_LONGER_KEPT: Final = "no_longer_kept"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How much the outbox holds.

    Attributes:
        max_records: most records kept, settled ones included.
        max_bytes: most bytes of records kept; the file is about a quarter larger, and its log up to 4 MB.
        keep_settled_days: days of running for which a record is kept after its receipt, where the other two allow it.
    """

    max_records: int = 200_000
    max_bytes: int = 256_000_000
    keep_settled_days: int = 14


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """One record as it goes on the wire."""

    seq: wire.Seq
    record: bytes


@dataclass(frozen=True, slots=True)
class OutboxTotals:
    """What the outbox holds now.

    Attributes:
        last_seq: records made in this epoch; 0 for none.
        records: records kept, settled ones included.
        bytes: bytes of them.
        began_ms: capture time of the epoch's first frame, UTC milliseconds; None before it.
    """

    last_seq: wire.Seq
    records: int
    bytes: int
    began_ms: int | None


class Outbox:
    """The records of one device: those of its present epoch."""

    def __init__(self, where: Path | OutboxDatabase, bounds: OutboxLimits, clock: Clock) -> None:
        """Use the outbox that `outbox_file.prepare` checked or made."""
        self._database = opened(where)
        self._is_owner = not isinstance(where, OutboxDatabase)
        self._bounds = bounds
        self._clock = clock
        self._kept = KeptTime(self._database, clock)

    @property
    def identity(self) -> Identity:
        """The epoch, which another thread may have ended and begun anew. Raises OutboxUnavailableError."""
        return self._state().identity

    def append(
        self,
        drafts: Sequence[Draft | UnplacedDraft],
        checkpoint: Checkpoint | None = None,
        used: ConsumedSeconds | None = None,
    ) -> None:
        """Number the drafts and keep their records, and the state after them, in one transaction.

        In the same one go the seconds that were `used` for them.

        Raises:
            OutboxFullError: the disk is full; nothing was kept.
            OutboxUnavailableError: it can't be written now; nothing was kept.
        """
        try:
            self._database.run(lambda: self._append(drafts, checkpoint, used))
        except OutboxFullError:
            if not self._database.run(self._make_space):
                raise
            self._database.run(lambda: self._append(drafts, checkpoint, used))

    def _append(
        self, drafts: Sequence[Draft | UnplacedDraft], checkpoint: Checkpoint | None, used: ConsumedSeconds | None
    ) -> None:
        with self._transaction():
            state = read_state(self._connection)
            rows = [_row(wire.Seq(seq), draft) for seq, draft in enumerate(drafts, state.last_seq + 1)]
            self._connection.executemany(sql("record_insert"), [(*row, RECORD.crc((*row, None))) for row in rows])
            for kind, start_ms in {row[1]: row[2] for row in rows if row[2]}.items():
                self._run("latest_write", kind, start_ms, LATEST.crc((kind, start_ms)))
            write_state(self._connection, replace(state, last_seq=wire.Seq(state.last_seq + len(drafts))))
            if used is not None:
                delete_consumed(self._connection, used)
            if checkpoint is not None:
                write_checkpoint(self._connection, checkpoint)
            self._make_room()

    def note_first_frame(self, at_ms: int) -> int:
        """Note the epoch's first frame, once, and return when that was (UTC milliseconds)."""

        def note() -> int:
            with self._transaction():
                state = read_state(self._connection)
                if state.began_ms is None:
                    write_state(self._connection, replace(state, began_ms=at_ms))
            return at_ms if state.began_ms is None else state.began_ms

        return self._database.run(note)

    def totals(self) -> OutboxTotals:
        """Return what is kept and made."""

        def read() -> OutboxTotals:
            state = read_state(self._connection)
            records, size = self._run("meta_kept").fetchone()
            return OutboxTotals(state.last_seq, records, size, state.began_ms)

        return self._database.run(read)

    def latest_start_ms(self) -> dict[str, int]:
        """Return the start of the newest record ever made of each kind, UTC milliseconds."""
        return dict(self._database.fetch("latest_read"))

    def depth(self) -> int:
        """Return how many records wait for a receipt, those that are declared lost included."""
        return int(self._database.fetch("record_depth")[0][0])

    def unsettled(self, after: int, limit: int) -> list[OutboxRecord]:
        """Return the oldest records after seq `after` that have no receipt, at most `limit`, rising."""
        return self._database.run(lambda: self._sound("record_unsettled", after, limit))

    def newest_unsettled(self, after: int, limit: int) -> list[OutboxRecord]:
        """Return the newest records after seq `after` that have no receipt, at most `limit`, rising."""
        return self._database.run(lambda: self._sound("record_newest", after, limit))[::-1]

    def lost(self, after: int, limit: int) -> list[wire.LostRange]:
        """Return the oldest lost ranges without receipt that end after seq `after`, at most `limit`."""
        return [wire.LostRange(*row) for row in self._database.fetch("lost_read", after, limit)]

    def apply_receipt(self, receipt: wire.Receipt, published: Ranges | None = None) -> Ranges:
        """Settle what a receipt covers, and send again what it rewinds. One of another epoch covers nothing here.

        Args:
            receipt: of the server.
            published: what this device has published itself since it opened the outbox; nothing else is settled, as
                the server may mean others by these numbers. None: everything.

        Returns:
            The numbers that it covers of those published.

        Raises:
            OutboxUnavailableError: it can't be written now; nothing was settled, the receipt will come again.
            OutboxBehindError: it covers records that this outbox never made: nothing was settled, its epoch must end.
        """
        covered = covered_by(receipt)
        settled = covered if published is None else covered.both(published)
        return self._database.run(lambda: self._apply(receipt, covered, settled))

    def _apply(self, receipt: wire.Receipt, covered: Ranges, settled: Ranges) -> Ranges:
        with self._transaction():
            state = read_state(self._connection)
            last = state.last_seq
            if receipt.epoch != state.identity.epoch:
                return NONE
            if (covered.highest() or 0) > last:
                raise OutboxBehindError(
                    f"a receipt covers record {covered.highest()} of it, but only {last} were made here: an older copy "
                    "of the file was put back, or its card lost what was written last"
                )
            self._settle(settled)
            if receipt.rewind:
                made = Ranges.of([(1, last)] if last else [])
                self._rewind(made.minus(covered), _known_through(receipt, last))
        return settled

    def begin_epoch(
        self, why: str, *, of: wire.Epoch | None = None, again: Ranges = NONE, forget_starts: bool = False
    ) -> Identity:
        """End the epoch, and return the next, under which what waits for a receipt goes on.

        The arguments are those of `outbox_file.begin_epoch`. Raises OutboxUnavailableError: nothing has changed.
        """
        return self._database.run(
            lambda: begin_epoch(
                *(self._connection, self._database.path, self._clock, why),
                of=of,
                again=again,
                forget_starts=forget_starts,
            )
        )

    def close(self) -> None:
        """Close the connection, if it was opened for this outbox alone. Safe to call twice."""
        if self._is_owner:
            self._database.close()

    # ------------------------------------------------------------------------------------------------------

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    def _state(self) -> OutboxEpoch:
        return self._database.run(lambda: read_state(self._connection))

    def _sound(self, name: str, after: int, limit: int) -> list[OutboxRecord]:
        """Return the records that a statement finds and whose checksums are right; declare the others lost."""
        rows = self._run(name, after, limit).fetchall()
        damaged = [row[0] for row in rows if not RECORD.is_sound(row)]
        if not damaged:
            return [OutboxRecord(row[0], row[3]) for row in rows]
        try:
            self._declare_damaged(Ranges.of_numbers(damaged))
        except OutboxUnavailableError:
            return [OutboxRecord(row[0], row[3]) for row in rows if row[0] not in damaged]
        return self._sound(name, after, limit)

    def _declare_damaged(self, numbers: Ranges) -> None:
        with self._transaction():
            for first, last in numbers.pairs:
                self._run("record_delete", first, last)
                self._declare_lost(first, last, DAMAGED)
        _log.error("outbox %s: records %s are damaged, and declared lost", self._database.path, numbers)

    def _settle(self, covered: Ranges) -> None:
        now_ms = self._kept.now_ms()
        for first, last in covered.pairs:
            self._run("record_settle", now_ms, now_ms, first, last)
            for lost in [wire.LostRange(*row) for row in self._run("lost_touching", first, last)]:
                self._run("lost_delete", lost.first)
                for a, b in Ranges.of([(lost.first, lost.last)]).minus(covered).pairs:
                    insert_lost(self._connection, a, b, lost.reason)

    def _rewind(self, uncovered: Ranges, known_through: int) -> None:
        """Send again what is kept of `uncovered`; declare the rest lost, as far as the receipt covers it."""
        for first, last in uncovered.pairs:
            self._run("record_unsettle", first, last)
            judged = min(last, known_through)
            if first > judged:
                continue
            kept = Ranges.of(self._run("record_islands", first, judged))
            declared = Ranges.of((a, b) for a, b, _ in self._run("lost_touching", first, judged))
            for a, b in Ranges.of([(first, judged)]).minus(kept).minus(declared).pairs:
                self._declare_lost(a, b, _NO_LONGER_KEPT)

    def _make_room(self) -> None:
        self._kept.renew(self._bounds.keep_settled_days)
        old_ms = self._kept.now_ms() - self._bounds.keep_settled_days * _DAY_MS
        self._run("record_drop_settled", old_ms, _DROPPED_AT_ONCE)
        while excess := self._excess():
            if not self._run("record_drop_oldest_settled", excess).rowcount:
                self._drop_oldest(excess)

    def _excess(self) -> int:
        """Return how many records to drop now: 0 when within the bounds."""
        records, size = self._run("meta_kept").fetchone()
        bounds = self._bounds
        if records <= 1:
            return 0
        by_bytes = (size - bounds.max_bytes) * records // max(size, 1) + 1
        by_bytes = by_bytes if size > bounds.max_bytes else 0
        return int(min(max(records - bounds.max_records, by_bytes), records - 1))

    def _drop_oldest(self, count: int) -> None:
        seqs = [row[0] for row in self._run("record_oldest_unsettled", count)]
        for first, last in Ranges.of_numbers(seqs).pairs:
            self._run("record_delete", first, last)
            self._declare_lost(first, last, _OUTBOX_FULL)
        _log.error("outbox %s is at its bound: records %d to %d are lost", self._database.path, seqs[0], seqs[-1])

    def _declare_lost(self, first: int, last: int, reason: wire.LostReason) -> None:
        before = self._run("lost_before", first - 1, reason).fetchone()
        if before is None:
            insert_lost(self._connection, first, last, reason)
        else:
            self._run("lost_grow", last, LOST.crc((before[0], last, reason)), before[0])

    def _make_space(self) -> int:
        """Delete on a full disk files set aside, else some settled records; return how many went."""
        return keep_few(self._database.path, most=0) or self._drop_settled()

    def _drop_settled(self) -> int:
        """Delete some settled records; return how many could be."""
        try:
            with self._transaction():
                return int(self._run("record_drop_oldest_settled", _ROOM_WHEN_FULL).rowcount)
        except OutboxFullError:
            return 0

    def _run(self, name: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(name, *values)

    def _transaction(self) -> AbstractContextManager[None]:
        return self._database.transaction()


def covered_by(receipt: wire.Receipt) -> Ranges:
    """Return the sequence numbers that the receipt settles."""
    return Ranges.of([*([(1, receipt.through)] if receipt.through else []), *receipt.also])


def _known_through(rewind: wire.Receipt, last: int) -> int:
    """Return up to which of `last` records the receipt is the whole truth: one that is full may have left out ranges.

    A rewind names the lowest ranges, so what it does not name below its last one is not settled.
    """
    return rewind.also[-1][1] if len(rewind.also) == wire.MAX_RECORDS else last


def _row(seq: wire.Seq, draft: Draft | UnplacedDraft) -> tuple[int, str, int, bytes]:
    start_ms = 0 if isinstance(draft, UnplacedDraft) else to_ms(draft.start)
    return seq, draft.kind, start_ms, wire.encode(numbered(draft, seq))
