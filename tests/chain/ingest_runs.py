"""Ingest between a broker and a database, in a thread or as the program itself, and what tests look for there."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import wire
from ingest.service import IngestService
from ingest.settings import IngestSettings
from store.database import Database, connect
from tests.support.clients import as_ingest
from tests.support.small_site import make_site, rows
from tests.support.waiting import PATIENCE_S

HELD_LOCK = "lock table platspuls.line_flow in exclusive mode"
WAITING = (
    "select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'platspuls ingest' "
    "and datname = current_database()"
)
CUT = (
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'platspuls ingest' "
    "and datname = current_database()"
)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> str:
    """A site key of this test's own: all tests share the broker."""
    return f"s{abs(hash(request.node.name)) % 10**12}"


@pytest.fixture
def database(database_url: str, site: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, site, ["cam", "other"])
        yield database


@contextmanager
def ingesting(database_url: str, port: int, **more: object) -> Iterator[IngestService]:
    """Run the service in a thread; what it raises is raised at the end."""
    settings = IngestSettings.model_validate(
        {"PLATSPULS_DATABASE_URL": as_ingest(database_url), "mqtt_port": port, "live_interval_ms": 50, **more}
    )
    stop = threading.Event()
    service = IngestService(settings, stop)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(service.run)
        try:
            yield service
        finally:
            stop.set()
            running.result(PATIENCE_S)


def known(database: Database, site: str, at_least: int = 1) -> Callable[[], bool]:
    """Tell whether the status of so many devices has arrived: the service is subscribed."""
    query = (
        "select count(*) from platspuls.device_status join platspuls.device using (device_id) "
        "join platspuls.site using (site_id) where site.key = %s"
    )
    return lambda: rows(database, query, site)[0][0] >= at_least


def status(online: bool = True) -> bytes:
    return wire.encode(wire.Status(online=online, at=datetime.now(UTC).replace(microsecond=0)))


def stored_seqs(database: Database) -> int:
    return int(rows(database, "select count(distinct seq) from platspuls.line_flow")[0][0])


@contextmanager
def program(database_url: str, port: int, log: Path, **more: object) -> Iterator[subprocess.Popen[bytes]]:
    extra = {f"PLATSPULS_INGEST_{name.upper()}": str(value) for name, value in more.items()}
    environment = {
        "PLATSPULS_DATABASE_URL": as_ingest(database_url),
        "PLATSPULS_INGEST_MQTT_PORT": str(port),
        **extra,
    }
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "platspuls", "ingest", "run"], env=os.environ | environment, stderr=file
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
