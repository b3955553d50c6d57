"""Puts the counter together: source -> tally -> outbox -> delivery, and takes it apart in order.

Three threads: one reads the source, one counts and writes the outbox (the main one), one speaks with the broker
over its own connection to the outbox. When one of them fails, the process ends with its error.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from counter.checkpoint import CheckpointFile
from counter.clock import Clock, SystemClock
from counter.counting import Counter, Past
from counter.device_file import DeviceFile, load
from counter.draft import Draft
from counter.errors import DeviceFileError
from counter.keeper import Keeper
from counter.network import Network, Shared
from counter.outbox import Bounds, Outbox
from counter.outbox_file import Identity, Lock, prepare
from counter.resume import Resume
from counter.sources import Source
from counter.sources.simulated.source import Simulation, open_source
from counter.sources.simulated.world import WorldError
from counter.tally import Tally
from counter.threads import Feed, Worker

_DRAIN_S: Final = 60.0
"""How long a source that has ended waits for the receipts of its last records."""
_GOODBYE_S: Final = 5.0
_LOOK_S: Final = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Input:
    """A source, and its past if it has one."""

    source: Source
    past: Past | None


@dataclass(frozen=True, slots=True)
class SimulatedPast:
    """The past of a simulated device, for its own lines and zones."""

    simulation: Simulation
    device: DeviceFile

    def history_span(self, now_ms: int) -> tuple[int, int]:
        """Return what a new outbox is filled with: [from, until), UTC milliseconds on quarter-hours."""
        return self.simulation.history_span(now_ms)

    def history(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        """Yield the drafts of [from, until), in order."""
        device = self.device
        return self.simulation.history(
            from_ms, until_ms, device.lines, device.zones, device.device.flow_period_s, device.device.setup
        )

    def resume_from(self, at_ms: int) -> None:
        """Let the observations begin at a time in the past."""
        self.simulation.resume_from(at_ms)


def run(path: Path, stop: Event, version: str) -> None:
    """Count what the device file at `path` says, until `stop` is set or the source ends.

    Raises:
        CounterError: with an exit code and a sentence; all its kinds are in `counter.errors`.
    """
    device = load(path)
    clock = SystemClock()
    count(device, open_input(device, path.parent, clock), clock, stop, version)


def open_input(device: DeviceFile, folder: Path, clock: Clock) -> Input:
    """Open the source of a device file that lies in `folder`. Raises DeviceFileError for its own files."""
    try:
        simulation = open_source(device.source, folder, clock)
    except WorldError as error:
        raise DeviceFileError(f"source.world: {error}") from error
    return Input(simulation, SimulatedPast(simulation, device))


def make_tally(device: DeviceFile) -> Tally:
    """Return a tally of the lines and zones of the device file."""
    return Tally(
        [line.geometry() for line in device.lines],
        [zone.geometry() for zone in device.zones],
        flow_period_s=device.device.flow_period_s,
        setup=device.device.setup,
    )


def fingerprint(device: DeviceFile) -> str:
    """Return what changes with everything that a tally's state depends on."""
    parts = device.model_dump_json(include={"device": {"setup", "flow_period_s"}, "lines": True, "zones": True})
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def count(device: DeviceFile, seen: Input, clock: Clock, stop: Event, version: str) -> None:
    """Count `seen` into the outbox of `device`, until `stop` is set or the source ends. Raises CounterError."""
    path = device.outbox.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(Lock(path))
        identity = prepare(path, clock)
        outbox = stack.enter_context(closing(_open_outbox(device, identity, clock)))
        checkpoints = stack.enter_context(closing(CheckpointFile(path)))
        shared, feed, tally = Shared(), Feed(seen.source), make_tally(device)
        stack.enter_context(closing(feed))
        network = Worker("network", lambda: _serve(device, identity, shared, clock, version))
        network.start()
        stack.callback(_say_goodbye, shared, network)
        keeper = Keeper(outbox, checkpoints, fingerprint(device))
        Resume(keeper, checkpoints, tally, fingerprint(device), clock.now_ms()).begin(seen.past)
        feed.start()
        counter = Counter(feed, tally, keeper, shared, clock)
        _count(counter, feed, stop, network)
        if not stop.is_set():
            _drain(outbox, stop, network, clock)


def _count(counter: Counter, feed: Feed, stop: Event, network: Worker) -> None:
    """Count to the end, whatever it is, and leave a checkpoint; close the open intervals of a source that ended."""
    try:
        counter.run(stop, network.check)
    finally:
        counter.save()
    if not stop.is_set() and feed.is_over():
        counter.close()


def _serve(device: DeviceFile, identity: Identity, shared: Shared, clock: Clock, version: str) -> None:
    with closing(_open_outbox(device, identity, clock)) as outbox:
        Network(device, outbox, shared, clock, version).run()


def _drain(outbox: Outbox, stop: Event, network: Worker, clock: Clock) -> None:
    """Wait for the receipts of a source's last records, for a while."""
    deadline_s = clock.monotonic_s() + _DRAIN_S
    while (depth := outbox.depth()) and clock.monotonic_s() < deadline_s and not stop.wait(_LOOK_S):
        network.check()
    _log.info("the source has ended; %d records wait for a receipt, in the outbox", depth)


def _say_goodbye(shared: Shared, network: Worker) -> None:
    shared.stop.set()
    if not network.join(_GOODBYE_S):
        _log.warning("the broker did not let go within %.0f s; its last will says that we are offline", _GOODBYE_S)
    network.check()


def _open_outbox(device: DeviceFile, identity: Identity, clock: Clock) -> Outbox:
    table = device.outbox
    return Outbox(table.path, identity, Bounds(table.max_records, table.max_bytes, table.keep_marked_days), clock)
