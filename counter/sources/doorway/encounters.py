"""Who went through a doorway, by the order in which two channels were taken and left free.

The time from the first channel taken to both free again is one encounter. The channel taken first and the one left
last give the direction, so that swaying, stepping back and going on, and standing in the doorway change nothing. Where
both are the same channel somebody turned back.

- Gaps. A channel that is free for less than `gap_ms` was not left: arms and legs have gaps between them.
- Followers. Where a channel was taken again before the other one was free, two people went close behind each other. So
  many went through as each of both channels was taken, at most.
- A door's leaf. What covers a channel and isn't a person neither takes nor frees it, and the encounter goes on. Where
  one did, who went through is judged by what was seen beside it: each channel's first and last sight of somebody. A
  leaf's face, which rises or sinks right before or after its edge, is not a sight.
- Both taken at the same moment: net 0, as it can't be known which way. People who meet between the channels look like
  one who went through, or like one who turned back: two channels can't distinguish them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange


@dataclass(frozen=True, slots=True)
class Encounter:
    """What one encounter says.

    Attributes:
        people: who went through, above 0 forward (in at FIRST, out at SECOND) and below 0 backward.
        turned: 1 where somebody came in by FIRST, was in SECOND alone and went back; -1 the other way about; else 0.
        only: the channel, where the other one was not taken at all.
        unclear: whether a door's leaf covered a channel, so that somebody may have been missed.
    """

    people: int = 0
    turned: int = 0
    only: int | None = None
    unclear: bool = False


@dataclass(slots=True)
class _Sight:
    """Somebody in a channel, from a moment to another."""

    from_ms: float
    to_ms: float = 0.0
    at_leaf: bool = False
    """Whether a leaf covered the channel right before or after it."""
    sloped: bool = False

    def is_leaf(self) -> bool:
        return self.at_leaf and self.sloped


_SOON_MS: Final = 300.0
"""Who is seen in one channel is in the other one within so long."""
_MOST_SIGHTS: Final = 100
"""Of one channel in one encounter: what goes on for longer is blocked."""


@dataclass(slots=True)
class _Channel:
    taken: bool = False
    hidden: bool = False
    free_ms: float | None = None
    """Since when it is free, while that may still be a gap."""
    times: int = 0
    """How often it was taken in this encounter."""
    alone: bool = False
    """Whether it was the only one taken at some time of this encounter."""
    sights: list[_Sight] = field(default_factory=list)

    def take(self, at_ms: float) -> None:
        self.taken, self.free_ms = True, None
        self.times += 1
        if len(self.sights) < _MOST_SIGHTS:
            self.sights.append(_Sight(at_ms, at_leaf=self.hidden))
        self.hidden = False

    def free(self, at_ms: float, *, sloped: bool) -> None:
        """Note that nobody is in it; whether it was left shows later."""
        self.hidden, self.free_ms = False, at_ms if self.taken else None
        if self.sights and self.taken:
            self.sights[-1].to_ms, self.sights[-1].sloped = at_ms, sloped

    def cover(self, at_ms: float, *, sloped: bool) -> None:
        self.free(at_ms, sloped=sloped)
        if self.sights and self.taken:
            self.sights[-1].at_leaf = True
        self.taken, self.hidden, self.free_ms = False, True, None


@dataclass(slots=True)
class Encounters:
    """Makes encounters of changes. Holds two channels, nothing about a person.

    Attributes:
        gap_ms: a channel free for less than this was not left.
    """

    gap_ms: float
    _channels: tuple[_Channel, _Channel] = field(default_factory=lambda: (_Channel(), _Channel()))
    _first: int | None = None
    _started_ms: float = 0.0
    _had_leaf: bool = False

    def update(self, change: ChannelChange) -> Iterator[Encounter]:
        """Take the next change; yield the encounters that were over before it."""
        yield from self.until(change.at_ms)
        channel = self._channels[change.channel]
        if change.taken:
            self._take(change)
        elif change.hidden:
            self._had_leaf = True
            channel.cover(change.at_ms, sloped=change.sloped)
        elif channel.hidden:
            channel.hidden = False
            if not self._is_open():
                yield self._judged(change.channel)
                self.forget()
        else:
            channel.free(change.at_ms, sloped=change.sloped)

    def until(self, at_ms: float) -> Iterator[Encounter]:
        """Yield what is over at a time before which no further change will come."""
        for place in sorted((FIRST, SECOND), key=lambda place: self._channels[place].free_ms or 0.0):
            channel = self._channels[place]
            if channel.free_ms is not None and at_ms - channel.free_ms >= self.gap_ms:
                channel.free_ms, channel.taken = None, False
                yield from self._left(place)

    def forget(self) -> None:
        """Begin anew, with both channels free."""
        self._channels = (_Channel(), _Channel())
        self._first, self._had_leaf = None, False

    def _is_open(self) -> bool:
        return any(channel.taken or channel.hidden for channel in self._channels)

    def _take(self, change: ChannelChange) -> None:
        here, there = self._channels[change.channel], self._channels[1 - change.channel]
        here.free_ms = None
        if here.taken:
            return
        if not there.taken:
            if not (self._had_leaf and here.times + there.times):
                self._first, self._started_ms = change.channel, change.at_ms
            here.alone = True
        elif there.times == 1 and not here.times and change.at_ms == self._started_ms:
            self._first = None
        here.take(change.at_ms)

    def _left(self, place: int) -> Iterator[Encounter]:
        there = self._channels[1 - place]
        if there.taken:
            there.alone = True
        if not self._is_open():
            yield self._judged(last=place)
            self.forget()

    def _judged(self, last: int) -> Encounter:
        if self._had_leaf:
            return self._beside_leaf()
        if self._first is None:
            return Encounter()
        people = min(channel.times for channel in self._channels)
        if not people:
            return Encounter(only=self._first)
        way = 1 if self._first == FIRST else -1
        if last != self._first:
            return Encounter(people=way * people)
        return Encounter(turned=way if self._channels[1 - self._first].alone else 0)

    def _beside_leaf(self) -> Encounter:
        """Judge by what was seen of somebody beside a leaf: one person at most."""
        seen = [[sight for sight in channel.sights if not sight.is_leaf()] for channel in self._channels]
        for place in (FIRST, SECOND):
            if seen[1 - place] and not seen[place]:
                seen[place] = _nearest(self._channels[place].sights, seen[1 - place][0])
        first, second = seen
        if not (first and second):
            return Encounter(unclear=True)
        came_ms = first[0].from_ms - second[0].from_ms
        left_ms = first[-1].to_ms - second[-1].to_ms
        if came_ms * left_ms <= 0:
            return Encounter(unclear=True)
        return Encounter(people=1 if came_ms < 0 else -1)


def _nearest(sights: list[_Sight], other: _Sight) -> list[_Sight]:
    """Return the sight nearest in time to one of the other channel: somebody is in both soon after each other."""
    near = [one for one in sights if one.from_ms <= other.to_ms + _SOON_MS and one.to_ms >= other.from_ms - _SOON_MS]
    return sorted(near, key=lambda one: abs(one.from_ms + one.to_ms - other.from_ms - other.to_ms))[:1]
