"""Packets of messages left to paho: slower than `fast`, and without anything of paho that isn't public."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from paho.mqtt import client as paho
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.messages import AckToken, Incoming, incoming
from ingest.mqtt.address import BrokerAddress
from ingest.mqtt.options import new_client
from ingest.mqtt.packets import PubAck


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


class PlainPackets:
    """Messages, acknowledgements and receipts through the library.

    Args:
        address: how to reach the broker.
        hand_over: takes messages as they come, on the network's thread; may block.
        acknowledged: takes the broker's acknowledgements of receipts.
    """

    most_in_flight: Final = 20
    """paho's own bound, which it sends again at once after a reconnect."""
    resends: Final = True

    def __init__(
        self,
        address: BrokerAddress,
        hand_over: Callable[[Sequence[Incoming]], None],
        acknowledged: Callable[[Sequence[PubAck]], None],
    ) -> None:
        self._hand_over = hand_over
        self._acknowledged = acknowledged
        self._generation = 0
        self._current = threading.Lock()
        # paho holds a lock that sending takes while it calls back about a receipt: another thread goes on from there.
        self._acks = ThreadPoolExecutor(1, "acknowledged")
        self.client = new_client(address, paho.Client)
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
        self._hand_over([came])

    def _on_publish(
        self, _client: paho.Client, _data: object, mid: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._acks.submit(self._acknowledged, [PubAck(mid, reason.value)])


def _topic(message: paho.MQTTMessage) -> str:
    try:
        return message.topic
    except UnicodeDecodeError:
        return "\N{REPLACEMENT CHARACTER}"
