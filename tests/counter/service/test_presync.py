"""Counting before the clock is known: the same records afterwards, whatever is killed, and never a wrong time."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from core import wire
from counter.detections import Detections
from counter.service.run import count
from counter.sources.port import Input
from tests.support.counter.early_world import (
    BOOT_MS,
    MINUTE_MS,
    START_MS,
    Place,
    Start,
    World,
    decoded,
    flags,
    flows,
    observed_ms,
    run,
    unflagged,
    view_of,
)
from tests.support.counter.records import START_S, open_outbox
from tests.support.counter.walkers import device_file, with_zone
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 5))])
def test_records_are_those_of_a_clock_that_was_always_known(tmp_path: Path, seed: int) -> None:
    place = Place(seed, length_ms=17 * MINUTE_MS)
    unknown_until_ms = random.Random(seed).randrange(MINUTE_MS, 16 * MINUTE_MS, 1000)
    known = run(tmp_path / "known", place, unknown_until_ms=None)
    early = run(tmp_path / "early", place, unknown_until_ms=unknown_until_ms)
    assert unflagged(early) == unflagged(known)
    assert len(known) >= 17
    assert sum(record.lines[0].gross_forward for record in known if isinstance(record, wire.FlowRecord)) > 10
    for record in early:
        assert isinstance(record, wire.FlowRecord | wire.DwellRecord)
        begun_s = record.start.timestamp() - START_S
        assert (wire.Flag.CLOCK_UNSURE in record.flags) == (begun_s * 1000 < unknown_until_ms)


def test_a_kill_before_the_clock_is_known_costs_seconds(tmp_path: Path) -> None:
    place, world = Place(7, length_ms=4 * MINUTE_MS), World()
    world.lose_clock()
    first = Start(tmp_path, world)
    first.see(place, 87_000)
    first.kill()
    world.true_ms += 4_000
    again = Start(tmp_path, world)
    again.see(place, 2 * MINUTE_MS + 30_000)
    world.learn_clock()
    again.see(place, 4 * MINUTE_MS)
    records = again.records()
    again.kill()
    assert [record.start.timestamp() - START_S for record in flows(records)] == [0, 60, 120]
    missing_ms = 3 * MINUTE_MS - observed_ms(records)
    assert 4_000 <= missing_ms <= 4_000 + 10_000 + 2_000
    known = run(tmp_path / "known", place, unknown_until_ms=None)
    assert unflagged(records)[2:3] == unflagged(known)[2:3]


def test_who_is_in_view_at_a_kill_is_the_same_afterwards(tmp_path: Path) -> None:
    place, world = Place(0, length_ms=MINUTE_MS, walks=[(0, 50_000, 3.0, 0.0)]), World()
    world.lose_clock()
    first = Start(tmp_path, world)
    first.see(place, 20_001)
    first.kill()
    world.true_ms += 2_000
    again = Start(tmp_path, world)
    again.see(place, 59_000)
    world.learn_clock()
    again.see(place, 63_000)
    (record,) = flows(again.records())
    again.kill()
    assert (record.zones[0].appeared, record.zones[0].lost) == (1, 1)


def test_without_power_before_the_clock_was_known_the_totals_are_declared_once(tmp_path: Path) -> None:
    place, world = Place(3, length_ms=5 * MINUTE_MS), World()
    known = run(tmp_path / "known", place, unknown_until_ms=None)
    world.lose_clock()
    first = Start(tmp_path, world)
    first.see(place, 4 * MINUTE_MS)
    first.counter.leave()
    first.kill()
    world.reboot("second")
    second = Start(tmp_path, world)
    (unplaced,) = second.records()
    assert isinstance(unplaced, wire.UnplacedRecord)
    found = [record.lines[0] for record in flows(known)[:4]]
    line = unplaced.lines[0]
    assert line.observed_s in {238, 239}  # of the last moments nobody knows any more
    assert abs(line.gross_forward - sum(one.gross_forward for one in found)) <= 1
    assert abs(line.gross_backward - sum(one.gross_backward for one in found)) <= 1
    zone = unplaced.zones[0]
    assert zone.entries + zone.appeared == zone.exits + zone.lost > 10
    second.see(place, 4 * MINUTE_MS + 30_000)
    second.kill()
    third = Start(tmp_path, world)
    assert third.records() == [unplaced]
    world.learn_clock()
    third.see(place, 7 * MINUTE_MS)
    assert [type(record) for record in third.records()][:2] == [wire.UnplacedRecord, wire.FlowRecord]
    third.kill()


@pytest.mark.parametrize(
    "event", worlds(["insert on record", "delete on second", "update on boot", "insert on checkpoint"])
)
def test_a_kill_while_they_are_placed_places_them_once(tmp_path: Path, event: str) -> None:
    place, world = Place(5, length_ms=2 * MINUTE_MS + 2_000), World()
    world.lose_clock()
    first = Start(tmp_path, world)
    first.see(place, MINUTE_MS + 10_000)
    first.counter.save()
    path = first.device.outbox.path
    with closing(sqlite3.connect(path)) as planted:
        planted.execute(f"create trigger kill before {event} begin select raise(abort, 'killed'); end")
    world.learn_clock()
    with pytest.raises(sqlite3.IntegrityError, match="killed"):
        first.see(place, 2 * MINUTE_MS)
    assert first.records() == []
    first.kill()
    with closing(sqlite3.connect(path)) as planted:
        planted.execute("drop trigger kill")
    again = Start(tmp_path, world)
    again.see(place, place.length_ms)
    records = again.records()
    again.kill()
    assert unflagged(records)[:1] == unflagged(run(tmp_path / "known", place, unknown_until_ms=None))[:1]
    assert observed_ms(records) == 2 * MINUTE_MS - 1_000  # who was in view at the kill was followed no further


def test_a_clock_that_is_lost_again_changes_nothing(tmp_path: Path) -> None:
    place, world = Place(1, length_ms=4 * MINUTE_MS), World()
    start = Start(tmp_path, world)
    assert start.presync is None
    start.see(place, 90_000)
    world.is_known = False
    start.see(place, 3 * MINUTE_MS)
    start.counter.save()
    start.kill()
    again = Start(tmp_path, world)
    assert again.presync is None
    again.see(place, 4 * MINUTE_MS)
    records = again.records()
    again.kill()
    assert observed_ms(records) == 3 * MINUTE_MS
    assert not any(flags(record) for record in records)


def test_a_system_that_does_not_say_is_believed(tmp_path: Path) -> None:
    start = Start(tmp_path, World(is_known=None))
    assert start.presync is None
    start.kill()


def test_nothing_gets_a_wrong_time_meanwhile(tmp_path: Path) -> None:
    place, world = Place(1, length_ms=2 * MINUTE_MS), World()
    world.lose_clock()
    start = Start(tmp_path, world)
    start.see(place, MINUTE_MS)
    assert not start.shared.live
    assert start.outbox.totals().began_ms is None
    with closing(sqlite3.connect(start.device.outbox.path)) as looking:
        assert looking.execute("select * from checkpoint").fetchall() == []
        assert looking.execute("select count(*) from second").fetchone()[0] > 0
    world.learn_clock()
    start.see(place, 2 * MINUTE_MS)
    assert start.shared.live
    assert start.outbox.totals().began_ms == START_MS
    with closing(sqlite3.connect(start.device.outbox.path)) as looking:
        assert looking.execute("select count(*) from second").fetchone()[0] == 0
    start.kill()


def test_the_open_interval_of_before_a_reboot_goes_on(tmp_path: Path) -> None:
    place, world = Place(1, length_ms=4 * MINUTE_MS), World()
    first = Start(tmp_path, world)
    first.see(place, 80_001)
    first.counter.leave()
    first.kill()
    world.true_ms += 9_000
    world.reboot("second")
    second = Start(tmp_path, world)
    second.see(place, 2 * MINUTE_MS + 10_000)
    world.learn_clock()
    second.see(place, 3 * MINUTE_MS + 3_000)
    records = second.records()
    second.kill()
    assert [record.start.timestamp() - START_S for record in flows(records)] == [0, 60, 120]
    assert flows(records)[1].lines[0].observed_ms == MINUTE_MS - 11_000
    assert [flags(record) for record in flows(records)] == [[], [wire.Flag.CLOCK_UNSURE], [wire.Flag.CLOCK_UNSURE]]


def test_what_would_lie_in_recorded_time_is_declared(tmp_path: Path) -> None:
    """The clock was two minutes ahead before the power went."""
    place, world = Place(1, length_ms=10 * MINUTE_MS), World(started_ms=BOOT_MS)
    first = Start(tmp_path, world)
    first.see(place, 3 * MINUTE_MS + 3_000)
    first.counter.leave()
    first.kill()
    world.true_ms -= 2 * MINUTE_MS
    world.reboot("second")
    second = Start(tmp_path, world)
    second.see(place, 4 * MINUTE_MS)
    world.learn_clock()
    second.see(place, 6 * MINUTE_MS)
    records = second.records()
    second.kill()
    starts = [record.start.timestamp() - START_S for record in flows(records)]
    assert starts == [0, 60, 120, 180, 240]
    (unplaced,) = [record for record in records if isinstance(record, wire.UnplacedRecord)]
    assert unplaced.lines[0].observed_s == 117  # not settled yet: the last seconds
    assert [record.seq for record in records] == list(range(1, len(records) + 1))


def test_other_geometry_declares_what_was_counted_by_the_old(tmp_path: Path) -> None:
    place, world = Place(1, length_ms=2 * MINUTE_MS), World()
    world.lose_clock()
    first = Start(tmp_path, world)
    first.see(place, MINUTE_MS)
    first.counter.save()
    first.kill()
    second = Start(tmp_path, world, fingerprint="g")
    (unplaced,) = second.records()
    second.kill()
    assert isinstance(unplaced, wire.UnplacedRecord)
    assert unplaced.lines[0].observed_s == 58


def test_between_seconds_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    """Steady seconds are 400 ms off those of the day: totals agree but for the second in which counting began."""
    place, world = Place(2, length_ms=4 * MINUTE_MS, frame_ms=700), World(started_ms=BOOT_MS + 400)
    known = flows(run(tmp_path / "known", place, unknown_until_ms=None))[:3]
    world.lose_clock()
    start = Start(tmp_path, world)
    start.see(place, MINUTE_MS + 17_000)
    world.learn_clock()
    start.see(place, place.length_ms)
    early = flows(start.records())[:3]
    start.kill()
    assert [record.start for record in early] == [record.start for record in known]
    assert observed_ms([*known]) == 3 * MINUTE_MS
    assert observed_ms([*early]) == 3 * MINUTE_MS - 400
    for name in ("forward", "backward", "gross_forward", "gross_backward"):
        found = [sum(getattr(record.lines[0], name) for record in records) for records in (early, known)]
        assert found[0] == found[1]
    presence_s = [sum(record.zones[0].presence_s for record in records) for records in (early, known)]
    assert abs(presence_s[0] - presence_s[1]) <= 10


def test_after_two_days_without_a_clock_the_oldest_day_is_declared(tmp_path: Path) -> None:
    place, world = Place(4, length_ms=10 * MINUTE_MS), World()
    world.lose_clock()
    start = Start(tmp_path, world)
    start.see(place, 2 * MINUTE_MS)
    start.counter.save()
    world.true_ms += 2 * 86_400_000
    start.see(Place(4, length_ms=0), 2 * 86_400_000 + 4 * MINUTE_MS)
    (unplaced,) = start.records()
    assert isinstance(unplaced, wire.UnplacedRecord)
    assert unplaced.lines[0].observed_s in {119, 120}
    assert start.seconds.span() is not None
    world.learn_clock()
    start.see(Place(4, length_ms=0), 2 * 86_400_000 + 6 * MINUTE_MS)
    records = start.records()
    start.kill()
    assert records[0] == unplaced
    assert len(flows(records)) == 3


def test_a_quiet_hour_takes_a_row(tmp_path: Path) -> None:
    world = World()
    world.lose_clock()
    start = Start(tmp_path, world)
    start.see(Place(0, length_ms=0), 5 * MINUTE_MS, save_every_ms=5_000)
    rows = [(run.first, run.last) for run in start.seconds.runs()]
    start.kill()
    assert len(rows) == 1
    assert rows[0][1] - rows[0][0] >= 290


def test_on_a_full_disk_they_are_placed_later(tmp_path: Path) -> None:
    place, world = Place(0, length_ms=23 * MINUTE_MS, walks=[(0, 20_000, 1.0, 1.0)]), World()
    world.lose_clock()
    start = Start(tmp_path, world)
    start.see(place, 20 * MINUTE_MS)
    execute = start.outbox._connection.execute  # noqa: SLF001 - how large the file of this connection may grow
    execute(f"pragma max_page_count = {execute('pragma page_count').fetchone()[0]}")
    world.learn_clock()
    start.see(place, 21 * MINUTE_MS)
    assert start.records() == []
    execute("pragma max_page_count = 1000000")
    start.see(place, 23 * MINUTE_MS)
    records = start.records()
    start.kill()
    known = run(tmp_path / "known", place, unknown_until_ms=None)
    assert unflagged(records) == unflagged(known)


def test_receipts_are_marked_with_no_time_that_is_certainly_wrong(tmp_path: Path) -> None:
    place, world = Place(1, length_ms=4 * MINUTE_MS), World()
    first = Start(tmp_path, world)
    first.see(place, 3 * MINUTE_MS)
    first.kill()
    world.reboot("second")
    second = Start(tmp_path, world)
    second.outbox.apply_receipt(wire.Receipt(second.outbox.identity.epoch, 2))
    with closing(sqlite3.connect(second.device.outbox.path)) as looking:
        assert looking.execute("select distinct settled_ms from record where seq <= 2").fetchall() == [
            (START_MS + MINUTE_MS,)
        ]
    second.kill()


@dataclass
class Camera:
    """A camera whose frames move the world's time; after a minute the clock is known."""

    world: World
    place: Place
    frames: int
    learns_at: int
    ended: Event = field(default_factory=Event)

    def detections(self) -> Iterator[Detections]:
        for number in range(self.frames):
            if number == self.learns_at:
                self.world.learn_clock()
            at_ms = self.world.true_ms
            steady_ms = round(self.world.monotonic_s() * 1000)
            yield Detections(self.world.now_ms(), self.place.points(at_ms - START_MS), steady_ms)
            self.world.true_ms += self.place.frame_ms
        self.ended.set()

    def close(self) -> None:
        self.ended.set()


def test_a_whole_counter_whose_frames_lie_in_a_queue_when_the_clock_is_known(tmp_path: Path) -> None:
    """Frames that were captured before have a wrong stamp, and come out after."""
    place, world = Place(8, length_ms=5 * MINUTE_MS), World()
    world.lose_clock()
    folder = tmp_path / "run"
    folder.mkdir()
    device, camera = with_zone(device_file(folder), folder), Camera(world, place, frames=281, learns_at=100)
    count(device, Input(camera, view=view_of(device), waits_for_clock=True), world, camera.ended, "0.1.0")
    with closing(open_outbox(device.outbox.path, world)) as outbox:
        records = decoded(outbox)
    known = run(tmp_path / "known", place, unknown_until_ms=None)
    assert unflagged(records) == unflagged(known)[: len(records)]
    assert len(flows(records)) == 4
