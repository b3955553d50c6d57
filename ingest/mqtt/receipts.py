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

WAITING: Final = 4000
"""Most receipts that wait for the broker; a further one is left out, since the device asks again."""
_UNANSWERED_TIMEOUT_S: Final = 30.0
"""A broker that takes no more receipts and acknowledges none for so long has lost its acknowledgements."""
_FAILURES_FROM: Final = 0x80
_FAILURES: Final = {
    0x80: "unspecified error",
    0x83: "implementation specific error",
    0x87: "not authorized",
    0x90: "topic name invalid",
    0x91: "packet identifier in use",
    0x97: "quota exceeded",
    0x99: "payload format invalid",
}

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

    Attributes:
        refused: how many receipts the broker has refused.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, now: Callable[[], datetime] = utc_now) -> None:
        self.refused = 0
        self._clock = clock
        self._now = now
        self._progress_s = clock()
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
            self._progress_s = self._clock()
            self._send()

    def close(self) -> None:
        """The connection is gone. What was sent last may not have come; the device asks again."""
        with self._changed:
            self._line = None
            self._changed.notify_all()

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
            for ack in acks:
                key = self._in_flight.pop(ack.mid, None)
                if key and ack.reason >= _FAILURES_FROM:
                    self._note_refused(key, ack.reason)
            self._progress_s = self._clock()
            self._send()
            self._changed.notify_all()

    def _note_refused(self, key: _Key, reason: int) -> None:
        self.refused += 1
        if reason not in self._logged:
            self._logged.add(reason)
            meaning = _FAILURES.get(reason, "unknown reason")
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
        self._progress_s = self._clock()

    def _give_up_if_unanswered(self, line: ReceiptLine) -> None:
        """Reconnect rather than send more than the broker takes."""
        if self._clock() - self._progress_s > _UNANSWERED_TIMEOUT_S:
            _log.warning("the broker has not acknowledged %d receipts; connecting again", len(self._in_flight))
            self._line = None
            self._in_flight.clear()
            self._waiting.clear()
            line.fail(TimeoutError("the broker acknowledges nothing"))
