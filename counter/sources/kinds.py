"""The registry of the kinds of sources: which [source] tables a device file may have, and how each is opened.

Other distributions add kinds by an entry point of the group `platspuls.sources` that names a `SourceKind`. Simulated
sources are not among them, although they lie in the same distribution: what is installed can be opened by every
counter, and no device may count people who don't exist. The demo and the tests hand them to `device_file.load`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from counter.detectors.settings import DetectorTable
from counter.errors import DeviceFileError
from counter.geometry import View
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.port import Input, Recorded, Surroundings
from counter.sources.sensors import extra_needed, open_beams, open_thermal, open_tof
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.picture_edges import check_within, view_of
from counter.sources.video.settings import CameraSource, ClipSource
from counter.sources.video.whole_bodies import WHOLE_BODIES_FROM

ENTRY_POINTS: Final = "platspuls.sources"


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    Attributes:
        settings: the model of its [source] table. Its field `kind` is a Literal, the name of the kind.
        open: opens the source that a table describes. Raises DeviceFileError where lines and zones don't lie in its
            picture or a library is missing, ClipError and DetectorError.
    """

    settings: type[BaseModel]
    open: Callable[[Any, Surroundings], Input]


Kinds = Mapping[str, SourceKind]
"""Kinds of sources by their names."""

opencv_needed: Final = partial(extra_needed, "a source of pictures", "OpenCV", "camera")
"""Explain an import that fails for want of OpenCV. Raises DeviceFileError."""


def _clip(settings: ClipSource, around: Surroundings) -> Input:
    with opencv_needed():
        from counter.sources.video.open import open_clip  # noqa: PLC0415 - brings OpenCV, which others need not have
    clip, source = open_clip(settings, _detector(around), around.corners, version=around.counting_version)
    check_within(clip.facts.size, around.corners)
    view = _view(clip.facts.size, settings, around)
    return Input(source, view=view, recorded=Recorded(clip.start_ms, clip.resume_from))


def _camera(settings: CameraSource, around: Surroundings) -> Input:
    check_within(settings.size, around.corners)
    view = _view(settings.size, settings, around)
    with opencv_needed():
        from counter.sources.video.open import open_camera  # noqa: PLC0415 - brings OpenCV, which others need not have
    detector, corners = _detector(around), around.corners
    camera, source = open_camera(settings, detector, around.clock, corners, version=around.counting_version)
    return Input(source, view=view, waits_for_clock=True, check=camera.check)


BUILT_IN: Final[Kinds] = MappingProxyType(
    {
        "clip": SourceKind(ClipSource, _clip),
        "camera": SourceKind(CameraSource, _camera),
        "beams": SourceKind(BeamsSource, open_beams),
        "tof": SourceKind(TofSource, open_tof),
        "thermal": SourceKind(ThermalSource, open_thermal),
    }
)


@cache
def installed_kinds() -> Kinds:
    """Return the kinds that every counter of this computer knows: the built-in ones, and those of entry points."""
    added = {point.name: point.load() for point in entry_points(group=ENTRY_POINTS)}
    return MappingProxyType({**added, **BUILT_IN})


def _view(size: tuple[int, int], settings: ClipSource | CameraSource, around: Surroundings) -> View:
    scale, height_m = settings.pixels_per_metre, settings.camera_height_m
    return view_of(size, scale, settings.anchor, height_m, whole_bodies=_whole(around))


def _whole(around: Surroundings) -> bool:
    return around.counting_version >= WHOLE_BODIES_FROM


def _detector(around: Surroundings) -> DetectorTable:
    if around.detector is None:
        raise DeviceFileError("a [detector] table is missing")
    return around.detector
