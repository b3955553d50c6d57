"""Whether receipts get through to the broker, as far as its answers show: a subscription alone says nothing of it."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from ingest.mqtt.packets import PubAck

REFUSED_FROM: Final = 0x80
"""Reason codes from here on mean that the broker refuses."""
UNANSWERED_TIMEOUT_S: Final = 30.0
"""A broker that acknowledges no receipt for so long has lost its acknowledgements, in seconds."""
_ENDED_AFTER_S: Final = 10.0
"""A connection that ends so soon after a receipt was sent, unacknowledged, may have ended for it, in seconds."""
_SUSPICIOUS: Final = 2
"""So many in a row aren't chance any more: some brokers end a connection that publishes what its login may not."""
_REASONS: Final = {
    0x80: "unspecified error",
    0x83: "implementation specific error",
    0x87: "not authorized",
    0x90: "topic name invalid",
    0x91: "packet identifier in use",
    0x97: "quota exceeded",
    0x99: "payload format invalid",
}


def meaning_of(reason: int) -> str:
    """Return in words why the broker refuses."""
    return _REASONS.get(reason, "unknown reason")


class ReceiptHealth:
    """What became of the receipts that were sent. Not safe between threads by itself, but for `fault`.

    Args:
        clock: seconds that never jump.
        read_since: since when the broker's answers have been read, by this clock; now where they aren't.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, read_since: Callable[[], float] = lambda: float("-inf")
    ) -> None:
        self._clock = clock
        self._read_since = read_since
        self._in_flight = 0
        self._sent_s = self._answered_s = clock()
        self._refusal: int | None = None
        self._ended = 0
        self._gave_up = False

    def opened(self, in_flight: int) -> None:
        """Note a new connection, with what is in flight on it already."""
        self._in_flight, self._answered_s = in_flight, self._clock()

    def sent(self, in_flight: int) -> None:
        """Note that receipts were sent, and how many are in flight now."""
        self._sent_s = self._clock()
        if not self._in_flight:
            self._answered_s = self._sent_s
        self._in_flight = in_flight

    def answered(self, acks: Sequence[PubAck], in_flight: int) -> None:
        """Note the broker's answers to ours, and how many are in flight still. One that it takes: all is well."""
        self._in_flight, self._answered_s = in_flight, self._clock()
        if acks:
            self._ended, self._gave_up = 0, False
            refused = [ack.reason for ack in acks if ack.reason >= REFUSED_FROM]
            self._refusal = refused[-1] if len(refused) == len(acks) else None

    def closed(self) -> bool:
        """Note that the connection is gone. Returns whether it ended for a receipt, as it seems."""
        if self._in_flight and self._clock() - self._sent_s < _ENDED_AFTER_S:
            self._ended += 1
        self._in_flight = 0
        return self._ended >= _SUSPICIOUS

    def gave_up(self) -> None:
        """Note that the connection is given up, since nothing is answered."""
        self._gave_up, self._in_flight = True, 0

    def is_unanswered(self) -> bool:
        """Return whether the broker has been silent for too long about what is in flight, while it was listened to."""
        since = max(self._answered_s, self._read_since())
        return self._in_flight > 0 and self._clock() - since > UNANSWERED_TIMEOUT_S

    def fault(self) -> str | None:
        """Return why devices get no receipts, None where nothing shows that they don't."""
        if self._refusal is not None:
            return f"the broker refuses them: {meaning_of(self._refusal)} (0x{self._refusal:02x})"
        if self._ended >= _SUSPICIOUS:
            return f"the broker ended the last {self._ended} connections just after one was sent: is it forbidden?"
        if self._gave_up or self.is_unanswered():
            return f"the broker acknowledges none for {UNANSWERED_TIMEOUT_S:.0f} s"
        return None
