"""Somebody walks through below a camera that looks straight down: its height is taken from them, and written."""

from contextlib import closing
from itertools import takewhile
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Final

import tomlkit

from platspuls.setup.config_pair import ConfigPair, SetupError, load_device
from platspuls.setup.edit_toml import rename_setup
from platspuls.setup.open_panel import PanelOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counter.sources.video.frame import VideoFrame
    from counter.sources.video.settings import CameraSource, ClipSource

WALK_S: Final = 40.0
_RATE: Final = 8.0


def take_height(file: Path, site: Path, options: PanelOptions, look_s: float = WALK_S) -> float:
    """Look for `look_s`, and write the camera's height into a device file; return it, metres.

    Raises CounterError, DrawingRefusedError or SetupError: nobody was alone in the picture long enough, or the device
    has no camera that looks straight down and finds people by what stands out against the floor.
    """
    from counter.detectors.settings import BackgroundDetector
    from counter.sources.video.settings import CameraSource, ClipSource
    from counter.sources.video.walk_height import height_by_walk

    pair = ConfigPair(file, site, options.kinds)
    device = load_device(file, options.kinds)
    source, detector = device.source, device.detector
    if not isinstance(source, CameraSource | ClipSource) or not isinstance(detector, BackgroundDetector):
        raise SetupError(f"{file}: a walk through gives the height of a camera with detector.kind = 'background' alone")
    options.say(
        f"Looks for {look_s:.0f} seconds. Leave the picture for five of them, then walk through it right below the "
        "camera; best three people, one after the other."
    )
    height_m = height_by_walk(_frames(source, look_s), source.pixels_per_metre, detector.person_m)
    if height_m is None:
        raise SetupError(
            f"{file}: nobody was alone and whole in the picture long enough: walk through it slowly, one at a time"
        )
    _write(pair, height_m, options)
    return height_m


def _write(pair: ConfigPair, height_m: float, options: PanelOptions) -> None:
    document, site = pair.documents()
    document["source"]["camera_height_m"] = height_m
    rename_setup(document, options.now().date())
    pair.write(tomlkit.dumps(document), tomlkit.dumps(site), _no_problems)


def _no_problems(_path: Path) -> list[str]:
    """Return none: a height that was taken of a file that could be read is right for it, whatever is drawn yet."""
    return []


def _frames(source: "CameraSource | ClipSource", look_s: float) -> "Iterator[VideoFrame]":
    """Yield pictures of a camera, or of the beginning of a clip."""
    from core.clock import SystemClock
    from counter.sources.video.camera import Camera
    from counter.sources.video.clip import Clip
    from counter.sources.video.settings import CameraSource

    slow = source.model_copy(update={"max_rate": _RATE})
    frames = Camera(slow, SystemClock()) if isinstance(slow, CameraSource) else Clip(slow)
    end: Callable[[], None] = frames.close
    timeout = Timer(2 * look_s, end)
    timeout.daemon = True
    timeout.start()
    began_ms: list[int] = []

    def is_early(frame: "VideoFrame") -> bool:
        began_ms.append(frame.at_ms)
        return frame.at_ms - began_ms[0] <= look_s * 1000

    try:
        with closing(frames):
            yield from takewhile(is_early, frames.frames())
    finally:
        timeout.cancel()
