"""What is said of a trouble that lasts for weeks, or comes and goes."""

import logging

import pytest

from counter.logs import Once
from tests.support.counter.records import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def once(clock: SetClock, caplog: pytest.LogCaptureFixture) -> Once:
    caplog.set_level(logging.INFO)
    return Once(logging.getLogger("trouble"), clock.monotonic_s)


def test_causes_that_take_turns_are_said_once_each(once: Once, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(1000):
        once.warn("no route")
        once.warn("no answer")
    once.over("connected again")
    once.over("connected again")
    once.warn("no route")
    assert [record.message for record in caplog.records] == ["no route", "no answer", "connected again", "no route"]


@pytest.mark.simulation
def test_a_month_of_coming_and_going_is_a_few_lines_an_hour(
    once: Once, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    minutes = 30 * 24 * 60
    for _ in range(minutes):
        once.warn("no route")
        once.over("connected again")
        clock.ms += 60_000
    assert len(caplog.records) <= 20 * 24 * 30
    assert sum("no more of this for an hour" in record.message for record in caplog.records) == 24 * 30
    assert sum(len(record.message) for record in caplog.records) < 1_000_000


def test_ever_new_causes_take_no_memory_and_few_lines(once: Once, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(10_000):
        once.warn(f"cause {number}")
    assert len(caplog.records) == 20
    assert len(once._said) == 16  # noqa: SLF001 - memory shows nowhere else
