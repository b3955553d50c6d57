"""Ingest over Mosquitto with TLS: what it says, once per cause, while it tries again and again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.mqtt.address import BrokerAddress, PacketHandling
from ingest.mqtt.connection import MqttConnection
from platspuls.ops.identity import certificates
from tests.full.installation import Installation, make, now
from tests.support.servers.mosquitto import Mosquitto
from tests.support.waiting import eventually

pytestmark = pytest.mark.full


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return make(tmp_path)


@pytest.fixture
def broker(here: Installation) -> Iterator[Mosquitto]:
    with here.broker() as broker:
        yield broker


@contextmanager
def _trying(address: BrokerAddress) -> Iterator[None]:
    mqtt = MqttConnection(address, lambda _: None)
    mqtt.start()
    try:
        yield
    finally:
        mqtt.stop(0)


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize("packets", ["fast", "paho"])
@pytest.mark.parametrize("wrong", ["password", "authority"])
def test_what_is_wrong_is_said_once_and_tried_again(
    here: Installation, broker: Mosquitto, caplog: pytest.LogCaptureFixture, wrong: str, packets: PacketHandling
) -> None:
    caplog.set_level(logging.INFO)
    stranger = here.folder.parent / "another.pem"
    stranger.write_bytes(certificates.make_authority(now()).certificate)
    login = here.ingest()
    right = BrokerAddress(
        "127.0.0.1",
        broker.port,
        username="ingest",
        password=login.password,
        tls=True,
        tls_ca=here.authority,
        packets=packets,
    )
    address, sentence, in_its_log = {
        "password": (replace(right, password=f"not {login.password}"), "refuses us: Not authorized", "not authorised"),
        "authority": (replace(right, tls_ca=stranger), "certificate verify failed", "alert unknown ca"),
    }[wrong]
    with _trying(address):
        eventually(lambda: broker.log.read_text().lower().count(in_its_log) >= 3)
    (said,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert sentence in said
    caplog.clear()
    with _trying(right):
        eventually(lambda: "connected to the broker" in caplog.text)
