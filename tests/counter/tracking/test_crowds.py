"""Crowds who cross a line both ways, one meeting after another. Seeds below 200 were looked at."""

import pytest

from tests.support.counter.crowds import Crowd, error_of


@pytest.mark.simulation
@pytest.mark.parametrize("seed", [2, 12, 100])
def test_nobody_in_a_crowd_has_the_name_of_another(seed: int) -> None:
    """A track that ends while people meet may be that of somebody who goes on by another."""
    crowd = Crowd(noise_m=0.12)
    truth, frames = crowd.truth_and_frames(seed)
    assert abs(sum(crowd.counted(frames)) - sum(truth)) <= 0.3 * sum(truth)


@pytest.mark.simulation
@pytest.mark.parametrize("rate", [10.0, 5.0])
def test_names_are_not_changed_in_a_crowd_in_full_view(rate: float) -> None:
    """Who goes out of view and who comes in seconds later are two people, however many others meet between them."""
    wrong, _, crossed = error_of(Crowd(rate=rate, hidden=False), range(200, 204))
    assert wrong <= 0.025 * crossed
