"""Receipts on their way to the broker: as many at once as it takes, the newest of each epoch, and none for ever."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from core import wire
from ingest.mqtt.buffered_socket import BufferedSocket
from ingest.mqtt.packets import publication

WAITING: Final = 4000
"""Most receipts that wait for the broker; a further one is left out, since the device asks again."""
_FIRST_ID: Final = 32_768
"""Packet ids from here on are receipts'; the client library counts up from 1, one for each subscribing."""
_LAST_ID: Final = 65_535
_PATIENCE_S: Final = 30.0
"""A broker that takes no more receipts and answers none for so long has lost its answers."""

_log: Final = logging.getLogger(__name__)

_Key = tuple[wire.Topic, str]


class ReceiptSender:
    """Sends receipts of QoS 1 over whichever connection there is. Any thread may call.

    Args:
        is_v5: the connection speaks MQTT 5, else 3.1.1.
        clock: seconds that never jump.
    """

    def __init__(self, *, is_v5: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_v5 = is_v5
        self._clock = clock
        self._moved_s = clock()
        self._changed = threading.Condition()
        self._line: BufferedSocket | None = None
        self._window = 0
        self._in_flight = 0
        self._next_id = _FIRST_ID
        self._waiting: dict[_Key, bytes] = {}

    def open(self, line: BufferedSocket, window: int) -> None:
        """Begin with a new connection, which takes `window` messages before it answers."""
        with self._changed:
            self._line, self._window, self._in_flight = line, window, 0
            self._moved_s = self._clock()
            self._send()

    def shut(self) -> None:
        """The connection is gone. What was sent last may not have come; the device asks again."""
        with self._changed:
            self._line, self._in_flight = None, 0
            self._changed.notify_all()

    def put(self, receipts: "list[tuple[wire.Topic, wire.Receipt]]") -> None:
        """Send these. Without a connection, or with too many waiting, a receipt is left out."""
        with self._changed:
            if self._line is None:
                return
            for topic, receipt in receipts:
                key = topic, receipt.epoch
                if key in self._waiting or len(self._waiting) < WAITING:
                    self._waiting[key] = wire.encode(receipt)
            self._send()

    def answered(self, count: int) -> None:
        """So many were acknowledged: further ones may go."""
        with self._changed:
            self._in_flight = max(0, self._in_flight - count)
            self._moved_s = self._clock()
            self._send()
            self._changed.notify_all()

    def wait(self, patience_s: float) -> None:
        """Wait until all have been acknowledged, `patience_s` seconds at the most."""
        with self._changed:
            self._changed.wait_for(lambda: self._line is None or not (self._in_flight or self._waiting), patience_s)

    def _send(self) -> None:
        if self._line and self._in_flight >= self._window and self._clock() - self._moved_s > _PATIENCE_S:
            _log.warning("the broker has not answered %d receipts; further ones go all the same", self._in_flight)
            self._in_flight = 0
        going = [self._packet(key) for key in list(self._waiting)[: self._window - self._in_flight]]
        if going and self._line is not None:
            self._in_flight += len(going)
            self._moved_s = self._clock()
            self._line.write(b"".join(going))

    def _packet(self, key: _Key) -> bytes:
        mid = self._next_id
        self._next_id = mid + 1 if mid < _LAST_ID else _FIRST_ID
        return publication(str(key[0]).encode(), self._waiting.pop(key), mid, is_v5=self._is_v5)
