"""The newest frame of a live camera; a lost camera is retried with back-off until it is back."""

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from threading import Condition, Event
from typing import Final

from core.addresses import without_secret
from core.backoff import Backoff
from core.clock import Clock
from core.logs import ThrottledLog
from counter.errors import SourceError
from counter.sources.video.capture import Capture, open_camera
from counter.sources.video.frame import VideoFrame
from counter.sources.video.settings import CameraSource
from counter.threads import Worker
from counter.watchdog import Heartbeat

_POLL_S: Final = 0.2
"""How often a waiting thread looks whether it shall end."""
_FIRST_RETRY_S: Final = 1.0
_MAX_RETRY_S: Final = 30.0
_HUNG_S: Final = 120.0
"""Longer than anything may take that the drivers of a camera, or a search for people in its picture, do."""
_SHUTDOWN_S: Final = 12.0
"""Longer than a stream may be silent."""
_AT_ONCE_S: Final = 0.005
"""A frame that comes so soon after another comes from a buffer: nobody knows when it was captured."""

_log = logging.getLogger(__name__)


class NewestFrame:
    """Holds one frame: a newer one takes its place."""

    def __init__(self) -> None:
        """Begin with none."""
        self._condition = Condition()
        self._frame: VideoFrame | None = None
        self.passed_over = 0
        """Frames that a newer one replaced before anybody took them."""

    def put(self, frame: VideoFrame) -> None:
        """Hold `frame`."""
        with self._condition:
            self.passed_over += self._frame is not None
            self._frame = frame
            self._condition.notify()

    def take(self, timeout_s: float) -> VideoFrame | None:
        """Return the frame, which then is no longer held, or None when none came within `timeout_s` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self._frame is not None, timeout_s)
            frame, self._frame = self._frame, None
            return frame


class Camera:
    """The frames of one camera. While it is lost there are none: that time is missing, not empty."""

    def __init__(self, settings: CameraSource, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._newest = NewestFrame()
        self._closed = Event()
        self._throttled = ThrottledLog(_log)
        self._name = f"camera {without_secret(str(settings.address))}"
        self._pause_s = 1 / settings.max_rate if settings.max_rate else 0.0
        self._grabs = Heartbeat(f"{self._name} was opened or read, and its driver has not come back", _HUNG_S, clock)
        self._looks = Heartbeat(f"a picture of {self._name} was searched for people", _HUNG_S + self._pause_s, clock)

    def frames(self) -> Generator[VideoFrame, None, None]:
        """Yield the newest frame each time one is asked for, until closed.

        Raises SourceError when the picture has another size than the settings say.
        """
        grabber = Worker("camera", self._grab_until_closed)
        grabber.start()
        try:
            yield from self._taken(grabber)
        finally:
            self._closed.set()
            if not grabber.join(_SHUTDOWN_S):
                _log.warning("%s did not let go within %.0f s", self._name, _SHUTDOWN_S)

    def close(self) -> None:
        """End `frames`. Safe to call twice, and from another thread."""
        self._closed.set()

    def check(self) -> None:
        """Raise HungError when neither pictures come nor their absence is noticed. From another thread."""
        self._grabs.check()
        self._looks.check()

    @property
    def passed_over(self) -> int:
        """Frames that nobody looked at, since a newer one was there."""
        return self._newest.passed_over

    def _taken(self, grabber: Worker) -> Iterator[VideoFrame]:
        due_s = self._clock.monotonic_s()
        while not self._closed.wait(max(due_s - self._clock.monotonic_s(), 0.0)):
            self._looks.beat()
            grabber.check()
            if frame := self._newest.take(_POLL_S):
                due_s = self._clock.monotonic_s() + self._pause_s
                yield frame

    def _grab_until_closed(self) -> None:
        backoff = Backoff(_FIRST_RETRY_S, _MAX_RETRY_S)
        while not self._closed.is_set():
            self._grabs.beat()
            if self._grab_until_lost():
                backoff.reset()
            self._grabs.beat()
            self._closed.wait(backoff.next_s())

    def _grab_until_lost(self) -> bool:
        """Open the camera and grab until it is lost; return whether there was anything."""
        capture = open_camera(self._settings.full_address(), self._settings.size)
        if capture is None:
            self._throttled.warn(f"{self._name} does not answer: its time is missing until it does")
            return False
        with closing(capture):
            count = self._grab(capture)
        if not self._closed.is_set():
            self._throttled.warn(f"{self._name} brings no picture: its time is missing until it does")
        return count > 0

    def _grab(self, capture: Capture) -> int:
        count, came_s = 0, 0.0
        while not self._closed.is_set() and (image := capture.read()) is not None:
            self._grabs.beat()
            before_s, came_s = came_s, self._clock.monotonic_s()
            if came_s - before_s > _AT_ONCE_S:
                frame = VideoFrame(self._clock.now_ms(), image, round(self._clock.monotonic_s() * 1000))
                self._check_size(frame)
                self._newest.put(frame)
                self._throttled.over(f"{self._name} brings pictures again")
                count += 1
        return count

    def _check_size(self, frame: VideoFrame) -> None:
        height, width = frame.image.shape[:2]
        if (width, height) != tuple(self._settings.size):
            requested = self._settings.size
            raise SourceError(
                f"{self._name} brings pictures of {width} x {height} pixels, and lines and zones are drawn in "
                f"source.size = [{requested[0]}, {requested[1]}]"
            )
