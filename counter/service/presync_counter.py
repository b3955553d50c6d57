"""Counting while the time isn't known: no record gets a wrong time, and only what can't be timed is unplaced.

It isn't known before the clock is synchronised, and while a step of it is doubted (`counter.believed_clock`). Frames
are counted by the same tally, on the computer's monotonic time, into one-second tallies on the disk
(`counter.counting.second_tallies`). As soon as the clock is believed, its offset places them: they become the records
that would have been made, flagged `clock_unsure`, and counting goes on without a gap. What can't be placed is
declared unplaced, as totals: when the power went before the clock was believed, when the bound on the disk is met, or
when it would lie in time that is recorded already.

Where the time that is believed lies more than two minutes before what is recorded, the clock once ran ahead. A new
epoch begins then, in which these times may be recorded again.
"""

import copy
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from core import wire
from core.clock import Clock, aware
from core.logs import ThrottledLog
from counter.believed_clock import MOST_STEP_MS, BelievedClock
from counter.counting.accumulator import Accumulator, AccumulatorState
from counter.counting.draft import Draft, UnplacedDraft
from counter.counting.second_tallies import SECOND_MS, SecondRun, SecondTally, UnplacedSums, run_lengths
from counter.counting.snapshot import Snapshot
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.errors import OutboxUnavailableError
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.people_file import People, PeopleFile
from counter.records.record_writer import RecordWriter
from counter.records.seconds_file import MOST_S, Boot, ConsumedSeconds, CountingSetup, SecondsFile

_RETRY_S: Final = 5.0
"""How long to wait before the retry on a full disk, in seconds."""
_MOST_WAITING: Final = 3600
"""Runs of seconds that wait in memory for space on the disk."""
_SURE_S: Final = 60.0
"""So long a time must be believed before an epoch ends for it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PresyncFiles:
    """Where the presync counter writes; `checkpoints` has the state of the last start with a known clock."""

    writer: RecordWriter
    checkpoints: CheckpointFile
    seconds: SecondsFile
    people: PeopleFile


class PresyncCounter:
    """Counts frames whose time is not known yet. Belongs to the counting thread."""

    def __init__(
        self,
        files: PresyncFiles,
        make: Callable[[], Tally],
        about: CountingSetup,
        clock: BelievedClock,
        tally: Tally | None = None,
    ) -> None:
        """Begin with a new tally, or with one that counts on the time of day until `take_over` is called."""
        self._files = files
        self._make = make
        self._clock = clock
        self._boot = Boot(clock.boot_id(), clock_known=False, about=about, offset_ms=clock.offset_ms())
        self.tally = tally or make()
        self._seen_ms: int | None = None
        self._waiting: list[SecondRun] = []
        self._base: Tally | None = None
        self._retry_at_s = float("-inf")
        self._trouble = ThrottledLog(_log)
        if tally is None:
            self.tally.start_presync()

    def restore(self, left: Boot) -> None:
        """Go on from what an earlier start of the same run of the computer left."""
        people = self._files.people.take()
        self._seen_ms = left.at_ms or None
        if left.state is None:
            return
        self._files.seconds.note_use()
        there = people is not None and people.goes_with(self._name, left.at_ms, steady_ms(self._clock))
        try:
            self.tally.restore(people.state if people and there else left.state)
        except ValueError as error:
            _log.error("the state can't be used, its open second is lost: %s", error)

    def take_over(self, seen_ms: int | None, offset_ms: int) -> None:
        """Go on, on steady time, with a tally whose last frame was captured at `seen_ms`, UTC milliseconds.

        `offset_ms` made its stamps of steady milliseconds; another time may be believed by now.
        Its open interval waits on the disk meanwhile. Where that is full it waits in memory.
        """
        self._boot, reached_ms = replace(self._boot, offset_ms=offset_ms), self.tally.reached_ms
        sums = self.tally.continue_on_steady(offset_ms)
        self._base = base = self._make()
        base.continue_on_utc(sums, 0, reached_ms)
        self._seen_ms = None if seen_ms is None else seen_ms - offset_ms
        bare = self.tally.without_people().state()
        boot = replace(self._boot, at_ms=self._seen_ms or 0, state=bare)
        checkpoint = Checkpoint(boot.about.fingerprint, seen_ms or 0, base.state())
        try:
            self._files.writer.commit_presync((), (), checkpoint if seen_ms else None, ConsumedSeconds(0, boot))
            self._files.people.write(People(self._name, boot.at_ms, self.tally.state()))
        except OutboxUnavailableError as error:
            self._say_full(error)

    def count(self, detections: Detections, elapsed_ms: int | None) -> None:
        """Count one frame."""
        self._seen_ms = at_ms = self._steady_ms(detections)
        self.tally.update(replace(detections, at_ms=at_ms), elapsed_ms=elapsed_ms)

    def save(self) -> None:
        """Write the seconds that are over, and the state; those in view into a file of their own."""
        if self._seen_ms is not None:
            self._take_seconds()
            self._save(self.tally.without_people().state(), self.tally.state())
            self._keep_within_bounds()

    def leave(self) -> None:
        """Write the last state: nobody's place stays on the disk, those in view are lost."""
        self._files.people.delete()
        if self._seen_ms is not None:
            self.tally.lose_everyone()
            self._take_seconds()
            self._save(self.tally.state(), None)

    def seen_ms(self) -> int | None:
        """Return when the last frame was captured, on steady time in milliseconds; None before the first."""
        return self._seen_ms

    def commit(self) -> int | None:
        """Make records of everything once the clock is believed, and return its offset: UTC less steady milliseconds.

        None while it isn't, while its time is recorded already, or while the disk is full.
        """
        steady_s = self._clock.monotonic_s()
        offset_ms = self._clock.offset_ms()
        if offset_ms is None or steady_s < self._retry_at_s or not self._clock.believes():
            return None
        try:
            if self._is_recorded(round(steady_s * 1000) + offset_ms):
                return None
            self._commit(offset_ms)
        except OutboxUnavailableError as error:
            self._retry_at_s = steady_s + _RETRY_S
            self._say_full(error)
            return None
        _log.info("the time is known: it is %s", aware(self._clock.now_ms()).isoformat(timespec="seconds"))
        return offset_ms

    # ------------------------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return f"{self._boot.about.fingerprint} {self._boot.boot_id}"

    def _steady_ms(self, detections: Detections) -> int:
        """Return when a frame was captured, on steady time: by its own, by its stamp where that can be, or now."""
        if detections.steady_ms is not None:
            return detections.steady_ms
        now_ms = steady_ms(self._clock)
        by_stamp_ms = now_ms if self._boot.offset_ms is None else detections.at_ms - self._boot.offset_ms
        return by_stamp_ms if abs(by_stamp_ms - now_ms) <= MOST_STEP_MS else now_ms

    def _is_recorded(self, now_ms: int) -> bool:
        """Return whether to wait, since records of this time were made already. After minutes of them an epoch ends.

        Raises OutboxUnavailableError.
        """
        writer = self._files.writer
        if writer.latest_start_ms() - now_ms <= MOST_STEP_MS:
            return now_ms < writer.flow_end_ms(self.tally.sums.flow_period_s)
        return self._clock.believed_for_s() < _SURE_S or not writer.begin_epoch(self._clock.monotonic_s())

    def _save(self, bare: bytes, whole: bytes | None) -> None:
        boot = replace(self._boot, offset_ms=self._clock.offset_ms(), sync_lost=self._clock.sync_lost())
        boot = replace(boot, at_ms=self._seen_ms or 0, state=bare)
        try:
            self._files.seconds.save(boot, self._waiting)
            self._waiting = []
            if whole is not None:
                self._files.people.write(People(self._name, boot.at_ms, whole))
        except OutboxUnavailableError as error:
            self._say_full(error)
        else:
            self._trouble.over("the disk has space again")

    def _take_seconds(self) -> None:
        self._waiting += run_lengths(self.tally.sums.closed_seconds())
        if (excess := len(self._waiting) - _MOST_WAITING) > 0:
            _log.error("the disk is full and so is the memory for it: %d runs of seconds are not reported", excess)
            del self._waiting[:excess]

    def _keep_within_bounds(self) -> None:
        """Declare the oldest day when there are more than two."""
        span = self._files.seconds.span()
        if span is None or span[1] - span[0] < MOST_S:
            return
        before = span[0] + wire.UNPLACED_MAX_S
        about = self._boot.about
        totals = UnplacedSums(about.setup, about.lines, about.zones)
        totals.add(self._files.seconds.runs(before))
        try:
            self._files.writer.commit_presync(totals.drafts(), (), None, ConsumedSeconds(before))
        except OutboxUnavailableError as error:
            self._say_full(error)
            return
        _log.error("the time has not been known for two days: the oldest day is declared without a time")

    def _commit(self, offset_ms: int) -> None:
        self._take_seconds()
        writer, about = self._files.writer, self._boot.about
        base = self._base = self._base or self._before()
        kept = UnplacedSums(about.setup, about.lines, about.zones)
        sums, reached_ms, stale = self._open(base, offset_ms)
        open_runs = run_lengths(copy.deepcopy(self.tally.sums).all_seconds())
        sums.begin_from(*writer.ends_ms(sums.flow_period_s))
        kept.add(_add_seconds(self._all_runs(open_runs), sums, offset_ms, writer.note_first_frame))
        for from_ms, to_ms in self.tally.sums.taken_back:
            sums.take_back(from_ms + offset_ms, to_ms + offset_ms)
        drafts, checkpoint = self._close(sums, offset_ms, reached_ms)
        boot = replace(self._boot, clock_known=True, offset_ms=offset_ms)
        writer.commit_presync([*stale, *kept.drafts()], drafts, checkpoint, ConsumedSeconds(boot=boot))
        self.tally.continue_on_utc(sums, offset_ms, reached_ms)
        self._files.people.delete()

    def _open(self, base: Tally, offset_ms: int) -> tuple[Accumulator, int, list[UnplacedDraft]]:
        """Return what was open before, to go on with, and the latest stamp then.

        It is flagged where another time was believed then. Where it lies ahead of now, it is unplaced.
        """
        if base.reached_ms - offset_ms - steady_ms(self._clock) > MOST_STEP_MS:
            about = self._boot.about
            stale = UnplacedSums(about.setup, about.lines, about.zones)
            stale.add(_as_runs(base.sums.state))
            return self._make().sums, 0, stale.drafts()
        sums = copy.deepcopy(base.sums)
        if self._boot.offset_ms is not None and abs(offset_ms - self._boot.offset_ms) > MOST_STEP_MS:
            sums.flag_open(wire.Flag.CLOCK_UNSURE)
        return sums, base.reached_ms, []

    def _close(self, sums: Accumulator, offset_ms: int, reached_ms: int) -> tuple[list[Draft], Checkpoint | None]:
        """Return the records of what is over, and the state after them."""
        if self._seen_ms is None:
            return [], None
        at_ms = self._seen_ms + offset_ms
        drafts = sums.drafts(self.tally.settled_ms + offset_ms)
        after = self.tally.copy()
        after.continue_on_utc(copy.deepcopy(sums), offset_ms, reached_ms)
        after.lose_everyone()
        return drafts, Checkpoint(self._boot.about.fingerprint, at_ms, after.state())

    def _all_runs(self, open_runs: Iterable[SecondRun]) -> Iterator[SecondRun]:
        yield from self._files.seconds.runs()
        yield from self._waiting
        yield from open_runs

    def _before(self) -> Tally:
        """Return what the last start that knew its clock left open."""
        base = self._make()
        saved = self._files.checkpoints.take(self._boot.about.fingerprint, self._clock.now_ms())
        if saved is not None:
            try:
                base.restore(saved.state)
            except ValueError as error:
                _log.error("the checkpoint can't be used, its open interval is lost: %s", error)
                return self._make()
        return base

    def _say_full(self, error: OutboxUnavailableError) -> None:
        self._trouble.warn(f"{error}: seconds are kept in memory, up to an hour; a restart loses them")


def open_runs(state: bytes | None) -> list[SecondRun]:
    """Return the seconds that a state holds."""
    if state is None:
        return []
    try:
        sums = msgspec.msgpack.decode(state, type=Snapshot).sums
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.error("the state of the last start can't be read, a second or so is not reported: %s", error)
        return []
    return _as_runs(sums)


def _as_runs(sums: AccumulatorState) -> list[SecondRun]:
    """Return what is open as runs of seconds: each interval as one, at its start."""
    starts = sorted(sums.flow.keys() | sums.dwell.keys())
    found = [SecondTally.of(start, sums.flow.get(start), sums.dwell.get(start)) for start in starts]
    return run_lengths(second for second in found if not second.is_empty())


def _add_seconds(
    runs: Iterable[SecondRun], sums: Accumulator, offset_ms: int, began: Callable[[int], None]
) -> Iterator[SecondRun]:
    """Add seconds of steady time, in order, where they belong; yield those that lie in time that is recorded already.

    `offset_ms` makes UTC milliseconds of steady ones; `began` is called with the time at which each begins.
    """
    for run in runs:
        for second in run.seconds():
            at_ms = second.number * SECOND_MS + offset_ms
            if at_ms < sums.open_from_ms:
                yield replace(run, first=second.number, last=second.number)
            else:
                began(at_ms + max(SECOND_MS - second.flow.observed_ms, 0))
                sums.add(second, at_ms)
                sums.flag(wire.Flag.CLOCK_UNSURE, at_ms)


def steady_ms(clock: Clock) -> int:
    """Return the steady time in milliseconds."""
    return round(clock.monotonic_s() * 1000)
