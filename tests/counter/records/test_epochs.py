"""An epoch that ends in use: what waits for a receipt goes on under the next, with its counts, whatever happens."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import wire
from core.ranges import Ranges
from counter.records.outbox import Outbox, OutboxLimits
from tests.support.counter.records import SetClock, dwell, flow, open_outbox, receipt, seqs
from tests.support.properties import examples


def _bare(outbox: Outbox) -> list[dict[str, object]]:
    """Return what waits for a receipt, without numbers."""
    found = [json.loads(one.record) for one in outbox.unsettled(0, 10_000)]
    return [{key: value for key, value in record.items() if key != "seq"} for record in found]


def _numbers(outbox: Outbox) -> list[int]:
    """Return the numbers of what waits for a receipt, as the records themselves say."""
    return [json.loads(one.record)["seq"] for one in outbox.unsettled(0, 10_000)]


@given(
    made=st.integers(0, 40),
    settled=st.sets(st.integers(1, 40)),
    kept=st.integers(1, 40),
    doubtful=st.sets(st.integers(1, 40)),
)
@settings(max_examples=examples(25))
def test_what_waits_goes_on_in_its_order_with_its_counts(
    tmp_path_factory: pytest.TempPathFactory, made: int, settled: set[int], kept: int, doubtful: set[int]
) -> None:
    path = tmp_path_factory.mktemp("epoch") / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock(), OutboxLimits(max_records=kept))) as outbox:
        for minute in range(made):
            outbox.append([flow(minute, forward=minute)])
        covered = Ranges.of_numbers(n for n in settled if n <= made)
        through, also = covered.through_and_also(100)
        outbox.apply_receipt(receipt(outbox, through, *also))
        again = Ranges.of_numbers(doubtful)
        waiting = _bare(outbox)
        lost = sum(one.last - one.first + 1 for one in outbox.lost(0, 1000))
        old = outbox.identity.epoch
        outbox.begin_epoch("a test", again=again)
        assert outbox.identity.previous_epoch == old != outbox.identity.epoch
        after = _bare(outbox)
        assert [record for record in after if record in waiting] == waiting
        assert len(after) - len(waiting) <= len(doubtful)
        assert _numbers(outbox) == seqs(outbox)
        declared = {n for one in outbox.lost(0, 1000) for n in range(one.first, one.last + 1)}
        assert len(declared) == lost
        assert declared | set(seqs(outbox)) == set(range(1, outbox.totals().last_seq + 1))
        totals, latest = outbox.totals(), outbox.latest_start_ms()
        assert totals.records == len(seqs(outbox))
        assert totals.bytes == sum(len(one.record) for one in outbox.unsettled(0, 100))
        outbox.append([flow(made)])
        assert latest == ({"flow": flow(made - 1).start.timestamp() * 1000} if made else {})
        assert seqs(outbox)[-1:] == [totals.last_seq + 1]


def test_the_file_as_it_was_is_kept_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(0), dwell(0)])
        outbox.apply_receipt(receipt(outbox, 1))
        old = outbox.identity.epoch
        outbox.begin_epoch("a test")
        assert seqs(outbox) == [1]
    (aside,) = tmp_path.glob("outbox.sqlite3.2*")
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("select epoch from meta").fetchone() == (old,)
        assert connection.execute("select count(*), count(settled_ms) from record").fetchone() == (2, 1)


def test_an_epoch_that_has_ended_meanwhile_does_not_end_another(tmp_path: Path) -> None:
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        first = outbox.identity.epoch
        second = outbox.begin_epoch("a test", of=first)
        assert outbox.begin_epoch("another thread", of=first) == second == outbox.identity


def test_after_a_clock_that_was_set_back_starts_may_be_those_of_before(tmp_path: Path) -> None:
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        outbox.note_first_frame(5)
        outbox.append([flow(100)])
        outbox.begin_epoch("a test", forget_starts=True)
        assert outbox.latest_start_ms() == {}
        assert outbox.totals().began_ms is None
        assert seqs(outbox) == [1]


def test_a_record_that_can_not_be_read_is_declared_damaged(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(4)])
        outbox.apply_receipt(receipt(outbox, 1))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("update record set bytes = ? where seq = 3", (b'{"kind": "fl',))
            connection.commit()
        outbox.begin_epoch("a test")
        assert seqs(outbox) == [1, 3]
        assert outbox.lost(0, 10) == [wire.LostRange(2, 2, "damaged")]
