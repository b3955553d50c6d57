"""The clock of frames: which time between two frames was watched, when the clock was set, and when time repeats."""

import pytest

from counter.counting.frame_clock import FrameClock, FrameTime

AT_MS = 1_800_000_000_000


def _usual(interval_ms: int) -> FrameClock:
    """Return the clock after twelve frames that far apart, the last of them at AT_MS."""
    clock = FrameClock()
    for place in range(-11, 1):
        clock.advance(AT_MS + place * interval_ms, interval_ms)
    return clock


def _later(clock: FrameClock, gap_ms: int, elapsed_ms: int | None = None) -> FrameTime:
    return clock.advance(AT_MS + gap_ms, gap_ms if elapsed_ms is None else elapsed_ms)


@pytest.mark.parametrize(
    ("interval_ms", "longest_ms"),
    [
        (100, 1000),
        (333, 1000),
        (334, 1002),
        (400, 1200),
        (600, 1800),
        (2000, 6000),
        (3333, 9999),
        (5000, 10_000),
        (9000, 10_000),
    ],
)
def test_three_usual_intervals_are_watched_never_less_than_one_second_nor_more_than_ten(
    interval_ms: int, longest_ms: int
) -> None:
    assert _later(_usual(interval_ms), longest_ms).watched_ms == AT_MS
    assert _later(_usual(interval_ms), longest_ms + 1).watched_ms == AT_MS + longest_ms + 1


def test_the_steady_time_between_two_frames_must_be_short_too() -> None:
    assert _later(_usual(100), 100, elapsed_ms=1001).watched_ms == AT_MS + 100


def test_the_first_frame_watches_nothing() -> None:
    assert FrameClock().advance(AT_MS, 0).watched_ms == AT_MS


def test_the_usual_interval_is_the_median_of_the_last_nine() -> None:
    clock = _usual(100)
    assert clock.interval_ms == 100
    for place in range(4):
        clock.advance(AT_MS + 400 * (place + 1), 400)
    assert clock.interval_ms == 100
    clock.advance(AT_MS + 2000, 400)
    assert clock.interval_ms == 400
    assert len(clock.state.intervals_ms) == 9


@pytest.mark.parametrize(("step_ms", "is_set"), [(1000, False), (-1000, False), (1001, True), (-1001, True)])
def test_the_clock_was_set_when_stamp_and_steady_time_differ_by_more_than_a_second(step_ms: int, is_set: bool) -> None:
    assert _later(_usual(100), 100 + step_ms, elapsed_ms=100).clock_set is is_set


def test_time_rewinds_from_a_minute_after_a_backward_step_until_it_has_passed_what_it_had_reached() -> None:
    clock = _usual(100)
    rewound = [clock.advance(AT_MS - 100_000 + place * 1000, 1000).rewound for place in range(102)]
    assert rewound == [False] * 60 + [True] * 40 + [False] * 2


def test_a_clock_that_stands_still_does_not_rewind() -> None:
    clock = _usual(100)
    assert not any(clock.advance(AT_MS, 1000).rewound for _ in range(100))


def test_frames_half_a_minute_apart_watch_nothing_between_them() -> None:
    assert _later(_usual(30_000), 30_000).watched_ms == AT_MS + 30_000


def test_steady_time_rises_with_every_frame() -> None:
    clock = _usual(100)
    before_ms = clock.state.steady_ms
    assert _later(clock, -5000, elapsed_ms=0).steady_ms == before_ms + 1


def test_a_stamp_is_found_for_a_steady_time_of_before() -> None:
    moment = _later(_usual(100), 100)
    assert moment.stamp(moment.steady_ms - 700) == moment.at_ms - 700
