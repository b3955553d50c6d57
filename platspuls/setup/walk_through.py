"""Somebody walks through below a camera that looks straight down: its height is taken from them.

The command writes it; the page fills it in, to be saved with what is drawn.
"""

import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Final

import tomlkit

from platspuls.setup.config_pair import ConfigPair, SetupError, load_device
from platspuls.setup.drawing import Drawing
from platspuls.setup.edit_toml import rename_setup
from platspuls.setup.files import PictureFiles
from platspuls.setup.panels import Panel, PanelOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counter.device_file import DeviceFile
    from counter.sources.video.frame import VideoFrame
    from counter.threads import Worker

WALK_S: Final = 40.0
_RATE: Final = 8.0
_SHUTDOWN_S: Final = 15.0
"""Longer than a camera takes to let go."""


def looks_down(device: "DeviceFile") -> bool:
    """Return whether it has a camera that looks straight down, and finds people by what stands out on the floor."""
    from counter.detectors.settings import BackgroundDetector
    from counter.sources.video.settings import CameraSource, ClipSource

    source = device.source
    is_picture = isinstance(source, CameraSource | ClipSource) and source.anchor == "centre"
    return is_picture and isinstance(device.detector, BackgroundDetector)


def take_height(file: Path, site: Path, options: PanelOptions, look_s: float = WALK_S) -> float:
    """Look for `look_s`, and write the camera's height into a device file; return it, metres.

    Raises CounterError, DrawingRefusedError or SetupError: nobody was alone in the picture long enough, or the device
    has no camera that looks straight down and finds people by what stands out against the floor.
    """
    pair = ConfigPair(file, site, options.kinds)
    device = load_device(file, options.kinds)
    if not looks_down(device):
        raise SetupError(f"{file}: a walk through gives the height of a camera with detector.kind = 'background' alone")
    options.say(
        f"Looks for {look_s:.0f} seconds. Leave the picture for five of them, then walk through it right below the "
        "camera; best three people, one after the other."
    )
    look = WalkLook(device, look_s)
    height_m = look.height_m()
    if height_m is None and look.is_cut:
        raise SetupError(f"{file}: the camera brings no picture, or stopped bringing any: nobody could be seen")
    if height_m is None:
        raise SetupError(
            f"{file}: nobody was alone and whole in the picture long enough: walk through it slowly, one at a time"
        )
    _write(pair, height_m, options)
    return height_m


class WalkLook:
    """One look for `look_s` at who walks through below a camera, or in the beginning of a clip.

    `device` is one that looks down. Raises CounterError: the clip can't be read.
    """

    def __init__(self, device: "DeviceFile", look_s: float) -> None:
        from core.clock import SystemClock
        from counter.detectors.settings import BackgroundDetector
        from counter.sources.video.camera import Camera
        from counter.sources.video.clip import Clip
        from counter.sources.video.settings import CameraSource, ClipSource

        source, detector = device.source, device.detector
        if not isinstance(source, CameraSource | ClipSource) or not isinstance(detector, BackgroundDetector):
            raise TypeError("it doesn't look down")
        slow = source.model_copy(update={"max_rate": _RATE})
        self._look_s, self._scale, self._person_m = look_s, source.pixels_per_metre, detector.person_m
        self._source = Camera(slow, SystemClock()) if isinstance(slow, CameraSource) else Clip(slow)
        self._source_is_live = isinstance(slow, CameraSource)
        self._began_ms: int | None = None
        self.began_s: float | None = None
        """When the first picture came, by `time.monotonic`."""
        self.is_cut = False
        """Whether the camera was lost, or the look closed, before its time was over: who came later was not seen."""

    def height_m(self) -> float | None:
        """Return how high the camera hangs, metres; None where nobody was alone and whole in the picture long enough.

        Raises CounterError.
        """
        from counter.sources.video.walk_height import height_by_walk

        timeout = Timer(2 * self._look_s, self.close)
        timeout.daemon = True
        timeout.start()
        try:
            with closing(self._source):
                return height_by_walk(self._pictures(), self._scale, self._person_m)
        finally:
            timeout.cancel()

    def close(self) -> None:
        """End it. Safe to call twice, and from another thread."""
        self._source.close()

    def _pictures(self) -> "Iterator[VideoFrame]":
        for frame in self._source.frames():
            if not self._is_early(frame):
                return
            yield frame
        self.is_cut = self._source_is_live

    def _is_early(self, frame: "VideoFrame") -> bool:
        if self._began_ms is None:
            self._began_ms, self.began_s = frame.at_ms, time.monotonic()
        return frame.at_ms - self._began_ms <= self._look_s * 1000


@dataclass(slots=True)
class PageWalk:
    """Looks at who walks through when the page asks for it, in a thread of its own. Keeps a height, nothing else.

    Attributes:
        files: what the page draws in: a ruler that isn't saved yet counts.
        look_s: how long it looks, in seconds.
        open_look: begins a look. Raises CounterError.
    """

    files: PictureFiles
    look_s: float = WALK_S
    open_look: "Callable[[DeviceFile, float], WalkLook]" = WalkLook
    _lock: Lock = field(default_factory=Lock)
    _look: WalkLook | None = None
    _worker: "Worker | None" = None
    _is_closed: bool = False
    _said: dict[str, Any] = field(default_factory=lambda: {"state": "idle"})

    def ask(self, body: bytes | None) -> dict[str, Any]:
        """Begin with what the page has drawn, unless a look goes on; None only asks. Return how it goes.

        `state` is idle, opening, looking (with `left_s`, seconds), reading (a clip), found (with `height_m`), nobody,
        or failed (with `problem`). Raises ValidationError, SetupError, and once the error that a look died of.
        """
        drawing = None if body is None else Drawing.model_validate_json(body)
        with self._lock:
            self._check()
            if drawing is not None and not self._is_closed and self._worker is None:
                self._begin(drawing)
            if self._said["state"] != "opening" or self._look is None or self._look.began_s is None:
                return dict(self._said)
            left_s = self.look_s - (time.monotonic() - self._look.began_s)
            return {"state": "looking", "left_s": max(round(left_s), 0)}

    def close(self) -> None:
        """End it. Safe to call twice."""
        with self._lock:
            self._is_closed = True
            look, worker = self._look, self._worker
        if look is not None:
            look.close()
        if worker is not None:
            worker.join(_SHUTDOWN_S)

    def _check(self) -> None:
        if (worker := self._worker) is None or not worker.is_over():
            return
        self._worker = None
        try:
            worker.check()
        except BaseException:
            self._said = {"state": "failed", "problem": ""}
            raise

    def _begin(self, drawing: Drawing) -> None:
        from counter.errors import CounterError
        from counter.threads import Worker

        device, _ = self.files.drawn_device(drawing)
        try:
            look = self._look = self.open_look(device, self.look_s)
        except CounterError as error:
            self._said = {"state": "failed", "problem": str(error)}
            return
        self._said = {"state": "reading" if device.source.kind == "clip" else "opening"}
        self._worker = Worker("walk-through", lambda: self._end(look))
        self._worker.start()

    def _end(self, look: WalkLook) -> None:
        from counter.errors import CounterError

        said: dict[str, Any]
        try:
            height_m = look.height_m()
            said = {"state": "nobody"} if height_m is None else {"state": "found", "height_m": height_m}
            if look.began_s is None or (height_m is None and look.is_cut):
                said = {"state": "failed", "problem": ""}
        except CounterError as error:
            said = {"state": "failed", "problem": str(error)}
        with self._lock:
            self._said = said


def with_walk(panel: Panel, walk: PageWalk) -> Panel:
    """Return a panel that also takes the camera's height, below one that looks straight down."""
    return replace(panel, state=lambda: {**panel.state(), "walkS": walk.look_s}, walk=walk.ask)


def _write(pair: ConfigPair, height_m: float, options: PanelOptions) -> None:
    document, site = pair.documents()
    document["source"]["camera_height_m"] = height_m
    rename_setup(document, options.now().date())
    pair.write(tomlkit.dumps(document), tomlkit.dumps(site), _no_problems)


def _no_problems(_path: Path) -> list[str]:
    """Return none: a height that was taken of a file that could be read is right for it, whatever is drawn yet."""
    return []
