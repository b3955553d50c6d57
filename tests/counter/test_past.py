"""What was missed is made up for beside live counting, and a kill at any step loses nothing and doubles nothing."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from core import wire
from core.clock import floor_ms
from counter.counting.draft import Draft
from counter.delivery.network_thread import SharedState
from counter.detections import Detections
from counter.records.checkpoint import CheckpointFile
from counter.records.record_writer import RecordWriter
from counter.service.backfill import CatchUp
from counter.service.counting_thread import CountingThread
from counter.service.resume import Resume
from counter.service.run import make_tally
from counter.sources.feed import Feed
from tests.support.counter.records import START_S, SetClock, flow, open_outbox
from tests.support.counter.walkers import FRAME_MS, Walkers, device_file

pytestmark = pytest.mark.simulation

START_MS = START_S * 1000
MINUTE_MS = 60_000
WALKS = [START_MS + second * 1000 for second in (2, 30, 70, 100, 130)]


@dataclass
class KnownPast:
    """One flow record a minute, then the frames of the walkers; and what was asked of it."""

    minutes: int = 60
    asked: list[tuple[int, int]] = field(default_factory=list)
    made: int = 0

    def history_span(self, now_ms: int) -> tuple[int, int]:
        return START_MS - self.minutes * MINUTE_MS, floor_ms(now_ms, wire.QUARTER_S)

    def history(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        self.asked.append((from_ms, until_ms))
        for at_ms in range(from_ms, until_ms, MINUTE_MS):
            self.made += 1
            yield flow((at_ms - START_MS) // MINUTE_MS)

    def replay(self, from_ms: int, until_ms: int) -> Iterator[Detections]:
        return Walkers(from_ms + -from_ms % FRAME_MS, until_ms, WALKS).detections()


@dataclass
class Live:
    """The walkers' frames from a time on, which move the clock; then a silence, until closed."""

    clock: SetClock
    frames: int
    closed: Event = field(default_factory=Event)

    def detections(self) -> Iterator[Detections]:
        begin_ms = self.clock.ms
        for detections in Walkers(begin_ms, begin_ms + self.frames * FRAME_MS, WALKS).detections():
            self.clock.ms = detections.at_ms
            yield detections
        self.closed.wait()

    def close(self) -> None:
        self.closed.set()


@dataclass
class Start:
    """One start of a counter, step by step in the test's hands."""

    folder: Path
    clock: SetClock
    past: KnownPast = field(default_factory=KnownPast)
    frames: int = 30

    def __post_init__(self) -> None:
        self.device = device_file(self.folder)
        self.outbox = open_outbox(self.device.outbox.path, self.clock)
        self.checkpoints = CheckpointFile(self.device.outbox.path)
        self.writer = RecordWriter(self.outbox, self.checkpoints, "f")
        self.shared = SharedState()
        self.feed = Feed(Live(self.clock, self.frames))
        self.counter = CountingThread(self.feed, lambda: make_tally(self.device), self.writer, self.shared, self.clock)

    def close(self) -> None:
        self.feed.close()
        self.checkpoints.close()
        self.outbox.close()

    def resume(self) -> int | None:
        return Resume(self.writer, self.checkpoints, "f", self.clock.ms).begin(self.counter, self.past)

    def run_until(self, condition: Callable[[], bool]) -> None:
        stop, loops = Event(), 0

        def check() -> None:
            nonlocal loops
            loops += 1
            assert loops < 100_000
            if condition():
                stop.set()

        self.resume()
        self.feed.start()
        self.counter.run(stop, check)

    def last_minute(self) -> int | None:
        """Return the newest minute after START_MS that has a record."""
        latest_ms = self.outbox.latest_start_ms().get("flow")
        return None if latest_ms is None else (latest_ms - START_MS) // MINUTE_MS

    def minutes(self) -> list[int]:
        """Return the minutes after START_MS that have a record, in order of their seqs."""
        payloads = [stored.record for stored in self.outbox.unsettled(0, 100_000)]
        records = [
            record
            for n in range(0, len(payloads), 100)
            for record in wire.decode_batch(wire.encode_batch("0" * 16, payloads[n : n + 100])).batch.records
        ]
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        return [round(record.start.timestamp() - START_S) // 60 for record in records]


def test_the_first_live_number_comes_before_the_past_is_made(tmp_path: Path) -> None:
    with closing(Start(tmp_path, SetClock(START_MS + 32_000), KnownPast(minutes=28_800))) as start:
        start.run_until(lambda: bool(start.shared.live))
        assert start.past.made < 28_800
        (tick,) = start.shared.live
        assert isinstance(wire.decode(wire.Kind.LIVE, tick), wire.Live)


def test_then_records_of_the_past_and_of_the_frames_since_follow_each_other(tmp_path: Path) -> None:
    with closing(Start(tmp_path, SetClock(START_MS + 3 * MINUTE_MS + 20_000))) as start:
        start.run_until(lambda: start.last_minute() == 2)
        assert start.past.asked == [(START_MS - 60 * MINUTE_MS, START_MS)]
        assert start.minutes() == list(range(-60, 3))
        lines = [_line(stored.record) for stored in start.outbox.unsettled(60, 10)]
        assert [line.observed_ms for line in lines] == [60_000] * 3
        assert [line.forward for line in lines] == [2, 2, 1]


def _line(record: bytes) -> wire.LineFlow:
    (flow_record,) = wire.decode_batch(wire.encode_batch("0" * 16, [record])).batch.records
    assert isinstance(flow_record, wire.FlowRecord)
    return flow_record.lines[0]


def test_live_frames_are_counted_into_the_records_once_they_are_not_behind(tmp_path: Path) -> None:
    clock = SetClock(START_MS + MINUTE_MS - 2000)
    with closing(Start(tmp_path, clock, frames=60)) as start:
        start.run_until(lambda: start.last_minute() == 0)
        assert _line(start.outbox.unsettled(60, 1)[0].record).forward == 2


@pytest.mark.parametrize("killed_after", [1, 59, 60, 61, 400])
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(tmp_path: Path, killed_after: int) -> None:
    now_ms = START_MS + MINUTE_MS + 500
    with closing(Start(tmp_path, SetClock(now_ms))) as start:
        work = CatchUp(start.past, start.writer, (START_MS - 60 * MINUTE_MS, START_MS), START_MS, step_s=0)
        start.counter.catch_up(work)
        for _ in range(killed_after):
            work.step(now_ms, start.counter._count)  # noqa: SLF001 - the counter, killed between two steps
        start.counter.save()
    with closing(Start(tmp_path, SetClock(now_ms + 3000))) as again:
        again.run_until(lambda: again.last_minute() == 0)
        assert again.minutes() == list(range(-60, 1))
        forward = [_line(stored.record).forward for stored in again.outbox.unsettled(60, 10)]
        assert forward == [2]


def test_a_later_start_fills_the_gap_and_makes_nothing_twice(tmp_path: Path) -> None:
    with closing(Start(tmp_path, SetClock(START_MS + 61_000))) as first:
        first.run_until(lambda: first.last_minute() == 0)
    with closing(Start(tmp_path, SetClock(START_MS + 62 * MINUTE_MS))) as later:
        later.run_until(lambda: later.last_minute() == 61)
        assert later.past.asked == [(START_MS, START_MS + 60 * MINUTE_MS)]
        assert later.minutes() == list(range(-60, 62))


def test_after_a_short_break_the_frames_since_the_checkpoint_are_played(tmp_path: Path) -> None:
    with closing(Start(tmp_path, SetClock(START_MS + 61_000))) as first:
        first.run_until(lambda: first.last_minute() == 0)
        first.counter.leave()
    with closing(Start(tmp_path, SetClock(START_MS + 2 * MINUTE_MS + 30_000))) as later:
        later.run_until(lambda: later.last_minute() == 1)
        assert later.past.asked == []
        lines = [_line(stored.record) for stored in later.outbox.unsettled(60, 10)]
        assert [line.observed_ms for line in lines] == [60_000] * 2
        assert [line.forward for line in lines] == [2, 2]


def test_a_source_that_shows_nothing_is_waited_for_not_asked_without_end(tmp_path: Path) -> None:
    with closing(Start(tmp_path, SetClock(START_MS + 1000), frames=0)) as start:
        work = CatchUp(start.past, start.writer, (START_MS - MINUTE_MS, START_MS), START_MS)
        work.step(None, start.counter._count)  # noqa: SLF001 - gives frames, of which there are none
        assert not work.has_work(None)
        assert work.has_work(START_MS)


def test_on_a_full_disk_the_past_waits_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    now = {"s": 0.0}
    with closing(Start(tmp_path, SetClock(START_MS), KnownPast(minutes=1200))) as start:
        span = START_MS - 1200 * MINUTE_MS, START_MS
        work = CatchUp(start.past, start.writer, span, START_MS, step_s=1, now_s=lambda: now["s"])
        limit = start.outbox._connection.execute  # noqa: SLF001 - how large the file of this connection may grow
        pages = limit("pragma page_count").fetchone()[0]
        limit(f"pragma max_page_count = {pages + 30}")
        work.step(None, start.counter._count)  # noqa: SLF001 - gives frames, of which there are none
        assert work.has_work(None)
        assert work.is_waiting()
        kept = start.minutes()
        work.step(None, start.counter._count)  # noqa: SLF001 - the same
        assert start.minutes() == kept
        limit("pragma max_page_count = 1000000")
        now["s"] += 6
        work.step(None, start.counter._count)  # noqa: SLF001 - the same
        assert not work.has_work(None)
        assert start.minutes() == list(range(-1200, 0))
