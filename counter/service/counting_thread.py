"""The counting thread: frames in; records, states and live ticks out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event
from typing import Final

from core import wire
from core.clock import Clock, floor_ms
from counter.believed_clock import MOST_STEP_MS
from counter.counting.tally import Tally
from counter.delivery.network_thread import SharedState
from counter.detections import Detections
from counter.records.checkpoint import Checkpoint
from counter.records.people_file import PEOPLE_MS
from counter.records.record_writer import RecordWriter
from counter.service.presync import Presync
from counter.service.presync_counter import PresyncCounter, steady_ms
from counter.sources.feed import Feed

CHECKPOINT_S: Final = 5.0
"""How old the state on disk gets, at most (and how much time a kill costs)."""
_POLL_S: Final = 0.2
_KNOWN_MS: Final = 1000
"""So long after the first frame people are known from flickers."""
_TICK_MS: Final = wire.LIVE_TICK_S * 1000


class CountingThread:
    """Counts what a feed brings, until it ends or is stopped."""

    def __init__(self, feed: Feed, tally: Tally, writer: RecordWriter, shared: SharedState, clock: Clock) -> None:
        """Count with `tally`, which was not updated yet."""
        self._feed = feed
        self._tally = tally
        self._writer = writer
        self._shared = shared
        self._clock = clock
        self._seen_ms: int | None = None
        self._live_ms: int | None = None
        self._steady_ms: int | None = None
        self._first_ms: int | None = None
        self._tick_ms = 0
        self._presyncs: Presync | None = None
        self._presync: PresyncCounter | None = None
        self._offset_ms: int | None = None
        self._saved_s = self._counted_s = clock.monotonic_s()
        self._nothing_comes = False

    @property
    def lines(self) -> tuple[str, ...]:
        """Keys of the lines that are counted."""
        return self._tally.lines

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint. Raises ValueError when it can't be used."""
        self._tally.restore(checkpoint.state if checkpoint.people is None else checkpoint.people)

    @property
    def reached_ms(self) -> int:
        """The latest stamp so far, UTC milliseconds; 0 before the first."""
        return self._tally.reached_ms

    def follow_clock(self, presyncs: Presync, presync: PresyncCounter | None) -> None:
        """Take the time of frames from the clock as it is believed, and let `presyncs` count while it isn't.

        Until it is, `presync` counts; None: it is.
        """
        self._presyncs, self._presync = presyncs, presync
        if presync:
            self._tally = presync.tally

    def run(self, stop: Event, between_frames: Callable[[], None]) -> None:
        """Count until `stop` is set or the source ends. Raises what the source or `between_frames` raises."""
        while not stop.is_set() and not self._feed.is_over():
            between_frames()
            self._check_clock()
            detections = self._feed.next(_POLL_S)
            self._nothing_comes = detections is None
            if detections:
                self._take(detections)
            self._tick()
            if self._clock.monotonic_s() - self._saved_s >= CHECKPOINT_S:
                self.save()
        for detections in self._feed.rest():
            self._take(detections)

    def press(self, lines: Sequence[str]) -> None:
        """Take presses of the staff's button: one crossing of each of `lines` is theirs."""
        for line in lines:
            self._tally.exclude_next_crossing(line)

    def save(self) -> None:
        """Write the checkpoint, if anything was seen."""
        self._saved_s = self._clock.monotonic_s()
        if self._nothing_comes and self._saved_s - self._counted_s > PEOPLE_MS / 1000:
            self._lose_everyone()
        elif self._presync:
            self._presync.save()
        elif self._seen_ms is not None:
            self._writer.save_checkpoint(self._tally.without_people().state(), self._seen_ms, self._tally.state())
            if self._presyncs:
                self._presyncs.note_offset()

    def _lose_everyone(self) -> None:
        """Write a checkpoint without people while no frame comes: those in view are lost."""
        if self._presync:
            self._presync.leave()
        elif self._seen_ms is not None:
            self._writer.forget_people()
            self._tally.lose_everyone()
            self._writer.save_checkpoint(self._tally.state(), self._seen_ms)

    def leave(self) -> None:
        """Write the last checkpoint, without people: those in view are lost."""
        self._writer.forget_people()
        self._lose_everyone()

    def close(self) -> None:
        """Close the open intervals: the source has ended for good. Seconds whose time isn't known wait on the disk."""
        if self._presync:
            return
        if self._seen_ms is None:
            self._writer.note_good_end()
        else:
            drafts = self._tally.close(self._seen_ms)
            self._writer.append(drafts, self._tally.state(), self._seen_ms)

    def _take(self, detections: Detections) -> None:
        """Note that a frame came, and count it."""
        detections = self._timed(detections)
        self._live_ms = detections.at_ms
        if self._first_ms is None:
            self._first_ms = detections.at_ms
        if self._is_fresh():
            self._shared.frames.seen(detections.at_ms)
        self._count(detections)

    def _timed(self, detections: Detections) -> Detections:
        """Return the frame with the time that is believed, flagged where that may be wrong."""
        if self._presyncs is None:
            return detections
        clock, at_ms = self._presyncs.clock, detections.at_ms
        if self._offset_ms is not None:
            now_ms = steady_ms(clock) + self._offset_ms
            if detections.steady_ms is not None:
                at_ms = detections.steady_ms + self._offset_ms
            elif abs(at_ms - now_ms) > MOST_STEP_MS:
                at_ms = now_ms
        flags = (*detections.flags, wire.Flag.CLOCK_UNSURE) if clock.is_unsure() else detections.flags
        return replace(detections, at_ms=at_ms, flags=flags)

    def _check_clock(self) -> None:
        """Count on in UTC once the clock is believed, and commit what was counted before; in a doubt, go back.

        So it is where another time is believed by now than the frames before were stamped by.
        """
        if self._presync:
            self._commit(self._presync)
        elif self._presyncs:
            clock = self._presyncs.clock
            believed, offset_ms, before_ms = clock.believes(), clock.offset_ms(), self._offset_ms
            moved = before_ms is not None and offset_ms is not None and abs(offset_ms - before_ms) > MOST_STEP_MS
            if moved or not believed:
                self._presync = self._presyncs.take_over(self._tally, self._seen_ms, before_ms)
            else:
                self._offset_ms = offset_ms

    def _commit(self, presync: PresyncCounter) -> None:
        offset_ms = presync.commit()
        if offset_ms is not None:
            seen_ms = presync.seen_ms()
            self._seen_ms = None if seen_ms is None else seen_ms + offset_ms
            self._offset_ms, self._presync = offset_ms, None

    def _count(self, detections: Detections) -> None:
        """Count a frame into the records."""
        self._counted_s = self._clock.monotonic_s()
        elapsed_ms = self._elapsed_ms(detections.steady_ms)
        if self._presync:
            self._presync.count(detections, elapsed_ms)
            return
        self._seen_ms = detections.at_ms
        self._writer.note_first_frame(detections.at_ms)
        if drafts := self._tally.update(detections, elapsed_ms=elapsed_ms):
            self._writer.append(drafts, self._tally.without_people().state(), detections.at_ms, self._tally.state())

    def _elapsed_ms(self, steady_ms: int | None) -> int | None:
        before_ms, self._steady_ms = self._steady_ms, steady_ms
        return None if before_ms is None or steady_ms is None else steady_ms - before_ms

    def _tick(self) -> None:
        """Publish a tick when one is due; the first one as soon as it can be known who is there."""
        tick_ms = floor_ms(self._clock.now_ms(), wire.LIVE_TICK_S)
        if self._presync or tick_ms == self._tick_ms or not self._is_known():
            return
        self._tick_ms = tick_ms
        if self._is_fresh():
            self._shared.live.append(wire.encode(self._tally.live(tick_ms)))

    def _is_known(self) -> bool:
        """Return whether frames were counted for long enough to see who is there."""
        first_ms, live_ms = self._first_ms, self._live_ms
        return first_ms is not None and live_ms is not None and live_ms - first_ms >= _KNOWN_MS

    def _is_fresh(self) -> bool:
        """Return whether the last frame is of now: what stands still has no live tick, and its age shows."""
        return self._live_ms is not None and abs(self._clock.now_ms() - self._live_ms) < _TICK_MS
