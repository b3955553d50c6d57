"""What a thermal array brings, as detections: where people stand, in metres. Its pictures go no further."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core import wire
from core.clock import Clock
from core.logs import ThrottledLog
from counter.detections import Detections
from counter.sources.thermal.backdrop import ThermalBackdrop
from counter.sources.thermal.contrast import Blindness, PictureJudge, warmest_floor_c
from counter.sources.thermal.explanation import PeopleFinder
from counter.sources.thermal.mount import MountLimit
from counter.sources.thermal.spots import Optics

_log = logging.getLogger(__name__)
_SENTENCES: Final = {
    wire.Flag.FROZEN: "the thermal picture doesn't change: the array is stuck",
    wire.Flag.BLOCKED: "the thermal picture lacks readings, or something fills nearly all of it",
}


class Array(Protocol):
    """An open thermal array."""

    def next(self) -> NDArray[np.float64]:
        """Wait for the next picture; return it, degrees Celsius. Raises SensorError."""
        ...

    def close(self) -> None:
        """Let go of it. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Thermal:
    """Finds people in the pictures of one array; the settings are those of a ThermalBackdrop.

    Attributes:
        optics: of the array.
        clock: the time.
        limit: why nobody can be counted from where it hangs: then no time is watched.
    """

    optics: Optics
    contrast_c: float
    frame_s: float
    still_s: float
    clock: Clock
    limit: MountLimit | None = None
    _throttled: ThrottledLog = field(default_factory=lambda: ThrottledLog(_log))

    def detections(self, array: Array) -> Iterator[Detections]:
        """Yield where people are, picture by picture, for ever; unwatched until the backdrop is known."""
        backdrop = ThermalBackdrop(self.contrast_c, self.frame_s, self.still_s)
        judge = PictureJudge(self.contrast_c, self.frame_s)
        finder = PeopleFinder(self.optics, self.contrast_c)
        while True:
            picture = judge.readable(array.next())
            at_ms, steady_ms = self.clock.now_ms(), round(self.clock.monotonic_s() * 1000)
            blindness = self._blindness(judge.judge(picture))
            over = None if picture is None else backdrop.update(picture)
            blindness = blindness or (Blindness(wire.Flag.BLOCKED) if backdrop.is_filled else None)
            if blindness is not None:
                yield self._unwatched(blindness, at_ms, steady_ms)
            elif over is None:
                yield Detections(at_ms, np.empty((0, 2)), steady_ms, watched=False)
            else:
                self._throttled.over("people can be seen again in the thermal picture")
                yield Detections(at_ms, finder.people(over), steady_ms)

    def _blindness(self, seen: Blindness | None) -> Blindness | None:
        return seen if self.limit is None else Blindness(self.limit.flag)

    def _unwatched(self, blindness: Blindness, at_ms: int, steady_ms: int) -> Detections:
        self._throttled.warn(f"{self._sentence(blindness.flag)}; time is missing until that is over")
        before_ms = round(1000 * blindness.before_s)
        return Detections(
            at_ms, np.empty((0, 2)), steady_ms, flags=(blindness.flag,), watched=False, unwatched_ms=before_ms
        )

    def _sentence(self, flag: wire.Flag) -> str:
        if self.limit is not None:
            return str(self.limit)
        warmest_c = warmest_floor_c(self.contrast_c)
        return _SENTENCES.get(
            flag,
            f"people don't stand out in the thermal picture: the floor is warmer than {warmest_c:.0f} degrees, or the "
            "picture is noisy",
        )
