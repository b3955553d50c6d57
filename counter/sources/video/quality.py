"""Whether the pictures of a camera can be counted by: dark, blocked, moved, too few, or frozen.

Each is judged once a second from a small copy, and is said only when it has lasted. Only flags leave this file.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

import numpy as np

from core import wire
from counter.detectors.boxes import Floats, Image
from counter.geometry import BAND_M
from counter.health import FrameMeter
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.faults.stopped import Stopped
from counter.sources.video.frame import VideoFrame
from counter.sources.video.scene import Scene
from counter.sources.video.thumbnail import thumbnail

_FAR_M: Final = BAND_M / 2
"""Lines and zones must lie where they were drawn, to half of the band beside a line, in metres."""
_INSPECT_MS: Final = 1000
_DARK: Final = 25.0
"""Mean brightness, 0..255, under which a picture is dark."""
_LIGHT: Final = 32.0
"""And over which it no longer is."""
_SLOWEST: Final = 1.8
"""Frames a second that are too few for anybody to be followed."""
_SLOW: Final = 0.5
"""And the part of the usual rate that is."""
_RATES: Final = 360
"""The usual rate is the median of so many, one every ten seconds."""
_RATE_EVERY_S: Final = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """How a camera's picture is.

    Attributes:
        flags: what was unusual.
        sees: False where nobody could be seen in it: the time is not observed.
        unseen_ms: for how long before, in milliseconds, nobody could be seen either, as is known only now.
    """

    flags: tuple[wire.Flag, ...] = ()
    sees: bool = True
    unseen_ms: int = field(default=0, compare=False)


class Lasting:
    """Something that is true once it has lasted, and false once it has been over for as long."""

    def __init__(self, on_ms: int, off_ms: int) -> None:
        """Let it last `on_ms` to become true and `off_ms` to become false."""
        self._wait_ms = {True: on_ms, False: off_ms}
        self._since_ms: int | None = None
        self.is_on = False
        self.began_ms: int | None = None
        """Since when it has been true, in ms; None while it is not."""

    def update(self, at_ms: int, now: bool) -> None:
        """Take what is true at `at_ms`."""
        if now == self.is_on:
            self._since_ms = None
            return
        if self._since_ms is None or at_ms < self._since_ms:
            self._since_ms = at_ms
        if at_ms - self._since_ms >= self._wait_ms[now]:
            self.is_on, self.began_ms, self._since_ms = now, self._since_ms if now else None, None


class Rate:
    """Frames a second, and whether they are much fewer than usual.

    Args:
        expected: frames a second that are expected; None: what is usual is learnt.
    """

    def __init__(self, expected: float | None) -> None:
        self._expected = expected
        self._meter = FrameMeter()
        self._usual: deque[float] = deque(maxlen=_RATES)
        self._checks = 0

    def seen(self, at_ms: int) -> None:
        """Note a frame."""
        self._meter.seen(at_ms)

    def is_low(self, at_ms: int) -> bool:
        """Return whether frames are too few. Ask once a second."""
        rate = self._meter.rate(at_ms)
        self._checks += 1
        if self._checks % _RATE_EVERY_S == 0:
            self._usual.append(rate)
        usual = self._expected or (median(self._usual) if self._usual else 0.0)
        return rate < max(_SLOWEST, usual * _SLOW)


class Inspector:
    """Inspects the frames of one camera or clip.

    Args:
        expected_rate: frames a second that are expected; None: what is usual is learnt.
        needed: what lines and zones need of the picture; None: all of it, and nobody knows how far it may be moved.
        live: whether a picture that doesn't change, or comes again, means that the camera hangs.
    """

    def __init__(
        self, expected_rate: float | None = None, *, live: bool = False, needed: NeededParts | None = None
    ) -> None:
        self._rate = Rate(expected_rate)
        self._scene = Scene(needed)
        self._needed = needed
        self._stopped = Stopped() if live else None
        self._dark = Lasting(10_000, 10_000)
        self._blocked = Lasting(5_000, 3_000)
        self._moved = Lasting(30_000, 30_000)
        self._low = Lasting(10_000, 10_000)
        self._covered_ms: int | None = None
        self._inspected_ms: int | None = None
        self._quality = Quality()
        self._people: Floats | None = None

    def inspect(self, frame: VideoFrame) -> Quality:
        """Return how the picture is; judges anew once a second."""
        at_ms = frame.at_ms if frame.steady_ms is None else frame.steady_ms
        self._rate.seen(at_ms)
        if self._stopped:
            self._stopped.seen(frame.image, at_ms)
        if self._inspected_ms is None or not 0 <= at_ms - self._inspected_ms < _INSPECT_MS:
            self._inspected_ms = at_ms
            self._quality = self._judge(frame.image, at_ms)
        return self._quality if self._quality.sees else replace(self._quality, unseen_ms=self._unseen_ms(at_ms))

    def note_people(self, xyxy: Floats, image: Image) -> None:
        """Note where people were recognised in the last frame: shape (n, 4), pixels of `image`. They hide nothing."""
        height, width = image.shape[:2]
        self._people = np.asarray(xyxy / np.array([width, height, width, height]), dtype=np.float32)

    def _judge(self, image: Image, at_ms: int) -> Quality:
        small = thumbnail(image)
        is_dark = float(small.grey.mean()) < (_LIGHT if self._dark.is_on else _DARK)
        is_hidden = self._scene.is_hidden(small)
        self._covered_ms = None if is_hidden or is_dark else self._scene.hidden_since(small, at_ms, self._people)
        if is_hidden or is_dark or self._covered_ms is not None:
            self._scene.forget_recent()
        else:
            self._moved.update(at_ms, self._scene.is_elsewhere(small))
        self._dark.update(at_ms, is_dark)
        self._blocked.update(at_ms, is_hidden)
        self._low.update(at_ms, self._rate.is_low(at_ms))
        if self._stopped:
            self._stopped.look(image, at_ms, has_colour=small.has_colour)
        since = self._blind()
        raised = {
            wire.Flag.DARK: self._dark.is_on,
            wire.Flag.BLOCKED: wire.Flag.BLOCKED in since,
            wire.Flag.LOW_FRAME_RATE: self._low.is_on,
            wire.Flag.MOVED: self._moved.is_on,
            wire.Flag.FROZEN: wire.Flag.FROZEN in since,
        }
        flags = tuple(flag for flag, is_on in raised.items() if is_on)
        return Quality(flags, sees=not since)

    def _blind(self) -> dict[wire.Flag, int]:
        """Return why nobody can be seen now, with since when, in ms."""
        frozen_ms = self._stopped.since_ms if self._stopped else None
        blocked_ms = min((ms for ms in (self._blocked.began_ms, self._covered_ms) if ms is not None), default=None)
        moved_ms = self._moved.began_ms if self._moved.is_on and self._is_far() else None
        since = {wire.Flag.BLOCKED: blocked_ms, wire.Flag.MOVED: moved_ms, wire.Flag.FROZEN: frozen_ms}
        return {flag: ms for flag, ms in since.items() if ms is not None}

    def _is_far(self) -> bool:
        """Return whether the camera was moved so far that lines and zones don't lie where they should."""
        moved = self._scene.moved
        return self._needed is not None and (moved is None or self._needed.shift_m(moved) > _FAR_M)

    def _unseen_ms(self, at_ms: int) -> int:
        return max(at_ms - min(self._blind().values(), default=at_ms), 0)
