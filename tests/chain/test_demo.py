"""`platspuls demo` as its user runs it: up, killed part by part under load, ended, started again, nothing lost."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import wire
from store.database import Database
from tests.support.demo import Demo, outboxes, start, until

pytestmark = [pytest.mark.chain, pytest.mark.timeout(400)]
_HISTORY_DAYS = 1


@pytest.fixture(scope="module")
def folder(server_folder: Path) -> Path:
    return server_folder / "demo"


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    demo = start(folder, _HISTORY_DAYS)
    yield demo
    if demo.process.poll() is None:
        demo.end()


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
    until(lambda: demo.unsettled() == 0, "every record has its receipt", timeout_s=200)
    assert demo.end().splitlines()[-1] == "Ending ..."
    assert demo.process.returncode == 0
    made = {path.stem.removesuffix(".outbox"): _records(path) for path in outboxes(demo.folder)}
    again = start(demo.folder, _HISTORY_DAYS)
    try:
        # A minute that ended just then was made after all had receipts.
        until(lambda: again.unsettled() == 0, "what was made last has its receipt")
        with again.database() as database:
            _compare(made, database)
            assert _difference_to_a_recount(database) == []
    finally:
        again.end()


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
