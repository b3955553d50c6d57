"""The whole chain with credentials: counter, Mosquitto as it is deployed, ingest, PostgreSQL."""

import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from core import wire
from core.clock import SystemClock
from counter.device_file import load
from counter.service.run import count
from counter.sources.port import Input
from sim.kinds import KINDS
from store.database import Database, connect
from tests.chain.ingest_runs import ingesting
from tests.full.installation import CAMERA, SITE, Installation, make, topic
from tests.support.counter.walkers import DEVICE, Walkers
from tests.support.servers.peer import trying
from tests.support.small_site import make_site, rows
from tests.support.waiting import eventually

pytestmark = pytest.mark.full

MINUTE_MS = 60_000
START_MS = (round(time.time()) // 900 - 8) * 900_000


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return make(tmp_path)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, SITE, [CAMERA])
        yield database


def ingest_settings(here: Installation) -> dict[str, str]:
    """Return the settings that `platspuls device ingest` prints."""
    said = here.command("device", "ingest").output
    prefix = "PLATSPULS_INGEST_"
    given = [line.strip().removeprefix(prefix).split("=", 1) for line in said.splitlines() if prefix in line]
    return {name.lower(): value for name, value in given}


def put_device(here: Installation, folder: Path, port: int, version: str = "5") -> Path:
    """Put the files of the device beside a device file, as docs/devices.md tells; return the device file."""
    folder.mkdir()
    for file in here.password_file().parent.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    table = (folder / f"{CAMERA}.mqtt.toml").read_text().replace("8883", str(port))
    text = DEVICE.format(site=SITE, port=port, version=version).partition("[mqtt]")[0].replace("stationen", "north")
    path = folder / "device.toml"
    path.write_text(f'{text}{table}version = "{version}"\nreceipt_timeout_s = 5\n')
    assert tomllib.loads(path.read_text())["mqtt"]["username"] == f"{SITE}.{CAMERA}"
    return path


@contextmanager
def counting(file: Path, start_ms: int = START_MS) -> Iterator[threading.Thread]:
    """Count ten minutes; the thread ends once the last record has a receipt."""
    walkers = Walkers(start_ms, start_ms + 10 * MINUTE_MS, [start_ms + 2000, start_ms + 70_000])
    stop = Event()
    errors: list[Exception] = []

    def work() -> None:
        try:
            count(load(file, KINDS), Input(walkers), SystemClock(), stop, "0.1.0")
        except Exception as error:  # noqa: BLE001 - given to the test below
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    assert errors == []


def settled(database: Database) -> list[int]:
    """Return how many records of each epoch are settled."""
    query = "select (select sum(upper(part) - lower(part)) from unnest(stored) part) from platspuls.delivery"
    return [int(count) for (count,) in rows(database, query)]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_records_are_stored_and_receipted(
    here: Installation, database: Database, database_url: str, tmp_path: Path, version: str
) -> None:
    with here.broker() as broker:
        file = put_device(here, tmp_path / "device", broker.port, version)
        settings = ingest_settings(here)
        broker.reload()
        with ingesting(database_url, broker.port, **settings), counting(file) as thread:
            thread.join(60)
            assert not thread.is_alive()
    assert rows(database, "select sum(forward), count(*) from platspuls.line_flow") == [(2, 10)]
    assert settled(database) == [10]


def test_a_rotation_needs_no_restart_of_the_counter(
    here: Installation, database: Database, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with here.broker() as broker:
        settings = ingest_settings(here)
        file = put_device(here, tmp_path / "device", broker.port)
        here.command("device", "rotate", SITE, CAMERA)
        broker.reload()
        with ingesting(database_url, broker.port, **settings), counting(file) as thread:
            eventually(lambda: "refused the connection: Not authorized" in caplog.text)
            (file.parent / f"{CAMERA}.password").write_bytes(here.password_file().read_bytes())
            thread.join(60)
            assert not thread.is_alive()
    assert settled(database) == [10]


def test_two_counters_with_one_identity_lose_nothing(
    here: Installation, database: Database, database_url: str, tmp_path: Path
) -> None:
    with here.broker() as broker:
        settings = ingest_settings(here)
        broker.reload()
        one, other = (put_device(here, tmp_path / name, broker.port) for name in ("one", "other"))
        with (
            ingesting(database_url, broker.port, **settings),
            counting(one) as first,
            counting(other, START_MS + 30 * MINUTE_MS) as second,
        ):
            first.join(60)
            second.join(60)
            assert not first.is_alive()
            assert not second.is_alive()
        assert f"{SITE}.{CAMERA} already connected, closing old connection" in broker.log.read_text()
    assert settled(database) == [10, 10]
    assert rows(database, "select count(*) from platspuls.line_flow") == [(20,)]


HEALTH = "select online, revoked_at is not null from reading.device_health"


def test_what_the_broker_keeps_of_a_revoked_device_is_no_sign_of_life(
    here: Installation, database: Database, database_url: str
) -> None:
    """Its last will isn't published, and its status stays at the broker, sent to whoever comes."""
    store = ("--database-url", database_url)
    status = topic(wire.Kind.STATUS)
    with here.broker() as broker:
        settings = ingest_settings(here)
        broker.reload()
        with ingesting(database_url, broker.port, **settings), trying(here.login(), broker.port, will=status) as device:
            online = wire.Status(online=True, at=datetime.now(UTC).replace(microsecond=0))
            device.publish(status, wire.encode(online), retain=True)
            eventually(lambda: rows(database, HEALTH) == [(True, False)])
            here.command("device", "revoke", SITE, CAMERA, *store)
            broker.reload()
            eventually(device.is_cut_off)
        rows(database, "delete from platspuls.device_status returning 1")
        with trying(here.ingest(), broker.port) as reader:
            reader.subscribe(status)
            reader.hears(status, wire.encode(online))
        with ingesting(database_url, broker.port, **settings):
            eventually(lambda: rows(database, "select online from platspuls.device_status") == [(True,)])
        assert rows(database, HEALTH) == [(False, True)]
        here.command("device", "add", SITE, CAMERA, *store)
        assert rows(database, HEALTH) == [(True, False)]
