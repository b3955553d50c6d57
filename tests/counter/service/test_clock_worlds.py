"""Clocks that are set wrong while a counter runs: each minute is right, missing or flagged, and none is counted twice.

The fault stands for a class: whatever the clock of a computer shows, by whatever it is set, for however long, once or
often, over kills, power cuts and starts. It may neither put people into another time, nor silence the counter until a
wrong time comes, nor make it forget. `python -m bench.clocks` plays many more worlds than the one of each setting here.
"""

from pathlib import Path

import pytest

from tests.support.counter.clock_worlds import SETTINGS, Drawn, play
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("setting", worlds(list(SETTINGS), every=12))
@pytest.mark.parametrize("seed", range(1))
def test_no_minute_is_wrong_and_none_is_lost_but_those_of_the_fault(tmp_path: Path, setting: str, seed: int) -> None:
    played = play(tmp_path, Drawn(setting, seed))
    assert played.wrong == []
    assert played.doubled == []
    assert played.missing == []
    assert played.alive_at_the_end
