"""A client that tries things at a broker, and notes what comes of them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from tests.support.clients import end
from tests.support.waiting import PATIENCE_S, eventually

_VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}


@dataclass(frozen=True, slots=True)
class Login:
    """Who a client says it is.

    Attributes:
        authority: the certificate it trusts; None for no TLS.
        own: its own certificate and key.
    """

    username: str | None
    password: str | None
    authority: Path | None
    own: tuple[Path, Path] | None = None
    client_id: str = ""
    version: str = "5"


@dataclass
class Peer:
    """One connection.

    Attributes:
        accepted: the broker's answer to the connection.
        ended: why the connection ended.
        heard: topic and payload of each message that came.
        answers: the broker's answer to each message published with QoS 1, and to each filter subscribed to.
    """

    login: Login
    will: str | None = None
    acknowledges: bool = True
    accepted: ReasonCode | None = None
    ended: ReasonCode | None = None
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[int, list[ReasonCode]] = field(default_factory=dict)
    _answered: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        login = self.login
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=login.client_id,
            protocol=_VERSIONS[login.version],
            manual_ack=not self.acknowledges,
            reconnect_on_failure=False,
        )
        if login.username is not None:
            self.client.username_pw_set(login.username, login.password)
        if login.authority:
            cert, key = login.own or (None, None)
            self.client.tls_set(str(login.authority), cert and str(cert), key and str(key))
        if self.will:
            self.client.will_set(self.will, b"will", 1)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = self._on_disconnect
        self.client.on_message = lambda _client, _data, message: self.heard.append((message.topic, message.payload))
        self.client.on_publish = lambda _client, _data, mid, reason, _more: self._note(mid, [reason])
        self.client.on_subscribe = lambda _client, _data, mid, reasons, _more: self._note(mid, reasons)

    def _on_connect(self, _client: object, _data: object, _flags: object, reason: ReasonCode, _more: object) -> None:
        self.accepted = reason

    def _on_disconnect(self, _client: object, _data: object, _flags: object, reason: ReasonCode, _more: object) -> None:
        self.ended = reason

    def _note(self, mid: int, reasons: list[ReasonCode]) -> None:
        with self._answered:
            self.answers[mid] = reasons
            self._answered.notify_all()

    def _answer(self, mid: int) -> list[ReasonCode]:
        with self._answered:
            assert self._answered.wait_for(lambda: mid in self.answers, PATIENCE_S), "the broker doesn't answer"
            return self.answers[mid]

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> ReasonCode:
        """Publish with QoS 1; return the broker's answer (in 3.1.1 always a success)."""
        return self._answer(self.client.publish(topic, payload, 1, retain).mid)[0]

    def subscribe(self, *filters: str) -> list[ReasonCode]:
        """Subscribe with QoS 1; return the broker's answers."""
        mid = self.client.subscribe([(text, 1) for text in filters])[1]
        assert mid is not None
        return self._answer(mid)

    def hears(self, topic: str, payload: bytes) -> None:
        """Wait until a message has come."""
        eventually(lambda: (topic, payload) in self.heard)

    def is_cut_off(self) -> bool:
        return self.ended is not None


@contextmanager
def trying(login: Login, port: int, *, will: str | None = None, acknowledges: bool = True) -> Iterator[Peer]:
    """Connect; disconnect afterwards. What comes of it stands in `accepted` and `ended`."""
    peer = Peer(login, will, acknowledges)
    peer.client.connect(
        "127.0.0.1", port, clean_start=True if login.version == "5" else paho.MQTT_CLEAN_START_FIRST_ONLY
    )
    peer.client.loop_start()
    try:
        eventually(lambda: peer.accepted is not None or peer.ended is not None)
        yield peer
    finally:
        end(peer.client)
