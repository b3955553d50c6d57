"""What a virtual device sees: the people as points, pictures of them, or echoes; and how each can fail.

Each lets the virtual time pass until its next frame. Pictures go through the program's own detector and its judgement
of pictures, echoes through its ranger.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import cv2
import numpy as np

from bench.straight_down import Floor, Person
from counter.detections import Detections
from counter.detectors.background import Background
from counter.detectors.boxes import Image
from counter.detectors.settings import BackgroundDetector
from counter.sources.doorway.settings import TofSource
from counter.sources.sensors import ranger
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.frame import VideoFrame
from counter.sources.video.quality import Inspector
from counter.sources.video.source import Video
from sim.bodies import Parts, parts
from sim.echoes import Echoes
from tests.chaos.virtual.clock import VirtualClock
from tests.chaos.virtual.people import HALF_M, WIDE_M, People
from tests.chaos.virtual.plan import Fault, Kind

FRAMES_A_SECOND: Final = 4.0
PIXELS_A_METRE: Final = 24.0
HEIGHT_M: Final = 2.6
_FAST: Final = 6.0
"""Pictures a second."""
_SIZE: Final = (192, 72)
"""Width and height of a picture, in pixels."""
_COVER_M: Final = 0.04


class Sensor(Protocol):
    """What brings detections in virtual time."""

    def next(self, timeout_s: float) -> Detections | None:
        """Let time pass until the next frame, at most about `timeout_s` seconds, and return it."""
        ...

    def begin(self, fault: Fault | None) -> None:
        """Fail in this way from now on; None: no more."""
        ...

    def empty(self) -> None:
        """Let nobody walk any more."""
        ...


@dataclass(slots=True)
class Pace:
    """When the next frame comes.

    Attributes:
        usual: frames a second.
        rate: the same now; None for no frames.
    """

    clock: VirtualClock
    usual: float
    rate: float | None = None
    due_s: float = 0.0

    def __post_init__(self) -> None:
        """Begin at the usual rate."""
        self.rate = self.usual

    def wait(self, timeout_s: float) -> bool:
        """Let time pass, at most `timeout_s` seconds; return whether a frame comes now."""
        due_s = max(self.due_s, self.clock.true_s)
        if self.rate is None or due_s > self.clock.true_s + timeout_s:
            self.clock.true_s += timeout_s
            return False
        self.clock.true_s, self.due_s = due_s, due_s + 1 / self.rate
        return True

    def begin(self, fault: Fault | None) -> None:
        """Take another rate where the fault says so."""
        match fault:
            case Fault(kind=Kind.SLOW):
                self.rate = fault.size
            case Fault(kind=Kind.GAP):
                self.rate = None
            case _:
                self.rate = self.usual
        self.due_s = self.clock.true_s + (1 / self.rate if self.rate else 0.0)


@dataclass(slots=True)
class Points:
    """People as points, without error."""

    people: People
    clock: VirtualClock
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self.pace = Pace(self.clock, FRAMES_A_SECOND)

    def next(self, timeout_s: float) -> Detections | None:
        """Return the next frame."""
        if not self.pace.wait(timeout_s):
            return None
        clock = self.clock
        return Detections(clock.now_ms(), self.people.points(clock.true_s), round(clock.monotonic_s() * 1000))

    def begin(self, fault: Fault | None) -> None:
        """Fail in this way."""
        self.pace.begin(fault)

    def empty(self) -> None:
        """Bring no frames any more."""
        self.pace.rate = None


@dataclass(slots=True)
class Pictures:
    """People on drawn pictures, from straight above."""

    people: People
    clock: VirtualClock
    pace: Pace = field(init=False)
    _floor: Floor = field(init=False)
    _fault: Fault | None = None
    _last: Image | None = None
    _found: Iterator[Detections] = field(init=False)
    _noise: np.random.Generator = field(default_factory=lambda: np.random.default_rng(3))

    def __post_init__(self) -> None:
        """Begin."""
        self.pace = Pace(self.clock, _FAST)
        self._floor = Floor((2 * HALF_M, WIDE_M), PIXELS_A_METRE, noise=5.0)
        detector = Background(BackgroundDetector(kind="background"), PIXELS_A_METRE)
        needed = NeededParts(_SIZE, PIXELS_A_METRE, [("line north", (_SIZE[0] / 2, y)) for y in (0.0, float(_SIZE[1]))])
        self._found = Video(self, detector, "centre", Inspector(live=True, needed=needed)).detections()

    def next(self, timeout_s: float) -> Detections | None:
        """Return the next frame, as the detector and the judgement of its picture leave it."""
        return next(self._found) if self.pace.wait(timeout_s) else None

    def begin(self, fault: Fault | None) -> None:
        """Fail in this way."""
        self.pace.begin(fault)
        self._fault = fault
        self._floor.things = []
        if fault and fault.kind is Kind.COVERED:
            self._floor.things = [((HALF_M - 0.8, 0.3, 1.6, WIDE_M - 0.6), (20, 20, 20))]

    def empty(self) -> None:
        """Bring no frames any more."""
        self.pace.rate = None

    def frames(self) -> Iterator[VideoFrame]:
        """Yield the picture of each moment."""
        while True:
            yield VideoFrame(self.clock.now_ms(), self._picture(), round(self.clock.monotonic_s() * 1000))

    def close(self) -> None:
        """Do nothing."""

    def _picture(self) -> Image:
        kind = self._fault.kind if self._fault else None
        if self._last is None or kind not in {Kind.FROZEN, Kind.FROZEN_NOISE, Kind.FROZEN_CLOCK}:
            self._last = self._floor.picture(self._drawn())
            return self._last
        image = self._last.copy()
        if kind is Kind.FROZEN_NOISE:
            noisy = image.astype(np.int16) + self._noise.integers(-1, 2, image.shape, dtype=np.int16)
            return np.asarray(noisy.clip(0, 255), dtype=np.uint8)
        if kind is Kind.FROZEN_CLOCK:
            text = f"{int(self.clock.true_s):06d}"
            cv2.putText(image, text, (2, 10), cv2.FONT_HERSHEY_PLAIN, 0.7, (255, 255, 255))
        return image

    def _drawn(self) -> Iterator[Person]:
        for ahead, across in self.people.points(self.clock.true_s):
            yield Person(float(ahead) + HALF_M, float(across))


class Troubled:
    """A ranger whose echoes fail as a fault says."""

    def __init__(self, echoes: Echoes, trouble: list[Kind]) -> None:
        self._echoes = echoes
        self._trouble = trouble
        self.ambient_kcps = echoes.ambient_kcps

    def distance_m(self, channel: int) -> float | None:
        """Return the distance in one of the zones, metres; None without an echo."""
        distance_m = self._echoes.distance_m(channel)
        if Kind.NO_ECHO in self._trouble or (Kind.ONE_ECHO in self._trouble and channel == 1):
            return None
        return _COVER_M if Kind.COVER in self._trouble else distance_m

    def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Doorway:
    """A ranger above the middle of the corridor's line."""

    people: People
    clock: VirtualClock
    line: str
    _trouble: list[Kind] = field(default_factory=list)
    _found: Iterator[Detections] = field(init=False)
    _walks: bool = True

    def __post_init__(self) -> None:
        """Begin."""
        settings = TofSource(kind="tof", line=self.line, height_m=HEIGHT_M)
        wait_s = settings.budget_ms / 1000 + 0.003
        echoes = Echoes(self._bodies, HEIGHT_M, 0.02, lambda: self._pass(wait_s))
        self._found = ranger(settings, self.clock, lambda: Troubled(echoes, self._trouble)).detections()

    def next(self, timeout_s: float) -> Detections | None:
        """Return what the ranger says next."""
        if self._walks:
            return next(self._found)
        self._pass(timeout_s)
        return None

    def begin(self, fault: Fault | None) -> None:
        """Fail in this way."""
        self._trouble[:] = [fault.kind] if fault else []

    def empty(self) -> None:
        """Measure no more."""
        self._walks = False

    def _pass(self, wait_s: float) -> None:
        self.clock.true_s += wait_s

    def _bodies(self) -> Parts | None:
        points = self.people.points(self.clock.true_s)
        if not len(points):
            return None
        across = (points[:, 1] - WIDE_M / 2) / WIDE_M * 0.4
        return parts(np.column_stack((across, points[:, 0])))


def open_sensor(seen: str, people: People, clock: VirtualClock) -> Sensor:
    """Return what a device of this kind counts by."""
    makers = {"points": Points, "pictures": Pictures}
    return Doorway(people, clock, "north") if seen == "ranger" else makers[seen](people, clock)
