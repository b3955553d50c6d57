"""Where people stand is on a device's disk for seconds, outside the database, and gone when a counter ends."""

import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.clock import SystemClock
from counter.counting.snapshot import read
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.device_file import DeviceFile
from counter.errors import SourceError
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.outbox_file import prepare
from counter.records.people_file import PEOPLE_MS, People, PeopleFile
from counter.records.record_writer import RecordWriter
from counter.service.run import count, fingerprint, make_tally
from counter.sources.port import Input
from tests.support.counter.records import START_S, SetClock, open_outbox
from tests.support.counter.walkers import FRAME_MS, Walkers, device_file, with_zone

START_MS = START_S * 1000
AT_MS = START_MS + 5000
PLACE = 3.14159265
"""How far from the wall everybody walks: nothing else in the files has these eight bytes."""


@dataclass
class AlongTheWall(Walkers):
    """Walkers who all keep the same distance from the wall."""

    def detections(self) -> Iterator[Detections]:
        for detections in super().detections():
            points = detections.points
            yield Detections(detections.at_ms, np.column_stack((points[:, 0], np.full(len(points), PLACE))))


def _walkers(end_s: float, fails: Exception | None = None) -> AlongTheWall:
    return AlongTheWall(START_MS, START_MS + round(end_s * 1000), [START_MS + 1000, START_MS + 3000], fails=fails)


def _holds_a_place(path: Path) -> bool:
    data = path.read_bytes()
    return any(struct.pack(order, PLACE) in data for order in ("<d", ">d"))


def _tally_with_people(device: DeviceFile) -> Tally:
    tally = make_tally(device)
    for detections in _walkers(6).detections():
        tally.update(detections)
    return tally


def _without_people(folder: Path, state: bytes) -> bytes:
    tally = make_tally(device_file(folder))
    tally.restore(state)
    tally.lose_everyone()
    return tally.state()


@pytest.fixture
def outbox_path(tmp_path: Path) -> Path:
    path = tmp_path / "outbox.sqlite3"
    prepare(path, SetClock())
    return path


def test_while_counting_places_are_in_their_own_file_alone(outbox_path: Path) -> None:
    state = _tally_with_people(device_file(outbox_path.parent)).state()
    with (
        closing(open_outbox(outbox_path, SetClock())) as outbox,
        closing(CheckpointFile(outbox_path)) as checkpoints,
    ):
        RecordWriter(outbox, checkpoints, "f").save_checkpoint(
            _without_people(outbox_path.parent, state), START_MS, state
        )
        holding = [path.name for path in outbox_path.parent.iterdir() if _holds_a_place(path)]
        assert holding == ["outbox.sqlite3.people"]
        assert (outbox_path.parent / "outbox.sqlite3-wal").exists()


@pytest.mark.parametrize("fails", [None, SourceError("the camera is gone")])
def test_after_the_end_no_file_holds_a_place(tmp_path: Path, fails: Exception | None) -> None:
    device, walkers = device_file(tmp_path), _walkers(6, fails)
    try:
        count(device, Input(walkers), SystemClock(), walkers.ended, "0.1.0")
    except SourceError:
        assert fails is not None
    assert not [path.name for path in tmp_path.iterdir() if _holds_a_place(path)]
    assert not list(tmp_path.glob("*.people"))
    with closing(CheckpointFile(device.outbox.path)) as checkpoints:
        saved = checkpoints.take(fingerprint(device), START_MS)
    assert saved is not None
    assert saved.at_ms == START_MS + 6000 - FRAME_MS


def test_places_are_gone_also_when_the_disk_is_full(outbox_path: Path) -> None:
    with (
        closing(open_outbox(outbox_path, SetClock())) as outbox,
        closing(CheckpointFile(outbox_path)) as checkpoints,
    ):
        writer = RecordWriter(outbox, checkpoints, "f")
        writer.save_checkpoint(b"totals", AT_MS, b"whole")
        checkpoints._connection.execute("pragma max_page_count = 1")  # noqa: SLF001 - the disk, as SQLite sees it
        writer.save_checkpoint(b"x" * 100_000, AT_MS)
    assert not list(outbox_path.parent.glob("*.people"))


def test_a_state_without_people_holds_no_place_and_nobody_is_still_there(tmp_path: Path) -> None:
    tally = _tally_with_people(with_zone(device_file(tmp_path), tmp_path))
    before = read(tally.state(), keys := ["sim-a.c3", "60 s", "line stationen", "zone bankarna"])
    assert before.tracks
    assert before.last
    assert before.zones["bankarna"]
    tally.lose_everyone()
    after = read(tally.state(), keys)
    assert (after.tracks, after.last, after.lines, after.zones) == ([], {}, {"stationen": {}}, {"bankarna": {}})
    (cell,) = after.sums.flow.values()
    zone = cell.zones["bankarna"]
    assert zone.entries + zone.appeared == zone.exits + zone.lost == 2


@pytest.mark.parametrize(
    ("now_ms", "people"),
    [
        (AT_MS, b"whole"),
        (AT_MS + PEOPLE_MS, b"whole"),
        (AT_MS + PEOPLE_MS + 1, None),
        (AT_MS - 1, None),
    ],
)
def test_people_serve_only_a_start_within_ten_seconds_and_only_once(
    outbox_path: Path, now_ms: int, people: bytes | None
) -> None:
    with closing(CheckpointFile(outbox_path)) as checkpoints:
        checkpoints.write(Checkpoint("f", AT_MS, b"totals", b"whole"))
        assert checkpoints.take("f", now_ms) == Checkpoint("f", AT_MS, b"totals", people)
        assert not list(outbox_path.parent.glob("*.people"))
        assert checkpoints.take("f", now_ms) == Checkpoint("f", AT_MS, b"totals")


@pytest.mark.parametrize("other", [People("g", AT_MS, b"whole"), People("f", AT_MS - 100, b"whole")])
def test_people_of_another_moment_or_geometry_are_not_used(outbox_path: Path, other: People) -> None:
    with closing(CheckpointFile(outbox_path)) as checkpoints:
        checkpoints.write(Checkpoint("f", AT_MS, b"totals"))
        PeopleFile(outbox_path).write(other)
        assert checkpoints.take("f", AT_MS) == Checkpoint("f", AT_MS, b"totals")


def test_a_file_not_written_to_its_end_is_none(tmp_path: Path) -> None:
    file = PeopleFile(tmp_path / "outbox")
    file.write(People("f", AT_MS, b"a long state" * 100))
    file.write(People("f", AT_MS, b"short"))
    assert file.take() == People("f", AT_MS, b"short")
    assert file.take() is None
    for size in (0, 10, 40):
        file.write(People("f", AT_MS, b"whole"))
        path = tmp_path / "outbox.people"
        path.write_bytes(path.read_bytes()[:size])
        assert file.take() is None


def test_someone_on_the_line_during_a_kill_is_counted_after_it(tmp_path: Path) -> None:
    device, cut_ms = device_file(tmp_path), START_MS + 5000
    prepare(device.outbox.path, SetClock())
    tally, walks = make_tally(device), [START_MS + 1000]
    for detections in Walkers(START_MS, cut_ms, walks).detections():
        tally.update(detections)
    with (
        closing(open_outbox(device.outbox.path, SetClock())) as outbox,
        closing(CheckpointFile(device.outbox.path)) as checkpoints,
    ):
        writer = RecordWriter(outbox, checkpoints, fingerprint(device))
        writer.note_first_frame(START_MS)
        writer.save_checkpoint(_without_people(tmp_path, tally.state()), cut_ms - FRAME_MS, tally.state())
    rest = Walkers(cut_ms, START_MS + 70_000, walks)
    count(device, Input(rest), SetClock(cut_ms + 500), rest.ended, "0.1.0")
    with closing(open_outbox(device.outbox.path, SetClock())) as outbox:
        assert b'"forward":1,' in outbox.unsettled(0, 1)[0].record
