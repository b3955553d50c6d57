"""The port through which detections come: what a source is, and what is known of one that was opened."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.clock import Clock
from counter.detections import Detections
from counter.detectors.settings import DetectorTable
from counter.geometry import Point, View


class Source(Protocol):
    """A sensor, or something that stands for one."""

    def detections(self) -> Iterator[Detections]:
        """Yield what is seen, frame by frame, in the order of capture; blocks until the next frame."""
        ...

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded medium: its time is its own, and it can be shown again.

    Attributes:
        start_ms: capture time of its first frame, UTC milliseconds since 1970.
        resume_from: lets the detections begin at a time, UTC milliseconds.
    """

    start_ms: int
    resume_from: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Input:
    """An opened source, and what is known of it.

    Attributes:
        source: the source.
        view: what it sees, where that has borders at which people come and go.
        recorded: the medium that it shows, where that is a recorded one.
        waits_for_clock: whether its frames have a time only once the computer's clock is known.
        by_clock: whether the stamps of its frames come from the computer's clock, although it doesn't wait for it.
        check: raises HungError when the source hangs, where that can be known.
        limits: why people can't be counted so, a sentence each: what can be known before anything is seen.
    """

    source: Source
    view: View | None = None
    recorded: Recorded | None = None
    waits_for_clock: bool = False
    by_clock: bool = False
    check: Callable[[], None] = lambda: None
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source may need beside its own table of the device file.

    Attributes:
        folder: of the device file.
        clock: the time.
        detector: finds people in pictures; None where the device file has no [detector].
        corners: of all lines and zones, each with the name of what it belongs to.
        counting_version: by which the device counts.
    """

    folder: Path
    clock: Clock
    detector: DetectorTable | None
    corners: Sequence[tuple[str, Point]]
    counting_version: int = 3
