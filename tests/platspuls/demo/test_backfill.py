"""The demo's backfill: what was missed is in the outbox before counting starts; a kill loses and doubles nothing."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest

from core import wire
from core.clock import floor_ms
from counter.counting.draft import Draft
from counter.detections import Detections
from counter.records.checkpoint import CheckpointFile
from counter.records.outbox import Outbox
from counter.records.record_writer import RecordWriter
from counter.service.run import fingerprint
from platspuls.demo.counter import Backfill
from tests.support.counter.records import START_S, SetClock, flow, open_outbox
from tests.support.counter.walkers import FRAME_MS, Walkers, device_file

pytestmark = pytest.mark.simulation

START_MS = START_S * 1000
MINUTE_MS = 60_000
WALKS = [START_MS + second * 1000 for second in (2, 30, 70, 100, 130)]


class KilledError(Exception):
    """Stands for a kill: nothing after it is done."""


@dataclass
class KnownPast:
    """One flow record a minute, then the frames of the walkers; and what was asked of it."""

    minutes: int = 60
    dies_after: int = 1_000_000
    """Records and frames that are made before the kill."""
    asked: list[tuple[int, int]] = field(default_factory=list)
    made: int = 0

    def history_span(self, now_ms: int) -> tuple[int, int]:
        return START_MS - self.minutes * MINUTE_MS, floor_ms(now_ms, wire.QUARTER_S)

    def history(self, _device: object, from_ms: int, until_ms: int) -> Iterator[Draft]:
        self.asked.append((from_ms, until_ms))
        for at_ms in range(from_ms, until_ms, MINUTE_MS):
            self._live_or_die()
            yield flow((at_ms - START_MS) // MINUTE_MS)

    def replay(self, from_ms: int, until_ms: int, _every: int = 1) -> Iterator[Detections]:
        for detections in Walkers(from_ms + -from_ms % FRAME_MS, until_ms, WALKS).detections():
            self._live_or_die()
            yield detections

    def _live_or_die(self) -> None:
        self.made += 1
        if self.made > self.dies_after:
            raise KilledError


@dataclass
class Start:
    """One start of the demo's counter."""

    folder: Path
    clock: SetClock
    past: KnownPast = field(default_factory=KnownPast)

    def __post_init__(self) -> None:
        self.device = device_file(self.folder)

    def run(self, stop: Event | None = None, **changes: float) -> None:
        replace(Backfill(self.device, self.past, self.clock), **changes).run(stop or Event())

    def outbox(self) -> closing[Outbox]:
        return closing(open_outbox(self.device.outbox.path, self.clock))

    def minutes(self) -> list[int]:
        """Return the minutes after START_MS that have a record, in order of their seqs."""
        records = [record for stored in self.stored() for record in _decoded([stored])]
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        return [round(record.start.timestamp() - START_S) // 60 for record in records]

    def stored(self) -> list[bytes]:
        with self.outbox() as outbox:
            return [stored.record for stored in outbox.unsettled(0, 100_000)]

    def lines(self) -> list[wire.LineFlow]:
        """Return what was counted in frames, record by record."""
        return [record.lines[0] for record in _decoded(self.stored()[60:])]


def _decoded(records: list[bytes]) -> list[wire.FlowRecord]:
    return [
        record
        for record in wire.decode_batch(wire.encode_batch("0" * 16, records)).batch.records
        if isinstance(record, wire.FlowRecord)
    ]


def test_records_of_the_past_and_of_the_frames_since_follow_each_other(tmp_path: Path) -> None:
    start = Start(tmp_path, SetClock(START_MS + 3 * MINUTE_MS + 20_000))
    start.run()
    assert start.past.asked == [(START_MS - 60 * MINUTE_MS, START_MS)]
    assert start.minutes() == list(range(-60, 3))
    assert [line.observed_ms for line in start.lines()] == [60_000] * 3
    assert [line.forward for line in start.lines()] == [2, 2, 1]


def test_it_leaves_what_a_counter_leaves_that_ended_a_moment_ago(tmp_path: Path) -> None:
    start = Start(tmp_path, SetClock(START_MS + MINUTE_MS + 12_000))
    start.run()
    with closing(CheckpointFile(start.device.outbox.path)) as checkpoints:
        saved = checkpoints.take(fingerprint(start.device), start.clock.ms)
    assert saved is not None
    assert saved.at_ms == start.clock.ms - FRAME_MS
    assert saved.people is not None


@pytest.mark.parametrize("killed_after", [1, 59, 60, 61, 200])
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(tmp_path: Path, killed_after: int) -> None:
    now_ms = START_MS + MINUTE_MS + 500
    with pytest.raises(KilledError):
        Start(tmp_path, SetClock(now_ms), KnownPast(dies_after=killed_after)).run(batch=7)
    again = Start(tmp_path, SetClock(now_ms + 3000))
    again.run()
    assert again.minutes() == list(range(-60, 1))
    assert [line.forward for line in again.lines()] == [2]


def test_a_later_start_fills_the_gap_and_makes_nothing_twice(tmp_path: Path) -> None:
    Start(tmp_path, SetClock(START_MS + 61_000)).run()
    later = Start(tmp_path, SetClock(START_MS + 62 * MINUTE_MS + 1000))
    later.run()
    assert later.past.asked == [(START_MS, START_MS + 60 * MINUTE_MS)]
    assert later.minutes() == list(range(-60, 62))


def test_after_a_short_break_the_frames_since_the_checkpoint_are_played(tmp_path: Path) -> None:
    Start(tmp_path, SetClock(START_MS + 61_000)).run()
    later = Start(tmp_path, SetClock(START_MS + 2 * MINUTE_MS + 30_000))
    later.run()
    assert later.past.asked == []
    assert [line.observed_ms for line in later.lines()] == [60_000] * 2
    assert [line.forward for line in later.lines()] == [2, 2]


def test_a_clock_that_was_set_back_makes_nothing(tmp_path: Path) -> None:
    start = Start(tmp_path, SetClock(START_MS + 61_000))
    start.run()
    before = start.minutes()
    Start(tmp_path, SetClock(START_MS - 3_600_000)).run()
    assert start.minutes() == before


def test_who_ends_it_waits_for_one_batch_at_most(tmp_path: Path) -> None:
    stop, start = Event(), Start(tmp_path, SetClock(START_MS + 61_000))
    stop.set()
    start.run(stop)
    assert start.minutes() == []


def test_on_a_full_disk_the_past_waits_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    start = Start(tmp_path, SetClock(START_MS), KnownPast(minutes=1200))
    with start.outbox() as outbox, closing(CheckpointFile(start.device.outbox.path)) as checkpoints:
        limit = outbox._connection.execute  # noqa: SLF001 - how large the file of this connection may grow
        pages = limit("pragma page_count").fetchone()[0]
        limit(f"pragma max_page_count = {pages + 30}")
        kept: list[list[int]] = []

        class Stop(Event):
            """Frees the disk at the second wait."""

            def wait(self, timeout: float | None = None) -> bool:
                kept.append(start.minutes())
                if len(kept) > 1:
                    limit("pragma max_page_count = 1000000")
                return super().wait(timeout)

        writer = RecordWriter(outbox, checkpoints, "f")
        Backfill(start.device, start.past, start.clock, retry_s=0.01).bring_up(writer, checkpoints, Stop())
    assert kept[0] == kept[1] == list(range(-1200, -1200 + len(kept[0])))
    assert start.minutes() == list(range(-1200, 0))


def test_after_an_upgrade_what_the_version_before_left_open_is_a_record_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The class: whatever begins to count looks first at what another setup, or counting version, left open."""
    start = Start(tmp_path, SetClock(START_MS + 2 * MINUTE_MS + 20_000))
    start.run()
    assert start.minutes()[-1] == 1
    later = Start(tmp_path, SetClock(START_MS + 5 * MINUTE_MS + 5000))
    table = later.device.device.model_copy(update={"setup": "another"})
    later.device = later.device.model_copy(update={"device": table})
    later.run()
    assert later.minutes() == list(range(-60, 5))
    records = _decoded(later.stored())
    assert [record.setup.partition(".")[0] for record in records[62:]] == [records[0].setup.partition(".")[0]] + [
        "another"
    ] * 2
    assert 0 < records[62].lines[0].observed_ms <= 20_000
    assert not [found for found in caplog.records if found.levelname == "ERROR"]
