"""What `systemctl status` says of a counter: what it does now, not what it was started for."""

import pytest

from counter.delivery.link import BrokerLink
from counter.delivery.network_thread import SharedState
from counter.service.run import describe
from tests.support.counter.records import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def shared(clock: SetClock) -> SharedState:
    return SharedState(link=BrokerLink(clock))


def test_a_counter_that_sees_and_delivers_says_so(clock: SetClock, shared: SharedState) -> None:
    for _ in range(20):
        clock.ms += 100
        shared.frames.seen(clock.ms)
    shared.link.note(connected=True)
    shared.link.note_waiting(3)
    assert describe(shared, clock) == "counting, 10 frames/s; delivering, 3 records wait"


def test_one_that_sees_nothing_knows_no_time_or_has_no_broker_says_that(clock: SetClock, shared: SharedState) -> None:
    """The process runs and its threads live: that alone is no counting."""
    clock.synchronised = False
    shared.link.note(connected=True)
    clock.ms += 60_000
    shared.link.note(connected=False)
    shared.link.note_waiting(1413)
    clock.ms += 12 * 60_000
    shared.link.note(connected=False)
    said = "counting nothing, 0 frames/s; clock not known; no broker for 12 min, 1413 records wait"
    assert describe(shared, clock) == said
