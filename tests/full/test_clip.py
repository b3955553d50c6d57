"""The recorded clip of six people, counted by each real detector, and through the whole chain."""

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from counter.detectors.choose import open_detector
from counter.detectors.settings import DetectorTable, OnnxDetector, OpenVinoDetector, UltralyticsDetector
from counter.errors import DetectorError
from counter.sources.video.open import open_clip
from counter.sources.video.settings import ClipSource
from ingest import wire
from ingest.database import Database, connect
from ingest.migrate import migrate
from platspuls.demo.clip import ClipPlace
from platspuls.embedded.broker import Broker
from tests.counter.clip_truth import PIXELS_PER_METRE, check, check_dwell, tally
from tests.counter.tracks import count
from tests.data import CLIP, YOLO11N, YOLOX_NANO, recorded
from tests.servers import need
from tests.servers.mosquitto import running_mosquitto
from tests.servers.timescale import running_apache

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

LIBRARIES = {"onnx": "onnxruntime", "openvino": "openvino", "ultralytics": "ultralytics"}
DETECTORS = [("ultralytics", YOLO11N), ("openvino", YOLO11N), ("openvino", YOLOX_NANO), ("onnx", YOLOX_NANO)]
START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
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


def _need(kind: str) -> None:
    need(importlib.util.find_spec(LIBRARIES[kind]) is not None, LIBRARIES[kind])


def _table(kind: str, weights: Path, confidence: float = 0.4) -> DetectorTable:
    match kind:
        case "onnx":
            return OnnxDetector(kind="onnx", weights=weights, confidence=confidence)
        case "openvino":
            return OpenVinoDetector(kind="openvino", weights=weights, confidence=confidence)
        case _:
            return UltralyticsDetector(kind="ultralytics", weights=weights, confidence=confidence)


@pytest.mark.parametrize(("kind", "weights"), DETECTORS)
def test_each_detector_counts_six_and_measures_their_stay(kind: str, weights: str) -> None:
    _need(kind)
    settings = ClipSource(kind="clip", file=recorded(CLIP), start=START, pixels_per_metre=PIXELS_PER_METRE)
    _, source = open_clip(settings, _table(kind, recorded(weights)))
    check(count(source.observations(), tally()))


@pytest.mark.parametrize(("kind", "weights"), DETECTORS)
def test_each_detector_finds_the_people_of_known_pictures(kind: str, weights: str) -> None:
    _need(kind)
    _need("ultralytics")
    from ultralytics.utils import ASSETS  # noqa: PLC0415 - its pictures are used, where it is installed

    detector = open_detector(_table(kind, recorded(weights), confidence=0.25))
    found = [detector.detect(_picture(ASSETS / name)).xyxy for name in ("bus.jpg", "zidane.jpg")]
    assert [len(boxes) for boxes in found] == [4, 2]


def _picture(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = cv2.imread(str(path))
    assert image is not None
    return np.asarray(image, dtype=np.uint8)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("yolo11n-seg.yaml", "was trained for 'segment'; counting needs a model of the task 'detect'"),
        ("yolo11n-cls.yaml", "was trained for 'classify'"),
        ("yolo11n-pose.yaml", "was trained for 'pose'"),
    ],
)
def test_ultralytics_weights_of_another_task_are_refused(model: str, sentence: str, tmp_path: Path) -> None:
    _need("ultralytics")
    from ultralytics import YOLO  # noqa: PLC0415 - makes the weights, where it is installed

    YOLO(model).save(tmp_path / "w.pt")
    with pytest.raises(DetectorError, match=rf"w\.pt {sentence}"):
        open_detector(_table("ultralytics", tmp_path / "w.pt"))


def test_ultralytics_weights_without_people_are_refused(tmp_path: Path) -> None:
    _need("ultralytics")
    from ultralytics import YOLO  # noqa: PLC0415 - makes the weights, where it is installed

    model = YOLO("yolo11n.yaml")
    model.model.names = {number: f"thing {number}" for number in range(80)}
    model.save(tmp_path / "w.pt")
    with pytest.raises(DetectorError, match="finds no people: none of its 80 classes is named 'person'"):
        open_detector(_table("ultralytics", tmp_path / "w.pt"))


@pytest.mark.parametrize("kind", ["openvino", "ultralytics"])
def test_files_that_are_no_weights_are_refused(kind: str, tmp_path: Path) -> None:
    _need(kind)
    for name, content in (("w.xml", b"no model"), ("w.onnx", b""), ("w.pt", b"no model"), ("w.txt", b"no model")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DetectorError, match=name):
            open_detector(_table(kind, tmp_path / name))
    (tmp_path / "folder").mkdir()
    with pytest.raises(DetectorError, match="folder"):
        open_detector(_table(kind, tmp_path / "folder"))


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
    _need("onnx")
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
    _need(kind)
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
