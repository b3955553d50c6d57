"""The connection to the broker, without a real one: what is left after it, and a paho that changed."""

import gc
import socket
import threading
from collections.abc import Iterator

import psutil
import pytest
from paho.mqtt import client as paho

from ingest.mqtt.address import BrokerAddress, MqttError, PacketHandling
from ingest.mqtt.connection import MqttConnection
from ingest.mqtt.fast import _FastClient
from platspuls.embedded.process import free_port
from tests.support.small_site import eventually

PACKETS = ["fast", "paho"]
CONNACK = b"\x20\x03\x00\x00\x00"
PUBLISH = b"\x32\x0b\x00\x01t\x00\x07\x00hello"
SUBSCRIBE, PUBACK = 0x82, 0x40


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
    """Accepts one connection, lets it in, sends a message of QoS 1 at once, and keeps what the client sends."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.heard = bytearray()
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        end, _ = self.listener.accept()
        with end:
            self.heard += end.recv(1000)
            end.sendall(CONNACK + PUBLISH)
            while piece := end.recv(1000):
                self.heard += piece

    def close(self) -> None:
        self.listener.close()
        self.thread.join(10)


@pytest.fixture
def broker() -> Iterator[Broker]:
    broker = Broker()
    yield broker
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
    after_connect = broker.heard[2 + broker.heard[1] :]
    assert after_connect[:1] not in (bytes([PUBACK]), bytes([SUBSCRIBE]))


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
    assert bytes([PUBACK, 2, 0, 7]) not in broker.heard


def test_a_paho_without_the_method_that_is_replaced_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(paho.Client, "_create_socket")
    with pytest.raises(MqttError, match=r"PLATSPULS_INGEST_MQTT_PACKETS=paho$"):
        MqttConnection(BrokerAddress("127.0.0.1", 1), lambda _: None)
    MqttConnection(BrokerAddress("127.0.0.1", 1, packets="paho"), lambda _: None).stop(0)
