"""The recorded clip of six people through the whole chain, with each real detector."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import wire
from platspuls.demo.clip import ClipPlace
from platspuls.embedded.broker import Broker
from store.database import Database, connect
from store.migrate import migrate
from tests.support.counter.clip_truth import check_dwell
from tests.support.data import CLIP, YOLO11N, YOLOX_NANO, recorded
from tests.support.servers import need_library
from tests.support.servers.mosquitto import running_mosquitto
from tests.support.servers.timescale import running_apache

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

FLOW = """
select sum(forward)::int, sum(backward)::int, sum(observed_ms)::int
from reading.line_flow('klipp', 'quarter', %s, %s)
"""
DWELL = """
select sum(entered)::int, sum(complete)::int, sum(cut)::int, sum(fragment)::int
from reading.zone_dwell('klipp', 'quarter', %s, %s, 15)
"""
BINS = """
select sum(complete_00)::int, sum(complete_01)::int, sum(complete_02)::int, sum(complete_03)::int,
  sum(complete_04)::int, sum(complete_05)::int, sum(complete_06)::int
from platspuls.zone_dwell
"""


@contextmanager
def _running(*words: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "platspuls", *words],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_the_clip_goes_through_the_whole_chain(tmp_path: Path, broker: Broker, database_url: str) -> None:
    """Counter, broker, ingest and PostgreSQL as their own programs; the counter ends when all of it is settled."""
    need_library("onnxruntime")
    place = ClipPlace(recorded(CLIP), recorded(YOLOX_NANO), line_at=600 / 768)
    files = place.write(tmp_path, broker.port_v5, datetime.now(UTC))
    _count_and_check(files, broker.port_v5, database_url)


@pytest.fixture(scope="module")
def timescale_url(server_folder: Path) -> Iterator[str]:
    with running_apache(server_folder) as url:
        yield url


@pytest.mark.parametrize("kind", ["openvino", "ultralytics"])
def test_the_clip_over_mosquitto_into_timescaledb(
    kind: str, tmp_path: Path, server_folder: Path, timescale_url: str
) -> None:
    """The parts that users run: each detector, Mosquitto, and a TimescaleDB of its own for each."""
    need_library(kind)
    database = f"clip_{kind}"
    with connect(timescale_url, application="test", autocommit=True) as server:
        server.execute(f"create database {database}".encode())
    url = timescale_url.replace("/postgres", f"/{database}")
    with connect(url, application="test", autocommit=True) as store:
        migrate(store)
        assert store.execute("select count(*) from timescaledb_information.hypertables").fetchone() == (5,)
    with running_mosquitto(server_folder / f"mosquitto-{kind}", ["allow_anonymous true"]) as (_, port):
        place = ClipPlace(recorded(CLIP), recorded(YOLO11N), line_at=600 / 768)
        site_file, device_file = place.write(tmp_path, port, datetime.now(UTC))
        device_file.write_text(device_file.read_text("utf-8").replace('kind = "openvino"', f'kind = "{kind}"'))
        _count_and_check((site_file, device_file), port, url)


def _count_and_check(files: tuple[Path, Path], port: int, database_url: str) -> None:
    site_file, device_file = files
    address = {"PLATSPULS_DATABASE_URL": database_url, "PLATSPULS_INGEST_MQTT_PORT": str(port)}
    words = [sys.executable, "-m", "platspuls", "site", "apply", str(site_file)]
    subprocess.run(words, env={**os.environ, **address}, check=True, capture_output=True)
    with (
        _running("ingest", "run", PLATSPULS_INGEST_MQTT_HOST="127.0.0.1", **address),
        _running("counter", "run", str(device_file)) as counter,
    ):
        assert counter.wait(600) == 0, counter.stderr and counter.stderr.read()
        with connect(database_url, application="test", autocommit=True) as database:
            _check_stored(database)


def _check_stored(database: Database) -> None:
    now = datetime.now(UTC)
    span = (now - timedelta(hours=2), now + timedelta(hours=1))
    assert database.execute(FLOW, span).fetchone() == (6, 0, 139_300)
    assert database.execute(DWELL, span).fetchone() == (6, 6, 0, 0)
    stored = database.execute(BINS).fetchone() or ()
    check_dwell({wire.BIN_EDGES_S[place]: visits for place, visits in enumerate(stored) if visits})
