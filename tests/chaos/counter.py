"""`python -m tests.chaos.counter DEVICE_FILE SHIFT_FILE RATE`: the counter as it runs, under the campaign's control.

The shift file holds by how many seconds its clock is wrong. Records of the past are made at RATE a second and
delivered meanwhile, so that something is under way for as long as the campaign lasts; once a file `hurry` is beside
the shift file, as fast as possible. Then it counts as the program does.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from core.clock import SystemClock
from counter.believed_clock import BelievedClock
from counter.counting.draft import Draft
from counter.delivery.network_thread import NetworkThread, SharedState
from counter.detections import Detections
from counter.device_file import load
from counter.records.checkpoint import CheckpointFile
from counter.records.database import OutboxDatabase
from counter.records.outbox_file import Lock, prepare
from counter.records.record_writer import RecordWriter
from counter.service.inputs import open_input
from counter.service.run import count, fingerprint, open_outbox
from counter.threads import Worker
from platspuls import __version__
from platspuls.cli.counter.counter import until_ended
from platspuls.demo.counter import Backfill
from sim.kinds import KINDS
from sim.source import Simulation
from tests.chaos.virtual.device import KINDS as POINTS
from tests.chaos.virtual.device import PointsTable
from tests.chaos.walking import SEED, open_walking


@dataclass(frozen=True, slots=True)
class MovedClock:
    """The clock of the computer, moved by what a file says; moving it is seen at once."""

    file: Path
    real: SystemClock

    def now_ms(self) -> int:
        """Return the moved time, UTC milliseconds."""
        return self.real.now_ms() + 1000 * int(self.file.read_text())

    def monotonic_s(self) -> float:
        """Return seconds that never jump."""
        return self.real.monotonic_s()

    def boot_id(self) -> str:
        """Return the computer's."""
        return self.real.boot_id()

    def known(self) -> bool | None:
        """Return True: nothing says that it was moved, and the machine's own clock may never be synchronised."""
        return True


@dataclass(frozen=True, slots=True)
class PacedSimulation:
    """A simulated source whose history comes at so many records a second, until the file `hurry` is there.

    `check` is called before each record.
    """

    simulation: Simulation
    rate: float
    hurry: Path
    check: Callable[[], None] = lambda: None

    def history_span(self, now_ms: int) -> tuple[int, int]:
        """Return what a new outbox is filled with."""
        return self.simulation.history_span(now_ms)

    def history(self, *what: object) -> Iterator[Draft]:
        """Yield the drafts in order, each after its time."""
        for draft in self.simulation.history(*what):
            self.check()
            if not self.hurry.exists():
                time.sleep(1 / self.rate)
            yield draft

    def replay(self, from_ms: int, until_ms: int, every: int = 1) -> Iterator[Detections]:
        """Yield the frames in order."""
        return self.simulation.replay(from_ms, until_ms, every)


def run(device_file: Path, shift: Path, rate: float, stop: Event) -> None:
    """Backfill at a pace and deliver meanwhile, then count until ended. Raises CounterError."""
    clock = BelievedClock(MovedClock(shift, SystemClock()))
    device = load(device_file, POINTS | KINDS)
    if isinstance(device.source, PointsTable):
        begin_ms = int(shift.with_name("begin").read_text())
        walking = open_walking(begin_ms, SEED, shift.with_suffix(".rate"), clock)
        count(device, walking, clock, stop, __version__)
        return
    opened = open_input(device, device_file.parent, clock)
    paced = PacedSimulation(opened.source, rate, shift.with_name("hurry"))
    deliver_meanwhile(Backfill(device, paced, clock, batch=2, retry_s=1.0), stop)
    count(device, opened, clock, stop, __version__)


def deliver_meanwhile(backfill: Backfill, stop: Event) -> None:
    """Make the records of the past while the network's thread delivers them. Raises CounterError."""
    device, clock = backfill.device, backfill.clock
    path = device.outbox.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(Lock(path))
        prepare(path, clock)
        database = stack.enter_context(closing(OutboxDatabase(path, clock)))
        outbox, checkpoints = open_outbox(device, database, clock), CheckpointFile(database)
        shared = SharedState()
        network = Worker("network", NetworkThread(device, outbox, shared, clock, __version__).run)
        network.start()
        stack.callback(network.join, 5.0)
        stack.callback(shared.stop.set)
        watched = replace(backfill, simulation=replace(backfill.simulation, check=network.check))  # type: ignore[call-arg]  # a paced one
        watched.bring_up(RecordWriter(outbox, checkpoints, fingerprint(device)), checkpoints, stop)


if __name__ == "__main__":
    until_ended(lambda stop: run(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), stop))
