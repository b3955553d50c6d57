"""What a message's own time says beside its arrival: judged alike for all ages, ways and clocks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core import wire
from core.clock_off import CLOCK_OFF
from ingest.live.own_time import heard_at, newer, skew_s
from ingest.messages import LiveMessage, StatusMessage

TOPIC = wire.Topic("torget", "cam", wire.Kind.STATUS)
ARRIVED = datetime(2026, 6, 1, 12, tzinfo=UTC)
OFFSETS_S = st.one_of(st.integers(-300, 300), st.integers(-(10**8), 10**8))


def status(at: datetime | None, arrived: datetime, *, online: bool = True, retained: bool = False) -> StatusMessage:
    return StatusMessage(TOPIC, wire.Status(online=online, at=at), arrived, retained)


@given(OFFSETS_S, st.booleans(), st.booleans())
def test_nothing_shows_life_later_than_its_arrival_nor_old_words_life_later_than_they_are(
    offset_s: int, online: bool, retained: bool
) -> None:
    at = ARRIVED + timedelta(seconds=offset_s)
    heard = heard_at(status(at, ARRIVED, online=online, retained=retained))
    if heard is None:
        assert at > ARRIVED
        return
    assert heard <= ARRIVED
    is_direct = online and not retained
    assert heard - at <= (CLOCK_OFF if is_direct else timedelta(0)) or at > ARRIVED
    assert skew_s(status(at, ARRIVED)) == offset_s


@given(st.lists(OFFSETS_S, min_size=1, max_size=20))
def test_of_a_burst_the_newest_counts_in_any_order(offsets_s: list[int]) -> None:
    """All arrive in one moment, and none of them comes from a time that hasn't come."""
    topic = wire.Topic("torget", "cam", wire.Kind.LIVE)
    times = [ARRIVED + timedelta(seconds=-abs(offset_s) // 5 * 5) for offset_s in offsets_s]
    kept: LiveMessage | None = None
    for at in times:
        message = LiveMessage(topic, wire.Live(at), ARRIVED)
        kept = message if newer(message, kept) else kept
    assert kept
    assert kept.live.at == max(times)


@given(OFFSETS_S, st.integers(1, 10**6))
def test_no_step_of_a_clock_silences_a_device_for_more_than_half_a_minute(step_s: int, interval_s: int) -> None:
    """The ratchet: whatever the clock showed before, a message that comes 30 s later or more counts."""
    before = status(ARRIVED + timedelta(seconds=step_s), ARRIVED)
    arrived = ARRIVED + timedelta(seconds=30 + interval_s)
    assert newer(status(arrived, arrived), before)
