"""The demo's counter: backfills what its simulated device would have counted until now, then counts as every counter.

No device can know its past; a simulated one can. The backfill is made before the counter starts, into its outbox and by
the outbox's own rules, and leaves there what a counter leaves that ended a moment ago: records in the order of their
times, and a checkpoint. So a kill at any moment loses nothing, and the next start goes on where the last one was.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Final

from core import wire
from core.clock import Clock, SystemClock, floor_ms
from counter.believed_clock import BelievedClock
from counter.counting.draft import Draft
from counter.delivery.network_thread import SharedState
from counter.detections import Detections
from counter.device_file import DeviceFile, load
from counter.errors import OutboxUnavailableError
from counter.records.checkpoint import CheckpointFile
from counter.records.database import OutboxDatabase
from counter.records.outbox_file import Lock, prepare
from counter.records.record_writer import RecordWriter
from counter.records.set_aside import make_private
from counter.service.counting_thread import CountingThread
from counter.service.inputs import open_input
from counter.service.run import count, fingerprint, make_tally, open_outbox
from counter.service.setup_change import close_other_setup
from counter.sources.feed import Feed
from counter.sources.kinds import Kinds
from counter.watchdog import Systemd
from sim.kinds import KINDS
from sim.source import Simulation

_REPLAY_MS: Final = 5 * 60_000
"""The longest break whose frames are played one by one; after a longer one records are made at once."""
_REPLAY_EVERY: Final = 3
"""Each third frame is enough: at 2.5 a second frames and records still agree (`tests/sim/test_agreement.py`)."""
_CAUGHT_UP_MS: Final = 500

_log = logging.getLogger(__name__)


def simulated_kinds() -> Kinds:
    """Return the kinds of sources that the demo's device files may name: the simulated ones too."""
    return KINDS


def run(path: Path, stop: Event, version: str) -> None:
    """Backfill and count what the device file at `path` says, until `stop` is set. Raises CounterError."""
    device = load(path, KINDS)
    clock = BelievedClock(SystemClock(trusted=device.device.trust_clock))
    opened = open_input(device, path.parent, clock)
    if isinstance(opened.source, Simulation):
        Backfill(device, opened.source, clock).run(stop)
    count(device, opened, clock, stop, version, Systemd.of(os.environ))


@dataclass(frozen=True, slots=True)
class Backfill:
    """The past of one simulated device.

    Attributes:
        device: its device file.
        simulation: its source, which knows what it would have seen.
        clock: the time.
        batch: most records in one transaction.
        retry_s: how long records wait while the disk is full.
    """

    device: DeviceFile
    simulation: Simulation
    clock: Clock
    batch: int = 500
    retry_s: float = 5.0

    def run(self, stop: Event) -> None:
        """Bring the outbox up to now, or as far as it comes until `stop` is set. Raises CounterError."""
        path = self.device.outbox.path
        make_private(path)
        with ExitStack() as stack:
            stack.enter_context(Lock(path))
            prepare(path, self.clock)
            database = stack.enter_context(closing(OutboxDatabase(path, self.clock)))
            outbox, checkpoints = open_outbox(self.device, database, self.clock), CheckpointFile(database)
            writer = RecordWriter(outbox, checkpoints, fingerprint(self.device))
            self.bring_up(writer, checkpoints, stop)

    def bring_up(self, writer: RecordWriter, checkpoints: CheckpointFile, stop: Event) -> None:
        """Make the records of the time that is long over, then count the frames from there to now."""
        replay = _Replay(self.simulation, self.clock)
        close_other_setup(make_tally(self.device), writer, checkpoints, fingerprint(self.device))
        with closing(Feed(replay)) as feed:
            counter = CountingThread(feed, make_tally(self.device), writer, SharedState(), self.clock)
            resumed_ms = self._resume(counter, checkpoints)
            replay.next_ms = self._fill(writer, stop) if resumed_ms is None else resumed_ms + 1
            feed.start()
            counter.run(stop, lambda: None)
            counter.save()

    def _resume(self, counter: CountingThread, checkpoints: CheckpointFile) -> int | None:
        """Go on from the checkpoint of a short break; return when its frame was captured, None without one."""
        now_ms = self.clock.now_ms()
        saved = checkpoints.take(fingerprint(self.device), now_ms)
        if saved is None:
            return None
        try:
            if now_ms - saved.at_ms <= _REPLAY_MS:
                counter.restore(saved)
                return saved.at_ms
        except ValueError as error:
            _log.error("the checkpoint can't be used, the open interval begins anew: %s", error)
        checkpoints.drop()
        return None

    def _fill(self, writer: RecordWriter, stop: Event) -> int:
        """Make the records that are not there yet, up to the last quarter-hour; return its end, UTC milliseconds."""
        from_ms, until_ms = self.simulation.history_span(self.clock.now_ms())
        if (recorded_ms := writer.recorded_until_ms()) is not None:
            from_ms = max(from_ms, floor_ms(recorded_ms, wire.QUARTER_S))
        drafts, made = self._drafts(from_ms, until_ms), 0
        while not stop.is_set() and (some := list(islice(drafts, self.batch))):
            made += self._append(writer, some, stop)
        _log.info("made %d records of the past", made)
        return max(from_ms, until_ms)

    def _append(self, writer: RecordWriter, drafts: Sequence[Draft], stop: Event) -> int:
        """Append drafts, retrying while the disk is full; return how many records they made."""
        while not stop.is_set():
            try:
                return writer.backfill(drafts)
            except OutboxUnavailableError as error:
                _log.warning("%s: the backfill waits", error)
                stop.wait(self.retry_s)
        return 0

    def _drafts(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        if from_ms < until_ms:
            yield from self.simulation.history(self.device, from_ms, until_ms)


@dataclass(slots=True)
class _Replay:
    """The frames between a time and now, as fast as they are taken: a source that ends when it has caught up."""

    simulation: Simulation
    clock: Clock
    next_ms: int = 0

    def detections(self) -> Iterator[Detections]:
        while (now_ms := self.clock.now_ms()) - self.next_ms > _CAUGHT_UP_MS:
            yield from self.simulation.replay(self.next_ms, now_ms, _REPLAY_EVERY)
            self.next_ms = now_ms

    def close(self) -> None:
        self.next_ms = self.clock.now_ms()
