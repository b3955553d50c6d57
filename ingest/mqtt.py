"""The MQTT side of ingest: the one file that imports paho.

paho runs a thread of its own. Its callbacks only hand over: an exception in one of them would end that thread
silently. Sessions are clean and end with the connection: what was not acknowledged is not the broker's to keep, the
device sends it again until it has a receipt.
"""

import logging
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Iterable
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

from ingest import wire
from ingest.arrival import Incoming, Ticket, incoming
from ingest.buffered import BufferedSocket

_log: Final = logging.getLogger(__name__)

_MAX_PACKET_BYTES: Final = 1_048_576
"""The broker may send nothing larger (MQTT 5). Far above what the wire allows, so that what is too large is seen."""
_RECEIPTS_WAITING: Final = 1000
"""Most receipts that wait for the broker; a further one is left out, since the device asks again."""
_QOS: Final = 1
_PACKETS_AT_ONCE: Final = 100


class MqttError(Exception):
    """The broker can be reached but doesn't let this program work; trying again is no use."""


@dataclass(frozen=True, slots=True)
class Address:
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
    """The library's client with a buffered socket: each call of its loop takes and sends what there is."""

    _buffered: BufferedSocket | None = None

    def _create_socket(self) -> BufferedSocket:
        plain = super()._create_socket()
        if isinstance(plain, socket.socket):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffered = BufferedSocket(plain)
        return self._buffered

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Take what has come, some packets at the most: the connection must be kept alive in between."""
        for _ in range(_PACKETS_AT_ONCE):
            done = super().loop_read(max_packets)
            if done is not MQTTErrorCode.MQTT_ERR_SUCCESS or self._buffered is None or not self._buffered.pending():
                break
        return done

    def loop_write(self) -> MQTTErrorCode:
        """Send what waits, in one piece."""
        done = super().loop_write()
        if self._buffered is not None:
            self._buffered.flush()
        return done

    def want_write(self) -> bool:
        """Tell whether something waits to be sent."""
        return super().want_write() or (self._buffered is not None and self._buffered.unsent() > 0)


class Mqtt:
    """A connection that comes back by itself.

    Args:
        address: how to reach the broker.
        hand_over: takes each message, on the network's thread; may block, which holds the broker back.
    """

    def __init__(self, address: Address, hand_over: Callable[[Incoming], None]) -> None:
        self._address = address
        self._hand_over = hand_over
        self._lock = threading.RLock()
        self._generation = 0
        self._refusal: str | None = None
        self._subscribed = False
        self._connected = False
        self._said = ""
        self._receipts = _Outstanding()
        self._client = _client(address)
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_publish

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
        with self._lock:
            for message in messages:
                if message.ticket and message.ticket.generation == self._generation:
                    self._client.ack(message.ticket.mid, _QOS)

    def publish(self, topic: wire.Topic, receipt: wire.Receipt) -> None:
        """Send a receipt. Without a connection, or with too many waiting, it is left out: the device asks again."""
        if not self._client.is_connected():
            return
        self._receipts.begin()
        if self._client.publish(str(topic), wire.encode(receipt), _QOS).rc is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._receipts.end()

    def stop(self, patience_s: float) -> None:
        """Disconnect, once the receipts have left or `patience_s` seconds have passed."""
        if self._client.is_connected():
            self._receipts.wait(patience_s)
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self._warn(f"refuses us: {reason}")
            return
        with self._lock:
            self._generation += 1
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
        with self._lock:
            self._generation += 1
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

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        ticket = Ticket(self._generation, message.mid) if message.qos else None
        self._hand_over(
            incoming(_topic(message), bytes(message.payload), datetime.now(UTC), retained=message.retain, ticket=ticket)
        )

    def _on_publish(
        self, _client: paho.Client, _data: object, _mid: int, _reason: ReasonCode, _properties: object
    ) -> None:
        self._receipts.end()


class _Outstanding:
    """Counts receipts that the broker hasn't answered."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def begin(self) -> None:
        with self._changed:
            self._count += 1

    def end(self) -> None:
        with self._changed:
            self._count = max(0, self._count - 1)
            self._changed.notify_all()

    def wait(self, patience_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, patience_s)


def _client(address: Address) -> paho.Client:
    is_v5 = address.version == "5"
    client = _Client(
        CallbackAPIVersion.VERSION2,
        client_id=f"platspuls-ingest-{secrets.token_hex(6)}",
        clean_session=None if is_v5 else True,
        protocol=MQTTProtocolVersion.MQTTv5 if is_v5 else MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
    )
    if address.username is not None:
        client.username_pw_set(address.username, address.password)
    if address.tls:
        _use_tls(client, address)
    client.max_queued_messages_set(_RECEIPTS_WAITING)
    client.reconnect_delay_set(min_delay=1, max_delay=30)
    return client


def _use_tls(client: paho.Client, address: Address) -> None:
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


def _subscriptions(address: Address) -> list[tuple[str, int]] | list[tuple[str, SubscribeOptions]]:
    """Records once among those who share them; live ticks and status to everyone."""
    filters = [
        (wire.subscription(wire.Kind.RECORDS, address.share), 1),
        (wire.subscription(wire.Kind.LIVE), 0),
        (wire.subscription(wire.Kind.STATUS), 1),
    ]
    if address.version == "5":
        return [(text, SubscribeOptions(qos=qos)) for text, qos in filters]
    return filters


def _topic(message: paho.MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return "(not UTF-8)"
