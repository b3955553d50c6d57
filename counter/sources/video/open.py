"""Puts a clip or a camera together with its detector. OpenCV is loaded with this module, and not before."""

import time
from collections.abc import Callable, Sequence

from core.clock import Clock
from counter.detectors import Detector
from counter.detectors.open_detector import open_detector
from counter.detectors.settings import BackgroundDetector, DetectorTable
from counter.errors import DeviceFileError
from counter.geometry import Point
from counter.sources.video.camera import Camera
from counter.sources.video.clip import Clip
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.quality import Inspector
from counter.sources.video.settings import CameraSource, ClipSource
from counter.sources.video.source import Video
from counter.sources.video.still.searches_moved import SKIPS_STILL_FROM, SearchesMoved
from counter.sources.video.whole_bodies import WHOLE_BODIES_FROM, WholeBodies

Corners = Sequence[tuple[str, Point]]


def open_clip(
    settings: ClipSource, detector: DetectorTable, corners: Corners = (), *, version: int = 3
) -> tuple[Clip, Video]:
    """Return the clip and the source that shows it. Raises ClipError, DetectorError or DeviceFileError.

    `corners` are those of all lines and zones, each with the name of what it belongs to; `version` is that by which the
    device counts.
    """
    clip = Clip(settings)
    inspector = Inspector(needed=_needed(clip.facts.size, settings, corners))
    bodies = _bodies(settings, detector, version)
    return clip, Video(clip, _open(settings, detector, version), settings.anchor, inspector, bodies)


def open_camera(
    settings: CameraSource,
    detector: DetectorTable,
    clock: Clock,
    corners: Corners = (),
    *,
    version: int = 3,
) -> tuple[Camera, Video]:
    """Return a live camera, which need not answer yet, and the source that shows it. Raises DetectorError.

    `corners` and `version` are as in `open_clip`.
    """
    camera = Camera(settings, clock)
    inspector = Inspector(settings.max_rate, live=True, needed=_needed(settings.size, settings, corners))
    bodies = _bodies(settings, detector, version)
    return camera, Video(camera, _open(settings, detector, version, time.sleep), settings.anchor, inspector, bodies)


def _needed(size: tuple[int, int], settings: ClipSource | CameraSource, corners: Corners) -> NeededParts | None:
    height_m = settings.camera_height_m
    return NeededParts(size, settings.pixels_per_metre, corners, height_m) if corners else None


def _bodies(settings: ClipSource | CameraSource, detector: DetectorTable, version: int) -> WholeBodies | None:
    """Return what makes people whole, where they are recognised: what stands out may be several, or a part of one."""
    recognised = not isinstance(detector, BackgroundDetector)
    whole = recognised and version >= WHOLE_BODIES_FROM
    return WholeBodies(settings.pixels_per_metre, settings.anchor) if whole else None


def _open(
    settings: ClipSource | CameraSource,
    detector: DetectorTable,
    version: int,
    rest: Callable[[float], object] | None = None,
) -> Detector:
    """Return the detector, which passes over still pictures where it may; `background` looks at each itself.

    `rest` waits for so many seconds, where the pictures of a live camera go on meanwhile.
    """
    if isinstance(detector, BackgroundDetector) and settings.anchor != "centre":
        raise DeviceFileError(
            f"source.anchor = {settings.anchor!r}, but detector.kind = 'background' is for cameras that look straight "
            "down: it needs 'centre'"
        )
    if not isinstance(detector, BackgroundDetector) and settings.camera_height_m is not None:
        raise DeviceFileError(
            f"source.camera_height_m = {settings.camera_height_m:g} is for detector.kind = 'background', and "
            f"{detector.kind!r} knows people by a model: leave it out"
        )
    opened = open_detector(detector, settings.pixels_per_metre, settings.camera_height_m)
    skips = version >= SKIPS_STILL_FROM and not isinstance(detector, BackgroundDetector) and detector.skip_still
    return SearchesMoved(opened, rest) if skips else opened
