"""The counting thread: frames with a steady time of their own."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from core import wire
from core.clock import SystemClock
from counter.detections import Detections
from counter.service.run import count
from counter.sources.port import Input
from tests.support.counter.records import START_S, SetClock, open_outbox
from tests.support.counter.walkers import FRAME_MS, device_file, with_zone

START_MS = START_S * 1000


@dataclass
class Sitting:
    """Someone who sits still for three minutes, before a camera whose clock is set forward by an hour after one."""

    steady: bool
    ended: Event = field(default_factory=Event)

    def detections(self) -> Iterator[Detections]:
        for elapsed_ms in range(0, 180_000, FRAME_MS):
            jump_ms = 3_600_000 if elapsed_ms > 60_000 else 0
            at_ms, steady_ms = START_MS + elapsed_ms + jump_ms, 7_000 + elapsed_ms if self.steady else None
            yield Detections(at_ms, np.array([[3.0, 3.0]]), steady_ms)
        self.ended.set()

    def close(self) -> None:
        self.ended.set()


@pytest.mark.simulation
@pytest.mark.parametrize(("steady", "visits"), [(True, 1), (False, 2)])
def test_a_steady_time_keeps_a_visit_whole_when_the_clock_is_set(tmp_path: Path, steady: bool, visits: int) -> None:
    device, source = with_zone(device_file(tmp_path), tmp_path), Sitting(steady)
    count(device, Input(source), SystemClock(), source.ended, "0.1.0")
    with closing(open_outbox(device.outbox.path, SetClock())) as outbox:
        payload = wire.encode_batch(outbox.identity.epoch, [stored.record for stored in outbox.unsettled(0, 100)])
    records = [one for one in wire.decode_batch(payload).batch.records if isinstance(one, wire.FlowRecord)]
    assert sum(one.zones[0].appeared for one in records) == visits
    assert any(wire.Flag.CLOCK_UNSURE in one.flags for one in records) == steady
