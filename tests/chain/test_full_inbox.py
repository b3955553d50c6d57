"""An inbox that is full, as while the database stands still: the connection to the broker goes on, nothing is lost."""

import json
import logging
import time
from collections.abc import Sequence

import pytest

from core import wire
from ingest.inbox import Inbox
from ingest.messages import Incoming
from ingest.mqtt.address import BrokerAddress, PacketHandling
from ingest.mqtt.connection import MqttConnection
from platspuls.embedded.broker import Broker
from platspuls.embedded.process import free_port
from store.database import connect
from tests.chain.ingest_runs import HELD_LOCK, ingesting, stored_seqs
from tests.chain.sender import sender
from tests.chain.test_watched import ask
from tests.support.small_site import flow, make_site
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

KEEPALIVE_S = 2
MESSAGES = 60
LARGE = b"x" * 20_000
INBOX_BYTES = 50_000


def assert_lives_through_a_full_inbox(
    address: BrokerAddress, sender_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    """For longer than a broker waits for a client that says nothing, 1.5 times the keep-alive."""
    caplog.set_level(logging.INFO)
    inbox = Inbox(1000, size_bytes=INBOX_BYTES)
    mqtt = MqttConnection(address, inbox.offer, inbox.wait_for_room)
    mqtt.start()
    try:
        eventually(mqtt.is_subscribed)
        with sender(f"full-{address.packets}-{address.version}", "cam", sender_port) as device:
            for number in range(MESSAGES):
                device.publish(wire.Kind.RECORDS, number.to_bytes(2) + LARGE)
                device.publish(wire.Kind.LIVE, number.to_bytes(2), qos=0)
            eventually(lambda: mqtt.full_s() > 0)
            until = time.monotonic() + 2.5 * KEEPALIVE_S
            while time.monotonic() < until:
                mqtt.check()
                assert mqtt.is_subscribed()
                time.sleep(0.05)
            assert mqtt.full_s() > 2 * KEEPALIVE_S
            came: list[Incoming] = []
            _take(mqtt, inbox, came)
            assert len(came) * len(LARGE) < INBOX_BYTES + len(LARGE)
            eventually(lambda: len(_take(mqtt, inbox, came)) == MESSAGES)
            assert [int.from_bytes(message.payload[:2]) for message in came] == list(range(MESSAGES))
            until = time.monotonic() + 2.5 * KEEPALIVE_S
            while time.monotonic() < until:
                assert mqtt.is_subscribed()
                time.sleep(0.05)
            assert mqtt.full_s() == 0
            assert caplog.text.count("connected to the broker") == 1
    finally:
        mqtt.stop(0)


def _take(mqtt: MqttConnection, inbox: Inbox, came: list[Incoming]) -> Sequence[Incoming]:
    """Take as the worker does: what was stored is acknowledged, with what the broker kept of other tests."""
    taken = inbox.take(len(inbox))
    mqtt.acknowledge(taken)
    came += [message for message in taken if message.payload.endswith(LARGE)]
    return came


@pytest.mark.parametrize(
    ("packets", "version"),
    [
        *(("fast", "3.1.1"), ("paho", "5")),
        pytest.param("fast", "5", marks=pytest.mark.full),
        pytest.param("paho", "3.1.1", marks=pytest.mark.full),
    ],
)
def test_the_embedded_broker_keeps_us_while_the_inbox_is_full(
    broker: Broker, packets: PacketHandling, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    port = broker.port_v5 if version == "5" else broker.port_v311
    address = BrokerAddress(broker.host, port, version=version, packets=packets, keepalive_s=KEEPALIVE_S)
    assert_lives_through_a_full_inbox(address, broker.port_v5, caplog)


def ready(port: int) -> tuple[int, dict[str, object]]:
    status, body = ask(port, "/readyz")
    return status, json.loads(body or "{}")


@pytest.mark.parametrize("packets", ["fast", pytest.param("paho", marks=pytest.mark.full)])
def test_while_the_database_stands_still_ingest_stays_subscribed_and_says_that_it_takes_nothing(
    database_url: str, broker: Broker, packets: str, caplog: pytest.LogCaptureFixture
) -> None:
    """For longer than the broker waits for a client that is silent; then everything is stored."""
    caplog.set_level(logging.INFO)
    site, port = f"stands-{packets}", free_port()
    records = [flow(seq, seq) for seq in range(1, 61)]
    settings = {
        "mqtt_packets": packets,
        "mqtt_version": "3.1.1",  # without a Receive Maximum, few messages fill the queue
        "mqtt_keepalive_s": 5,
        "receive_maximum": 2,
        "queue_messages": 4,
        "metrics_port": port,
    }
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, site, ["cam"])
        with (
            sender(site, "cam", broker.port_v5) as device,
            ingesting(database_url, broker.port_v311, **settings),
        ):
            eventually(lambda: ready(port)[0] == 200)
            with database.transaction():
                database.execute(HELD_LOCK.encode())
                device.send(records, size=1)
                eventually(lambda: str(ready(port)[1].get("broker")).startswith("subscribed, but not read for 1"))
                assert ready(port)[0] == 503
                assert "platspuls_ingest_inbox_full_seconds 1" in ask(port, "/metrics")[1]
            device.deliver(records)
            eventually(lambda: ready(port) == (200, {"ok": True, "broker": "subscribed", "database": "ready"}))
            assert stored_seqs(database) == len(records)
    assert caplog.text.count("connected to the broker") == 1
