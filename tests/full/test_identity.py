"""Real Mosquitto with the files that `platspuls device` and `platspuls tls` write: who reaches what."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from core import wire
from counter.delivery.mqtt import BrokerConnection
from counter.device_file import MqttTable
from counter.errors import BrokerConnectionError
from ingest.mqtt.address import BrokerAddress, MqttError
from ingest.mqtt.connection import MqttConnection
from platspuls.ops.identity import certificates, files
from platspuls.ops.identity.certificates import KeyPair
from tests.full.installation import CAMERA, OTHER, SITE, Installation, make, now, topic
from tests.support.servers.mosquitto import Mosquitto
from tests.support.servers.peer import Login, trying
from tests.support.waiting import eventually

pytestmark = pytest.mark.full

NOT_AUTHORIZED = 0x87
FORBIDDEN_WRITES = [
    *(topic(kind, OTHER) for kind in wire.Kind),
    *(topic(kind, CAMERA, "another-site") for kind in wire.Kind),
    topic(wire.Kind.RECEIPT),
    f"{topic(wire.Kind.RECORDS)}/deeper",
    f"platspuls/v1/{SITE}/{CAMERA}",
    f"platspuls/v2/{SITE}/{CAMERA}/records",
    f"/{topic(wire.Kind.RECORDS)}",
    f"{SITE}.{CAMERA}",
    "anything",
]
FORBIDDEN_READS = [
    "#",
    "+/+/+/+/+",
    "platspuls/#",
    "platspuls/v1/+/+/records",
    f"platspuls/v1/{SITE}/+/receipt",
    topic(wire.Kind.RECEIPT, OTHER),
    topic(wire.Kind.RECORDS),
    "$SYS/#",
]


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return make(tmp_path)


@pytest.fixture
def broker(here: Installation) -> Iterator[Mosquitto]:
    with here.broker() as broker:
        yield broker


def refused(login: Login, port: int) -> int:
    """Return the reason for which the broker refuses to be connected to."""
    with trying(login, port) as peer:
        assert peer.accepted is not None
        assert peer.accepted.is_failure
        return int(peer.accepted.value)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_device_writes_under_its_own_name_and_nowhere_else(
    here: Installation, broker: Mosquitto, version: str
) -> None:
    own = [topic(kind) for kind in (wire.Kind.LIVE, wire.Kind.STATUS, wire.Kind.RECORDS)]
    with trying(here.spy(), broker.port) as spy, trying(here.login(version=version), broker.port) as device:
        assert not any(answer.is_failure for answer in spy.subscribe("#"))
        for forbidden in FORBIDDEN_WRITES:
            for retain in (False, True):
                answer = device.publish(forbidden, b"forbidden", retain=retain)
                assert answer.value == (NOT_AUTHORIZED if version == "5" else 0), forbidden
        for allowed in own:
            assert device.publish(allowed, b"allowed").value == 0
        spy.hears(own[-1], b"allowed")
    assert spy.heard == [(allowed, b"allowed") for allowed in own]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_device_reads_its_own_receipts_and_nothing_else(here: Installation, broker: Mosquitto, version: str) -> None:
    with trying(here.spy(), broker.port) as spy, trying(here.login(version=version), broker.port) as device:
        for forbidden in FORBIDDEN_READS:
            device.subscribe(forbidden)
        for kind in wire.Kind:
            assert spy.publish(topic(kind, OTHER), b"others").value in {0, 0x10}
            assert spy.publish(topic(kind, CAMERA, "another-site"), b"others").value in {0, 0x10}
        for kind in (wire.Kind.RECORDS, wire.Kind.LIVE, wire.Kind.STATUS):
            spy.publish(topic(kind), b"own")
        spy.publish(topic(wire.Kind.RECEIPT), b"own")
        device.hears(topic(wire.Kind.RECEIPT), b"own")
    assert set(device.heard) == {(topic(wire.Kind.RECEIPT), b"own")}


def test_a_last_will_in_the_name_of_another_is_not_published(here: Installation, broker: Mosquitto) -> None:
    with trying(here.spy(), broker.port) as spy:
        spy.subscribe("#")
        for subject in (OTHER, CAMERA):
            with trying(here.login(), broker.port, will=topic(wire.Kind.STATUS, subject)) as device:
                connection = device.client.socket()
                assert isinstance(connection, ssl.SSLSocket)
                connection.shutdown(socket.SHUT_RDWR)
                eventually(device.is_cut_off)
        spy.hears(topic(wire.Kind.STATUS), b"will")
    assert spy.heard == [(topic(wire.Kind.STATUS), b"will")]


def test_ingest_writes_receipts_and_nothing_else(here: Installation, broker: Mosquitto) -> None:
    with trying(here.ingest(), broker.port) as ingest, trying(here.login(), broker.port) as device:
        device.subscribe(topic(wire.Kind.RECEIPT))
        ingest.subscribe(wire.subscription(wire.Kind.RECORDS, "replicas"), wire.subscription(wire.Kind.STATUS))
        for kind in (wire.Kind.RECORDS, wire.Kind.LIVE, wire.Kind.STATUS):
            assert ingest.publish(topic(kind), b"forged").value == NOT_AUTHORIZED
        assert ingest.publish(topic(wire.Kind.RECEIPT), b"receipt").value == 0
        device.hears(topic(wire.Kind.RECEIPT), b"receipt")
        for kind in (wire.Kind.STATUS, wire.Kind.RECORDS):
            assert device.publish(topic(kind), b"sent").value == 0
            ingest.hears(topic(kind), b"sent")


def test_wrong_passwords_and_strange_names_are_refused(here: Installation, broker: Mosquitto) -> None:
    login = here.login()
    stolen = here.login(OTHER).password
    for wrong in (
        *(replace(login, password=password) for password in ("wrong", "", stolen)),
        replace(login, username=f"{SITE}.no-such"),
        replace(login, username="ingest"),
        replace(login, username=None, password=None, client_id=f"{SITE}.{CAMERA}"),
    ):
        assert refused(wrong, broker.port) == NOT_AUTHORIZED
        assert refused(replace(wrong, version="3.1.1", client_id="x"), broker.port) == NOT_AUTHORIZED


def test_without_tls_there_is_no_answer(here: Installation, broker: Mosquitto) -> None:
    with trying(replace(here.login(), authority=None), broker.port) as stranger:
        assert stranger.accepted is None
        assert stranger.is_cut_off()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_tls_older_than_1_2_is_refused(here: Installation, broker: Mosquitto) -> None:
    context = ssl.create_default_context(cafile=str(here.authority))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", broker.port)) as plain, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(plain, server_hostname="127.0.0.1")


def test_a_revoked_device_is_cut_off_and_stays_out(here: Installation, broker: Mosquitto) -> None:
    login = here.login()
    with trying(login, broker.port) as device, trying(here.login(OTHER), broker.port) as other:
        here.command("device", "revoke", SITE, CAMERA)
        broker.reload()
        eventually(device.is_cut_off)
        assert other.publish(topic(wire.Kind.STATUS, OTHER)).value in {0, 0x10}
        assert not other.is_cut_off()
    assert refused(login, broker.port) == NOT_AUTHORIZED
    here.command("device", "add", SITE, CAMERA)
    broker.reload()
    eventually(lambda: comes_in(here.login(), broker.port))
    assert refused(login, broker.port) == NOT_AUTHORIZED


def comes_in(login: Login, port: int) -> bool:
    with trying(login, port) as peer:
        return peer.accepted is not None and not peer.accepted.is_failure


def test_after_a_rotation_the_old_password_is_refused(here: Installation, broker: Mosquitto) -> None:
    old = here.login()
    here.command("device", "rotate", SITE, CAMERA)
    assert comes_in(old, broker.port)
    broker.reload()
    eventually(lambda: comes_in(here.login(), broker.port))
    assert refused(old, broker.port) == NOT_AUTHORIZED


def test_a_client_id_of_another_throws_nobody_out(here: Installation, broker: Mosquitto) -> None:
    with trying(replace(here.login(), client_id=f"{SITE}.{CAMERA}"), broker.port) as device:
        for client_id in (f"{SITE}.{CAMERA}", "ingest", ""):
            with trying(replace(here.login(OTHER), client_id=client_id), broker.port) as other:
                assert other.publish(topic(wire.Kind.STATUS, OTHER)).value in {0, 0x10}
        assert device.publish(topic(wire.Kind.STATUS)).value in {0, 0x10}
        assert not device.is_cut_off()


def test_a_device_cannot_take_from_replicas_whose_group_it_does_not_know(here: Installation, broker: Mosquitto) -> None:
    share = here.accounts().share
    with (
        trying(here.ingest(), broker.port) as ingest,
        trying(here.login(OTHER), broker.port) as thief,
        trying(here.login(), broker.port) as device,
    ):
        ingest.subscribe(wire.subscription(wire.Kind.RECORDS, share))
        for group in ("ingest", "replicas", "x" * len(share)):
            thief.client.subscribe(wire.subscription(wire.Kind.RECORDS, group), 1)
        sent = [(topic(wire.Kind.RECORDS), b"%d" % number) for number in range(50)]
        for where, payload in sent:
            assert device.publish(where, payload).value == 0
        ingest.hears(*sent[-1])
    assert ingest.heard == sent
    assert thief.heard == []


def assert_said(address: BrokerAddress, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    mqtt = MqttConnection(address, lambda _: None)
    mqtt.start()
    try:
        eventually(lambda: sentence in caplog.text)
    finally:
        mqtt.stop(0)


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
def test_ingest_says_why_it_cannot_connect(
    here: Installation, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = here.folder.parent / "another.pem"
    stranger.write_bytes(certificates.make_authority(now()).certificate)
    login = here.ingest()
    address = BrokerAddress("127.0.0.1", broker.port, username="ingest", password=login.password, tls=True)
    for wrong, said in (
        (replace(address, tls_ca=stranger), "certificate verify failed"),
        (replace(address, tls_ca=here.authority, password=here.login().password), "refuses us: Not authorized"),
    ):
        caplog.clear()
        assert_said(wrong, said, caplog)
    with pytest.raises(MqttError, match="files of TLS can't be used"):
        MqttConnection(replace(address, tls_ca=Path("nowhere.pem")), lambda _: None)


def table(here: Installation, port: int, **more: object) -> MqttTable:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "username": f"{SITE}.{CAMERA}",
        "password_file": here.password_file(),
        "tls_ca": here.authority,
    }
    return MqttTable.model_validate(values | more)


def link(table: MqttTable) -> BrokerConnection:
    return BrokerConnection(table, SITE, CAMERA, wire.Status(online=False, at=now()))


def test_of_two_devices_with_one_name_the_newer_stays_and_the_older_is_told(
    here: Installation, broker: Mosquitto
) -> None:
    with link(table(here, broker.port)) as older, link(table(here, broker.port)) as newer:
        with pytest.raises(BrokerConnectionError, match=r"another program connected under|connection was lost"):
            eventually(lambda: older.poll(0.05) is None)
        assert newer.poll(0.05) == []
    assert f"{SITE}.{CAMERA} already connected, closing old connection" in broker.log.read_text()


def comes_in_as_counter(table: MqttTable) -> bool:
    with link(table) as connected:
        return connected.poll(0) == []


def put_server(here: Installation, broker: Mosquitto, pair: KeyPair) -> None:
    files.write(here.folder / "mosquitto" / "server.key", pair.key)
    files.write(here.folder / "mosquitto" / "server.pem", pair.certificate)
    broker.reload()


def authority(here: Installation) -> KeyPair:
    return KeyPair(
        (here.folder / "authority" / "ca.pem").read_bytes(), (here.folder / "authority" / "ca.key").read_bytes()
    )


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        (lambda own: certificates.make_server(own, ["127.0.0.1"], now() - timedelta(hours=2), days=0), "has expired"),
        (lambda own: certificates.make_server(own, ["elsewhere.se"], now()), "doesn't match|not valid for"),
        (lambda _: certificates.make_server(certificates.make_authority(now()), ["127.0.0.1"], now()), "verify failed"),
        (lambda own: certificates.make_client(own, "127.0.0.1", now()), "purpose|unsuitable"),
    ],
    ids=["expired", "another name", "another authority", "a device's certificate"],
)
def test_a_device_refuses_a_broker_that_is_not_the_one(
    here: Installation, broker: Mosquitto, pair: object, sentence: str
) -> None:
    comes_in_as_counter(table(here, broker.port))
    assert callable(pair)
    put_server(here, broker, pair(authority(here)))
    with pytest.raises(BrokerConnectionError, match=f"no TLS connection: .*({sentence})"):
        eventually(lambda: not comes_in_as_counter(table(here, broker.port)))


def test_a_renewed_certificate_is_taken_without_a_restart(here: Installation, broker: Mosquitto) -> None:
    here.command("tls", "renew")
    broker.reload()
    new = (here.folder / "mosquitto" / "server.pem").read_text()
    eventually(lambda: ssl.get_server_certificate(("127.0.0.1", broker.port)).split() == new.split())
    comes_in_as_counter(table(here, broker.port))


def test_with_client_certificates_a_password_alone_is_not_enough(tmp_path: Path) -> None:
    here = make(tmp_path, "--client-certificate")
    files_of = here.with_certificate(here.login()).own
    assert files_of
    with here.broker("require_certificate true") as broker:
        with link(table(here, broker.port, tls_cert=files_of[0], tls_key=files_of[1])) as device:
            device.poll(0)
        with pytest.raises(BrokerConnectionError):
            comes_in_as_counter(table(here, broker.port))
        expired = certificates.make_client(authority(here), f"{SITE}.{CAMERA}", now() - timedelta(hours=2), days=0)
        files.write(files_of[0], expired.certificate)
        files.write(files_of[1], expired.key)
        with pytest.raises(BrokerConnectionError):
            comes_in_as_counter(table(here, broker.port, tls_cert=files_of[0], tls_key=files_of[1]))


def test_a_packet_that_is_too_large_ends_the_connection(here: Installation, broker: Mosquitto) -> None:
    fits = b"x" * wire.MAX_PAYLOAD_BYTES
    with trying(here.spy(), broker.port) as spy:
        spy.subscribe("#")
        for version in ("5", "3.1.1"):
            with trying(here.login(version=version), broker.port) as device:
                assert device.publish(topic(wire.Kind.RECORDS), fits).value == 0
                device.client.publish(topic(wire.Kind.LIVE), b"x" * 70_001, 0)
                eventually(device.is_cut_off)
        eventually(lambda: len(spy.heard) == 2)
        assert spy.publish("marker").value == 0
        spy.hears("marker", b"x")
    assert len(spy.heard) == 3


def test_a_flood_does_not_fill_the_broker(here: Installation, broker: Mosquitto) -> None:
    """A reader that never acknowledges, and 130 MB for it."""
    began = psutil.Process(broker.process.pid).memory_info().rss
    with (
        trying(here.ingest(), broker.port, acknowledges=False) as ingest,
        trying(here.login(), broker.port) as device,
        trying(here.login(OTHER), broker.port) as other,
    ):
        ingest.subscribe(wire.subscription(wire.Kind.RECORDS))
        flood = b"x" * 65_000
        for _ in range(20):
            sent = [device.client.publish(topic(wire.Kind.RECORDS), flood, 1) for _ in range(100)]
            for one in sent:
                one.wait_for_publish(30)
        assert other.publish(topic(wire.Kind.STATUS, OTHER)).value in {0, 0x10}
        grown = psutil.Process(broker.process.pid).memory_info().rss - began
    assert grown < 100_000_000
