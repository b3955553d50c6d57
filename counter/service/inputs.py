"""From a device file to the source that it names, whatever its kind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pydantic import TypeAdapter

from core.clock import Clock
from counter.counting.draft import Draft
from counter.detections import Detections
from counter.detectors.settings import DetectorTable
from counter.device_file import DeviceFile, corners_of
from counter.errors import DeviceFileError
from counter.geometry import View
from counter.service.backfill import Past
from counter.sources import Source
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.sensors import open_beams, open_thermal, open_tof, optics_of
from counter.sources.thermal.settings import ThermalSource
from counter.sources.thermal.spots import check_seen
from counter.sources.video.rim import check_within, view_of
from counter.sources.video.settings import CameraSource, ClipSource
from sim.settings import SimulatedSource
from sim.source import Simulation, open_source
from sim.world import WorldError

if TYPE_CHECKING:
    from counter.sources.video.measure import Measured


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
    """A source, and what is known of it.

    Attributes:
        source: the source.
        past: what it would have seen before, if it knows.
        view: what it sees, where that has borders at which people come and go.
        recorded: the medium that it shows, where that is a recorded one.
        waits_for_clock: whether its frames have a time only once the computer's clock is known.
        check: raises HungError when the source hangs, where that can be told.
    """

    source: Source
    past: Past | None = None
    view: View | None = None
    recorded: Recorded | None = None
    waits_for_clock: bool = False
    check: Callable[[], None] = lambda: None


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

    def replay(self, from_ms: int, until_ms: int) -> Iterator[Detections]:
        """Yield the frames of [from, until), without waiting for them."""
        return self.simulation.replay(from_ms, until_ms)


def open_input(device: DeviceFile, folder: Path, clock: Clock) -> Input:
    """Open the source of a device file that lies in `folder`.

    Raises:
        DeviceFileError: its own files are wrong, or its lines and zones don't lie in its picture.
        ClipError: the clip can't be counted.
        DetectorError: the weights can't be used.
    """
    match device.source:
        case SimulatedSource():
            return _simulated(device.source, device, folder, clock)
        case ClipSource():
            return _clip(device.source, device)
        case CameraSource():
            return _camera(device.source, device, clock)
        case BeamsSource():
            with _world_needed():
                return Input(open_beams(device.source, clock), waits_for_clock=True)
        case TofSource():
            with _world_needed():
                return Input(open_tof(device.source, clock), waits_for_clock=True)
        case ThermalSource():
            return _thermal(device.source, device, clock)
        case _:
            assert_never(device.source)


def measure_clip(file: Path, kind: str, weights: Path) -> "Measured":
    """Return the size and length of a clip, and how large people are in it.

    Args:
        file: the clip.
        kind: of the detector, as in a device file; it finds the people.
        weights: its file or folder.

    Raises ClipError, DetectorError, or DeviceFileError without OpenCV.
    """
    with _opencv_needed():
        from counter.sources.video.measure import measure  # noqa: PLC0415 - brings OpenCV, which others need not have
    table: DetectorTable = TypeAdapter[DetectorTable](DetectorTable).validate_python({"kind": kind, "weights": weights})
    return measure(file, table)


def _simulated(settings: SimulatedSource, device: DeviceFile, folder: Path, clock: Clock) -> Input:
    with _world_needed():
        simulation = open_source(settings, folder, clock)
    return Input(simulation, SimulatedPast(simulation, device))


def _clip(settings: ClipSource, device: DeviceFile) -> Input:
    with _opencv_needed():
        from counter.sources.video.open import open_clip  # noqa: PLC0415 - brings OpenCV, which others need not have
    clip, source = open_clip(settings, _detector(device))
    check_within(clip.facts.size, corners_of(device))
    view = view_of(clip.facts.size, settings.pixels_per_metre, settings.anchor)
    return Input(source, view=view, recorded=Recorded(clip.start_ms, clip.resume_from))


def _camera(settings: CameraSource, device: DeviceFile, clock: Clock) -> Input:
    check_within(settings.size, corners_of(device))
    view = view_of(settings.size, settings.pixels_per_metre, settings.anchor)
    with _opencv_needed():
        from counter.sources.video.open import open_camera  # noqa: PLC0415 - brings OpenCV, which others need not have
    camera, source = open_camera(settings, _detector(device), clock)
    return Input(source, view=view, waits_for_clock=True, check=camera.check)


def _thermal(settings: ThermalSource, device: DeviceFile, clock: Clock) -> Input:
    optics = optics_of(settings)
    check_seen(optics, corners_of(device))
    with _world_needed():
        return Input(open_thermal(settings, optics, clock), view=optics.view, waits_for_clock=True)


def _detector(device: DeviceFile) -> DetectorTable:
    if device.detector is None:
        raise DeviceFileError("a [detector] table is missing")
    return device.detector


@contextmanager
def _world_needed() -> Iterator[None]:
    try:
        yield
    except WorldError as error:
        raise DeviceFileError(f"source.world: {error}") from error


@contextmanager
def _opencv_needed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise DeviceFileError(
            f"a source of pictures needs OpenCV, which can't be loaded ({error}): pip install 'platspuls[camera]'"
        ) from error
