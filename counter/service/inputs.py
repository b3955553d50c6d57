"""From a device file to the source that it names, whatever its kind."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from core.clock import Clock
from counter.detectors.settings import DetectorTable
from counter.device_file import DeviceFile, corners_of
from counter.sources.kinds import opencv_needed
from counter.sources.port import Input, Surroundings

if TYPE_CHECKING:
    from counter.sources.video.measure_clip import Measured


def open_input(device: DeviceFile, folder: Path, clock: Clock) -> Input:
    """Open the source of a device file that lies in `folder`.

    Raises:
        DeviceFileError: its own files are wrong, or its lines and zones don't lie in its picture.
        ClipError: the clip can't be counted.
        DetectorError: the weights can't be used.
    """
    around = Surroundings(folder, clock, device.detector, corners_of(device), device.device.counting_version)
    return device.kinds[device.source.kind].open(device.source, around)


def measure_clip(file: Path, kind: str, weights: Path) -> "Measured":
    """Return the size and length of a clip, and how large people are that a detector of this kind finds in it.

    Raises ClipError, DetectorError, or DeviceFileError without OpenCV.
    """
    with opencv_needed():
        from counter.sources.video.measure_clip import measure  # noqa: PLC0415 - brings OpenCV, which others need not have
    table: DetectorTable = TypeAdapter[DetectorTable](DetectorTable).validate_python({"kind": kind, "weights": weights})
    return measure(file, table)
