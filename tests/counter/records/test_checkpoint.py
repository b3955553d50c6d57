"""The open interval survives a restart, and nothing is counted twice."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from core import wire
from core.clock import SystemClock
from counter.delivery.network_thread import SharedState
from counter.detections import Detections
from counter.device_file import DeviceFile, load
from counter.errors import SourceError
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.record_writer import RecordWriter
from counter.service.counting_thread import CountingThread
from counter.service.run import count, fingerprint, make_tally, resume
from counter.sources.feed import Feed
from counter.sources.port import Input
from sim.kinds import KINDS
from tests.support.counter.records import START_S, SetClock, dwell, flow, open_outbox, seqs
from tests.support.counter.walkers import FRAME_MS, Walkers, device_file
from tests.support.waiting import eventually

START_MS = START_S * 1000
MINUTE_MS = 60_000


@dataclass
class Bench:
    """An outbox with its checkpoint and a writer, opened again by `restart`."""

    path: Path
    clock: SetClock = field(default_factory=SetClock)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.outbox = open_outbox(self.path, self.clock)
        self.checkpoints = CheckpointFile(self.path)
        self.writer = RecordWriter(self.outbox, self.checkpoints, "f")

    def close(self) -> None:
        self.outbox.close()
        self.checkpoints.close()

    def counter(self) -> CountingThread:
        device = device_file(self.path.parent)
        feed = Feed(Walkers(START_MS, START_MS, []))
        return CountingThread(feed, make_tally(device), self.writer, SharedState(), self.clock)

    def restart(self) -> None:
        self.close()
        self.open()

    def records(self) -> list[wire.Record]:
        payload = wire.encode_batch(
            self.outbox.identity.epoch, [stored.record for stored in self.outbox.unsettled(0, wire.MAX_RECORDS)]
        )
        return wire.decode_batch(payload).batch.records


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with closing(Bench(tmp_path / "outbox.sqlite3")) as bench:
        yield bench


def test_a_checkpoint_is_taken_only_by_its_own_geometry(bench: Bench) -> None:
    bench.checkpoints.write(Checkpoint("a", 5, b"state"))
    assert bench.checkpoints.take("a", 5) == Checkpoint("a", 5, b"state")
    assert bench.checkpoints.take("b", 5) is None
    assert bench.checkpoints.take("a", 5) is None


def test_a_checkpoint_that_kills_the_counter_is_dropped(bench: Bench) -> None:
    bench.checkpoints.write(Checkpoint("a", 5, b"state"))
    for _ in range(3):
        assert bench.checkpoints.take("a", 5) is not None
    assert bench.checkpoints.take("a", 5) is None


def test_a_newer_checkpoint_may_be_taken_again(bench: Bench) -> None:
    for n in range(8):
        bench.checkpoints.write(Checkpoint("a", n, b"state"))
        assert bench.checkpoints.take("a", 5) is not None


def test_a_new_epoch_begins_at_the_next_boundaries(bench: Bench) -> None:
    bench.writer.note_first_frame(START_MS + 20_000)
    bench.writer.append([flow(0), flow(1), dwell(0), flow(2), dwell(1)], b"", START_MS)
    assert [(type(one).__name__, one.start.minute) for one in bench.records()] == [
        ("FlowRecord", wire.utc(START_S + 60).minute),
        ("FlowRecord", wire.utc(START_S + 120).minute),
        ("DwellRecord", wire.utc(START_S + 900).minute),
    ]


def test_an_epoch_that_began_on_a_boundary_keeps_its_first_period(bench: Bench) -> None:
    bench.writer.note_first_frame(START_MS)
    bench.writer.append([flow(0), dwell(0)], b"", START_MS)
    assert len(bench.records()) == 2


def test_the_beginning_is_remembered_over_a_restart(bench: Bench) -> None:
    bench.writer.note_first_frame(START_MS + 20_000)
    bench.restart()
    bench.writer.note_first_frame(START_MS + 40_000)
    bench.writer.append([flow(0)], b"", START_MS)
    bench.restart()
    bench.writer.append([flow(0), flow(1)], b"", START_MS)
    assert len(bench.records()) == 1


def test_starts_rise_strictly_within_an_epoch(bench: Bench) -> None:
    bench.writer.append([flow(3), flow(2), flow(3), dwell(0)], b"", START_MS)
    bench.restart()
    bench.writer.append([flow(3), dwell(0), flow(4)], b"", START_MS)
    assert [one.start for one in bench.records()] == [flow(3).start, dwell(0).start, flow(4).start]


def _limit_pages(bench: Bench, pages: int) -> None:
    for one in (bench.outbox, bench.checkpoints):
        connection: sqlite3.Connection = one._connection  # noqa: SLF001 - the disk, as SQLite sees it
        connection.execute(f"pragma max_page_count = {pages}")


def test_on_a_full_disk_counting_goes_on_in_memory_until_there_is_space(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.writer.append([flow(0)], b"", START_MS)
    _limit_pages(bench, 1)
    for minute in range(1, 200):
        bench.writer.append([flow(minute)], b"x" * 40_000, START_MS)
    assert sum("disk is full" in record.message for record in caplog.records) == 1
    assert len(seqs(bench.outbox)) < 200
    _limit_pages(bench, 10_000)
    bench.writer.save_checkpoint(b"", START_MS)
    assert seqs(bench.outbox) == list(range(1, 201))


def test_memory_is_bounded_on_a_full_disk_and_the_oldest_are_not_recorded(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    writer = RecordWriter(bench.outbox, bench.checkpoints, "f", most_waiting=20)
    _limit_pages(bench, 1)
    for minute in range(50):
        writer.append([flow(minute)], b"x" * 40_000, START_MS)
    _limit_pages(bench, 10_000)
    writer.save_checkpoint(b"", START_MS)
    assert [one.start for one in bench.records()] == [flow(minute).start for minute in range(30, 50)]
    assert sum("is not recorded" in record.message for record in caplog.records) == 30


def _count(device: DeviceFile, walkers: Walkers) -> None:
    """Count in this process until the walkers have ended; nobody listens at the broker's port."""
    count(device, Input(walkers, None), SystemClock(), walkers.ended, "0.1.0")


def _lines(device: DeviceFile) -> dict[int, wire.LineFlow]:
    """Return the line's flow by minute after START_S."""
    clock = SetClock()
    with closing(open_outbox(device.outbox.path, clock)) as outbox:
        payload = wire.encode_batch(
            outbox.identity.epoch, [stored.record for stored in outbox.unsettled(0, wire.MAX_RECORDS)]
        )
    records = wire.decode_batch(payload).batch.records
    return {
        round(one.start.timestamp() - START_S) // 60: one.lines[0]
        for one in records
        if isinstance(one, wire.FlowRecord)
    }


WALKS = [START_MS + second * 1000 for second in (2, 30, 70, 100, 130)]


def _run_in_parts(folder: Path, cuts: list[int], missing_ms: int = 0) -> dict[int, wire.LineFlow]:
    device = device_file(folder)
    edges = [START_MS, *cuts, START_MS + 4 * MINUTE_MS]
    for begin_ms, end_ms in pairwise(edges):
        _count(device, Walkers(begin_ms + (missing_ms if begin_ms != START_MS else 0), end_ms, WALKS))
    return _lines(device)


@pytest.mark.simulation
def test_a_restart_without_a_gap_changes_no_record_when_nobody_is_in_view(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole = _run_in_parts(tmp_path / "whole", [])
    parts = _run_in_parts(tmp_path / "parts", [START_MS + 24_100, START_MS + 90_000])
    assert sum(line.forward for line in whole.values()) == len(WALKS)
    assert parts == whole
    assert [line.observed_ms for line in whole.values()] == [60_000] * 3


@pytest.mark.simulation
def test_a_restart_with_a_gap_says_what_was_not_observed(tmp_path: Path) -> None:
    lines = _run_in_parts(tmp_path, [START_MS + 90_000], missing_ms=4_000)
    assert [lines[minute].observed_ms for minute in range(3)] == [60_000, 60_000 - 4_000 - FRAME_MS, 60_000]
    assert sum(line.forward for line in lines.values()) == len(WALKS)


@dataclass
class Stalling(Walkers):
    """Walkers who stand still for ever after a time, like a sensor that hangs."""

    stall_ms: int = START_MS + 90_000

    def detections(self) -> Iterator[Detections]:
        for detections in super().detections():
            yield detections
            if detections.at_ms == self.stall_ms:
                Event().wait()


_KILLED = """
import sys
from pathlib import Path
from threading import Event
from core.clock import SystemClock
from counter.service.run import count
from counter.sources.port import Input
from tests.counter.records.test_checkpoint import MINUTE_MS, START_MS, WALKS, Stalling
from tests.support.counter.walkers import device_file
walkers = Stalling(START_MS, START_MS + 4 * MINUTE_MS, WALKS)
count(device_file(Path(sys.argv[1])), Input(walkers, None), SystemClock(), Event(), "0.1.0")
"""


def _checkpoint_ms(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("select at_ms from checkpoint").fetchall()
        except sqlite3.OperationalError:
            return 0
    return rows[0][0] if rows else 0


@pytest.mark.chain
def test_kill_9_loses_at_most_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    stalled_ms = START_MS + 90_000
    words = [sys.executable, "-c", _KILLED, str(tmp_path)]
    with subprocess.Popen(words, cwd=Path(__file__).parents[3], stderr=subprocess.DEVNULL) as process:
        try:
            eventually(lambda: _checkpoint_ms(tmp_path / "outbox.sqlite3") == stalled_ms)
        finally:
            process.send_signal(signal.SIGKILL)
    device = device_file(tmp_path)
    _count(device, Walkers(stalled_ms + 3_000, START_MS + 4 * MINUTE_MS, WALKS))
    lines = _lines(device)
    assert [lines[minute].observed_ms for minute in range(3)] == [60_000, 57_000, 60_000]
    assert sum(line.forward for line in lines.values()) == len(WALKS)


@pytest.mark.simulation
def test_another_geometry_begins_without_the_old_state(tmp_path: Path) -> None:
    device = device_file(tmp_path)
    _count(device, Walkers(START_MS, START_MS + 90_000, WALKS))
    text = (tmp_path / "device.toml").read_text().replace('setup = "sim-a"', 'setup = "sim-b"')
    (tmp_path / "device.toml").write_text(text)
    changed = load(tmp_path / "device.toml", KINDS)
    assert fingerprint(changed) != fingerprint(device)
    _count(changed, Walkers(START_MS + 94_000, START_MS + 3 * MINUTE_MS, WALKS))
    assert _lines(changed)[1].observed_ms == 30_000 - FRAME_MS  # what the old one had open, and nothing more


def test_bytes_that_are_no_state_are_dropped_and_said_so(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.checkpoints.write(Checkpoint("f", START_MS, b"nonsense"))
    assert resume(bench.counter(), bench.checkpoints, "f", START_MS + 1) is None
    assert "the checkpoint can't be used" in caplog.text
    assert bench.checkpoints.take("f", START_MS) is None


def test_a_source_that_fails_leaves_a_checkpoint_and_raises(tmp_path: Path) -> None:
    device = device_file(tmp_path)
    walkers = Walkers(START_MS, START_MS + 30_000, WALKS, fails=SourceError("the camera is gone"))
    with pytest.raises(SourceError, match="the camera is gone"):
        _count(device, walkers)
    assert _checkpoint_ms(device.outbox.path) == START_MS + 30_000 - FRAME_MS
