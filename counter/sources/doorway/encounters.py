"""Who went through a doorway, by the order in which two channels were taken and left free.

The time from the first channel taken to both free again is one encounter. The channel taken first and the one left
last give the direction, so that swaying, stepping back and going on, and standing in the doorway change nothing. Where
both are the same channel somebody turned back.

- Gaps. A channel that is free for less than `gap_ms` was not left: arms and legs have gaps between them.
- Followers. Where a channel was taken again before the other one was free, two people went close behind each other. So
  many went through as each of both channels was taken, at most.
- Both taken at the same moment: net 0, as it can't be known which way. People who meet between the channels look like
  one who went through, or like one who turned back: two channels can't distinguish them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange


@dataclass(frozen=True, slots=True)
class Encounter:
    """What one encounter says.

    Attributes:
        people: who went through, above 0 forward (in at FIRST, out at SECOND) and below 0 backward.
        turned: 1 where somebody came in by FIRST, was in SECOND alone and went back; -1 the other way about; else 0.
        only: the channel, where the other one was not taken at all.
    """

    people: int = 0
    turned: int = 0
    only: int | None = None


@dataclass(slots=True)
class _Channel:
    taken: bool = False
    free_ms: float | None = None
    """Since when it is free, while that may still be a gap."""
    times: int = 0
    """How often it was taken in this encounter."""
    alone: bool = False
    """Whether it was the only one taken at some time of this encounter."""


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

    def update(self, change: ChannelChange) -> Iterator[Encounter]:
        """Take the next change; yield the encounters that were over before it."""
        yield from self.until(change.at_ms)
        channel = self._channels[change.channel]
        if not change.taken:
            channel.free_ms = change.at_ms if channel.taken else None
            return
        channel.free_ms = None
        if not channel.taken:
            self._take(change)

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
        self._first = None

    def _take(self, change: ChannelChange) -> None:
        here, there = self._channels[change.channel], self._channels[1 - change.channel]
        if not there.taken:
            self._first, self._started_ms = change.channel, change.at_ms
            here.alone = True
        elif there.times == 1 and not here.times and change.at_ms == self._started_ms:
            self._first = None
        here.taken = True
        here.times += 1

    def _left(self, place: int) -> Iterator[Encounter]:
        there = self._channels[1 - place]
        if there.taken:
            there.alone = True
            return
        yield self._judged(last=place)
        self.forget()

    def _judged(self, last: int) -> Encounter:
        if self._first is None:
            return Encounter()
        people = min(channel.times for channel in self._channels)
        if not people:
            return Encounter(only=self._first)
        way = 1 if self._first == FIRST else -1
        if last != self._first:
            return Encounter(people=way * people)
        return Encounter(turned=way if self._channels[1 - self._first].alone else 0)
