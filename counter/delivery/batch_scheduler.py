"""What to send next, what is in flight, and what is retried after a timeout: a state machine without I/O or clock.

A message is in flight from when it is sent until receipts cover all of it, or until it times out. Eight may
be in flight; seven are for the backlog, oldest first, and one is kept for the newest records, so that catching
up does not starve the present.

When a message times out although other receipts came meanwhile, the server holds some of its records: they
make room, newer ones go on, and they come again in the next round, after a pause that doubles from round to
round. When no receipt came at all, everything pauses, and the pauses double too. A message of which nothing at all is
answered is sent in halves (`counter.delivery.unanswered`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core import wire
from core.backoff import Backoff, Draw, system_draw
from core.ranges import Ranges
from counter.delivery.unanswered import MessagePart, UnansweredRecords
from counter.records.outbox import Outbox, OutboxRecord, covered_by

_MANY_SILENCES: Final = 3
"""After so many timeouts without any receipt, the message itself may be what ends the server."""
_NEWEST_AT_ONCE: Final = 4
"""Records in a message of the newest: what two minutes make."""


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How much may be in flight, and how long to wait before a retry.

    Attributes:
        max_in_flight: most messages without a receipt, the newest one's place included; at least 2.
        timeout_s: how long to wait for a receipt before a message is sent again.
        retry_min_s: first pause after silence or a held round; doubled each time.
        retry_max_s: longest pause.
    """

    max_in_flight: int = 8
    timeout_s: float = 30.0
    retry_min_s: float = 2.0
    retry_max_s: float = 60.0


@dataclass(frozen=True, slots=True)
class OutgoingBatch:
    """The contents of one message: records, or lost ranges, never both."""

    records: tuple[OutboxRecord, ...] = ()
    lost: tuple[wire.LostRange, ...] = ()

    def ranges(self) -> Ranges:
        """Return the sequence numbers in it."""
        if self.records:
            return Ranges.of_numbers(stored.seq for stored in self.records)
        return Ranges.of((lost.first, lost.last) for lost in self.lost)


@dataclass(slots=True)
class _InFlight:
    sent_s: float
    open: Ranges
    newest: bool
    retried: bool
    sent: Ranges
    part: MessagePart | None = None
    is_lost: bool = False


class BatchScheduler:
    """Schedules the messages of a device, from one connection to the broker to the next."""

    def __init__(self, policy: DeliveryPolicy, draw: Draw = system_draw) -> None:
        """Begin without a connection; `draw` is the randomness of the jitter."""
        self._policy = policy
        self._silence_backoff = Backoff(policy.retry_min_s, policy.retry_max_s, draw)
        self._round_backoff = Backoff(policy.retry_min_s, policy.retry_max_s, draw)
        self._unanswered = UnansweredRecords(policy.retry_min_s, policy.retry_max_s, draw)
        self._in_flight: list[_InFlight] = []
        self._cursor = 0
        self._lost_cursor = 0
        self._newest_sent = 0
        self._tried = 0
        self._last_receipt_s = self._last_settled_s = float("-inf")
        self._silences = 0
        self._resume_s = float("-inf")
        self._round_s = float("-inf")
        self._left_over = False

    def connected(self) -> None:
        """Begin again on a new connection: what was in flight may be gone."""
        self._in_flight.clear()
        self._begin_round()
        self._resume_s = float("-inf")

    def received(self, receipt: wire.Receipt, now_s: float, settled: Ranges | None = None) -> None:
        """Take a receipt of this epoch that the outbox has applied; `settled` of what it covers. None: all of it."""
        settled = covered_by(receipt) if settled is None else settled
        self._last_receipt_s = now_s
        self._resume_s = now_s
        self._silence_backoff.reset()
        self._silences = 0
        self._unanswered.settled(settled)
        if any(flight.open.both(settled).pairs for flight in self._in_flight):
            self._last_settled_s = now_s
        for flight in self._in_flight:
            left = flight.open.minus(settled)
            if flight.retried and left != flight.open:
                self._round_backoff.reset()
            flight.open = left
        self._in_flight = [flight for flight in self._in_flight if flight.open.pairs]
        if receipt.rewind:
            self._begin_round()

    def next_batches(self, outbox: Outbox, now_s: float) -> list[OutgoingBatch]:
        """Return the messages to send now, at most as many as may be in flight."""
        self._time_out(now_s)
        if now_s < self._resume_s:
            return []
        return [*self._catch_up(outbox, now_s), *self._newest(outbox, now_s)]

    def _time_out(self, now_s: float) -> None:
        deadline_s = now_s - self._policy.timeout_s
        expired = [flight for flight in self._in_flight if flight.sent_s <= deadline_s]
        if not expired:
            return
        self._left_over = True
        self._in_flight = [flight for flight in self._in_flight if flight.sent_s > deadline_s]
        silent = all(self._last_receipt_s < flight.sent_s for flight in expired)
        self._silences += silent
        for flight in expired:
            self._note_unanswered(flight, now_s)
        if silent and now_s >= self._resume_s:
            self._resume_s = self._round_s = now_s + self._silence_backoff.next_s()

    def _note_unanswered(self, flight: _InFlight, now_s: float) -> None:
        """Have a message sent in halves of which nothing was answered, although others were, or nothing ever is."""
        is_alone = self._last_settled_s >= flight.sent_s or self._silences >= _MANY_SILENCES
        if flight.is_lost or flight.open != flight.sent or not is_alone:
            return
        if flight.part is None:
            self._unanswered.take_in(flight.sent)
        else:
            self._unanswered.not_answered(flight.part, now_s)

    def _catch_up(self, outbox: Outbox, now_s: float) -> list[OutgoingBatch]:
        found: list[OutgoingBatch] = []
        while self._free_places():
            if (batch := self._next_part(outbox, now_s)) is not None:
                found.append(batch)
                continue
            batch = self._next_lost(outbox) or self._next_records(outbox)
            if batch is None:
                if not self._next_round(now_s):
                    break
                continue
            self._note_in_flight(batch, now_s, newest=False)
            found.append(batch)
        return found

    def _free_places(self) -> int:
        taken = sum(not flight.newest for flight in self._in_flight)
        return self._policy.max_in_flight - 1 - taken

    def _next_part(self, outbox: Outbox, now_s: float) -> OutgoingBatch | None:
        """Return a part of a message that was not answered, if none is under way."""
        if any(flight.part for flight in self._in_flight):
            return None
        while (part := self._unanswered.next_part(now_s)) is not None:
            first, last = part.numbers.lowest() or 0, part.numbers.highest() or 0
            found = [one for one in outbox.unsettled(first - 1, last - first + 1) if one.seq in part.numbers]
            self._unanswered.settled(part.numbers.minus(Ranges.of_numbers(one.seq for one in found)))
            if found:
                batch = OutgoingBatch(records=_first_message(found))
                self._note_in_flight(batch, now_s, newest=False, part=part)
                return batch
        return None

    def _next_lost(self, outbox: Outbox) -> OutgoingBatch | None:
        lost = outbox.lost(self._lost_cursor, wire.MAX_RECORDS)
        if not lost:
            return None
        self._lost_cursor = lost[-1].last
        return OutgoingBatch(lost=tuple(lost))

    def _next_records(self, outbox: Outbox) -> OutgoingBatch | None:
        while stored := outbox.unsettled(self._cursor, wire.MAX_RECORDS):
            waiting = self._not_in_flight(stored)
            if waiting:
                chosen = _first_message(waiting)
                self._cursor = chosen[-1].seq
                return OutgoingBatch(records=chosen)
            self._cursor = stored[-1].seq
        return None

    def _next_round(self, now_s: float) -> bool:
        """Begin again with the oldest when something was left over and its pause is past."""
        if not self._left_over:
            return False
        if self._round_s == float("-inf"):
            self._round_s = now_s + self._round_backoff.next_s()
        if now_s < self._round_s:
            return False
        self._begin_round()
        return True

    def _begin_round(self) -> None:
        self._tried = max(self._tried, self._cursor)
        self._cursor = self._lost_cursor = self._newest_sent = 0
        self._left_over = False
        self._round_s = float("-inf")

    def _newest(self, outbox: Outbox, now_s: float) -> list[OutgoingBatch]:
        if any(flight.newest for flight in self._in_flight):
            return []
        stored = outbox.newest_unsettled(max(self._newest_sent, self._cursor), _NEWEST_AT_ONCE)
        waiting = self._not_in_flight(stored)
        if not waiting:
            return []
        self._newest_sent = waiting[-1].seq
        batch = OutgoingBatch(records=_first_message(waiting))
        self._note_in_flight(batch, now_s, newest=True)
        return [batch]

    def _not_in_flight(self, stored: Sequence[OutboxRecord]) -> list[OutboxRecord]:
        taken = [self._unanswered.numbers, *(flight.open for flight in self._in_flight)]
        return [one for one in stored if not any(one.seq in numbers for numbers in taken)]

    def _note_in_flight(
        self, batch: OutgoingBatch, now_s: float, *, newest: bool, part: MessagePart | None = None
    ) -> None:
        ranges = batch.ranges()
        retried = (ranges.lowest() or 0) <= self._tried
        self._in_flight.append(_InFlight(now_s, ranges, newest, retried, ranges, part, is_lost=bool(batch.lost)))


def _first_message(stored: Sequence[OutboxRecord]) -> tuple[OutboxRecord, ...]:
    count = next(wire.split(len(one.record) for one in stored))
    return tuple(stored[:count])
