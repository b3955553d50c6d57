"""Packets of messages left to paho: slower than `fast`, and without anything of paho that isn't public."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.messages import AckToken, incoming
from ingest.mqtt.address import BrokerAddress
from ingest.mqtt.backlog import Backlog
from ingest.mqtt.options import new_client
from ingest.mqtt.packets import PubAck

_NOTHING: Final = "platspuls-nothing"
"""What is never subscribed to: to unsubscribe from it says that this program lives."""


class PlainLine:
    """The present connection, as receipts need it."""

    def __init__(self, client: paho.Client) -> None:
        self._client = client

    def send(self, messages: Sequence[tuple[str, bytes]]) -> Sequence[int]:
        """Send messages of QoS 1. Returns their packet ids."""
        return [self._client.publish(topic, payload, 1).mid for topic, payload in messages]

    def fail(self, error: OSError) -> None:
        """End the connection, which is made anew. The error is not needed: the library logs what it meets."""
        del error
        if isinstance(found := self._client.socket(), socket.socket):
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)


class _PlainClient(paho.Client):
    """The library's client, which leaves the broker's messages unread while nobody takes those before."""

    backlog: Backlog
    _quiet_until_s: float = 0.0
    _sent_s: float = 0.0

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        """Read what has come, unless something that came before still waits."""
        if self.backlog.is_clear():
            return super().loop_read(max_packets)
        # The answer to a ping lies unread behind messages, then as now: it must not be missed for a while afterwards.
        self._quiet_until_s = time.monotonic() + self.keepalive
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def loop_misc(self) -> MQTTErrorCode:
        """Ping; while nothing is read, say now and then something that needs no answer, so that the broker waits."""
        now_s = time.monotonic()
        if now_s >= self._quiet_until_s:
            return super().loop_misc()
        if now_s - self._sent_s > self.keepalive / 2:
            self._sent_s = now_s
            self.unsubscribe(_NOTHING)
        return MQTTErrorCode.MQTT_ERR_SUCCESS


class PlainPackets:
    """Messages, acknowledgements and receipts through the library.

    Args:
        address: how to reach the broker.
        backlog: takes messages as they come, on the network's thread.
        acknowledged: takes the broker's acknowledgements of receipts.
    """

    most_in_flight: Final = 20
    """paho's own bound, which it sends again at once after a reconnect."""
    resends: Final = True

    def __init__(
        self,
        address: BrokerAddress,
        backlog: Backlog,
        acknowledged: Callable[[Sequence[PubAck]], None],
    ) -> None:
        self._backlog = backlog
        self._acknowledged = acknowledged
        self._generation = 0
        self._current = threading.Lock()
        # paho holds a lock that sending takes while it calls back about a receipt: another thread goes on from there.
        self._acks = ThreadPoolExecutor(1, "acknowledged")
        self.client = new_client(address, _PlainClient)
        self.client.backlog = backlog
        self.client.max_inflight_messages_set(self.most_in_flight)
        self.client.on_pre_connect = lambda *_: self.disconnected()
        self.client.on_message = self._on_message
        self.client.on_publish = self._on_publish

    def line(self) -> PlainLine:
        """Return the present connection, for receipts."""
        return PlainLine(self.client)

    def fault(self) -> None:
        """Return None: nothing here can be passed by."""

    def is_passed_by(self) -> bool:
        """Return False, for the same reason."""
        return False

    def disconnected(self) -> None:
        """Let no token of the connection before be used: its packet id may name another message on the next."""
        with self._current:
            self._generation += 1
        self._backlog.drop()

    def acknowledge(self, tokens: Sequence[AckToken]) -> None:
        """Acknowledge messages of the present connection."""
        with self._current:
            for token in tokens:
                if token.generation == self._generation:
                    self.client.ack(token.mid, 1)

    def close(self) -> None:
        """End the thread that takes acknowledgements of receipts."""
        self._acks.shutdown()

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        token = AckToken(self._generation, message.mid) if message.qos else None
        came = incoming(
            _topic(message), bytes(message.payload), datetime.now(UTC), retained=message.retain, token=token
        )
        self._backlog.put([came])

    def _on_publish(
        self, _client: paho.Client, _data: object, mid: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._acks.submit(self._acknowledged, [PubAck(mid, reason.value)])


def _topic(message: paho.MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"
