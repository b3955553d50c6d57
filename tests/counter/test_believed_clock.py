"""Which time of day is believed: steps that are doubted, what confirms or refutes them, and what may not."""

import logging
import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.believed_clock import MOST_STEP_MS, BelievedClock, ServerTimes

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass
class Computer:
    """A computer whose clock shows the true time and a shift."""

    steady_ms: int = 50_000
    shift_ms: int = 0
    synchronised: bool | None = True

    def now_ms(self) -> int:
        return NOW_MS + self.steady_ms + self.shift_ms

    def monotonic_s(self) -> float:
        return self.steady_ms / 1000

    def boot_id(self) -> str:
        return "boot"

    def known(self) -> bool | None:
        return self.synchronised


class Watched:
    """A believed clock that is looked at every second, as a counter's is."""

    def __init__(self, computer: Computer | None = None, last_ms: int | None = None, *, waits: bool = True) -> None:
        self.computer = computer or Computer()
        self.clock = BelievedClock(self.computer)
        self.clock.begin(last_ms, waits=waits)

    def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            self.computer.steady_ms += 1000
            self.clock.now_ms()

    def step(self, by_ms: int, synchronised: bool | None = True) -> None:
        self.computer.shift_ms += by_ms
        self.computer.synchronised = synchronised
        self.clock.now_ms()

    def receive(self, server_off_ms: int = 0) -> None:
        server_ms = (NOW_MS + self.computer.steady_ms + server_off_ms) // 1000 * 1000
        self.clock.server_times.note(server_ms, self.computer.monotonic_s())

    def off_ms(self) -> int:
        """How far the believed time is from the true one."""
        return self.clock.now_ms() - NOW_MS - self.computer.steady_ms


def test_a_right_clock_is_passed_through() -> None:
    watched = Watched()
    watched.pass_s(100)
    assert watched.clock.now_ms() == watched.computer.now_ms()
    assert watched.clock.known() is True
    assert watched.clock.believes()
    assert not watched.clock.is_unsure()
    assert watched.clock.believed_for_s() == pytest.approx(100)


@pytest.mark.parametrize("by_ms", [HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS, 20 * 365 * DAY_MS, -9 * 365 * DAY_MS, 121_000])
@pytest.mark.parametrize("synchronised", [True, False, None])
def test_a_large_step_is_doubted_and_time_goes_on_meanwhile(by_ms: int, synchronised: bool | None) -> None:
    watched = Watched()
    watched.step(by_ms, synchronised)
    watched.pass_s(3 * 3600 if synchronised is not False else 400)
    assert not watched.clock.believes()
    assert watched.clock.known() is False
    assert watched.off_ms() == 0
    watched.step(-by_ms)
    assert watched.clock.believes()
    assert watched.off_ms() == 0


@pytest.mark.parametrize("by_ms", [119_000, -119_000, 30, -30, 0])
def test_a_small_step_is_followed(by_ms: int) -> None:
    watched = Watched()
    watched.step(by_ms)
    assert watched.clock.believes()
    assert watched.off_ms() == by_ms


def test_many_small_steps_are_a_large_one() -> None:
    watched = Watched()
    for _ in range(4):
        watched.step(50_000)
        watched.pass_s(60)
    assert not watched.clock.believes()


def test_a_drift_is_followed_for_ever() -> None:
    watched = Watched()
    for _ in range(30):
        watched.step(20_000)
        watched.pass_s(1200)
    assert watched.clock.believes()
    assert watched.off_ms() == 600_000


def test_synchronisation_that_was_lost_and_is_back_confirms_after_a_minute() -> None:
    watched = Watched()
    watched.step(-DAY_MS, synchronised=False)
    watched.pass_s(500)
    watched.computer.synchronised = True
    watched.pass_s(59)
    assert not watched.clock.believes()
    watched.pass_s(3)
    assert watched.clock.believes()
    assert watched.off_ms() == -DAY_MS


def test_synchronisation_that_was_lost_before_and_comes_with_the_step_confirms_it() -> None:
    watched = Watched()
    watched.computer.synchronised = False
    watched.pass_s(10)
    watched.step(DAY_MS, synchronised=True)
    watched.pass_s(62)
    assert watched.off_ms() == DAY_MS


def test_what_stays_synchronised_for_a_while_after_a_step_confirms_nothing() -> None:
    """As where the kernel learns late that somebody has set its clock."""
    watched = Watched()
    watched.step(DAY_MS)
    watched.pass_s(200)
    watched.computer.synchronised = False
    watched.pass_s(200)
    assert not watched.clock.believes()


def test_a_step_that_stands_for_a_day_is_believed_unless_the_system_denies_it() -> None:
    for synchronised, believed in [(True, True), (None, True), (False, False)]:
        watched = Watched()
        watched.step(HOUR_MS, synchronised)
        for _ in range(25 * 60):
            watched.computer.steady_ms += 60_000
            watched.clock.now_ms()
        assert watched.clock.believes() is believed


def test_the_servers_time_confirms_a_step() -> None:
    watched = Watched()
    watched.step(-DAY_MS, synchronised=False)
    watched.pass_s(5)
    watched.receive(-DAY_MS)
    assert watched.clock.believes()
    assert watched.off_ms() == -DAY_MS


def test_the_servers_time_refutes_a_step_however_long_it_stands() -> None:
    watched = Watched()
    watched.step(DAY_MS)
    watched.pass_s(5)
    watched.receive()
    assert watched.clock.believes()
    assert watched.clock.known() is True
    assert watched.clock.is_unsure()
    for _ in range(30 * 60):
        watched.computer.steady_ms += 60_000
        watched.clock.now_ms()
    assert watched.off_ms() == 0
    watched.step(-DAY_MS)
    assert not watched.clock.is_unsure()


def test_a_receipt_of_before_the_step_says_nothing_of_it() -> None:
    watched = Watched()
    watched.receive()
    watched.pass_s(2)
    watched.step(DAY_MS)
    assert not watched.clock.believes()
    assert watched.clock.server_times.wanted


def test_a_receipt_that_is_late_confirms_no_step_back() -> None:
    """It shows a time of before; the next ones don't."""
    watched = Watched()
    watched.step(-180_000)
    watched.receive(-80_000)
    assert watched.off_ms() == 0
    watched.receive()
    assert watched.off_ms() == 0
    assert watched.clock.believes()


def test_where_the_server_agrees_with_neither_time_synchronisation_decides() -> None:
    watched = Watched()
    watched.step(HOUR_MS, synchronised=False)
    watched.receive(5 * HOUR_MS)
    watched.pass_s(3)
    watched.computer.synchronised = True
    for _ in range(25 * 60):
        watched.computer.steady_ms += 60_000
        watched.clock.now_ms()
    assert watched.off_ms() == HOUR_MS


def test_a_server_that_differs_for_long_makes_times_unsure_and_is_named(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()
    with caplog.at_level(logging.INFO):
        watched.receive(-400_000)
        watched.pass_s(30)
        assert not watched.clock.is_unsure()
        for _ in range(20):
            watched.pass_s(60)
            watched.receive(-400_000)
        assert watched.clock.is_unsure()
        assert watched.clock.believes()
        watched.pass_s(700)
        watched.receive()
        watched.pass_s(1)
    assert not watched.clock.is_unsure()
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "the server's time differs by -0",
        "the server's time agrees with this computer's again",
    ]


def test_the_first_time_is_believed_when_it_is_known() -> None:
    watched = Watched(Computer(synchronised=False, shift_ms=-9 * 365 * DAY_MS))
    watched.pass_s(100)
    assert not watched.clock.believes()
    assert watched.clock.offset_ms() is None
    watched.step(9 * 365 * DAY_MS)
    assert watched.clock.believes()


@pytest.mark.parametrize("off_ms", [HOUR_MS, 20 * 365 * DAY_MS, -500 * DAY_MS])
def test_a_first_time_before_what_is_recorded_or_long_after_it_is_doubted(off_ms: int) -> None:
    watched = Watched(last_ms=NOW_MS + off_ms)
    watched.pass_s(3600)
    assert not watched.clock.believes()
    watched.receive()
    assert watched.clock.believes()


def test_a_first_time_that_synchronisation_has_just_brought_is_believed_after_a_minute() -> None:
    watched = Watched(Computer(synchronised=False), last_ms=NOW_MS + DAY_MS)
    watched.pass_s(3)
    watched.computer.synchronised = True
    watched.pass_s(59)
    assert not watched.clock.believes()
    watched.pass_s(5)
    assert watched.clock.believes()


def test_a_time_before_this_program_was_written_is_believed_from_nobody() -> None:
    watched = Watched(Computer(shift_ms=-9 * 365 * DAY_MS))
    assert not watched.clock.believes()


def test_the_same_run_of_the_computer_goes_on_with_its_offset() -> None:
    computer = Computer()
    before = BelievedClock(computer)
    offset_ms = before.offset_ms()
    assert offset_ms is not None
    computer.shift_ms = HOUR_MS
    after = BelievedClock(computer)
    after.resume(offset_ms)
    assert not after.believes()
    assert after.now_ms() == NOW_MS + computer.steady_ms


def test_what_is_logged_of_a_flapping_clock_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()
    with caplog.at_level(logging.INFO):
        for _ in range(100):
            watched.step(HOUR_MS)
            watched.pass_s(5)
            watched.step(-HOUR_MS)
            watched.pass_s(5)
    assert 2 <= len(caplog.records) <= 20


@given(seed=st.integers(0, 10_000))
def test_no_run_of_false_steps_is_ever_believed(seed: int) -> None:
    """Steps of any size, each undone within an hour, whatever the system says as long as it gives no false sign."""
    rng = random.Random(seed)
    synchronised = rng.choice([True, None, False])
    watched = Watched()
    for _ in range(10):
        by_ms = rng.choice([-1, 1]) * rng.randrange(2 * MOST_STEP_MS, 20 * 365 * DAY_MS)
        watched.computer.shift_ms, watched.computer.synchronised = by_ms, synchronised
        for _ in range(rng.randrange(1, 60)):
            assert watched.off_ms() == 0
            assert not watched.clock.believes()
            watched.computer.steady_ms += rng.randrange(1, 60_000)
        if rng.random() < 0.5:
            watched.computer.shift_ms, watched.computer.synchronised = 0, True
            watched.pass_s(rng.randrange(1, 5))
            assert watched.clock.believes()


def test_receipts_of_ten_minutes_give_the_servers_time_together() -> None:
    times = ServerTimes()
    assert times.offset_ms() is None
    times.note(1_000_000, 100.0)
    times.note(1_009_000, 200.0)
    assert times.offset_ms() == 900_500
    assert times.offset_ms(150.0) == 809_500
    assert times.offset_ms(201.0) is None
    times.note(1_800_000, 900.0)
    assert times.offset_ms() == 900_500
