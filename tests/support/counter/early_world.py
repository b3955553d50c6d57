"""A camera's counter frame by frame, in a world where the computer may not know what time it is."""

import random
import weakref
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np

from core import wire
from counter.believed_clock import BelievedClock
from counter.counting.tally import Tally
from counter.delivery.network_thread import SharedState
from counter.detections import Detections
from counter.device_file import DeviceFile
from counter.geometry import Floats, View
from counter.records.checkpoint import CheckpointFile
from counter.records.outbox import Outbox
from counter.records.people_file import PeopleFile
from counter.records.record_writer import RecordWriter
from counter.records.seconds_file import CountingSetup, SecondsFile
from counter.service.counting_thread import CountingThread
from counter.service.presync import Presync
from counter.service.presync_counter import PresyncCounter, PresyncFiles
from counter.service.run import make_tally, start_by_clock
from counter.sources.feed import Feed
from sim.settings import SimulatedSource
from tests.support.counter.records import START_S, open_outbox
from tests.support.counter.walkers import Walkers, device_file, with_zone

START_MS = START_S * 1000
MINUTE_MS = 60_000
BOOT_MS = START_MS - 100_000
"""When the computer started, in true time: a whole second, so that steady seconds are seconds of the day."""
WRONG_MS = 5_000
"""What the time of day says when the computer starts without knowing it."""


@dataclass
class World:
    """The true time, and what the computer's clocks make of it."""

    true_ms: int = START_MS
    started_ms: int = BOOT_MS
    is_known: bool | None = True
    boot: str = "first"
    reads_wrong: bool = False
    shift_ms: int = 0

    def now_ms(self) -> int:
        return WRONG_MS + self.true_ms - self.started_ms if self.reads_wrong else self.true_ms + self.shift_ms

    def monotonic_s(self) -> float:
        return (self.true_ms - self.started_ms) / 1000

    def boot_id(self) -> str:
        return self.boot

    def known(self) -> bool | None:
        return self.is_known

    def lose_clock(self) -> None:
        self.is_known, self.reads_wrong = False, True

    def learn_clock(self) -> None:
        self.is_known, self.reads_wrong = True, False

    def reboot(self, boot: str) -> None:
        self.boot, self.started_ms = boot, self.true_ms - 7_000
        self.lose_clock()


@dataclass
class Place:
    """Some people who walk to and fro, or stand, each a while: seen at each frame of the true time."""

    seed: int
    length_ms: int
    frame_ms: int = 1000
    walks: list[tuple[int, int, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        for _ in range(0 if self.walks else self.length_ms // 6000):
            begin_ms = rng.randrange(self.length_ms)
            self.walks.append(
                (begin_ms, rng.randrange(4_000, 40_000), rng.uniform(0.3, 5.7), rng.choice([-1.0, 0.2, 1.0]))
            )

    def points(self, at_ms: int) -> Floats:
        here = [
            (-6.0 * speed + speed * (at_ms - begin_ms) / 1000, y)
            for begin_ms, length_ms, y, speed in self.walks
            if begin_ms <= at_ms < begin_ms + length_ms
        ]
        return np.array(here, dtype=np.float64).reshape(-1, 2)


class Passing(Protocol):
    """People in front of the camera."""

    frame_ms: int

    def points(self, at_ms: int, /) -> Floats:
        """Return where they are, so long after START_MS."""
        ...


class Start:
    """One start of a counter with a camera, frame by frame in the test's hands."""

    def __init__(
        self,
        folder: Path,
        world: World,
        device: DeviceFile | None = None,
        make: Callable[[], Tally] | None = None,
        fingerprint: str = "f",
    ) -> None:
        self.world = world
        self.device = device = device or with_zone(device_file(folder), folder)
        make = make or (lambda: make_tally(device, view_of(device)))
        path = self.device.outbox.path
        self._stack = ExitStack()
        weakref.finalize(self, self._stack.close)  # a test that doesn't kill it leaves no open file
        self.outbox = self._stack.enter_context(closing(open_outbox(path, world)))
        checkpoints = self._stack.enter_context(closing(CheckpointFile(path)))
        self.seconds = self._stack.enter_context(closing(SecondsFile(path)))
        writer = RecordWriter(self.outbox, checkpoints, fingerprint)
        self.clock = BelievedClock(world)
        self.shared = SharedState(server_times=self.clock.server_times)
        self.counter = CountingThread(Feed(Walkers(0, 0, [])), make(), writer, self.shared, self.clock)
        lines, zones = tuple(one.line for one in device.lines), tuple(one.zone for one in device.zones)
        about = CountingSetup(fingerprint, device.device.setup_on_wire, lines, zones)
        files = PresyncFiles(writer, checkpoints, self.seconds, PeopleFile(path))
        start_by_clock(self.counter, Presync(files, make, about, self.clock), waits=True)

    @property
    def presync(self) -> PresyncCounter | None:
        """What counts while the time isn't known; None while it is."""
        return self.counter._presync  # noqa: SLF001 - whether it does

    def see(self, place: Passing, until_ms: int, *, save_every_ms: int = 10_000) -> None:
        """Count the frames up to a true time after START_MS."""
        while self.world.true_ms < START_MS + until_ms:
            at_ms = self.world.true_ms
            frame = Detections(
                self.world.now_ms(), place.points(at_ms - START_MS), round(self.world.monotonic_s() * 1000)
            )
            self.counter._check_clock()  # noqa: SLF001 - one turn of the counter's loop
            self.counter._take(frame)  # noqa: SLF001 - the same
            self.counter._tick()  # noqa: SLF001 - the same
            if (at_ms - START_MS) % save_every_ms == 0:
                self.counter.save()
            self.world.true_ms += place.frame_ms

    def kill(self) -> None:
        self._stack.close()

    def records(self) -> list[wire.Record]:
        return decoded(self.outbox)


def view_of(device: DeviceFile) -> View:
    """Return what a simulated device sees."""
    assert isinstance(device.source, SimulatedSource)
    return View(device.source.view)


def decoded(outbox: Outbox) -> list[wire.Record]:
    stored = [one.record for one in outbox.unsettled(0, 100_000)]
    return [
        record
        for n in range(0, len(stored), 100)
        for record in wire.decode_batch(wire.encode_batch("0" * 16, stored[n : n + 100])).batch.records
    ]


def unflagged(records: list[wire.Record]) -> list[wire.Record]:
    return [msgspec.structs.replace(record, flags=[]) for record in records]


def run(folder: Path, place: Place, *, unknown_until_ms: int | None) -> list[wire.Record]:
    folder.mkdir()
    world = World()
    if unknown_until_ms is not None:
        world.lose_clock()
    start = Start(folder, world)
    if unknown_until_ms is not None:
        start.see(place, unknown_until_ms)
        assert start.records() == []
        world.learn_clock()
    start.see(place, place.length_ms)
    records = start.records()
    start.kill()
    return records


def flows(records: list[wire.Record]) -> list[wire.FlowRecord]:
    return [record for record in records if isinstance(record, wire.FlowRecord)]


def observed_ms(records: list[wire.Record]) -> int:
    return sum(record.lines[0].observed_ms for record in flows(records))


def flags(record: wire.Record) -> list[wire.Flag]:
    """Return the record's flags, but for what people who appear and vanish make of visits."""
    return [flag for flag in record.flags if flag is not wire.Flag.FRAGMENTATION]
