"""From changes of two channels to detections: crossings, and which time was watched.

A person in a channel hides whoever passes behind them. So the time in which a channel is taken is held back until it is
free again, and is missing where that takes `blocked_s` or longer: a bag, an open door, a cut wire.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from core import wire
from core.logs import ThrottledLog
from counter.detections import Detections, Passed
from counter.sources.doorway.channels import ChannelChange
from counter.sources.doorway.encounters import Encounter, Encounters

_SLACK_MS: Final = 10.0
"""So long after a moment a change of it may still come out of the kernel."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class CrossingDetector:
    """Makes detections of what two channels say.

    Attributes:
        line: the key of the line between them.
        name: of the sensor, for the log.
        gap_ms: a channel free for less than this was not left.
        blocked_ms: from so long on a channel is taken as blocked.
    """

    line: str
    name: str
    gap_ms: float
    blocked_ms: float
    _encounters: Encounters = field(init=False)
    _taken_ms: list[float | None] = field(default_factory=lambda: [None, None])
    _held: list[Detections] = field(default_factory=list)
    _blocked: bool = False
    _throttled: ThrottledLog = field(default_factory=lambda: ThrottledLog(_log))

    def __post_init__(self) -> None:
        """Begin with both channels free."""
        self._encounters = Encounters(self.gap_ms)

    def take(self, changes: Sequence[ChannelChange], at_ms: int, steady_ms: float) -> Iterator[Detections]:
        """Take all changes up to a moment; yield what is known now, in order of time.

        Args:
            changes: since the moment before, in order.
            at_ms: UTC milliseconds.
            steady_ms: the same moment in milliseconds of the monotonic clock.
        """
        judged = [found for change in changes for found in self._change(change)]
        judged += self._encounters.until(steady_ms - _SLACK_MS)
        now = Detections(at_ms, _nobody(), round(steady_ms))
        since_ms = min((taken_ms for taken_ms in self._taken_ms if taken_ms is not None), default=None)
        if since_ms is not None and steady_ms - since_ms >= self.blocked_ms:
            yield from self._unwatched(now, (steady_ms - since_ms) / 1000)
        elif self._blocked:
            yield from self._free(now, is_free=since_ms is None)
        else:
            yield from self._watched(now, passed(self.line, judged), is_free=since_ms is None)

    def _change(self, change: ChannelChange) -> Iterator[Encounter]:
        self._taken_ms[change.channel] = change.at_ms if change.taken else None
        yield from self._encounters.update(change)

    def _watched(self, now: Detections, found: Passed | None, *, is_free: bool) -> Iterator[Detections]:
        if not is_free and found is None:
            self._held.append(now)
            return
        yield from self._held
        self._held = []
        yield Detections(now.at_ms, now.points, now.steady_ms, passed=found)

    def _unwatched(self, now: Detections, taken_s: float) -> Iterator[Detections]:
        if not self._blocked:
            self._throttled.warn(
                f"{self.name}: taken for {taken_s:.0f} s, so it is blocked; time is missing until it is free"
            )
        self._blocked = True
        self._encounters.forget()
        yield from (_missing(missed) for missed in (*self._held, now))
        self._held = []

    def _free(self, now: Detections, *, is_free: bool) -> Iterator[Detections]:
        """Go on when both channels are free; whoever is in one of them now is not counted."""
        self._encounters.forget()
        if is_free:
            self._blocked = False
            self._throttled.over(f"{self.name}: both channels are free again")
        yield _missing(now)


def passed(line: str, encounters: Iterable[Encounter]) -> Passed | None:
    """Return what the encounters count; None for nothing."""
    forward = backward = turned = 0
    for found in encounters:
        forward += max(found.people, 0)
        backward += max(-found.people, 0)
        turned += abs(found.turned)
    if not (forward or backward or turned):
        return None
    return Passed(line, forward, backward, forward + turned, backward + turned)


def _missing(moment: Detections) -> Detections:
    return Detections(moment.at_ms, moment.points, moment.steady_ms, flags=(wire.Flag.BEAM_BLOCKED,), watched=False)


def _nobody() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.empty((0, 2))
