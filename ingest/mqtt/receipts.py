"""Receipts on their way to the broker: as many in flight as it takes, those of an epoch in one, and none for ever."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

from core import wire
from core.ranges import Ranges
from ingest.messages import AddressedReceipt
from ingest.mqtt.packets import PubAck
from ingest.mqtt.receipt_health import REFUSED_FROM, ReceiptHealth, meaning_of

WAITING: Final = 4000
"""Most receipts that wait for the broker; a further one is left out, since the device asks again."""
_log: Final = logging.getLogger(__name__)


class _Key(NamedTuple):
    """What one waiting receipt is about. One that asks for something, a rewind or the epoch's end, stands by itself."""

    topic: wire.Topic
    epoch: str
    asks: bool


def _both(before: wire.Receipt, after: wire.Receipt) -> wire.Receipt:
    """Return one receipt for two of an epoch; where it can't name all ranges, those of the later one come first."""
    if after.rewind or after.retire:
        return after
    newer = _ranges(after)
    through, also = newer.union(_ranges(before)).through_and_also(wire.MAX_RECORDS, newer.pairs)
    return wire.Receipt(after.epoch, through, also, minor=after.minor)


def _ranges(receipt: wire.Receipt) -> Ranges:
    return Ranges.of([*([(1, receipt.through)] if receipt.through else []), *receipt.also])


class ReceiptLine(Protocol):
    """One connection, as receipts need it."""

    def send(self, messages: Sequence[tuple[str, bytes]]) -> Sequence[int]:
        """Send messages of QoS 1, each a topic and a payload. Returns their packet ids."""
        ...

    def fail(self, error: OSError) -> None:
        """End the connection, which is made anew."""
        ...


def utc_now() -> datetime:
    """Return the time of day, aware UTC."""
    return datetime.now(UTC)


class ReceiptSender:
    """Sends receipts of QoS 1 over whichever connection there is. Any thread may call.

    Args:
        clock: seconds that never jump.
        now: the time of day, aware UTC; it stands in the receipts, for devices to compare their clocks with.
        read_since: since when the broker's answers have been read, in seconds of the clock; now where they aren't.

    Attributes:
        refused: how many receipts the broker has refused.
        health: whether receipts get through.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        read_since: Callable[[], float] = lambda: float("-inf"),
    ) -> None:
        self.refused = 0
        self.health = ReceiptHealth(clock, read_since)
        self._now = now
        self._changed = threading.Condition()
        self._line: ReceiptLine | None = None
        self._window = 0
        self._in_flight: dict[int, _Key] = {}
        self._waiting: dict[_Key, wire.Receipt] = {}
        self._logged: set[int] = set()

    def open(self, line: ReceiptLine, window: int, *, resends: bool = False) -> None:
        """Begin with a new connection.

        Args:
            line: the connection.
            window: how many messages the broker takes before it acknowledges one: its Receive Maximum.
            resends: what was in flight on the connection before is sent again by the library, so still is in flight.
        """
        with self._changed:
            self._line, self._window = line, window
            if not resends:
                self._in_flight.clear()
            self._logged.clear()
            self.health.opened(len(self._in_flight))
            self._send()

    def close(self) -> bool:
        """The connection is gone. What was sent last may not have come; the device asks again.

        Returns whether it ended for a receipt, as it seems.
        """
        with self._changed:
            self._line = None
            self._changed.notify_all()
            return self.health.closed()

    def put(self, receipts: Iterable[AddressedReceipt]) -> None:
        """Send these. Without a connection, or with too many waiting, a receipt is left out."""
        with self._changed:
            if self._line is None:
                return
            server_time = self._now().replace(microsecond=0)
            for topic, receipt in receipts:
                key = _Key(topic, receipt.epoch, receipt.rewind or receipt.retire)
                if waiting := self._waiting.get(key):
                    self._waiting[key] = _both(waiting, receipt).timed(server_time)
                elif len(self._waiting) < WAITING:
                    self._waiting[key] = receipt.timed(server_time)
            self._send()

    def acknowledged(self, acks: Iterable[PubAck]) -> None:
        """Take the broker's acknowledgements: further receipts may go.

        One that it refuses is dropped: its device sends again, and is answered anew.
        """
        with self._changed:
            ours = [(key, ack) for ack in acks if (key := self._in_flight.pop(ack.mid, None))]
            for key, ack in ours:
                if ack.reason >= REFUSED_FROM:
                    self._note_refused(key, ack.reason)
            self.health.answered([ack for _, ack in ours], len(self._in_flight))
            self._send()
            self._changed.notify_all()

    def _note_refused(self, key: _Key, reason: int) -> None:
        self.refused += 1
        if reason not in self._logged:
            self._logged.add(reason)
            meaning = meaning_of(reason)
            _log.warning(
                "the broker refuses a receipt to %s: %s (0x%02x); its device sends again", key[0], meaning, reason
            )

    def wait(self, timeout_s: float) -> None:
        """Wait until all have been acknowledged, at most `timeout_s` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._line is None or not (self._in_flight or self._waiting), timeout_s)

    def _send(self) -> None:
        line = self._line
        if line is None or not self._waiting:
            return
        if (room := self._window - len(self._in_flight)) <= 0:
            self._give_up_if_unanswered(line)
            return
        going = list(self._waiting)[:room]
        mids = line.send([(str(key.topic), wire.encode(self._waiting.pop(key))) for key in going])
        self._in_flight.update(zip(mids, going, strict=True))
        self.health.sent(len(self._in_flight))

    def _give_up_if_unanswered(self, line: ReceiptLine) -> None:
        """Reconnect rather than send more than the broker takes."""
        if self.health.is_unanswered():
            self.health.gave_up()
            _log.warning("the broker has not acknowledged %d receipts; connecting again", len(self._in_flight))
            self._line = None
            self._in_flight.clear()
            self._waiting.clear()
            line.fail(TimeoutError("the broker acknowledges nothing"))
