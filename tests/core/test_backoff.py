"""Back-off: pauses double within their bounds, and jitter keeps programs from retrying at one moment."""

import random
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from core.backoff import Backoff

WHOLE_S = (2, 4, 8, 16, 32, 60, 60, 60, 60)


def test_the_longest_pauses_double_up_to_the_limit() -> None:
    backoff = Backoff(2, 60, draw=lambda: 1.0)
    assert tuple(backoff.next_s() for _ in WHOLE_S) == WHOLE_S


def test_the_shortest_pauses_are_half_of_them() -> None:
    backoff = Backoff(2, 60, draw=lambda: 0.0)
    assert tuple(backoff.next_s() for _ in WHOLE_S) == tuple(whole / 2 for whole in WHOLE_S)


@given(st.integers(0, 2**32))
def test_pauses_double_within_their_bounds(seed: int) -> None:
    backoff = Backoff(2.0, 60.0, random.Random(seed).random)
    for whole in WHOLE_S:
        assert whole / 2 <= backoff.next_s() <= whole
    backoff.reset()
    assert backoff.next_s() <= 2


def test_what_is_away_for_years_is_still_asked_each_minute() -> None:
    backoff = Backoff(0.1, 10, draw=lambda: 1.0)
    assert [backoff.next_s() for _ in range(5000)][-1] == 10


def test_jitter_spreads_each_pause_over_half_of_it() -> None:
    """The worst of 2,000 pauses: one that fell outside would be a chance of 1 in 10^9."""
    first = [Backoff(10, 60).next_s() for _ in range(2000)]
    assert 5 <= min(first) < 5.1
    assert 9.9 < max(first) <= 10
    assert len(set(first)) > 1990


def test_two_programs_with_one_seed_do_not_retry_at_one_moment() -> None:
    code = "import random; random.seed(1); from core.backoff import Backoff; print(Backoff(1, 60).next_s())"
    pauses = {subprocess.check_output([sys.executable, "-c", code]) for _ in range(2)}
    assert len(pauses) == 2
