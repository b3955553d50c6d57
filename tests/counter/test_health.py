"""What a device says of itself: true rates, and nothing where nothing is known."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wire
from core.clock import SystemClock, kernel_offset_ms
from counter.health import FrameMeter, clock_offset_ms, temperature_c

NOW_MS = 1_800_000_000_000


def _rate(stamps: list[int], now_ms: int) -> float:
    meter = FrameMeter()
    for at_ms in stamps:
        meter.seen(at_ms)
    return meter.rate(now_ms)


def test_the_rate_is_that_of_the_captures_however_late_they_are_looked_at() -> None:
    stamps = [NOW_MS + 100 * n for n in range(60)]
    assert _rate(stamps, NOW_MS + 6000) == 10.0
    assert _rate(stamps, NOW_MS + 14_000) == 10.0


@pytest.mark.parametrize("stamps", [[], [NOW_MS]])
def test_no_frame_and_a_single_one_have_no_rate(stamps: list[int]) -> None:
    assert _rate(stamps, NOW_MS) == 0.0


def test_a_source_that_stands_still_has_no_rate_after_ten_seconds() -> None:
    assert _rate([NOW_MS + 100 * n for n in range(60)], NOW_MS + 16_000) == 0.0


def test_after_the_clock_was_set_the_rate_is_that_of_the_new_time() -> None:
    before = [NOW_MS + 100 * n for n in range(60)]
    for jump_ms in (-3_600_000, -1000, 3_600_000):
        after = [NOW_MS + 6000 + jump_ms + 200 * n for n in range(60)]
        assert _rate(before + after, after[-1]) == 5.0


@given(st.lists(st.integers(NOW_MS, NOW_MS + 20_000), max_size=2000), st.integers(NOW_MS, NOW_MS + 30_000))
def test_any_rate_fits_the_wire(stamps: list[int], now_ms: int) -> None:
    wire.encode(wire.Status(online=True, at=wire.utc(NOW_MS // 1000), frame_rate=_rate(stamps, now_ms)))
    assert 0 <= _rate(stamps, now_ms) <= 1000


def test_offset_and_temperature_are_known_or_none() -> None:
    offset_ms, temperature = clock_offset_ms(), temperature_c()
    assert offset_ms is None or abs(offset_ms) <= wire.MAX_CLOCK_OFFSET_MS
    assert temperature is None or -60 < temperature < 150


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_the_offset_is_given_exactly_when_the_clock_is_known() -> None:
    assert (kernel_offset_ms() is not None) == (SystemClock().known() is True)


def test_a_time_of_before_this_program_was_never_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000 * 10**9)
    assert SystemClock().known() is False
    assert SystemClock(trusted=True).known() is False


def test_a_trusted_clock_is_known_and_the_computer_names_its_run() -> None:
    assert SystemClock(trusted=True).known() is not False
    if sys.platform == "linux":
        assert SystemClock().boot_id() == SystemClock().boot_id() != ""
