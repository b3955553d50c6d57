"""Counting before the clock is synchronised: no record gets a wrong time, and only what can't be timed is unplaced.

Frames are counted by the same tally, on the computer's monotonic time, into one-second tallies on the disk
(`counter.counting.second_tallies`). As soon as the clock is known, its offset places them: they become the records
that would have been made, flagged `clock_unsure`, and counting goes on without a gap. What can't be placed is
declared unplaced, as totals: when the power went before the clock was known, when the bound on the disk is met, or
when it would lie in time that is recorded already.
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
from counter.counting.accumulator import Accumulator
from counter.counting.draft import Draft
from counter.counting.second_tallies import SECOND_MS, SecondRun, SecondTally, UnplacedSums, run_lengths
from counter.counting.snapshot import Snapshot
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.errors import OutboxFullError
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.people_file import People, PeopleFile
from counter.records.record_writer import RecordWriter
from counter.records.seconds_file import MOST_S, Boot, ConsumedSeconds, CountingSetup, SecondsFile

_RETRY_S: Final = 5.0
"""How long to wait before the retry on a full disk, in seconds."""
_MOST_WAITING: Final = 3600
"""Runs of seconds that wait in memory for space on the disk."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClockFix:
    """The moment at which the clock was synchronised.

    Attributes:
        offset_ms: UTC less steady time, in milliseconds.
        steady_ms: the steady time of that moment: frames up to it are stamped by the offset.
    """

    offset_ms: int
    steady_ms: int

    def stamped(self, detections: Detections) -> Detections:
        """Return the frame with the right stamp: before the clock was known, its own may be wrong."""
        if detections.steady_ms is None or detections.steady_ms > self.steady_ms:
            return detections
        return replace(detections, at_ms=detections.steady_ms + self.offset_ms)


@dataclass(frozen=True, slots=True)
class PresyncFiles:
    """Where the presync counter writes; `checkpoints` has the state of the last start with a known clock."""

    writer: RecordWriter
    checkpoints: CheckpointFile
    seconds: SecondsFile
    people: PeopleFile


def open_presync(
    files: PresyncFiles, make: Callable[[], Tally], about: CountingSetup, clock: Clock
) -> "PresyncCounter | None":
    """Return a counter for the time until the clock is known; None when it is, and no seconds wait for it.

    Seconds that an earlier run of the computer left waiting are declared unplaced. Raises OutboxFullError.
    """
    boot_id, left = clock.boot_id(), files.seconds.boot()
    same_boot = left is not None and left.boot_id == boot_id
    was_known = same_boot and left is not None and left.clock_known
    known = was_known or clock.known() is not False
    waiting = None if left is None or left.clock_known else left
    if waiting and not (same_boot and waiting.about == about and waiting.at_ms <= _steady_ms(clock)):
        _declare_unplaced(files, waiting, Boot(boot_id, known, about))
        waiting = None
    if known and waiting is None:
        if not was_known:
            files.writer.commit_presync(
                (), (), None, ConsumedSeconds(boot=Boot(boot_id, clock_known=True, about=about))
            )
        return None
    presync = PresyncCounter(files, make, about, clock, boot_id)
    if waiting:
        presync.restore(waiting)
    _log.warning("the clock is not known yet: seconds are counted, and become records when it is")
    return presync


def _declare_unplaced(files: PresyncFiles, left: Boot, now: Boot) -> None:
    """Declare what was counted in another run of the computer, or by other geometry, in one transaction."""
    totals = UnplacedSums(left.about.setup, left.about.lines, left.about.zones)
    totals.add(files.seconds.runs())
    totals.add(_open_runs(left.state))
    drafts = totals.drafts()
    files.writer.commit_presync(drafts, (), None, ConsumedSeconds(boot=now))
    if drafts:
        _log.error("the power went before the clock was known: what was counted is declared without a time")


def _open_runs(state: bytes | None) -> list[SecondRun]:
    """Return the seconds that a state holds."""
    if state is None:
        return []
    try:
        sums = msgspec.msgpack.decode(state, type=Snapshot).sums
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.error("the state of the last start can't be read, a second or so is not reported: %s", error)
        return []
    starts = sorted(sums.flow.keys() | sums.dwell.keys())
    found = [SecondTally.of(start, sums.flow.get(start), sums.dwell.get(start)) for start in starts]
    return run_lengths(second for second in found if not second.is_empty())


class PresyncCounter:
    """Counts frames whose time is not known yet. Belongs to the counting thread."""

    def __init__(
        self, files: PresyncFiles, make: Callable[[], Tally], about: CountingSetup, clock: Clock, boot_id: str
    ) -> None:
        """Begin with a new tally."""
        self._files = files
        self._make = make
        self._clock = clock
        self._boot = Boot(boot_id, clock_known=False, about=about)
        self.tally = make()
        self.tally.start_presync()
        self._seen_ms: int | None = None
        self._waiting: list[SecondRun] = []
        self._base: Tally | None = None
        self._retry_at_s = float("-inf")
        self._trouble = ThrottledLog(_log)

    def restore(self, left: Boot) -> None:
        """Go on from what an earlier start of the same run of the computer left."""
        people = self._files.people.take()
        self._seen_ms = left.at_ms
        if left.state is None:
            return
        self._files.seconds.note_use()
        there = people is not None and people.goes_with(self._name, left.at_ms, _steady_ms(self._clock))
        try:
            self.tally.restore(people.state if people and there else left.state)
        except ValueError as error:
            _log.error("the state can't be used, its open second is lost: %s", error)

    def count(self, detections: Detections, elapsed_ms: int | None) -> None:
        """Count one frame."""
        steady_ms = _steady_ms(self._clock) if detections.steady_ms is None else detections.steady_ms
        self._seen_ms = steady_ms
        self.tally.update(replace(detections, at_ms=steady_ms), elapsed_ms=elapsed_ms)

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

    def seen_ms(self, clock_fix: ClockFix) -> int | None:
        """Return when the last frame was captured, UTC milliseconds; None before the first."""
        return None if self._seen_ms is None else self._seen_ms + clock_fix.offset_ms

    def commit(self) -> ClockFix | None:
        """Make records of everything once the clock is known; None while it isn't, or while the disk is full."""
        steady_s = self._clock.monotonic_s()
        if self._clock.known() is False or steady_s < self._retry_at_s:
            return None
        clock_fix = ClockFix(self._clock.now_ms() - round(steady_s * 1000), round(steady_s * 1000))
        try:
            self._commit(clock_fix)
        except OutboxFullError as error:
            self._retry_at_s = steady_s + _RETRY_S
            self._say_full(error)
            return None
        _log.info("the clock is known: it is %s", aware(self._clock.now_ms()).isoformat(timespec="seconds"))
        return clock_fix

    # ------------------------------------------------------------------------------------------------------

    @property
    def _name(self) -> str:
        return f"{self._boot.about.fingerprint} {self._boot.boot_id}"

    def _save(self, bare: bytes, whole: bytes | None) -> None:
        boot = replace(self._boot, at_ms=self._seen_ms or 0, state=bare)
        try:
            self._files.seconds.save(boot, self._waiting)
            self._waiting = []
            if whole is not None:
                self._files.people.write(People(self._name, boot.at_ms, whole))
        except OutboxFullError as error:
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
        except OutboxFullError as error:
            self._say_full(error)
            return
        _log.error("the clock has not been known for two days: the oldest day is declared without a time")

    def _commit(self, clock_fix: ClockFix) -> None:
        self._take_seconds()
        writer, about = self._files.writer, self._boot.about
        base = self._base = self._base or self._before()
        sums = copy.deepcopy(base.sums)
        open_runs = run_lengths(copy.deepcopy(self.tally.sums).all_seconds())
        kept = UnplacedSums(about.setup, about.lines, about.zones)
        sums.free_from(writer.free_from_ms(sums.flow_period_s))
        kept.add(_add_seconds(self._all_runs(open_runs), sums, clock_fix.offset_ms, writer.note_first_frame))
        drafts, checkpoint = self._close(sums, clock_fix, base.reached_ms)
        writer.commit_presync(
            kept.drafts(), drafts, checkpoint, ConsumedSeconds(boot=replace(self._boot, clock_known=True))
        )
        self.tally.continue_on_utc(sums, clock_fix.offset_ms, base.reached_ms)
        self._files.people.delete()

    def _close(self, sums: Accumulator, clock_fix: ClockFix, reached_ms: int) -> tuple[list[Draft], Checkpoint | None]:
        """Return the records of what is over, and the state after them."""
        at_ms = self.seen_ms(clock_fix)
        if at_ms is None:
            return [], None
        drafts = sums.drafts(at_ms)
        after = self.tally.copy()
        after.continue_on_utc(copy.deepcopy(sums), clock_fix.offset_ms, reached_ms)
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

    def _say_full(self, error: OutboxFullError) -> None:
        self._trouble.warn(f"{error}: seconds are kept in memory, up to an hour; a restart loses them")


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


def _steady_ms(clock: Clock) -> int:
    return round(clock.monotonic_s() * 1000)
