"""From events of two channels to detections: crossings, and which time was watched.

A person in a channel hides whoever passes behind them. So the time in which a channel is taken is held back until it is
free again, and is missing where that takes `blocked_s` or longer: a bag, an open door, a cut wire. The last `lapse_ms`
are always held back: that long it takes a sensor to notice that it sees nothing, and then they are missing too.

Where one channel is taken again and again and the other one never is, one of them doesn't work: a receiver in the sun
is a beam that never breaks, a loose wire one that breaks by itself. The time is missing until both are taken. And so is
the time in which a door's leaf hid who may have gone through.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from core import wire
from core.logs import ThrottledLog
from counter.detections import Detections, Passed
from counter.sources.doorway.channels import ChannelChange, ChannelEvent, SightChange
from counter.sources.doorway.encounters import Encounter, Encounters

_SLACK_MS: Final = 10.0
"""So long after a moment a change of it may still come out of the kernel."""
_ALONE: Final = 3
"""So many times in a row only one and the same channel was taken, ..."""
_ALONE_MS: Final = 10_000.0
"""... from the first to the last of them at least so long: who sways at a beam does that within seconds."""
_SENTENCES: Final = {
    wire.Flag.NO_ECHO: "has no echo of the floor: it is covered, or in the sun, or the floor is too dark",
    wire.Flag.LOW_FRAME_RATE: "is read too seldom to see who walks through",
}

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Doubt:
    """How often in a row only one channel was taken."""

    channel: int | None = None
    times: int = 0
    since_ms: float = 0.0

    def add(self, found: Encounter, at_ms: float) -> None:
        """Add an encounter that was over at a moment."""
        if found.only is None or found.only != self.channel:
            self.channel, self.times, self.since_ms = found.only, 0, at_ms
        self.times += found.only is not None

    def is_certain(self, at_ms: float) -> bool:
        """Return whether a channel doesn't work, right after an encounter that was over at a moment."""
        return self.times >= _ALONE and at_ms - self.since_ms >= _ALONE_MS


@dataclass(slots=True)
class CrossingDetector:
    """Makes detections of what two channels say.

    Attributes:
        line: the key of the line between them.
        name: of the sensor, for the log.
        gap_ms: a channel free for less than this was not left.
        blocked_ms: from so long on a channel is taken as blocked.
        lapse_ms: so long after a moment the sensor may still say that nobody could have been seen in it.
        throttled: what is said of it.
    """

    line: str
    name: str
    gap_ms: float
    blocked_ms: float
    lapse_ms: float = 0.0
    throttled: ThrottledLog = field(default_factory=lambda: ThrottledLog(_log))
    _encounters: Encounters = field(init=False)
    _taken_ms: list[float | None] = field(default_factory=lambda: [None, None])
    _freed_ms: list[float | None] = field(default_factory=lambda: [None, None])
    _held: list[Detections] = field(default_factory=list)
    _unseen: SightChange | None = None
    _seen_again: bool = True
    _missing: wire.Flag | None = None
    """Why time is missing now."""
    _doubt: _Doubt = field(default_factory=_Doubt)
    _is_broken: bool = False
    """Whether one of the channels doesn't work, as far as can be known by the other one."""
    _back_ms: int = 0
    """For how long before now nobody could have been seen, as is known only now."""

    def __post_init__(self) -> None:
        """Begin with both channels free."""
        self._encounters = Encounters(self.gap_ms)

    def take(self, events: Sequence[ChannelEvent], at_ms: int, steady_ms: float) -> Iterator[Detections]:
        """Take all events up to a moment; yield what is known now, in order of time.

        Args:
            events: since the moment before, in order.
            at_ms: UTC milliseconds.
            steady_ms: the same moment in milliseconds of the monotonic clock.
        """
        judged = [found for event in events for found in self._event(event)]
        judged += self._encounters.until(steady_ms - _SLACK_MS)
        since_ms = self._taken_since(steady_ms)
        crossed = passed(self.line, judged)
        self._held.append(Detections(at_ms, _nobody(), round(steady_ms), passed=crossed))
        if self._unseen is not None:
            yield from self._blind(self._unseen, is_free=since_ms is None)
        elif since_ms is not None and steady_ms - since_ms >= self.blocked_ms:
            yield from self._blocked(since_ms, steady_ms)
        elif self._missing is not None:
            yield from self._free(is_free=since_ms is None)
        else:
            self._suspect(judged, steady_ms)
            if any(found.unclear for found in judged):
                self._cover()
            yield from self._watched(steady_ms, is_free=since_ms is None, is_decided=crossed is not None)

    def _event(self, event: ChannelEvent) -> Iterator[Encounter]:
        if isinstance(event, ChannelChange):
            yield from self._change(event)
        elif event.flag is None:
            self._seen_again = True
        else:
            before = self._unseen
            self._unseen = event if before is None else replace(event, at_ms=min(before.at_ms, event.at_ms))
            self._seen_again = False

    def _change(self, change: ChannelChange) -> Iterator[Encounter]:
        place = change.channel
        if change.taken or change.hidden:
            if self._left(place, change.at_ms):
                self._taken_ms[place] = change.at_ms
            self._freed_ms[place] = None
        else:
            self._freed_ms[place] = change.at_ms
        yield from self._encounters.update(change)

    def _left(self, place: int, at_ms: float) -> bool:
        """Return whether a channel was free for long enough, at a moment, to have been left."""
        freed_ms = self._freed_ms[place]
        return self._taken_ms[place] is None or (freed_ms is not None and at_ms - freed_ms >= self.gap_ms)

    def _taken_since(self, at_ms: float) -> float | None:
        """Return since when a channel is taken, gaps included; None where both are free."""
        since_ms = [taken for place, taken in enumerate(self._taken_ms) if not self._left(place, at_ms)]
        return min((taken for taken in since_ms if taken is not None), default=None)

    def _suspect(self, judged: Iterable[Encounter], at_ms: float) -> None:
        for found in judged:
            self._doubt.add(found, at_ms)
            if self._doubt.is_certain(at_ms):
                self._back_ms = 0 if self._is_broken else round(at_ms - self._doubt.since_ms)
                self._is_broken = True
                self.throttled.warn(
                    f"{self.name}: one of the two is taken again and again and the other one never, so one of them "
                    "does not work; time is missing until both are taken"
                )
            elif self._is_broken and found.only is None:
                self._is_broken = False
                self.throttled.over(f"{self.name}: both channels work again")

    def _cover(self) -> None:
        """Take what is held for hidden by a door's leaf, but for the moments in which somebody was counted."""
        self._held = [moment if moment.passed else _missing(moment, wire.Flag.MOVING_LIGHT) for moment in self._held]

    def _watched(self, at_ms: float, *, is_free: bool, is_decided: bool) -> Iterator[Detections]:
        if not is_free and not is_decided:
            return
        sure = sum(moment.steady_ms is None or moment.steady_ms <= at_ms - self.lapse_ms for moment in self._held)
        for moment in self._held[:sure]:
            if self._is_broken and moment.passed is None:
                yield replace(_missing(moment, wire.Flag.BEAM_BLOCKED), unwatched_ms=self._back_ms)
                self._back_ms = 0
            else:
                yield moment
        self._held = self._held[sure:]

    def _blind(self, unseen: SightChange, *, is_free: bool) -> Iterator[Detections]:
        flag = unseen.flag or wire.Flag.BLOCKED
        if self._missing is not flag:
            self.throttled.warn(f"{self.name} {_SENTENCES.get(flag, flag)}; time is missing until it sees again")
        yield from self._miss(unseen.at_ms, flag)
        if self._seen_again:
            self._unseen = None
            self._resume(is_free=is_free)

    def _blocked(self, since_ms: float, at_ms: float) -> Iterator[Detections]:
        if self._missing is not wire.Flag.BEAM_BLOCKED:
            self.throttled.warn(
                f"{self.name}: taken for {(at_ms - since_ms) / 1000:.0f} s, so it is blocked; time is missing until it "
                "is free"
            )
        yield from self._miss(since_ms, wire.Flag.BEAM_BLOCKED)

    def _miss(self, since_ms: float, flag: wire.Flag) -> Iterator[Detections]:
        """Yield what is held, and nothing of it watched that came after a moment."""
        was_missing, self._missing = self._missing is not None, flag
        self._encounters.forget()
        for moment in self._held:
            is_sure = not was_missing and moment.steady_ms is not None and moment.steady_ms <= since_ms
            yield moment if is_sure else _missing(moment, flag)
        self._held = []

    def _free(self, *, is_free: bool) -> Iterator[Detections]:
        """Go on when both channels are free; whoever is in one of them now is not counted."""
        flag = self._missing or wire.Flag.BEAM_BLOCKED
        yield from self._miss(0.0, flag)
        self._resume(is_free=is_free)

    def _resume(self, *, is_free: bool) -> None:
        if is_free:
            self._missing = None
            self.throttled.over(f"{self.name}: both channels are free again")


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


def _missing(moment: Detections, flag: wire.Flag) -> Detections:
    return Detections(moment.at_ms, moment.points, moment.steady_ms, flags=(flag,), watched=False)


def _nobody() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.empty((0, 2))
