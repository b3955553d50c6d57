"""A short month: people without end leave neither errors nor memory behind. The long one is `python -m bench.month`."""

import pytest

from bench.month import run

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("people", [200, pytest.param(10_000, marks=pytest.mark.full)])
def test_everybody_is_counted_once_and_forgotten(people: int) -> None:
    result = run(people)
    assert result.net == result.truth
    assert result.visits == sum(result.truth)
    assert result.largest_state < 10_000
    if people > 1000:
        assert result.growth < 0.02
