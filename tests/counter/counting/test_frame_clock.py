"""The time of frames: how far two may lie apart so that what is between them was watched."""

import pytest

from counter.counting.frame_clock import FrameClock

START_MS = 1_800_000_000_000


def is_watched(interval_ms: int, gap_ms: int) -> bool:
    """Let nine frames come at an interval and a tenth after a gap; return whether the gap was watched."""
    clock, at_ms = FrameClock(), START_MS
    for _ in range(10):
        clock.advance(at_ms, interval_ms)
        at_ms += interval_ms
    last_ms = at_ms - interval_ms
    time = clock.advance(last_ms + gap_ms, gap_ms)
    assert time.watched_ms in {last_ms, last_ms + gap_ms}
    return time.watched_ms == last_ms


@pytest.mark.parametrize(
    ("interval_ms", "longest_ms"),
    [
        (100, 1000),  # a second is always watched
        (333, 1000),
        (334, 1002),  # from here on it is three usual intervals
        (600, 1800),
        (2000, 6000),
        (3333, 9999),
        (5000, 10_000),  # and ten seconds at most
    ],
)
def test_a_gap_is_watched_up_to_three_usual_intervals_within_bounds(interval_ms: int, longest_ms: int) -> None:
    assert is_watched(interval_ms, longest_ms)
    assert not is_watched(interval_ms, longest_ms + 1)


def test_frames_that_come_half_a_minute_apart_watch_nothing_between_them() -> None:
    assert not is_watched(30_000, 30_000)
