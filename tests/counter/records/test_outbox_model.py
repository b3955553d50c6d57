"""The outbox against a plain model, and killed while it writes: whatever comes, nothing is lost without a word."""

import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from counter.records.outbox import Outbox, OutboxLimits
from counter.records.salvage.inspection import Condition, inspect
from tests.support.counter.records import SetClock, flow, open_outbox, receipt, seqs
from tests.support.properties import examples

_APPENDER = """
import sys
from pathlib import Path
from tests.support.counter.records import SetClock, flow, open_outbox
outbox = open_outbox(Path(sys.argv[1]), SetClock())
minute = outbox.totals().last_seq
while True:
    outbox.append([flow(minute), flow(minute + 1)])
    minute += 2
    print(minute, flush=True)
"""


@pytest.mark.chain
def test_every_acknowledged_append_survives_kill_9(tmp_path: Path) -> None:
    path, root = tmp_path / "outbox.sqlite3", Path(__file__).parents[3]
    acknowledged = 0
    for lines in (1, 30, 7):
        with subprocess.Popen(
            [sys.executable, "-c", _APPENDER, str(path)], stdout=subprocess.PIPE, cwd=root, text=True
        ) as process:
            assert process.stdout is not None
            said = [int(process.stdout.readline()) for _ in range(lines)]
            process.send_signal(signal.SIGKILL)
            said += [int(line) for line in process.stdout if line.endswith("\n")]
        acknowledged = said[-1]
        with closing(open_outbox(path, SetClock())) as outbox:
            kept = seqs(outbox)
            assert len(kept) >= acknowledged
            assert len(kept) % 2 == 0
            assert kept == list(range(1, len(kept) + 1))
    assert acknowledged >= 76


@st.composite
def _ranges(draw: st.DrawFn, last: int) -> list[tuple[int, int]]:
    edges = sorted(draw(st.sets(st.integers(1, max(last, 1)), max_size=8)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [(a, b) for n, (a, b) in enumerate(pairs) if b <= last and (n == 0 or a > pairs[n - 1][1] + 1)]


class OutboxMachine(RuleBasedStateMachine):
    """Against a plain model: sets of what is settled and what was dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(self._temporary())
        self.clock = SetClock()
        self.made = 0
        self.settled: set[int] = set()
        self.outbox: Outbox | None = None

    @staticmethod
    def _temporary() -> str:
        return tempfile.mkdtemp(prefix="outbox-")

    @initialize()
    def begin(self) -> None:
        self.reopen()

    @rule(count=st.integers(0, 7))
    def append(self, count: int) -> None:
        assert self.outbox is not None
        self.outbox.append([flow(self.made + n) for n in range(count)])
        self.made += count

    @rule(days=st.integers(-40, 40))
    def move_clock(self, days: int) -> None:
        self.clock.pass_days(days)

    @rule(data=st.data(), rewind=st.booleans())
    def mark(self, data: st.DataObject, rewind: bool) -> None:
        assert self.outbox is not None
        ranges = data.draw(_ranges(self.made))
        through = ranges.pop(0)[1] if ranges and ranges[0][0] == 1 else 0
        self.outbox.apply_receipt(receipt(self.outbox, through, *ranges, rewind=rewind))
        covered = {*range(1, through + 1), *(n for a, b in ranges for n in range(a, b + 1))}
        self.settled = covered if rewind else self.settled | covered

    @rule()
    def reopen(self) -> None:
        if self.outbox is not None:
            self.outbox.close()
            assert inspect(self.folder / "outbox.sqlite3").condition == Condition.SOUND
        self.outbox = open_outbox(self.folder / "outbox.sqlite3", self.clock, OutboxLimits(max_records=12))

    @invariant()
    def nothing_is_lost_without_a_word(self) -> None:
        if self.outbox is None:
            return
        waiting = set(seqs(self.outbox))
        lost = {n for part in self.outbox.lost(0, 1000) for n in range(part.first, part.last + 1)}
        assert waiting | lost == set(range(1, self.made + 1)) - self.settled
        assert not waiting & lost
        assert self.outbox.totals().records <= 12
        assert self.outbox.totals().last_seq == self.made

    def teardown(self) -> None:
        if self.outbox is not None:
            self.outbox.close()
        shutil.rmtree(self.folder)


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(
    max_examples=examples(20), stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow]
)


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 10)), max_size=6))
@settings(max_examples=examples(10))
def test_receipts_in_any_order_settle_the_same(parts: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for name, order in (("a", parts), ("b", parts[::-1])):
            with closing(open_outbox(Path(folder) / name, SetClock())) as outbox:
                outbox.append([flow(minute) for minute in range(70)])
                for first, length in order:
                    outbox.apply_receipt(
                        receipt(outbox, 0, (first, first + length)) if first > 1 else receipt(outbox, length)
                    )
                results.append(seqs(outbox))
        assert results[0] == results[1]
