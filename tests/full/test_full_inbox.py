"""An inbox that is full, over Mosquitto: it ends a connection whose client is silent for 1.5 times the keep-alive."""

from pathlib import Path

import pytest

from ingest.mqtt.address import BrokerAddress, PacketHandling
from tests.chain.test_full_inbox import KEEPALIVE_S, assert_lives_through_a_full_inbox
from tests.support.servers.mosquitto import running_mosquitto

pytestmark = pytest.mark.full


@pytest.mark.parametrize("version", ["5", "3.1.1"])
@pytest.mark.parametrize("packets", ["fast", "paho"])
def test_mosquitto_keeps_us_while_the_inbox_is_full(
    tmp_path: Path, packets: PacketHandling, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    with running_mosquitto(tmp_path, ["allow_anonymous true"]) as (host, port):
        address = BrokerAddress(host, port, version=version, packets=packets, keepalive_s=KEEPALIVE_S)
        assert_lives_through_a_full_inbox(address, port, caplog)
