"""The MQTT side of ingest: the one file that imports paho.

paho runs a thread of its own. Its callbacks only hand over: an exception in one of them would end that thread
silently. Sessions are clean and end with the connection: what was not acknowledged is not the broker's to keep, the
device sends it again until it has a receipt.
"""

import logging
import secrets
import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from core import wire
from ingest.messages import AckToken, AddressedReceipt, Incoming, incoming
from ingest.mqtt.buffered_socket import Arrived, BufferedSocket
from ingest.mqtt.packets import Published, acknowledgement
from ingest.mqtt.receipts import ReceiptSender

_log: Final = logging.getLogger(__name__)

_MAX_PACKET_BYTES: Final = 1_048_576
"""The broker may send nothing larger (MQTT 5). Far above what the wire allows, so that what is too large is seen."""
_RECEIPTS_AT_ONCE: Final = 1000
"""Most receipts that the broker hasn't answered, where it allows so many."""


class MqttError(Exception):
    """The broker can be reached but doesn't let this program work; trying again is no use."""


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """How to reach the broker.

    Attributes:
        host: its name or address.
        port: its port.
        version: "5" or "3.1.1".
        username: None for none.
        password: None for none.
        tls: speak TLS.
        tls_ca: file of the authority that signed its certificate; None for the system's.
        tls_cert: file of our own certificate, None for none.
        tls_key: file of its key.
        keepalive_s: longest silence, in seconds.
        share: name of the shared subscription; None for a plain one.
        receive_maximum: most messages that the broker may send before an answer (MQTT 5).
    """

    host: str
    port: int
    version: str = "5"
    username: str | None = None
    password: str | None = None
    tls: bool = False
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    keepalive_s: int = 30
    share: str | None = None
    receive_maximum: int = 200


class _Client(paho.Client):
    """The library's client over a socket that takes out what comes by the thousand."""

    line: BufferedSocket | None = None
    """The newest connection, which may be over."""
    is_v5: bool = True
    take: Callable[[BufferedSocket, Arrived], None]
    """Called on the library's thread with what came; may block, which holds the broker back."""

    def _create_socket(self) -> BufferedSocket:
        plain = super()._create_socket()
        if isinstance(plain, socket.socket):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = self.line.number + 1 if self.line else 1
        self.line = BufferedSocket(plain, number, is_v5=self.is_v5)
        return self.line

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Take what has come; the library gets what is left."""
        line = self.line
        if line is None:
            return super().loop_read(max_packets)
        arrived = line.arrive()
        if arrived.published or arrived.answered:
            self.take(line, arrived)
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
        """Tell whether something waits to be sent."""
        return super().want_write() or (self.line is not None and self.line.unsent() > 0)

    def release(self) -> None:
        """Close what wakes the library's thread, once that has ended: else it stays until garbage is collected."""
        self._reset_sockets(sockpair_only=True)


class MqttConnection:
    """A connection that comes back by itself.

    Args:
        address: how to reach the broker.
        hand_over: takes messages as they come, on the network's thread; may block, which holds the broker back.
    """

    def __init__(self, address: BrokerAddress, hand_over: Callable[[Sequence[Incoming]], None]) -> None:
        self._address = address
        self._hand_over = hand_over
        self._refusal: str | None = None
        self._subscribed = False
        self._connected = False
        self._said = ""
        self._receipts = ReceiptSender(is_v5=address.version == "5")
        self._client = _client(address)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_subscribe = self._on_subscribe
        self._client.take = self._take

    def is_subscribed(self) -> bool:
        """Tell whether messages can come."""
        return self._subscribed and self._client.is_connected()

    def start(self) -> None:
        """Connect, and connect again whenever the connection is lost. Returns at once."""
        address = self._address
        if address.version == "5":
            self._client.connect_async(
                address.host,
                address.port,
                address.keepalive_s,
                clean_start=True,
                properties=_connect_properties(address.receive_maximum),
            )
        else:
            self._client.connect_async(address.host, address.port, address.keepalive_s)
        self._client.loop_start()

    def check(self) -> None:
        """Raise MqttError when the broker refused what can't be done without, RuntimeError when the thread ended."""
        if self._refusal:
            raise MqttError(self._refusal)
        # loop_start starts a thread only where none is running.
        if self._client.loop_start() is MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise RuntimeError("the network's thread ended")

    def acknowledge(self, messages: Iterable[Incoming]) -> None:
        """Tell the broker that these messages, in the order they came, are done with.

        Those of an earlier connection are left out: their packet ids may name other messages now.
        """
        if (line := self._client.line) is None:
            return
        tokens = (message.token for message in messages if message.token)
        packets = [acknowledgement(token.mid) for token in tokens if token.generation == line.number]
        if packets:
            line.write(b"".join(packets))

    def publish(self, receipts: Iterable[AddressedReceipt]) -> None:
        """Send receipts. Without a connection, or with too many waiting, one is left out: the device asks again."""
        self._receipts.put([(receipt.topic, receipt.receipt) for receipt in receipts])

    def stop(self, patience_s: float) -> None:
        """Disconnect, once the receipts have left or `patience_s` seconds have passed."""
        self._receipts.wait(patience_s)
        self._client.disconnect()
        self._client.loop_stop()
        self._client.release()

    def _on_connect(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._warn(f"refuses us: {reason}")
            return
        if self._client.line is not None:
            self._receipts.open(self._client.line, _window(properties))
        self._connected, self._said = True, ""
        _log.info("connected to the broker %s:%d", self._address.host, self._address.port)
        self._client.subscribe(_subscriptions(self._address))

    def _on_connect_fail(self, _client: paho.Client, _data: object) -> None:
        why = sys.exception() or "no reason given"  # paho calls this while it handles what went wrong
        self._warn(f"can't be reached: {why}")

    def _warn(self, what: str) -> None:
        """Say why there is no connection, once per cause: paho tries again and again."""
        if what != self._said:
            _log.warning("the broker %s:%d %s; trying again", self._address.host, self._address.port, what)
        self._said = what

    def _on_disconnect(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        self._receipts.shut()
        if self._connected:  # a connection that was refused is told by `_on_connect`
            _log.log(logging.WARNING if reason.is_failure else logging.INFO, "disconnected from the broker: %s", reason)
        self._connected = self._subscribed = False

    def _on_subscribe(
        self, _client: paho.Client, _data: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        if refused := [str(reason) for reason in reasons if reason.is_failure]:
            self._refusal = f"the broker refuses the subscription: {', '.join(refused)}"
        else:
            self._subscribed = True
            _log.info("subscribed at the broker")

    def _take(self, line: BufferedSocket, arrived: Arrived) -> None:
        if arrived.answered:
            self._receipts.answered(arrived.answered)
        now, number = datetime.now(UTC), line.number
        if arrived.published:
            self._hand_over([_incoming(published, now, number) for published in arrived.published])


def _incoming(published: Published, now: datetime, number: int) -> Incoming:
    token = None if published.mid is None else AckToken(number, published.mid)
    topic = published.topic.decode("utf-8", "replace")
    return incoming(topic, published.payload, now, retained=published.retained, token=token)


def _window(properties: Properties | None) -> int:
    """Return how many messages the broker takes before it answers. Without a word of it, it sets no bound."""
    return min(getattr(properties, "ReceiveMaximum", _RECEIPTS_AT_ONCE), _RECEIPTS_AT_ONCE)


def _client(address: BrokerAddress) -> _Client:
    is_v5 = address.version == "5"
    client = _Client(
        CallbackAPIVersion.VERSION2,
        client_id=f"platspuls-ingest-{secrets.token_hex(6)}",
        clean_session=None if is_v5 else True,
        protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
    )
    if address.username is not None:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        _use_tls(client, address)
    client.is_v5 = is_v5
    client.reconnect_delay_set(min_delay=1, max_delay=30)
    return client


def _use_tls(client: paho.Client, address: BrokerAddress) -> None:
    ca, cert, key = (str(path) if path else None for path in (address.tls_ca, address.tls_cert, address.tls_key))
    try:
        client.tls_set(ca_certs=ca, certfile=cert, keyfile=key)
    except OSError as error:
        named = ", ".join(text for text in (ca, cert, key) if text)
        raise MqttError(f"the files of TLS can't be used ({named}): {error}") from error


def _connect_properties(receive_maximum: int) -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho has no annotation there
    properties.ReceiveMaximum = receive_maximum
    properties.MaximumPacketSize = _MAX_PACKET_BYTES
    properties.SessionExpiryInterval = 0
    return properties


def _subscriptions(address: BrokerAddress) -> list[tuple[str, int]] | list[tuple[str, SubscribeOptions]]:
    """Records once among those who share them; live ticks and status to everyone."""
    filters = [
        (wire.subscription(wire.Kind.RECORDS, address.share), 1),
        (wire.subscription(wire.Kind.LIVE), 0),
        (wire.subscription(wire.Kind.STATUS), 1),
    ]
    if address.version == "5":
        return [(text, SubscribeOptions(qos=qos)) for text, qos in filters]
    return filters
