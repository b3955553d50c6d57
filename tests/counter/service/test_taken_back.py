"""Time that a source takes back, since it knows only later that nobody could have been seen."""

from pathlib import Path

import numpy as np
import pytest

from core import wire
from counter.detections import Detections
from tests.support.counter.early_world import MINUTE_MS, Place, Start, World, flows

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("clock", ["known", "unknown", "doubted", "doubted since it is blind"])
def test_time_that_a_source_takes_back_is_not_observed_whatever_the_clock_was(tmp_path: Path, clock: str) -> None:
    """Seconds of it are on the disk by then, where the clock isn't known: they are placed all the same."""
    place, world = Place(0, length_ms=0, walks=[(200_000, 1000, 3.0, 1.0)]), World()
    if clock == "unknown":
        world.lose_clock()
    start = Start(tmp_path, world)
    doubted_ms = {"doubted": 30_000, "doubted since it is blind": 45_000}.get(clock)
    if doubted_ms:
        start.see(place, doubted_ms)
        world.shift_ms, world.is_known = 86_400_000, False
    start.see(place, 50_000, save_every_ms=5000)
    for n in range(4):
        blind = Detections(
            world.now_ms(),
            np.empty((0, 2)),
            round(world.monotonic_s() * 1000),
            flags=(wire.Flag.FROZEN,),
            watched=False,
            unwatched_ms=20_000 + 1000 * n,
        )
        start.counter._check_clock()  # noqa: SLF001 - one turn of the counter's loop
        start.counter._take(blind)  # noqa: SLF001 - the same
        world.true_ms += 1000
    start.counter.save()
    start.kill()
    start = Start(tmp_path, world)
    world.learn_clock()
    world.shift_ms = 0
    start.see(place, 130_000)
    first, second = flows(start.records())[:2]
    start.kill()
    assert wire.Flag.FROZEN in first.flags
    assert first.lines[0].observed_ms == pytest.approx(35_000, abs=2100)
    assert second.lines[0].observed_ms == MINUTE_MS
