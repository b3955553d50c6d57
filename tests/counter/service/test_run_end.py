"""How a counter ends whose source has an end."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from core.clock import SystemClock
from counter.device_file import DeviceFile
from counter.errors import UnsettledError
from counter.records.checkpoint import MAX_USES
from counter.service.run import count
from counter.sources.port import Input, Recorded
from tests.counter.records.test_checkpoint import MINUTE_MS, START_MS, WALKS
from tests.support.counter.records import SetClock, open_outbox
from tests.support.counter.walkers import FRAME_MS, Walkers, device_file


@dataclass(frozen=True, slots=True)
class RushingClock:
    """A clock on which a minute of waiting is over soon."""

    real: SystemClock

    def now_ms(self) -> int:
        return self.real.now_ms()

    def monotonic_s(self) -> float:
        return self.real.monotonic_s() * 100

    def known(self) -> bool | None:
        return True


def _count(device: DeviceFile, seen: Input) -> str:
    """Count to the end; nobody listens at the broker's port. Return what is said of that."""
    with pytest.raises(UnsettledError) as caught:
        count(device, seen, RushingClock(SystemClock()), Event(), "0.1.0")
    return str(caught.value)


def _made(device: DeviceFile) -> list[bytes]:
    with closing(open_outbox(device.outbox.path, SetClock())) as outbox:
        return [stored.record for stored in outbox.unsettled(0, 10)]


@pytest.mark.simulation
def test_records_that_nobody_settled_are_reported_and_stay(tmp_path: Path) -> None:
    device = device_file(tmp_path)
    said = _count(device, Input(Walkers(START_MS, START_MS + 2 * MINUTE_MS, WALKS)))
    assert "2 records still wait for a receipt after 60 s: they stay in the outbox" in said
    assert len(_made(device)) == 2


@pytest.mark.simulation
def test_a_recorded_source_keeps_its_first_interval_and_is_counted_once(tmp_path: Path) -> None:
    """A sensor's first interval is partial and not recorded; a clip's is all that there is of its time.

    It is counted once, however often it is started: only starts that crash use a checkpoint up.
    """
    device = device_file(tmp_path)
    begin_ms, end_ms = START_MS + 24_000, START_MS + 2 * MINUTE_MS
    resumed: list[int] = []
    for from_ms in (begin_ms, *[end_ms] * (MAX_USES + 1)):
        _count(device, Input(Walkers(from_ms, end_ms, WALKS), recorded=Recorded(begin_ms, resumed.append)))
    first, _ = _made(device)
    assert b'"observed_ms":36000' in first
    assert resumed == [end_ms - FRAME_MS + 1] * (MAX_USES + 1)
