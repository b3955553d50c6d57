"""The counter over Mosquitto: every record once in either version of MQTT, and what it says of wrong credentials."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core import wire
from core.clock import SystemClock
from counter.delivery.network_thread import NetworkThread, SharedState
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.outbox_file import prepare
from counter.threads import Worker
from platspuls.embedded.broker import Broker
from platspuls.ops.identity import certificates
from tests.chain.answering import counting, serving
from tests.full.installation import CAMERA, SITE, Installation, make, now
from tests.support.counter.records import START_S
from tests.support.counter.walkers import Walkers, device_file
from tests.support.servers.mosquitto import Mosquitto, mosquitto
from tests.support.waiting import eventually

pytestmark = pytest.mark.full

START_MS = START_S * 1000
OPEN = ("allow_anonymous true", "persistence false", "max_queued_messages 1000")
"""For tests of what is sent, not of who may: the device has eight messages in flight at most."""


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_every_record_arrives_once_and_the_status_tells_how_it_is(tmp_path: Path, version: str) -> None:
    walkers = Walkers(START_MS, START_MS + 300_000, [START_MS + 2_000, START_MS + 130_000])
    with mosquitto(tmp_path / "broker", OPEN) as here:
        broker = Broker(tmp_path, here.port, here.port)
        with serving(broker, SITE) as server:
            with counting(tmp_path, walkers, here.port, SITE, version) as thread:
                thread.join(50)
                assert not thread.is_alive()
            eventually(lambda: not server.statuses[-1].online)
    flows = [record for record in server.records if isinstance(record, wire.FlowRecord)]
    assert [record.seq for record in flows] == list(range(1, 6))
    assert sum(record.lines[0].forward for record in flows) == 2
    assert [status.online for status in server.statuses][:1] == [True]
    assert server.statuses[-1].outbox_records == 0


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return make(tmp_path)


@pytest.fixture
def broker(here: Installation) -> Iterator[Mosquitto]:
    with here.broker() as broker:
        yield broker


@contextmanager
def _networking(here: Installation, broker: Mosquitto, authority: Path, password: Path) -> Iterator[Worker]:
    """Run the network's thread of a counter that has nothing to tell."""
    folder = here.folder.parent
    device = device_file(folder, broker.port, SITE)
    secured = {"username": f"{SITE}.{CAMERA}", "password_file": password, "tls_ca": authority}
    device = device.model_copy(update={"mqtt": device.mqtt.model_copy(update=secured)})
    clock, shared = SystemClock(), SharedState()
    prepare(device.outbox.path, clock)

    def serve() -> None:
        with closing(Outbox(device.outbox.path, OutboxLimits(), clock)) as outbox:
            NetworkThread(device, outbox, shared, clock, "0.1.0").run()

    worker = Worker("network", serve)
    worker.start()
    try:
        yield worker
    finally:
        shared.stop.set()
        assert worker.join(20)
        worker.check()


def _said(caplog: pytest.LogCaptureFixture, text: str) -> Callable[[], int]:
    return lambda: sum(
        text in record.getMessage() for record in caplog.records if record.name == "counter.delivery.network_thread"
    )


def test_a_wrong_password_is_said_once_and_tried_until_it_is_right(
    here: Installation, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    password = here.folder.parent / "password"
    password.write_text("wrong\n")
    refused, over = (
        _said(caplog, "refused the connection: Not authorized"),
        _said(caplog, "connected to the broker"),
    )
    with _networking(here, broker, here.authority, password):
        eventually(lambda: broker.log.read_text().count("not authorised") >= 2)
        assert refused() == 1
        password.write_text(here.login().password or "")
        eventually(lambda: over() == 1)


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_an_unknown_authority_is_said_once_and_tried_until_it_is_right(
    here: Installation, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    authority = here.folder.parent / "authority.pem"
    authority.write_bytes(certificates.make_authority(now()).certificate)
    refused, over = _said(caplog, "no TLS connection"), _said(caplog, "connected to the broker")
    with _networking(here, broker, authority, here.password_file()):
        eventually(lambda: broker.log.read_text().lower().count("alert unknown ca") >= 2)
        assert refused() == 1
        authority.write_bytes(here.authority.read_bytes())
        eventually(lambda: over() == 1)
