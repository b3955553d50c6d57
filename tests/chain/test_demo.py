"""`platspuls demo` as its user runs it: up, killed part by part under load, ended, started again, nothing lost."""

import json
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from core import wire
from platspuls.embedded.process import free_port
from store.database import Database, connect

pytestmark = [pytest.mark.chain, pytest.mark.timeout(400)]
SITE = "haninge-entre"


@dataclass(frozen=True, slots=True)
class Demo:
    """A running `platspuls demo`."""

    process: subprocess.Popen[str]
    folder: Path
    port: int

    def get(self, path: str) -> dict[str, object] | None:
        """Return what the API answers, or None while it doesn't."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return dict(json.load(answer))
        except (URLError, OSError):
            return None

    def pid_of(self, *words: str) -> int | None:
        """Return the process id of the part whose command line has all these words."""
        for child in psutil.Process(self.process.pid).children():
            try:
                line = " ".join(child.cmdline())
            except psutil.NoSuchProcess:
                continue
            if all(word in line for word in words):
                return child.pid
        return None

    def database(self) -> Database:
        """Return a connection to the demo's database."""
        words = shlex.split((self.folder / "env").read_text())
        environment = dict(word.split("=", 1) for word in words if "=" in word)
        return connect(environment["PLATSPULS_DATABASE_URL"], application="test", autocommit=True)


def _start(folder: Path) -> Demo:
    port = free_port()
    words = [sys.executable, "-m", "platspuls", "demo", "--folder", str(folder), "--port", str(port)]
    process = subprocess.Popen(
        [*words, "--history-days", "2"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    demo = Demo(process, folder, port)
    until(lambda: process.poll() is not None or bool(demo.get(f"/api/v1/sites/{SITE}")), "the API answers")
    assert process.poll() is None, process.stdout and process.stdout.read()
    return demo


def _end(demo: Demo) -> str:
    demo.process.send_signal(signal.SIGINT)
    said, _ = demo.process.communicate(timeout=60)
    return said


def until(condition: Callable[[], bool], what: str, timeout_s: float = 120) -> None:
    """Wait for a condition; fail with `what` it was."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def folder(server_folder: Path) -> Path:
    return server_folder / "demo"


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    demo = _start(folder)
    yield demo
    if demo.process.poll() is None:
        _end(demo)


PARTS = {
    "ingest": ("ingest", "run"),
    "database": ("postgres", "-D"),
    "broker": ("iotcore",),
    "counter": ("counter", "tunnel-kamera.toml"),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_comes_back(demo: Demo, part: str) -> None:
    words = PARTS[part]
    until(lambda: demo.pid_of(*words) is not None, f"{part} runs")
    pid = demo.pid_of(*words)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: demo.pid_of(*words) not in (None, pid), f"{part} is started again")


def test_all_that_was_made_is_stored_once_and_as_it_was_made(demo: Demo) -> None:
    until(lambda: _unsettled(demo.folder) == 0, "every record has its receipt", timeout_s=200)
    assert _end(demo).splitlines()[-1] == "Ending ..."
    assert demo.process.returncode == 0
    made = {path.stem.removesuffix(".outbox"): _records(path) for path in _outboxes(demo.folder)}
    again = _start(demo.folder)
    try:
        with again.database() as database:
            _compare(made, database)
            assert _difference_to_a_recount(database) == []
    finally:
        _end(again)


def _outboxes(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.sqlite3"))
    assert len(found) == 4
    return found


def _unsettled(folder: Path) -> int:
    return sum(
        sqlite3.connect(path).execute("select count(*) from record where settled_ms is null").fetchone()[0]
        for path in _outboxes(folder)
    )


def _records(outbox: Path) -> list[wire.Record]:
    epoch = "0" * 16
    rows = sqlite3.connect(outbox).execute("select bytes from record order by seq").fetchall()
    return [wire.decode_batch(wire.encode_batch(epoch, [row[0]])).batch.records[0] for row in rows]


def _compare(made: dict[str, list[wire.Record]], database: Database) -> None:
    """Each device's records, as its outbox has them, against the facts in the database, both ways."""
    lines = {
        (line.line, record.start, line.forward, line.backward, line.observed_ms)
        for records in made.values()
        for record in records
        if isinstance(record, wire.FlowRecord)
        for line in record.lines
    }
    newest = min(records[-1].start for records in made.values())
    stored = database.execute(
        "select l.key, f.start, f.forward, f.backward, f.observed_ms"
        " from platspuls.line_flow f join platspuls.line l using (line_id)"
    ).fetchall()
    assert {row for row in stored if row[1] <= newest} == {line for line in lines if line[1] <= newest}
    assert len(stored) == len(set(stored))
    for rejected, lost in database.execute("select rejected::text, lost::text from platspuls.delivery"):
        assert (rejected, lost) == ("{}", "{}")
    assert database.execute("select count(*) from platspuls.conflict").fetchone() == (0,)


def _difference_to_a_recount(database: Database) -> list[tuple[object, ...]]:
    return database.execute(
        """
        with recount as (
          select line_id, date_bin('15 minutes', start, '2000-01-01Z') as start,
            sum(forward)::int, sum(backward)::int, sum(gross_forward)::int, sum(gross_backward)::int,
            sum(observed_ms)::int
          from platspuls.line_flow group by 1, 2),
        kept as (
          select line_id, start, forward, backward, gross_forward, gross_backward, observed_ms
          from platspuls.line_quarter)
        (table recount except table kept) union all (table kept except table recount)
        """
    ).fetchall()
