"""Counting while a step of the clock is doubted: into seconds that are placed afterwards, within bounds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core import wire
from tests.support.counter.early_world import MINUTE_MS, START_MS, Place, Start, World, flags, flows, observed_ms, run
from tests.support.counter.records import START_S
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation


def test_a_source_that_ends_in_a_doubt_leaves_its_seconds_for_the_next_start(tmp_path: Path) -> None:
    place, world = Place(1, length_ms=4 * MINUTE_MS), World()
    first = Start(tmp_path, world)
    first.see(place, 90_000)
    world.shift_ms = 86_400_000
    first.see(place, 100_000)
    first.counter.leave()
    first.counter.close()
    assert [record.start.timestamp() - START_S for record in first.records()] == [0]
    first.kill()
    world.shift_ms = 0
    again = Start(tmp_path, world)
    again.see(place, 2 * MINUTE_MS + 10_000)
    assert observed_ms(again.records()) == 2 * MINUTE_MS - 1000  # who was in view at the end was followed no further
    again.kill()


def test_during_a_doubt_nothing_is_recorded_or_live_and_nobody_is_forgotten(tmp_path: Path) -> None:
    place, world = Place(0, length_ms=MINUTE_MS, walks=[(0, 170_000, 3.0, 0.0)]), World()
    start = Start(tmp_path, world)
    start.see(place, 70_000)
    world.shift_ms, world.is_known = 20 * 365 * 86_400_000, False
    start.shared.live.clear()
    start.see(place, 150_000)
    assert start.presync is not None
    assert not start.shared.live
    assert len(start.records()) == 1
    assert start.clock.server_times.wanted
    world.shift_ms, world.is_known = 0, True
    start.see(place, 4 * MINUTE_MS + 5000)
    records = start.records()
    start.kill()
    assert [flags(record) for record in flows(records)] == [[], [wire.Flag.CLOCK_UNSURE], [wire.Flag.CLOCK_UNSURE], []]
    assert sum(record.zones[0].appeared for record in flows(records)) == 1
    assert sum(record.zones[0].lost + record.zones[0].exits for record in flows(records)) == 1
    assert observed_ms(records) == 4 * MINUTE_MS


@pytest.mark.parametrize("shift_ms", worlds([86_400_000, -86_400_000]))
def test_two_days_of_doubt_leave_the_latest_day_to_be_placed(tmp_path: Path, shift_ms: int) -> None:
    place, world = Place(4, length_ms=0), World()
    start = Start(tmp_path, world)
    start.see(place, 3 * MINUTE_MS + 1000)
    world.shift_ms, world.is_known = shift_ms, False
    start.see(place, 5 * MINUTE_MS)
    world.true_ms += 2 * 86_400_000
    start.see(place, 2 * 86_400_000 + 7 * MINUTE_MS)
    (unplaced,) = [record for record in start.records() if isinstance(record, wire.UnplacedRecord)]
    assert unplaced.lines[0].observed_s in {118, 119, 120}
    world.shift_ms, world.is_known = 0, True
    start.see(place, 2 * 86_400_000 + 9 * MINUTE_MS)
    starts = [round(record.start.timestamp() - START_S) for record in flows(start.records())]
    start.kill()
    assert starts == [0, 60, 120, *(2 * 86_400 + minute * 60 for minute in range(5, 8))]


def test_epochs_that_end_for_a_clock_that_runs_ahead_and_back_are_bounded(tmp_path: Path) -> None:
    """Synchronisation itself says one time and the other in turn: nothing tells which is right."""
    place, world = Place(4, length_ms=0, frame_ms=2000), World()
    start, epochs = Start(tmp_path, world), set[str]()
    for turn in range(26):
        world.shift_ms, world.is_known = 86_400_000 * (turn % 2), False
        start.see(place, world.true_ms - START_MS + 2000)
        world.is_known = True
        start.see(place, world.true_ms - START_MS + 4 * MINUTE_MS)
        epochs.add(start.outbox.identity.epoch)
    start.kill()
    assert len(epochs) == 11


@pytest.mark.parametrize("event", worlds(["insert on record", "update on boot", "insert on checkpoint"]))
def test_a_kill_between_the_end_of_an_epoch_and_its_first_records_changes_nothing(tmp_path: Path, event: str) -> None:
    place, world = Place(5, length_ms=8 * MINUTE_MS), World(shift_ms=86_400_000)
    first = Start(tmp_path, world)
    first.see(place, MINUTE_MS + 10_000)
    epoch, path = first.outbox.identity.epoch, first.device.outbox.path
    world.shift_ms, world.is_known = 0, False
    first.see(place, MINUTE_MS + 40_000)
    world.is_known = True
    first.see(place, 2 * MINUTE_MS + 30_000)
    with closing(sqlite3.connect(path)) as planted:
        planted.execute(f"create trigger kill before {event} begin select raise(abort, 'killed'); end")
    with pytest.raises(sqlite3.IntegrityError, match="killed"):
        first.see(place, 5 * MINUTE_MS)
    first.kill()
    with closing(sqlite3.connect(path)) as planted:
        planted.execute("drop trigger kill")
    again = Start(tmp_path, world)
    again.see(place, place.length_ms)
    records = [record for record in flows(again.records()) if record.start.timestamp() < START_S + 86_400]
    assert again.outbox.identity.previous_epoch == epoch
    again.kill()
    assert [round(record.start.timestamp() - START_S) // 60 for record in records] == [2, 3, 4, 5, 6]
    known = flows(run(tmp_path / "known", place, unknown_until_ms=None))[5:7]
    assert [one.lines[0].gross_forward for one in records[-2:]] == [one.lines[0].gross_forward for one in known]


@pytest.mark.parametrize("shift_ms", worlds([86_400_000, -3_600_000, 20 * 365 * 86_400_000]))
def test_a_step_that_is_confirmed_before_a_frame_saw_the_doubt_is_one_all_the_same(
    tmp_path: Path, shift_ms: int
) -> None:
    """Another thread looks at the clock too: here it judges the step as soon as it is made."""
    place, world = Place(2, length_ms=9 * MINUTE_MS), World(shift_ms=shift_ms)
    start = Start(tmp_path, world)
    start.see(place, 2 * MINUTE_MS + 20_000)
    world.shift_ms = 0
    start.clock.server_times.note(world.true_ms // 1000 * 1000, world.monotonic_s())
    assert not start.clock.believes()
    assert start.clock.believes()
    start.see(place, place.length_ms)
    records = [one for one in flows(start.records()) if 0 <= one.start.timestamp() - START_S < 86_400]
    known = flows(run(tmp_path / "known", place, unknown_until_ms=None))[3:]
    start.kill()
    later = [one for one in records if one.start.timestamp() >= START_S + 180]
    assert [one.lines for one in later] == [one.lines for one in known]
