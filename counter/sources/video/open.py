"""Puts a clip or a camera together with its detector. OpenCV is loaded with this module, and not before."""

from counter.clock import Clock
from counter.detectors.choose import open_detector
from counter.detectors.settings import DetectorTable
from counter.sources.video.camera import Camera
from counter.sources.video.clip import Clip
from counter.sources.video.quality import Inspector
from counter.sources.video.settings import CameraSource, ClipSource
from counter.sources.video.source import Video


def open_clip(settings: ClipSource, detector: DetectorTable) -> tuple[Clip, Video]:
    """Return the clip and the source that shows it. Raises ClipError or DetectorError."""
    clip = Clip(settings)
    return clip, Video(clip, open_detector(detector), settings.anchor)


def open_camera(settings: CameraSource, detector: DetectorTable, clock: Clock) -> tuple[Camera, Video]:
    """Return a live camera, which need not answer yet, and the source that shows it. Raises DetectorError."""
    camera = Camera(settings, clock)
    inspector = Inspector(settings.max_rate, live=True)
    return camera, Video(camera, open_detector(detector), settings.anchor, inspector)
