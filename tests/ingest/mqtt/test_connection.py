"""The connection to the broker, without a real one: what is left after it, and a paho that changed."""

import gc
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
from paho.mqtt import client as paho

from core import wire
from ingest.messages import AddressedReceipt
from ingest.mqtt.address import BrokerAddress, MqttError, PacketHandling
from ingest.mqtt.connection import MqttConnection
from ingest.mqtt.fast import _FastClient
from platspuls.embedded.process import free_port
from tests.chain.wiretap import take_packets
from tests.support.small_site import EPOCH
from tests.support.waiting import PATIENCE_S, eventually

PACKETS = ["fast", "paho"]
CONNACK = b"\x20\x03\x00\x00\x00"
PUBLISH = b"\x32\x0b\x00\x01t\x00\x07\x00hello"
CONNECT, SUBSCRIBE, PUBLISHED, PUBACK = 0x10, 0x82, 0x32, 0x40


@pytest.mark.parametrize("packets", PACKETS)
def test_after_the_end_no_socket_is_left(packets: PacketHandling) -> None:
    gc.collect()
    count = psutil.Process().num_fds
    before = count()
    mqtt = MqttConnection(BrokerAddress("127.0.0.1", free_port(), packets=packets), lambda _: None)
    mqtt.start()
    eventually(lambda: count() > before)
    mqtt.stop(0)
    eventually(lambda: count() <= before)
    assert not mqtt.is_subscribed()


class Broker:
    """Accepts one connection, lets it in and subscribe, sends a message of QoS 1 at once, and keeps what comes.

    Args:
        connack: how it lets in.
        forbids: it ends each connection that publishes, as some do with what a login may not.
    """

    def __init__(self, connack: bytes = CONNACK, *, forbids: bool = False) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.heard: list[tuple[int, bytes]] = []
        self.end: socket.socket | None = None
        self._connack = connack
        self._forbids = forbids
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self._serve_one()
        while self._forbids and self.listener.fileno() >= 0:
            self._serve_one()

    def _serve_one(self) -> None:
        try:
            self.end, _ = self.listener.accept()
        except OSError:  # closed
            return
        buffer = bytearray()
        while piece := self.end.recv(1000):
            buffer += piece
            for head, body in take_packets(buffer):
                self.heard.append((head, body))
                if head == CONNECT:
                    self.end.sendall(self._connack + PUBLISH)
                elif head == SUBSCRIBE:
                    self.end.sendall(b"\x90\x06" + body[:2] + b"\0\1\0\1")
                elif head == PUBLISHED and self._forbids:
                    self.end.close()
                    return

    def receipts(self) -> list[bytes]:
        """Return the packet ids of the receipts that came."""
        packets = [body for head, body in list(self.heard) if head == PUBLISHED]
        return [body[(after := 2 + int.from_bytes(body[:2])) : after + 2] for body in packets]

    def acknowledge(self, mid: bytes, reason: int) -> None:
        assert self.end
        self.end.sendall(b"\x40\x03" + mid + bytes([reason]))

    def has_heard(self, kind: int) -> bool:
        return any(head == kind for head, _ in self.heard)

    def close(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self.listener.close()
        self._thread.join(PATIENCE_S)
        if self.end:
            self.end.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    broker = Broker()
    yield broker
    broker.close()


@pytest.mark.parametrize("packets", PACKETS)
def test_the_broker_says_how_many_receipts_it_takes_and_which_it_refuses(
    packets: PacketHandling, caplog: pytest.LogCaptureFixture
) -> None:
    broker = Broker(b"\x20\x06\x00\x00\x03\x21\x00\x02")  # Receive Maximum 2
    mqtt = MqttConnection(BrokerAddress("127.0.0.1", broker.port, packets=packets), lambda _: None)
    mqtt.start()
    try:
        eventually(mqtt.is_subscribed)
        topics = [wire.Topic("torget", device, wire.Kind.RECEIPT) for device in "abcdef"]
        mqtt.publish([AddressedReceipt(topic, wire.Receipt(EPOCH, 1)) for topic in topics])
        for count, reason in ((2, 0x97), (3, 0), (4, 0x97), (5, 0x10)):
            eventually(lambda count=count: len(broker.receipts()) >= count)
            time.sleep(0.05)
            assert len(broker.receipts()) == count
            broker.acknowledge(broker.receipts()[count - 2], reason)
        eventually(lambda: len(broker.receipts()) == 6)
        assert mqtt.receipts_refused() == 2
        assert caplog.text.count("quota exceeded (0x97)") == 1
        assert len(set(broker.receipts())) == 6
    finally:
        mqtt.stop(0)
        broker.close()


@pytest.mark.parametrize("packets", PACKETS)
def test_a_broker_that_ends_connections_for_receipts_is_named(
    packets: PacketHandling, caplog: pytest.LogCaptureFixture
) -> None:
    """It is subscribed to between times, so that the subscription alone says that all is well."""
    broker = Broker(forbids=True)
    mqtt = MqttConnection(BrokerAddress("127.0.0.1", broker.port, packets=packets), lambda _: None)
    mqtt._client.reconnect_delay_set(min_delay=0, max_delay=0)  # noqa: SLF001 - a test doesn't wait for a broker's sake
    mqtt.start()
    receipt = AddressedReceipt(wire.Topic("torget", "a", wire.Kind.RECEIPT), wire.Receipt(EPOCH, 1))
    try:
        eventually(mqtt.is_subscribed)
        assert mqtt.receipt_fault() is None
        eventually(lambda: mqtt.publish([receipt]) or mqtt.receipt_fault() is not None)
        assert "just after one was sent" in str(mqtt.receipt_fault())
        # paho's thread logs it after the fault shows.
        eventually(lambda: "may this login publish platspuls/v1/+/+/receipt?" in caplog.text)
    finally:
        mqtt.stop(0)
        broker.close()


def is_refused(mqtt: MqttConnection) -> bool:
    try:
        mqtt.check()
    except MqttError as error:
        assert "PLATSPULS_INGEST_MQTT_PACKETS=paho" in str(error)  # noqa: PT017 - asked again and again
        return True
    return False


def test_where_paho_passes_the_packet_handling_by_nothing_is_acknowledged_and_ingest_ends(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once such a paho acknowledged every message by itself, and none of them was stored."""
    monkeypatch.delattr(_FastClient, "_create_socket")
    mqtt = MqttConnection(BrokerAddress("127.0.0.1", broker.port), lambda _: None)
    mqtt.start()
    try:
        eventually(lambda: is_refused(mqtt))
        assert not mqtt.is_subscribed()
    finally:
        mqtt.stop(0)
    broker.close()
    assert not broker.has_heard(SUBSCRIBE)
    assert not broker.has_heard(PUBACK)


def test_a_message_that_comes_to_paho_instead_ends_ingest_unacknowledged(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the connection looked right when it was made."""
    monkeypatch.setattr(_FastClient, "loop_read", paho.Client.loop_read)
    monkeypatch.setattr("ingest.mqtt.fast.BufferedSocket.recv", lambda line, size: line._socket.recv(size))  # noqa: SLF001 - as it was before
    mqtt = MqttConnection(BrokerAddress("127.0.0.1", broker.port), lambda _: None)
    mqtt.start()
    try:
        eventually(lambda: is_refused(mqtt))
    finally:
        mqtt.stop(0)
    broker.close()
    assert not broker.has_heard(PUBACK)


def test_a_paho_without_the_method_that_is_replaced_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(paho.Client, "_create_socket")
    with pytest.raises(MqttError, match=r"PLATSPULS_INGEST_MQTT_PACKETS=paho$"):
        MqttConnection(BrokerAddress("127.0.0.1", 1), lambda _: None)
    MqttConnection(BrokerAddress("127.0.0.1", 1, packets="paho"), lambda _: None).stop(0)
