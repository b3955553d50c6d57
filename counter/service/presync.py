"""Begins to count while the time isn't known (`counter.service.presync_counter`): at a start, and in a doubt."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from counter.believed_clock import BelievedClock
from counter.counting.second_tallies import SECOND_MS, UnplacedSums
from counter.counting.tally import Tally
from counter.records.seconds_file import Boot, ConsumedSeconds, CountingSetup
from counter.service.presync_counter import PresyncCounter, PresyncFiles, open_runs, steady_ms

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Presync:
    """What is needed to count while the time isn't known.

    Attributes:
        files: where it writes.
        make: makes a tally that counts like the counter's own.
        about: what the seconds belong to.
        clock: says what is believed.
    """

    files: PresyncFiles
    make: Callable[[], Tally]
    about: CountingSetup
    clock: BelievedClock

    def begin(self, *, waits: bool) -> "PresyncCounter | None":
        """Tell the clock what is known of it; return a counter for the time until it is believed, None when it is.

        Seconds that an earlier run of the computer left waiting are declared unplaced.

        Args:
            waits: whether frames have a time only once the clock is known.

        Raises OutboxUnavailableError.
        """
        boot_id, left = self.clock.boot_id(), self.files.seconds.boot()
        same = left if left is not None and left.boot_id == boot_id else None
        self._begin_clock(same, waits=waits)
        waiting = None if left is None or left.clock_known else left
        if waiting and not (waiting is same and waiting.about == self.about and waiting.at_ms <= steady_ms(self.clock)):
            _declare_unplaced(self.files, waiting, self._boot(boot_id))
            waiting = None
        if waiting is None and self.clock.believes() and not self._is_behind(waits=waits):
            self.note_offset()
            return None
        presync = self.counter()
        if waiting:
            presync.restore(waiting)
        _log.warning("the time is not known yet: seconds are counted, and become records when it is")
        return presync

    def take_over(self, tally: Tally, seen_ms: int | None, offset_ms: int | None) -> PresyncCounter:
        """Return a counter that goes on with `tally` in a doubt.

        Args:
            tally: counts on the time of day.
            seen_ms: when its last frame came, UTC milliseconds; None before the first.
            offset_ms: what makes UTC milliseconds of steady ones in its stamps; None before the first.
        """
        presync = self.counter(tally)
        presync.take_over(seen_ms, offset_ms or 0)
        return presync

    def counter(self, tally: Tally | None = None) -> PresyncCounter:
        """Return what counts into seconds, with a new tally or with one that counts on the time of day."""
        return PresyncCounter(self.files, self.make, self.about, self.clock, tally)

    def note_offset(self) -> None:
        """Keep the offset that is believed for the next start, where it changed by a second or more."""
        now, left = self._boot(self.clock.boot_id()), self.files.seconds.boot()
        kept = left if left is not None and left.clock_known and left.boot_id == now.boot_id else None
        if now.clock_known and (kept is None or _differ(kept.offset_ms, now.offset_ms)):
            self.files.writer.note_boot(now)

    def _begin_clock(self, left: Boot | None, *, waits: bool) -> None:
        """Judge the clock by what the same run of the computer left; else, where it gives the time, by the records."""
        if left is not None and left.offset_ms is not None:
            self.clock.resume(left.offset_ms, sync_lost=left.sync_lost)
            return
        last_ms = self.files.checkpoints.at_ms() or self.files.writer.latest_start_ms() or None
        was_known = left is not None and left.clock_known
        self.clock.begin(last_ms if waits else None, waits=waits and not was_known)

    def _is_behind(self, *, waits: bool) -> bool:
        """Return whether records of now were made already."""
        return waits and self.clock.now_ms() < self.files.writer.flow_end_ms(self.make().sums.flow_period_s)

    def _boot(self, boot_id: str) -> Boot:
        return Boot(boot_id, self.clock.believes(), self.about, offset_ms=self.clock.offset_ms())


def _declare_unplaced(files: PresyncFiles, left: Boot, now: Boot) -> None:
    """Declare what was counted in another run of the computer, or by other geometry, in one transaction."""
    totals = UnplacedSums(left.about.setup, left.about.lines, left.about.zones)
    totals.add(files.seconds.runs())
    totals.add(open_runs(left.state))
    drafts = totals.drafts()
    files.writer.commit_presync(drafts, (), None, ConsumedSeconds(boot=now))
    if drafts:
        _log.error("the power went before the time was known: what was counted is declared without a time")


def _differ(one_ms: int | None, other_ms: int | None) -> bool:
    return one_ms is None or other_ms is None or abs(one_ms - other_ms) >= SECOND_MS
