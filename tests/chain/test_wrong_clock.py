"""A whole counter whose clock is set wrong while it runs: broker, receipts and threads are real, time runs fast."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from core import wire
from core.clock import aware
from counter.detections import Detections
from counter.service.run import count
from counter.sources.port import Input
from platspuls.embedded.broker import Broker
from tests.chain.answering import Server, serving
from tests.support.counter.records import START_S
from tests.support.counter.walkers import device_file
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

SPEED = 30
DAY_MS = 86_400_000


@dataclass
class FastClock:
    """Thirty times as fast as real time. It can be set wrong, which the system doesn't notice."""

    shift_ms: int = 0
    began_s: float = field(default_factory=time.monotonic)

    def now_ms(self) -> int:
        return self.true_ms() + self.shift_ms

    def true_ms(self) -> int:
        return START_S * 1000 + round(self.monotonic_s() * 1000)

    def monotonic_s(self) -> float:
        return (time.monotonic() - self.began_s) * SPEED

    def boot_id(self) -> str:
        return "boot"

    def known(self) -> bool | None:
        return True


@dataclass
class Empty:
    """A camera before which nobody passes."""

    clock: FastClock
    ended: Event = field(default_factory=Event)

    def detections(self) -> Iterator[Detections]:
        while not self.ended.wait(0.02):
            yield Detections(self.clock.now_ms(), np.empty((0, 2)), round(self.clock.monotonic_s() * 1000))

    def close(self) -> None:
        self.ended.set()


@pytest.mark.parametrize("shift_ms", [-DAY_MS, pytest.param(DAY_MS, marks=pytest.mark.full)])
def test_a_clock_that_stays_wrong_is_refuted_by_receipts_and_counting_goes_on_in_the_right_time(
    broker: Broker, tmp_path: Path, shift_ms: int
) -> None:
    site, clock = f"wrong-{'ahead' if shift_ms > 0 else 'back'}", FastClock()
    with serving(broker, site) as server:
        server.now = lambda: aware(clock.true_ms())
        with _counting(tmp_path, clock, broker.port_v5, site):
            eventually(lambda: len(_flows(server)) >= 2)
            server.answers = False  # the next receipt would end the doubt before anybody can see it
            time.sleep(0.5)
            clock.shift_ms = shift_ms
            eventually(lambda: any(_says_doubt(status) for status in server.statuses))
            eventually(lambda: any(not (batch.records or batch.lost) for batch in server.batches))
            made = len(_flows(server))
            server.answers = True
            eventually(lambda: len(_flows(server)) >= made + 3)
    now_s = clock.true_ms() / 1000
    assert all(START_S <= record.start.timestamp() <= now_s for record in _flows(server))
    assert wire.Flag.CLOCK_UNSURE in _flows(server)[-1].flags
    assert wire.Flag.CLOCK_UNSURE not in _flows(server)[0].flags
    assert all(batch.minor == wire.MINOR for batch in server.batches)
    until = [status.recorded_until for status in server.statuses if status.recorded_until]
    assert until == sorted(until)
    assert START_S < until[-1].timestamp() <= now_s
    assert server.statuses[-1].clock_known


def _says_doubt(status: wire.Status) -> bool:
    return status.clock_known is False and status.at is None


def _flows(server: Server) -> list[wire.FlowRecord]:
    """Return the flow records that came, by their numbers: each once."""
    found = {record.seq: record for record in server.records if isinstance(record, wire.FlowRecord)}
    return [found[seq] for seq in sorted(found)]


@contextmanager
def _counting(folder: Path, clock: FastClock, port: int, site: str) -> Iterator[None]:
    """Run a whole counter on a thread of its own."""
    device, stop = device_file(folder, port, site), Event()
    seen = Input(Empty(clock), waits_for_clock=True)
    thread = threading.Thread(target=lambda: count(device, seen, clock, stop, "0.1.0"))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
