"""The MQTT connection to the broker: the one file of the counter that imports paho.

A `BrokerConnection` is one connection. When it ends a new one is made, with nothing left over from the old: what was in
flight comes again from the outbox. The thread that owns the link also runs paho's loop, in `poll`; callbacks
only note what came, in bounded places.
"""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLError
from time import monotonic
from typing import Final, Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, error_string
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from core import wire
from counter.device_file import MqttTable
from counter.errors import BrokerConnectionError, SessionTakenOverError

_CONNECT_TIMEOUT_S: Final = 10.0
"""Timeout of connecting and subscribing, in seconds."""
_SHUTDOWN_TIMEOUT_S: Final = 2.0
"""Timeout of the acknowledgement of the last status, at shutdown, in seconds."""
_POLL_S: Final = 0.1
_MAX_RECEIPTS: Final = 64
"""Receipts between two polls; more are dropped, since each repeats what the ones before covered."""
_MAX_UNACKNOWLEDGED: Final = 64
"""Messages that the broker may leave unacknowledged before the connection is given up."""
_VERSIONS: Final = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}
_TAKEN_OVER: Final = 0x8E
"""MQTT 5's reason why the broker ends a connection when another begins under its client id."""
_QOS: Final = {wire.Kind.RECORDS: 1, wire.Kind.LIVE: 0, wire.Kind.STATUS: 1}


@dataclass(slots=True)
class _Inbox:
    """What paho's callbacks note; none of them can raise."""

    receipts: deque[bytes] = field(default_factory=lambda: deque(maxlen=_MAX_RECEIPTS))
    accepted: str | None = None
    subscribed: str | None = None
    ended: ReasonCode | None = None

    def on_connect(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        self.accepted = str(reason) if reason.is_failure else ""

    def on_subscribe(
        self, _client: Client, _data: object, _mid: int, reasons: list[ReasonCode], _more: Properties | None
    ) -> None:
        self.subscribed = ", ".join(str(reason) for reason in reasons if reason.is_failure)

    def on_disconnect(
        self, _client: Client, _data: object, _flags: object, reason: ReasonCode, _more: Properties | None
    ) -> None:
        self.ended = reason

    def on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.receipts.append(bytes(message.payload))


class BrokerConnection:
    """One connection to the broker, for one thread."""

    def __init__(self, table: MqttTable, site: str, device: str, will: wire.Status) -> None:
        """Connect, subscribe to the device's own receipts and leave a last will.

        Raises BrokerConnectionError: the broker can't be reached, refuses, or does not answer within 10 s.
        """
        self._where = f"{table.host}:{table.port}"
        self._topics = {kind: str(wire.Topic(site, device, kind)) for kind in wire.Kind}
        self._inbox = _Inbox()
        self._client = _client(table, site, device)
        self._client.on_connect = self._inbox.on_connect
        self._client.on_subscribe = self._inbox.on_subscribe
        self._client.on_disconnect = self._inbox.on_disconnect
        self._client.on_message = self._inbox.on_message
        self._client.will_set(self._topics[wire.Kind.STATUS], wire.encode(will), qos=1, retain=True)
        try:
            self._connect(table)
        except BrokerConnectionError:
            self._client.disconnect()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Disconnect; but after an error only close the socket, so that the broker publishes the last will."""
        if kind is None:
            self._client.disconnect()
        elif (socket := self._client.socket()) is not None:
            socket.close()

    def poll(self, timeout_s: float) -> list[bytes]:
        """Wait at most `timeout_s` seconds for the broker; return the receipts that came, undecoded.

        Raises BrokerConnectionError when the connection has ended.
        """
        self._check(self._client.loop(timeout_s), "the connection ended")
        inbox = self._inbox.receipts
        return [inbox.popleft() for _ in range(len(inbox))]

    def publish(self, kind: wire.Kind, payload: bytes) -> None:
        """Send one message: records and status with QoS 1, status retained, live with QoS 0.

        Raises BrokerConnectionError when the connection has ended.
        """
        sent = self._client.publish(self._topics[kind], payload, _QOS[kind], retain=kind == wire.Kind.STATUS)
        self._check(sent.rc, f"{kind} could not be sent")

    def finish(self, status: wire.Status) -> None:
        """Send the last status and wait until the broker has it.

        Raises BrokerConnectionError when it does not have it within 2 s.
        """
        sent = self._client.publish(self._topics[wire.Kind.STATUS], wire.encode(status), 1, retain=True)
        self._check(sent.rc, "the last status could not be sent")
        deadline_s = monotonic() + _SHUTDOWN_TIMEOUT_S
        while not sent.is_published():
            if monotonic() > deadline_s:
                raise BrokerConnectionError(
                    f"broker {self._where} did not take the last status within {_SHUTDOWN_TIMEOUT_S:.0f} s"
                )
            self.poll(_POLL_S)

    def _connect(self, table: MqttTable) -> None:
        try:
            if table.version == "5":
                self._client.connect(table.host, table.port, table.keepalive_s, clean_start=True)
            else:
                self._client.connect(table.host, table.port, table.keepalive_s)
        except SSLError as error:
            raise BrokerConnectionError(f"broker {self._where}: no TLS connection: {error}") from error
        except OSError as error:
            raise BrokerConnectionError(f"broker {self._where} can't be reached: {error.strerror or error}") from error
        except UnicodeError as error:
            raise BrokerConnectionError(f"mqtt.host {table.host!r} is not a host name: {error}") from error
        deadline_s = monotonic() + _CONNECT_TIMEOUT_S
        while self._inbox.accepted is None:
            self._wait(deadline_s, "did not accept the connection")
        if self._inbox.accepted:
            raise BrokerConnectionError(f"broker {self._where} refused the connection: {self._inbox.accepted}")
        self._client.subscribe(self._topics[wire.Kind.RECEIPT], qos=1)
        while self._inbox.subscribed is None:
            self._wait(deadline_s, "did not answer the subscription to our receipts")
        if self._inbox.subscribed:
            raise BrokerConnectionError(
                f"broker {self._where} refused the subscription to {self._topics[wire.Kind.RECEIPT]}: "
                f"{self._inbox.subscribed}"
            )

    def _wait(self, deadline_s: float, what: str) -> None:
        code = self._client.loop(_POLL_S)
        if not self._inbox.accepted:
            self._check(code, what)
        if monotonic() > deadline_s:
            raise BrokerConnectionError(f"broker {self._where} {what} within {_CONNECT_TIMEOUT_S:.0f} s")

    def _check(self, code: MQTTErrorCode, what: str) -> None:
        ended = self._inbox.ended
        if ended is not None and ended.value == _TAKEN_OVER:
            raise SessionTakenOverError(
                f"broker {self._where}: another program connected under this device's name: two counters have one "
                "device file, or its password is known to others"
            )
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerConnectionError(f"broker {self._where}: {what}: {error_string(code)}")


def _client(table: MqttTable, site: str, device: str) -> Client:
    clean = None if table.version == "5" else True
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=f"{site}.{device}",  # a slash or a sign makes some brokers refuse us, keys hold no dot
        clean_session=clean,
        protocol=_VERSIONS[table.version],
    )
    client.connect_timeout = _CONNECT_TIMEOUT_S
    client.max_queued_messages_set(_MAX_UNACKNOWLEDGED)
    if table.username is not None and table.password_file is not None:
        client.username_pw_set(table.username, _password(table.password_file))
    if table.tls_ca is not None:
        _use_tls(client, table)
    return client


def _password(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokerConnectionError(f"mqtt.password_file {path} can't be read: {error}") from error


def _use_tls(client: Client, table: MqttTable) -> None:
    try:
        client.tls_set(
            ca_certs=str(table.tls_ca),
            certfile=None if table.tls_cert is None else str(table.tls_cert),
            keyfile=None if table.tls_key is None else str(table.tls_key),
        )
    except OSError as error:
        files = ", ".join(f"mqtt.{name} {path}" for name, path in table.tls_files())
        raise BrokerConnectionError(f"{files} can't be used: {error}") from error
