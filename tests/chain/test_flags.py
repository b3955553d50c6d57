"""What a camera notices of its own pictures, from the frame to the reading contract: flags, and missing time."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.straight_down import Floor, Shown, walker
from platspuls.embedded.broker import Broker
from store.database import connect
from tests.support.counter.devices import write_device

pytestmark = [pytest.mark.chain, pytest.mark.timeout(200)]

RATE = 4
SECONDS = 240
COVERED = range(60, 150)
FLOOR = (4.0, 3.0)
SITE = """\
[site]
key = "flaggplats"
name = {{ sv = "Flaggplats", en = "Flag place" }}
time_zone = "Europe/Stockholm"

[[spaces]]
key = "hallen"
name = {{ sv = "Hallen", en = "The hall" }}

[[borders]]
key = "dorren"
name = {{ sv = "Dörren", en = "The door" }}
from = "outside"
to = "hallen"

[[lines]]
key = "dorren"
name = {{ sv = "Dörren", en = "The door" }}
border = "dorren"
role = "main"
commissioned = [{{ from = {start}, to = {end} }}]

[[devices]]
key = "kamera"
name = {{ sv = "Kamera", en = "Camera" }}
lines = [{{ line = "dorren", from = {start} }}]
"""
FLOW = """
select sum(forward)::int, sum(backward)::int, sum(observed_ms)::int, reading.flag_names(bit_or(flags))
from reading.line_flow('flaggplats', 'quarter', %s, %s)
"""
CONFLICTS = "select count(*)::int from reading.conflict"


def _write_clip(path: Path) -> None:
    """Write a clip of a floor that one walks over at first and two afterwards; the lens is covered in between."""
    floor, chance = Floor(FLOOR), np.random.default_rng(3)
    people = [walker(at_s, 1.5, chance, forward=forward, floor=floor) for at_s, forward in ((20, True), (180, False))]
    people.append(walker(200, 1.0, chance, forward=False, floor=floor))
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), RATE, (96, 72))
    assert writer.isOpened()
    for number, frame in enumerate(Shown(floor, people, SECONDS, RATE).frames()):
        writer.write(np.full_like(frame.image, 70) if number // RATE in COVERED else frame.image)
    writer.release()


def _run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "platspuls", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_covered_lens_is_missing_time_and_says_so_in_every_answer(
    tmp_path: Path, broker: Broker, database_url: str
) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    values = {"start": start.isoformat(), "end": (start + timedelta(minutes=4)).isoformat()}
    _write_clip(tmp_path / "clip.avi")
    (tmp_path / "site.toml").write_text(SITE.format(**values), "utf-8")
    source = f'kind = "clip"\nfile = "clip.avi"\nstart = {values["start"]}\npixels_per_metre = 24.0'
    write_device(tmp_path, source, 48.0, 72.0, line="dorren", site="flaggplats", port=broker.port_v5)
    address = {"PLATSPULS_DATABASE_URL": database_url, "PLATSPULS_INGEST_MQTT_PORT": str(broker.port_v5)}
    applied = _run("site", "apply", str(tmp_path / "site.toml"), **address)
    assert applied.returncode == 0, applied.stderr
    ingest = subprocess.Popen(
        [sys.executable, "-m", "platspuls", "ingest", "run"],
        env={**os.environ, **address, "PLATSPULS_INGEST_MQTT_HOST": "127.0.0.1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        counted = _run("counter", "run", str(tmp_path / "device.toml"))
        assert counted.returncode == 0, counted.stderr
    finally:
        ingest.send_signal(signal.SIGTERM)
        ingest.communicate(timeout=60)
    with connect(database_url, application="test", autocommit=True) as database:
        row = database.execute(FLOW, (start, start + timedelta(minutes=15))).fetchone()
        assert row is not None
        forward, backward, observed_ms, flags = row
        assert (forward, backward, flags) == (1, 2, ["blocked"])
        assert (SECONDS - len(COVERED) - 20) * 1000 < observed_ms < (SECONDS - len(COVERED) + 4) * 1000
        minutes = "select observed_ms, flags from platspuls.line_flow order by start"
        stored = [(round(watched / 10_000), flag != 0) for watched, flag in database.execute(minutes).fetchall()]
        assert [flagged for _, flagged in stored] == [False, True, True, False]
        assert stored[1][0] <= 1
