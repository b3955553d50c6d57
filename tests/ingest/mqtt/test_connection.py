"""The connection to the broker, as far as it needs no broker."""

import gc

import psutil

from ingest.mqtt.client import BrokerAddress, MqttConnection
from platspuls.embedded.process import free_port
from tests.support.small_site import eventually


def test_after_the_end_no_socket_is_left() -> None:
    gc.collect()
    count = psutil.Process().num_fds
    before = count()
    mqtt = MqttConnection(BrokerAddress("127.0.0.1", free_port()), lambda _: None)
    mqtt.start()
    eventually(lambda: count() > before)
    mqtt.stop(0)
    eventually(lambda: count() <= before)
    assert not mqtt.is_subscribed()
