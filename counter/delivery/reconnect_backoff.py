"""How long to wait before the next try to connect to the broker: the reconnect back-off. It has no clock of its own.

Some brokers say why they end a connection, others just end it (Mosquitto 2.0.11 says nothing to the older of two
clients with one name). So a connection counts as good only after it has lived a while: two devices with one name then
take turns of about a minute, rather than throwing each other out every second.
"""

from typing import Final

from core.backoff import Backoff, Draw, system_draw

STEADY_S: Final = 60.0
"""After so long a life of a connection, the pauses begin with the shortest again."""
_RETRY_MIN_S: Final = 1.0
_RETRY_MAX_S: Final = 60.0
_TAKEN_OVER_MIN_S: Final = 15.0
_TAKEN_OVER_MAX_S: Final = 600.0
"""Pauses when the broker says that another took this device's name: long, so that both get to send."""
_CONTESTED_FROM: Final = 3


class ReconnectBackoff:
    """The pauses between the connections of one device."""

    def __init__(self, draw: Draw = system_draw) -> None:
        """Begin without a connection; `draw` is the randomness of the jitter."""
        self._backoff = Backoff(_RETRY_MIN_S, _RETRY_MAX_S, draw)
        self._taken_over_backoff = Backoff(_TAKEN_OVER_MIN_S, _TAKEN_OVER_MAX_S, draw)
        self._began_s: float | None = None
        self._short_ones = 0

    @property
    def is_contested(self) -> bool:
        """Return whether the last connections were all short: perhaps another program uses this device's name."""
        return self._short_ones >= _CONTESTED_FROM

    def connected(self, now_s: float) -> None:
        """Note that the broker accepted the connection."""
        self._began_s = now_s

    def disconnected(self, now_s: float, *, taken_over: bool = False) -> float:
        """Note that a connection ended or was refused; return how long to wait now, in seconds."""
        began_s, self._began_s = self._began_s, None
        if began_s is None or now_s - began_s >= STEADY_S:
            self._short_ones = 0
        else:
            self._short_ones += 1
        if began_s is not None and now_s - began_s >= STEADY_S:
            self._backoff.reset()
        return (self._taken_over_backoff if taken_over else self._backoff).next_s()
