"""Nobody's place is kept while nobody is seen: neither before a camera that is covered, nor after one that is lost."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from counter.counting.tally import Tally
from counter.detections import Detections
from counter.device_file import DeviceFile
from counter.service.run import count
from counter.sources.port import Input
from tests.support.counter.records import SetClock
from tests.support.counter.tracks import BENCH, MIDDLE, START_MS, tally
from tests.support.counter.walkers import FRAME_MS, device_file
from tests.support.waiting import PATIENCE_S

SEAT = np.array([[320.0, 250.0]])
NOBODY = np.empty((0, 2))


def _show(by: Tally, from_s: int, to_s: int, *, watched: bool) -> None:
    for at_ms in range(from_s * 1000, to_s * 1000, 200):
        by.update(Detections(START_MS + at_ms, SEAT if watched else NOBODY, watched=watched))


def test_who_was_in_view_when_the_camera_was_covered_is_forgotten() -> None:
    by = tally([MIDDLE], [BENCH])
    _show(by, 0, 30, watched=True)
    _show(by, 30, 60, watched=False)
    assert by._tracker.size == 0  # noqa: SLF001 - no place is in the state then


def test_a_frame_each_twelve_seconds_watches_nothing() -> None:
    by = tally([MIDDLE], [BENCH])
    drafts = [by.update(Detections(START_MS + at_ms, NOBODY)) for at_ms in range(0, 1_200_000, 12_000)]
    assert not any(drafts)


@dataclass
class Lost:
    """A camera that sees somebody for some seconds, and then nothing more."""

    device: DeviceFile
    clock: SetClock
    ended: Event = field(default_factory=Event)
    seen: list[bool] = field(default_factory=list)

    def detections(self) -> Iterator[Detections]:
        people = self.device.outbox.path.with_name(self.device.outbox.path.name + ".people")
        for _ in range(120):
            self.clock.ms += FRAME_MS
            yield Detections(self.clock.ms, np.array([[3.0, 3.0]]))
        self.seen.append(_within(people.exists, lambda: None))
        self.seen.append(_within(lambda: not people.exists(), self._pass))
        self.ended.set()

    def _pass(self) -> None:
        self.clock.ms += 1000

    def close(self) -> None:
        self.ended.set()


def _within(holds: Callable[[], bool], meanwhile: Callable[[], None]) -> bool:
    deadline_s = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < deadline_s:
        meanwhile()
        time.sleep(0.02)
    return holds()


@pytest.mark.simulation
def test_ten_seconds_after_the_last_frame_no_place_is_on_the_disk(tmp_path: Path) -> None:
    device, clock = device_file(tmp_path), SetClock()
    camera = Lost(device, clock)
    count(device, Input(camera), clock, camera.ended, "0.1.0")
    assert camera.seen == [True, True]
