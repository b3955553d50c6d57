"""The counting thread: frames in; records, states and live ticks out."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Final, Protocol

from counter.clock import Clock, floor_ms
from counter.draft import Draft
from counter.keeper import Keeper
from counter.network import Shared
from counter.observation import Observation
from counter.threads import Feed
from ingest import wire

CHECKPOINT_S: Final = 5.0
"""How old the state on disk gets, at most (and how much time a kill costs)."""
_WAIT_S: Final = 0.2
_TICK_MS: Final = wire.LIVE_TICK_S * 1000


class Counting(Protocol):
    """What the tally does, as seen from here. Times are UTC milliseconds."""

    def update(self, observation: Observation) -> list[Draft]:
        """Count one frame; return the drafts that it closes."""
        ...

    def live(self, at_ms: int) -> wire.Live:
        """Return the tick of `at_ms`."""
        ...

    def state(self) -> bytes:
        """Return all that is needed to go on."""
        ...

    def close(self, at_ms: int) -> list[Draft]:
        """Close what is open; return its drafts."""
        ...


class Past(Protocol):
    """A source that knows what it would have seen: only a simulated one can."""

    def history_span(self, now_ms: int) -> tuple[int, int]:
        """Return what a new outbox is filled with: [from, until), on quarter-hours."""
        ...

    def history(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        """Yield the drafts of [from, until), in order."""
        ...

    def resume_from(self, at_ms: int) -> None:
        """Let the observations begin at a time in the past."""
        ...


class Counter:
    """Counts what a feed brings, until told to stop or until it ends."""

    def __init__(self, feed: Feed, tally: Counting, keeper: Keeper, shared: Shared, clock: Clock) -> None:
        """Count with `tally`, which is restored already."""
        self._feed = feed
        self._tally = tally
        self._keeper = keeper
        self._shared = shared
        self._clock = clock
        self._seen_ms: int | None = None
        self._tick_ms = floor_ms(clock.now_ms(), wire.LIVE_TICK_S)
        self._saved_s = clock.monotonic_s()

    def run(self, stop: Event, check: Callable[[], None]) -> None:
        """Count; call `check` between frames. Raises what the source or `check` raises."""
        while not stop.is_set() and not self._feed.is_over():
            check()
            if observation := self._feed.next(_WAIT_S):
                self._count(observation)
            self._tick()
            if self._clock.monotonic_s() - self._saved_s >= CHECKPOINT_S:
                self.save()
        for observation in self._feed.rest():
            self._count(observation)

    def save(self) -> None:
        """Write the checkpoint, if anything was seen."""
        self._saved_s = self._clock.monotonic_s()
        if self._seen_ms is not None:
            self._keeper.save(self._tally.state(), self._seen_ms)

    def close(self) -> None:
        """Close the open intervals: the source has ended for good."""
        if self._seen_ms is not None:
            drafts = self._tally.close(self._seen_ms)
            self._keeper.keep(drafts, self._tally.state(), self._seen_ms)

    def _count(self, observation: Observation) -> None:
        self._seen_ms = observation.at_ms
        self._keeper.began(observation.at_ms)
        if self._is_fresh():
            self._shared.frames.seen(observation.at_ms)
        if drafts := self._tally.update(observation):
            self._keeper.keep(drafts, self._tally.state(), observation.at_ms)

    def _tick(self) -> None:
        tick_ms = floor_ms(self._clock.now_ms(), wire.LIVE_TICK_S)
        if tick_ms == self._tick_ms:
            return
        self._tick_ms = tick_ms
        if self._is_fresh():
            self._shared.live.append(wire.encode(self._tally.live(tick_ms)))

    def _is_fresh(self) -> bool:
        """Tell whether the last frame is of now: what stands still has no live tick, and its age shows."""
        return self._seen_ms is not None and abs(self._clock.now_ms() - self._seen_ms) < _TICK_MS
