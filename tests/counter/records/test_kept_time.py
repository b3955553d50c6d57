"""For how long settled records are kept is judged by time that passed, whatever a clock says meanwhile."""

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.counter.frozen_files import unpack, world_after
from tests.support.counter.records import START_S, flow, open_outbox, receipt

pytestmark = pytest.mark.simulation

DAY_MS = 86_400_000


@dataclass
class Clocks:
    """A steady time, and a time of day that may be anything."""

    steady_ms: int = 5_000
    shift_ms: int = 0
    is_known: bool | None = True

    def now_ms(self) -> int:
        return START_S * 1000 + self.steady_ms + self.shift_ms

    def monotonic_s(self) -> float:
        return self.steady_ms / 1000

    def boot_id(self) -> str:
        return "boot"

    def known(self) -> bool | None:
        return self.is_known


def _set_about(clock: Clocks, rng: random.Random) -> None:
    years = rng.choice([0, 0, 20, -10, 1 / 365, -1 / 365])
    clock.shift_ms, clock.is_known = round(years * 365 * DAY_MS), rng.choice([True, None, False])


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_clock_makes_no_settled_record_older(tmp_path: Path, seed: int) -> None:
    rng, clock, path = random.Random(seed), Clocks(), tmp_path / "outbox.sqlite3"
    with closing(open_outbox(path, clock)) as outbox:
        outbox.append([flow(0), flow(1)])
        outbox.apply_receipt(receipt(outbox, 2))
    passed_ms = 0
    for minute in range(2, 40):
        _set_about(clock, rng)
        with closing(open_outbox(path, clock)) as outbox:
            for _ in range(2):
                by_ms = min(rng.randrange(DAY_MS // 2), 13 * DAY_MS - passed_ms)
                clock.steady_ms, passed_ms = clock.steady_ms + by_ms, passed_ms + by_ms
                _set_about(clock, rng)
                outbox.append([flow(minute)])
                if rng.random() < 0.5:
                    outbox.apply_receipt(receipt(outbox, outbox.totals().last_seq))
            assert outbox.totals().records == outbox.totals().last_seq


@pytest.mark.parametrize("shift_ms", [0, DAY_MS, -20 * 365 * DAY_MS, 20 * 365 * DAY_MS])
def test_they_go_after_fourteen_days_of_running(tmp_path: Path, shift_ms: int) -> None:
    clock = Clocks()
    with closing(open_outbox(tmp_path / "outbox.sqlite3", clock)) as outbox:
        outbox.append([flow(0)])
        outbox.apply_receipt(receipt(outbox, 1))
        clock.shift_ms = shift_ms
        clock.steady_ms += 14 * DAY_MS + 1000
        outbox.append([flow(1)])
        assert outbox.totals().records == 1


def test_marks_of_the_future_that_an_earlier_version_wrote_make_the_others_no_older(tmp_path: Path) -> None:
    device, clock = unpack("clocked", tmp_path), world_after("clocked", 4)
    with closing(sqlite3.connect(device.outbox.path)) as earlier, earlier:
        (newest,) = earlier.execute("select max(seq) from record where settled_ms is not null").fetchone()
        earlier.execute("update record set settled_ms = settled_ms + 630720000000 where seq = ?", (newest,))
    with closing(open_outbox(device.outbox.path, clock)) as outbox:
        kept = outbox.totals().records
        outbox.append([flow(4)])
        clock.true_ms += 13 * DAY_MS
        outbox.append([flow(5)])
        assert outbox.totals().records == kept + 2
        clock.true_ms += 2 * DAY_MS
        outbox.append([flow(6)])
        assert outbox.totals().records < kept
