"""Packets of messages handled by ingest itself: paho's client over a socket that takes them out of the stream.

It replaces `_create_socket`, a private method of paho (tried with 2.1 and 2.2), so that paho reads and writes a
`BufferedSocket`. `fault` finds a connection where that didn't happen; then nothing is subscribed.
"""

import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode

from ingest.messages import AckToken, Incoming, incoming
from ingest.mqtt.address import BrokerAddress, MqttError
from ingest.mqtt.backlog import Backlog
from ingest.mqtt.buffered_socket import BufferedSocket, Received
from ingest.mqtt.options import new_client
from ingest.mqtt.packets import PubAck, Published, acknowledgement, publication

_HOOK: Final = "_create_socket"
UNHOOKED: Final = (
    "this version of paho-mqtt passes ingest's own packet handling by, so no message would be stored: install "
    "paho-mqtt 2.1 or 2.2, or set PLATSPULS_INGEST_MQTT_PACKETS=paho"
)
_FIRST_MID: Final = 32_768
"""Packet ids from here on are receipts'; paho counts up from 1, one for each subscribing."""
_LAST_MID: Final = 65_535


class _FastClient(paho.Client):
    """The library's client over a socket that takes out what comes by the thousand."""

    line: BufferedSocket | None = None
    """The newest connection, which may be over."""
    is_v5: bool = True
    take: Callable[[BufferedSocket, Received], None]
    """Called on the library's thread with what came."""
    backlog: Backlog
    """What came and nobody has taken: while there is any, the socket isn't read."""

    def _create_socket(self) -> BufferedSocket:
        plain = super()._create_socket()
        if isinstance(plain, socket.socket):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.backlog.drop()
        number = self.line.number + 1 if self.line else 1
        self.line = BufferedSocket(plain, number, is_v5=self.is_v5)
        return self.line

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Take what has come; the library gets what is left."""
        line = self.line
        if line is None:
            return super().loop_read(max_packets)
        if self.backlog.is_clear():
            received = line.receive()
            if received.published or received.acknowledged:
                self.take(line, received)
        else:
            line.pause()
        while line is self.line and line.is_for_library():
            if (done := super().loop_read(max_packets)) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                return done
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def loop_write(self) -> MQTTErrorCode:
        """Send what waits, in one piece."""
        done = super().loop_write()
        if self.line is not None:
            self.line.flush()
        return done

    def want_write(self) -> bool:
        """Return whether something waits to be sent."""
        return super().want_write() or (self.line is not None and self.line.unsent() > 0)


class FastLine:
    """One connection, as receipts need it: packets are written past the library.

    Args:
        socket: the connection.
        is_v5: it speaks MQTT 5, else 3.1.1.
    """

    def __init__(self, socket: BufferedSocket, *, is_v5: bool) -> None:
        self._socket = socket
        self._is_v5 = is_v5
        self._next_mid = _FIRST_MID

    def send(self, messages: Sequence[tuple[str, bytes]]) -> Sequence[int]:
        """Send messages of QoS 1. Returns their packet ids."""
        mids = [self._mid() for _ in messages]
        packets = (
            publication(topic.encode(), payload, mid, is_v5=self._is_v5)
            for (topic, payload), mid in zip(messages, mids, strict=True)
        )
        self._socket.write(b"".join(packets))
        return mids

    def _mid(self) -> int:
        mid = self._next_mid
        self._next_mid = mid + 1 if mid < _LAST_MID else _FIRST_MID
        return mid

    def fail(self, error: OSError) -> None:
        """End the connection, which is made anew."""
        self._socket.fail(error)


class FastPackets:
    """Messages, acknowledgements and receipts past the library.

    Args:
        address: how to reach the broker.
        backlog: takes messages as they come, on the network's thread.
        acknowledged: takes the broker's acknowledgements of receipts.
    """

    most_in_flight: Final = 1000
    """Most receipts without an acknowledgement, where the broker allows so many."""
    resends: Final = False

    def __init__(
        self,
        address: BrokerAddress,
        backlog: Backlog,
        acknowledged: Callable[[Sequence[PubAck]], None],
    ) -> None:
        if not hasattr(paho.Client, _HOOK):
            raise MqttError(UNHOOKED)
        self._is_v5 = address.is_v5
        self._backlog = backlog
        self._acknowledged = acknowledged
        self._is_passed_by = False
        self.client = new_client(address, _FastClient)
        self.client.is_v5 = address.is_v5
        self.client.take = self._take
        self.client.backlog = backlog
        self.client.on_message = self._on_message

    def line(self) -> FastLine:
        """Return the present connection, for receipts. Raises MqttError where `fault` has found one."""
        if self.client.line is None:
            raise MqttError(UNHOOKED)
        return FastLine(self.client.line, is_v5=self._is_v5)

    def fault(self) -> str | None:
        """Return why the present connection can't be used, or None: the broker's answer must have come through it."""
        line = self.client.line
        is_hooked = line is not None and line.has_received and self.client.socket() is line
        return None if is_hooked else UNHOOKED

    def is_passed_by(self) -> bool:
        """Return whether a message has come to the library instead; it isn't acknowledged."""
        return self._is_passed_by

    def disconnected(self) -> None:
        """Let what nobody has taken go; each connection has a number of its own."""
        self._backlog.drop()

    def acknowledge(self, tokens: Sequence[AckToken]) -> None:
        """Acknowledge messages of the present connection."""
        if (line := self.client.line) is None:
            return
        if packets := [acknowledgement(token.mid) for token in tokens if token.generation == line.number]:
            line.write(b"".join(packets))

    def close(self) -> None:
        """Do nothing: the connection is closed."""

    def _on_message(self, _client: paho.Client, _data: object, _message: paho.MQTTMessage) -> None:
        """Note a message that came to the library: the program ends, and it isn't acknowledged."""
        self._is_passed_by = True

    def _take(self, line: BufferedSocket, received: Received) -> None:
        if received.acknowledged:
            self._acknowledged(received.acknowledged)
        now, number = datetime.now(UTC), line.number
        if received.published:
            self._backlog.put([_incoming(published, now, number) for published in received.published])


def _incoming(published: Published, now: datetime, number: int) -> Incoming:
    token = None if published.mid is None else AckToken(number, published.mid)
    topic = published.topic.decode("utf-8", "replace")
    return incoming(topic, published.payload, now, retained=published.retained, token=token)
