"""The device: the counter's own parts, put together as the program does, driven in virtual time."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final, Literal

from counter.believed_clock import BelievedClock
from counter.delivery.network_thread import NetworkThread, SharedState, _StatusTimer
from counter.detections import Detections
from counter.device_file import DeviceFile, load
from counter.errors import BrokerConnectionError
from counter.fields import StrictTable
from counter.geometry import View
from counter.records.database import OutboxDatabase
from counter.records.outbox_file import Lock, prepare
from counter.service.counting_thread import CountingThread
from counter.service.run import _open_counter, open_outbox
from counter.sources.kinds import BUILT_IN, SourceKind
from counter.sources.port import Input
from counter.sources.video.picture_edges import view_of
from tests.chaos.virtual.clock import VirtualClock
from tests.chaos.virtual.people import HALF_M, WIDE_M
from tests.chaos.virtual.plan import Sees
from tests.chaos.virtual.server import Line
from tests.chaos.virtual.sources import PIXELS_A_METRE, Sensor

_HEAD: Final = """\
[device]
site = "$site"
key = "cam"
setup = "virtual"

[outbox]
path = "$outbox"

[mqtt]
host = "127.0.0.1"
port = 1
"""
_PARTS: Final = {
    Sees.POINTS: """
[source]
kind = "points"

[[lines]]
line = "north"
points = [[0.0, 0.0], [0.0, 3.0]]
forward_towards = [1.0, 1.5]

[[zones]]
zone = "benches"
polygon = [[1.0, 0.2], [3.4, 0.2], [3.4, 2.8], [1.0, 2.8]]
stay_s = 60
""",
    Sees.PICTURES: """
[source]
kind = "camera"
address = 0
size = [192, 72]
pixels_per_metre = 24.0
anchor = "centre"

[detector]
kind = "background"

[[lines]]
line = "north"
points = [[96.0, 0.0], [96.0, 72.0]]
forward_towards = [120.0, 36.0]
""",
    Sees.RANGER: """
[source]
kind = "tof"
line = "north"
height_m = 2.6
""",
}
_NETWORK_S: Final = 0.5
_RETRY_S: Final = 5.0
"""systemd starts a program that ended again after so long."""
_MOST_ENDS: Final = 4
"""A program that ends by itself so often in ten minutes is in a crash loop."""


class Killed(BaseException):
    """The program was killed."""


class Ended(BaseException):
    """The program was asked to end."""


class PointsTable(StrictTable):
    """[source]: people as points."""

    kind: Literal["points"]


class NoSource:
    """Stands for the source, which the virtual feed takes the place of."""

    def detections(self) -> Iterator[Detections]:
        """Yield nothing."""
        return iter(())

    def close(self) -> None:
        """Do nothing."""


KINDS: Final = {**BUILT_IN, "points": SourceKind(PointsTable, lambda *_: Input(NoSource()))}
_VIEWS: Final = {
    Sees.POINTS: View((-HALF_M, 0.0, HALF_M, WIDE_M)),
    Sees.PICTURES: view_of((192, 72), PIXELS_A_METRE, "centre"),
    Sees.RANGER: None,
}


def write_device(folder: Path, site: str, seen: Sees) -> DeviceFile:
    """Write a device file into `folder`, its outbox in the folder `card` beside it, and load it."""
    (folder / "card").mkdir()
    path = folder / "device.toml"
    text = _HEAD + _PARTS[seen]
    path.write_text(text.replace("$site", site).replace("$outbox", str(folder / "card" / "outbox.sqlite3")))
    return load(path, KINDS)


class VirtualFeed:
    """The feed of the counting thread: time passes while it waits for a frame."""

    def __init__(self, sensor: Sensor) -> None:
        self._sensor = sensor

    def next(self, timeout_s: float) -> Detections | None:
        """Let time pass until the next frame and return it."""
        return self._sensor.next(timeout_s)

    def is_over(self) -> bool:
        """Return False: a sensor has no end."""
        return False

    def rest(self) -> Iterator[Detections]:
        """Yield nothing: frames don't wait."""
        return iter(())


@dataclass(slots=True)
class Device:
    """One counter, from start to start.

    Attributes:
        loops: crash loops that were seen.
        ends: sentences of the errors that ended the program.
    """

    file: DeviceFile
    seen: Sees
    sensor: Sensor
    line: Line
    clock: VirtualClock
    rng: random.Random
    loops: int = 0
    ends: list[str] = field(default_factory=list)
    _ended_s: list[float] = field(default_factory=list)

    def live(self, until_s: float, between: Callable[[], None]) -> None:
        """Run the program, and again when it ends by itself, until `until_s`. Raises what `between` raises."""
        while self.clock.true_s < until_s:
            try:
                self._run(until_s, between)
            except Exception as error:  # noqa: BLE001 - what ends the program is noted, as by systemd, and it starts again
                self._note_end(error)
                self._wait(_RETRY_S, until_s)

    def _note_end(self, error: Exception) -> None:
        self.ends.append(f"{type(error).__name__}: {error}")
        self._ended_s = [at_s for at_s in self._ended_s if at_s > self.clock.true_s - 600] + [self.clock.true_s]
        if len(self._ended_s) >= _MOST_ENDS:
            self.loops += 1
            self._ended_s.clear()

    def _wait(self, wait_s: float, until_s: float) -> None:
        self.clock.true_s = min(self.clock.true_s + wait_s, until_s)

    def _run(self, until_s: float, between: Callable[[], None]) -> None:
        path, stop = self.file.outbox.path, Event()
        with ExitStack() as stack:
            stack.enter_context(Lock(path))
            clock = BelievedClock(self.clock)
            prepare(path, clock)
            database = stack.enter_context(closing(OutboxDatabase(path, clock)))
            outbox = open_outbox(self.file, database, clock)
            shared, feed = SharedState(server_times=clock.server_times), VirtualFeed(self.sensor)
            seen = Input(NoSource(), view=_VIEWS[self.seen], waits_for_clock=True)
            counter = _open_counter(self.file, seen, database, outbox, feed, shared, clock)
            network = Network(NetworkThread(self.file, outbox, shared, clock, "0.1.0"), self.line, self.clock)
            self._count(counter, stop, until_s, network, between)

    def _count(
        self, counter: CountingThread, stop: Event, until_s: float, network: "Network", between: Callable[[], None]
    ) -> None:
        def between_frames() -> None:
            between()
            network.step()
            if self.clock.true_s >= until_s:
                stop.set()

        try:
            counter.run(stop, between_frames)
        except Killed:
            raise
        except BaseException:
            counter.leave()
            raise
        counter.leave()


class Network:
    """The network thread's turns, each half second, and its connection again after the line was down."""

    def __init__(self, thread: NetworkThread, line: Line, clock: VirtualClock) -> None:
        self._thread = thread
        self._line = line
        self._clock = clock
        self._due_s = 0.0
        self._timer: _StatusTimer | None = None

    def step(self) -> None:
        """Take a turn when one is due."""
        if self._clock.true_s < self._due_s:
            return
        self._due_s = self._clock.true_s + _NETWORK_S
        if self._timer is None:
            self._thread._delivery.connected()  # noqa: SLF001 - what connecting does
            self._timer = _StatusTimer(self._thread._status, self._clock.monotonic_s)  # noqa: SLF001 - the same
        try:
            self._thread._serve_once(self._line, self._timer)  # noqa: SLF001 - the same
        except BrokerConnectionError:
            self._timer, self._due_s = None, self._clock.true_s + _RETRY_S
        else:
            if self._thread._delivery.epoch_has_ended():  # noqa: SLF001 - it connects anew
                self._timer = None
