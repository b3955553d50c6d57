"""The outbox: every record is on the device's own disk before it is sent, and stays until it is settled.

Appending, receipts and lost ranges are committed with `synchronous = FULL` on a write-ahead log: when `append`
returns, the records survive a power cut, as far as the disk keeps what it says it wrote. An `Outbox` belongs
to the thread that made it; another thread opens its own on the same path.

A receipt settles records without deleting them. Settled records are kept for some days more, so that a server that was
restored from a backup can ask for them again. When the outbox is at its bound, it drops the oldest settled records
first, then the oldest others, which it declares lost: missing time, never zero people.
"""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import wire
from core.clock import Clock, to_ms
from core.ranges import NONE, Ranges
from counter.counting.draft import Draft, UnplacedDraft, numbered
from counter.errors import OutboxBehindError, OutboxFullError
from counter.records.checkpoint import Checkpoint, write_checkpoint
from counter.records.epochs import Identity, read_identity
from counter.records.kept_time import KeptTime
from counter.records.outbox_file import begin_epoch
from counter.records.seconds_file import ConsumedSeconds, delete_consumed
from counter.records.sqlite import connect, sql, transaction

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
    """The records of one epoch, for one thread."""

    def __init__(self, path: Path, bounds: OutboxLimits, clock: Clock) -> None:
        """Open the outbox that `outbox_file.prepare` checked or made."""
        self._path = path
        self._bounds = bounds
        self._clock = clock
        self._connection = connect(path, "FULL")
        self._kept = KeptTime(self._connection, clock)

    @property
    def identity(self) -> Identity:
        """The epoch, which another thread may have ended and begun anew."""
        return read_identity(self._connection)

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
        """
        try:
            self._append(drafts, checkpoint, used)
        except OutboxFullError:
            if not self._drop_settled():
                raise
            self._append(drafts, checkpoint, used)

    def _append(
        self, drafts: Sequence[Draft | UnplacedDraft], checkpoint: Checkpoint | None, used: ConsumedSeconds | None
    ) -> None:
        with self._transaction():
            first = self.totals().last_seq + 1
            rows = [_row(wire.Seq(seq), draft) for seq, draft in enumerate(drafts, first)]
            self._connection.executemany(sql("record_insert"), rows)
            for kind, start_ms in {row[1]: row[2] for row in rows if row[2]}.items():
                self._run("latest_write", kind, start_ms)
            self._run("meta_made", first + len(drafts) - 1)
            if used is not None:
                delete_consumed(self._connection, used)
            if checkpoint is not None:
                write_checkpoint(self._connection, checkpoint)
            self._make_room()

    def note_first_frame(self, at_ms: int) -> int:
        """Note the epoch's first frame, once, and return when that was (UTC milliseconds)."""
        with self._transaction():
            self._run("meta_began", at_ms)
        return self.totals().began_ms or at_ms

    def totals(self) -> OutboxTotals:
        """Return what is kept and made."""
        row = self._connection.execute(sql("meta_read")).fetchone()
        _, _, _, began_ms, last_seq, records, size, _ = row
        return OutboxTotals(last_seq, records, size, began_ms)

    def latest_start_ms(self) -> dict[str, int]:
        """Return the start of the newest record ever made of each kind, UTC milliseconds."""
        return dict(self._connection.execute(sql("latest_read")))

    def depth(self) -> int:
        """Return how many records wait for a receipt, those that are declared lost included."""
        return int(self._connection.execute(sql("record_depth")).fetchone()[0])

    def unsettled(self, after: int, limit: int) -> list[OutboxRecord]:
        """Return the oldest records after seq `after` that have no receipt, at most `limit`, rising."""
        return [OutboxRecord(*row) for row in self._run("record_unsettled", after, limit)]

    def newest_unsettled(self, after: int, limit: int) -> list[OutboxRecord]:
        """Return the newest records after seq `after` that have no receipt, at most `limit`, rising."""
        return [OutboxRecord(*row) for row in self._run("record_newest", after, limit)][::-1]

    def lost(self, after: int, limit: int) -> list[wire.LostRange]:
        """Return the oldest lost ranges without receipt that end after seq `after`, at most `limit`."""
        return [wire.LostRange(*row) for row in self._run("lost_read", after, limit)]

    def apply_receipt(self, receipt: wire.Receipt, published: Ranges | None = None) -> Ranges:
        """Settle what a receipt covers, and send again what it rewinds. One of another epoch covers nothing here.

        Args:
            receipt: of the server.
            published: what this device has published itself since it opened the outbox; nothing else is settled, as
                the server may mean others by these numbers. None: everything.

        Returns:
            The numbers that it covers of those published.

        Raises:
            OutboxFullError: the disk is full; nothing was settled, the receipt will come again.
            OutboxBehindError: it covers records that this outbox never made: nothing was settled, its epoch must end.
        """
        covered = covered_by(receipt)
        settled = covered if published is None else covered.both(published)
        with self._transaction():
            if receipt.epoch != self.identity.epoch:
                return NONE
            last = self.totals().last_seq
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

        The arguments are those of `outbox_file.begin_epoch`. Raises OutboxFullError: nothing has changed.
        """
        return begin_epoch(self._path, self._clock, why, of=of, again=again, forget_starts=forget_starts)

    def close(self) -> None:
        """Close this thread's connection. Safe to call twice."""
        self._connection.close()

    def _settle(self, covered: Ranges) -> None:
        now_ms = self._kept.now_ms()
        for first, last in covered.pairs:
            self._run("record_settle", now_ms, first, last)
            for lost in [wire.LostRange(*row) for row in self._run("lost_touching", first, last)]:
                self._run("lost_delete", lost.first)
                for a, b in Ranges.of([(lost.first, lost.last)]).minus(covered).pairs:
                    self._run("lost_insert", a, b, lost.reason)

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
        totals, bounds = self.totals(), self._bounds
        if totals.records <= 1:
            return 0
        by_bytes = (totals.bytes - bounds.max_bytes) * totals.records // max(totals.bytes, 1) + 1
        by_bytes = by_bytes if totals.bytes > bounds.max_bytes else 0
        return min(max(totals.records - bounds.max_records, by_bytes), totals.records - 1)

    def _drop_oldest(self, count: int) -> None:
        seqs = [row[0] for row in self._run("record_oldest_unsettled", count)]
        for first, last in Ranges.of_numbers(seqs).pairs:
            self._run("record_delete", first, last)
            self._declare_lost(first, last, _OUTBOX_FULL)
        _log.error("outbox %s is at its bound: records %d to %d are lost", self._path, seqs[0], seqs[-1])

    def _declare_lost(self, first: int, last: int, reason: wire.LostReason) -> None:
        if not self._run("lost_grow", last, first - 1, reason).rowcount:
            self._run("lost_insert", first, last, reason)

    def _drop_settled(self) -> int:
        """Delete some settled records on a full disk; return how many could be."""
        try:
            with self._transaction():
                return self._run("record_drop_oldest_settled", _ROOM_WHEN_FULL).rowcount
        except OutboxFullError:
            return 0

    def _run(self, name: str, *values: object) -> sqlite3.Cursor:
        return self._connection.execute(sql(name), values)

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._connection, self._path)


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
