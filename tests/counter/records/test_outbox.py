"""The outbox: nothing appended is lost, nothing settled comes again, and what can't be kept is declared."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core import wire
from counter.counting.draft import numbered
from counter.errors import (
    OutboxBehindError,
    OutboxBusyError,
    OutboxError,
    OutboxFullError,
    OutboxVersionError,
)
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.outbox_file import Lock, prepare
from counter.records.seconds_file import SecondsFile
from tests.support.counter.earlier_outbox import EARLIER_EPOCH, write_earlier
from tests.support.counter.records import SetClock, dwell, flow, open_outbox, receipt, seqs


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


def test_records_are_numbered_and_kept_as_they_go_on_the_wire(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0), dwell(0)])
        outbox.append([flow(1)])
        stored = outbox.unsettled(0, 10)
        payload = wire.encode_batch(outbox.identity.epoch, [one.record for one in stored])
        assert [record.seq for record in wire.decode_batch(payload).batch.records] == [1, 2, 3]
        assert outbox.totals().last_seq == 3
        assert outbox.depth() == 3
        assert outbox.latest_start_ms().keys() == {"flow", "dwell"}


def test_reading_is_bounded_and_goes_on_after_a_seq(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(10)])
        assert [one.seq for one in outbox.unsettled(3, 4)] == [4, 5, 6, 7]
        assert [one.seq for one in outbox.newest_unsettled(0, 3)] == [8, 9, 10]
        assert [one.seq for one in outbox.newest_unsettled(9, 3)] == [10]


def test_the_epoch_stays_over_a_restart(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0)])
        epoch = outbox.identity.epoch
    with closing(open_outbox(path, clock)) as outbox:
        assert outbox.identity.epoch == epoch
        outbox.append([flow(1)])
        assert seqs(outbox) == [1, 2]


def test_a_receipt_of_another_epoch_says_nothing(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0)])
        outbox.apply_receipt(wire.Receipt("0" * 16, 1))
        assert seqs(outbox) == [1]


def test_marked_records_are_kept_for_a_while_and_then_deleted(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0), flow(1)])
        outbox.apply_receipt(receipt(outbox, 1))
        clock.pass_days(13)
        outbox.append([flow(2)])
        assert outbox.totals().records == 3
        clock.pass_days(2)
        outbox.append([flow(3)])
        assert outbox.totals().records == 3
        assert seqs(outbox) == [2, 3, 4]


def test_unsettled_records_are_kept_for_as_long_as_there_is_room(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0)])
        clock.pass_days(400)
        outbox.append([flow(1)])
        assert seqs(outbox) == [1, 2]


def test_rewind_brings_back_what_the_receipt_does_not_cover(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(6)])
        outbox.apply_receipt(receipt(outbox, 6))
        assert seqs(outbox) == []
        outbox.apply_receipt(receipt(outbox, 2, (4, 4), rewind=True))
        assert seqs(outbox) == [3, 5, 6]


def test_rewind_declares_lost_what_is_no_longer_kept(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(6)])
        outbox.apply_receipt(receipt(outbox, 4))
        clock.pass_days(15)
        outbox.append([flow(6)])
        outbox.apply_receipt(receipt(outbox, 1, rewind=True))
        assert seqs(outbox) == [5, 6, 7]
        assert outbox.lost(0, 10) == [wire.LostRange(2, 4, "no_longer_kept")]
        outbox.apply_receipt(receipt(outbox, 1, rewind=True))
        assert outbox.lost(0, 10) == [wire.LostRange(2, 4, "no_longer_kept")]


@pytest.mark.parametrize(("named", "judged_up_to"), [(99, 300), (100, 201)])
def test_a_full_rewind_judges_nothing_above_its_last_range(
    path: Path, clock: SetClock, named: int, judged_up_to: int
) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(300)])
        outbox.apply_receipt(receipt(outbox, 300))
        clock.pass_days(15)
        outbox.append([flow(300)])
        ranges = [(n, n) for n in range(3, 3 + 2 * named, 2)]
        outbox.apply_receipt(receipt(outbox, 1, *ranges, rewind=True))
        lost = {n for part in outbox.lost(0, 1000) for n in range(part.first, part.last + 1)}
        assert lost == {n for n in range(2, judged_up_to + 1) if (n, n) not in ranges}
        assert seqs(outbox) == [301]


def test_at_its_bound_the_outbox_drops_marked_records_first(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock, OutboxLimits(max_records=5))) as outbox:
        outbox.append([flow(minute) for minute in range(5)])
        outbox.apply_receipt(receipt(outbox, 0, (3, 4)))
        outbox.append([flow(5), flow(6)])
        assert seqs(outbox) == [1, 2, 5, 6, 7]
        assert outbox.lost(0, 10) == []


def test_marked_records_make_room_also_after_the_clock_was_set_back(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock, OutboxLimits(max_records=5))) as outbox:
        outbox.append([flow(minute) for minute in range(5)])
        outbox.apply_receipt(receipt(outbox, 3))
        clock.pass_days(-2)
        outbox.append([flow(5), flow(6)])
        assert seqs(outbox) == [4, 5, 6, 7]
        assert outbox.lost(0, 10) == []


def test_then_the_oldest_which_are_declared_lost_until_their_receipt(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock, OutboxLimits(max_records=3))) as outbox:
        for minute in range(7):
            outbox.append([flow(minute)])
        assert seqs(outbox) == [5, 6, 7]
        assert outbox.lost(0, 10) == [wire.LostRange(1, 4, "outbox_full")]
        outbox.apply_receipt(receipt(outbox, 0, (2, 3)))
        assert outbox.lost(0, 10) == [wire.LostRange(1, 1, "outbox_full"), wire.LostRange(4, 4, "outbox_full")]
        outbox.apply_receipt(receipt(outbox, 4))
        assert outbox.lost(0, 10) == []


def test_what_is_declared_lost_waits_for_its_receipt_too(path: Path, clock: SetClock) -> None:
    """Else a server that hasn't heard of it takes it for settled here, and asks for everything again."""
    with closing(open_outbox(path, clock, OutboxLimits(max_records=3))) as outbox:
        outbox.append([flow(minute) for minute in range(5)])
        assert (outbox.totals().last_seq, outbox.totals().records, outbox.depth()) == (5, 3, 5)
        outbox.apply_receipt(receipt(outbox, 1, (4, 4)))
        assert outbox.depth() == 3


def test_bytes_are_bounded_too(path: Path, clock: SetClock) -> None:
    size = len(wire.encode(wire.FlowRecord(seq=wire.Seq(1), start=wire.utc(0), period_s=60, setup="sim-a")))
    with closing(open_outbox(path, clock, OutboxLimits(max_bytes=size * 20))) as outbox:
        for minute in range(100):
            outbox.append([flow(minute)])
            assert outbox.totals().bytes <= size * 20
        kept = seqs(outbox)
        assert kept[-1] == 100
        assert outbox.lost(0, 10) == [wire.LostRange(1, kept[0] - 1, "outbox_full")]


def test_a_receipt_beyond_what_was_made_settles_nothing_and_says_that_the_file_is_older(
    path: Path, clock: SetClock
) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0)])
        with pytest.raises(OutboxBehindError, match=r"covers record 5 .* only 1 were made"):
            outbox.apply_receipt(receipt(outbox, 5))
        assert seqs(outbox) == [1]


@pytest.mark.parametrize("damage", ["whole", "middle", "header"])
def test_a_damaged_file_is_set_aside_and_what_can_be_read_goes_on(path: Path, clock: SetClock, damage: str) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(300)])
        old, records = outbox.identity.epoch, [one.record for one in outbox.unsettled(0, 300)]
    data = bytearray(path.read_bytes())
    first, last = {"whole": (0, len(data)), "middle": (len(data) // 2, len(data)), "header": (0, 100)}[damage]
    data[first:last] = random.Random(damage).randbytes(last - first)
    path.write_bytes(data)
    with closing(open_outbox(path, clock)) as outbox:
        assert (outbox.identity.epoch == old) == (damage != "whole")
        assert outbox.identity.previous_epoch is None
        kept = seqs(outbox)
        assert len(kept) == {"whole": 0, "middle": len(kept), "header": 300}[damage]
        assert sum(record in data for record in records) - len(kept) <= 1
        declared = {n for one in outbox.lost(0, 100) for n in range(one.first, one.last + 1)}
        assert declared | set(kept) == (set() if damage == "whole" else set(range(1, 301)))
        assert {one.reason for one in outbox.lost(0, 100)} <= {"damaged"}
        outbox.append([flow(300)])
        assert seqs(outbox) == [*kept, 1 if damage == "whole" else 301]
    (aside,) = path.parent.glob("outbox.sqlite3.2*")
    assert aside.read_bytes() == data


def test_an_outbox_whose_making_was_interrupted_is_made_again(path: Path, clock: SetClock) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")
    with closing(open_outbox(path, clock)) as outbox:
        assert outbox.totals().last_seq == 0


def test_another_version_and_another_program_are_refused(path: Path, clock: SetClock) -> None:
    prepare(path, clock)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version = 4")
    with pytest.raises(OutboxVersionError, match="schema version 4, this program reads 3"):
        prepare(path, clock)
    other = path.with_name("other.sqlite3")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table t (a)")
    with pytest.raises(OutboxVersionError, match="not an outbox of Platspuls"):
        prepare(other, clock)


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_earlier_version_is_brought_up_and_each_record_read_once(
    path: Path, clock: SetClock, version: int
) -> None:
    records = [wire.encode(numbered(flow(minute), wire.Seq(minute + 1))) for minute in range(5)]
    write_earlier(path, version, [*records[:2], records[2][:40], *records[3:]], settled={1})
    with closing(open_outbox(path, clock)) as outbox, closing(SecondsFile(path)) as seconds:
        assert outbox.identity.epoch == EARLIER_EPOCH
        assert [one.record for one in outbox.unsettled(0, 10)] == [records[1], *records[3:]]
        assert outbox.lost(0, 10) == [wire.LostRange(3, 3, "damaged")]
        assert outbox.totals().last_seq == 5
        assert seconds.span() is None
        outbox.append([flow(5)])
        assert seqs(outbox) == [2, 4, 5, 6]


def test_the_epoch_that_an_earlier_version_noted_as_ended_ends_and_nothing_of_it_is_lost(
    path: Path, clock: SetClock
) -> None:
    records = [wire.encode(numbered(flow(minute), wire.Seq(minute + 1))) for minute in range(5)]
    write_earlier(path, 2, records, settled={1, 3}, retired=True)
    with closing(open_outbox(path, clock)) as outbox:
        assert outbox.identity.previous_epoch == EARLIER_EPOCH
        assert seqs(outbox) == [1, 2, 3]


def test_a_folder_in_its_place_is_said_so(path: Path, clock: SetClock) -> None:
    path.mkdir()
    with pytest.raises(OutboxError, match=str(path)):
        prepare(path, clock)


def test_one_process_at_a_time(path: Path) -> None:
    with Lock(path), pytest.raises(OutboxBusyError, match="another counter is running"):
        Lock(path)
    with Lock(path):
        pass


def _limit_pages(outbox: Outbox, pages: int) -> None:
    outbox._connection.execute(f"pragma max_page_count = {pages}")  # noqa: SLF001 - the disk, as SQLite sees it


def test_a_full_disk_is_said_so_keeps_nothing_by_half_and_passes(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0)])
        _limit_pages(outbox, 1)
        with pytest.raises(OutboxFullError, match="the disk is full"):
            outbox.append([flow(minute) for minute in range(1, 200)])
        assert seqs(outbox) == [1]
        _limit_pages(outbox, 10_000)
        outbox.append([flow(minute) for minute in range(1, 200)])
        assert seqs(outbox) == list(range(1, 201))


@pytest.mark.parametrize("days", [0, -2])
def test_on_a_full_disk_marked_records_make_room(path: Path, clock: SetClock, days: float) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(400)])
        outbox.apply_receipt(receipt(outbox, 400))
        clock.pass_days(days)
        _limit_pages(outbox, 1)
        outbox.append([flow(minute) for minute in range(400, 500)])
        assert seqs(outbox) == list(range(401, 501))


def test_records_and_state_are_kept_together(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox, closing(CheckpointFile(path)) as checkpoints:
        checkpoints.write(Checkpoint("a", 1, b"before"))
        outbox.append([flow(0)], Checkpoint("a", 2, b"after"))
        assert checkpoints.take("a", 2) == Checkpoint("a", 2, b"after")
        _limit_pages(outbox, 1)
        with pytest.raises(OutboxFullError):
            outbox.append([flow(minute) for minute in range(1, 200)], Checkpoint("a", 3, b"never"))
        assert checkpoints.take("a", 2) == Checkpoint("a", 2, b"after")


def test_on_a_full_disk_what_was_set_aside_goes_first(path: Path, clock: SetClock) -> None:
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(minute) for minute in range(400)])
        outbox.begin_epoch("a test")
        outbox.apply_receipt(receipt(outbox, 400))
        assert len(list(path.parent.glob("*.kept"))) == 1
        _limit_pages(outbox, 1)
        with pytest.raises(OutboxFullError):
            outbox.append([flow(minute) for minute in range(400, 1400)])
        assert not list(path.parent.glob("*.kept"))
        assert outbox.totals().records == 400
