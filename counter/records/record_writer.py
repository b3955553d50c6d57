"""Writes records: which drafts of the tally go into the outbox, and how they are buffered while the disk is full.

While it is full, counting goes on: up to a day of drafts waits in memory and is appended, in order, when there
is space. What does not fit in memory, or dies with the process, was never made: its time is missing.
"""

import logging
from collections import deque
from collections.abc import Sequence
from typing import Final

from core import wire
from core.clock import aware, ceil_ms, to_ms
from core.logs import ThrottledLog
from counter.counting.draft import Draft, UnplacedDraft
from counter.errors import OutboxUnavailableError
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.outbox import Outbox
from counter.records.seconds_file import Boot, ConsumedSeconds

MOST_WAITING: Final = 1_440 + 96
"""Drafts that wait in memory for space on the disk: a day of one-minute records, some megabytes."""
_MOST_EPOCHS: Final = 10
"""Epochs a day, by steady time, that end because the clock ran ahead: a server takes some dozens from one device."""
_DAY_S: Final = 86_400

_log = logging.getLogger(__name__)


class RecordWriter:
    """Appends records to the outbox and saves checkpoints. Belongs to the counting thread."""

    def __init__(
        self, outbox: Outbox, checkpoints: CheckpointFile, fingerprint: str, most_waiting: int = MOST_WAITING
    ) -> None:
        """Go on where the outbox ends; let at most `most_waiting` drafts wait for space on the disk."""
        self._outbox = outbox
        self._checkpoints = checkpoints
        self._fingerprint = fingerprint
        self._latest_ms = outbox.latest_start_ms()
        self._began_ms = outbox.totals().began_ms
        self._waiting: deque[Draft] = deque(maxlen=most_waiting)
        self._epochs_s: deque[float] = deque(maxlen=_MOST_EPOCHS)
        self._trouble = ThrottledLog(_log)
        self._passed = ThrottledLog(_log)

    def note_first_frame(self, at_ms: int) -> None:
        """Note the first frame's stamp, UTC milliseconds. A new epoch's records begin at the next boundaries."""
        if self._began_ms is not None:
            return
        self._began_ms = at_ms
        try:
            self._began_ms = self._outbox.note_first_frame(at_ms)
        except OutboxUnavailableError as error:
            self._say_full(error)

    def recorded_until_ms(self) -> int | None:
        """Return the start, UTC milliseconds, up to which every kind of record was made; None before the first."""
        return min(self._latest_ms.values(), default=None)

    def backfill(self, drafts: Sequence[Draft]) -> int:
        """Append some of what a source knows of the time before; return how many records it made.

        Raises OutboxUnavailableError.
        """
        risen, latest_ms = self._risen(drafts)
        if risen:
            self._outbox.append(risen)
            self._latest_ms = latest_ms
        return len(risen)

    def ends_ms(self, flow_period_s: int) -> tuple[int, int]:
        """Return when the newest flow record and the newest dwell record end, UTC milliseconds; 0 before the first."""
        dwell_ms = self._latest_ms["dwell"] + wire.QUARTER_S * 1000 if "dwell" in self._latest_ms else 0
        return self.flow_end_ms(flow_period_s), dwell_ms

    def latest_start_ms(self) -> int:
        """Return the latest start of a record of any kind, UTC milliseconds; 0 before the first."""
        return max(self._latest_ms.values(), default=0)

    def flow_end_ms(self, flow_period_s: int) -> int:
        """Return when the newest flow record ends, UTC milliseconds; 0 before the first."""
        return self._latest_ms["flow"] + flow_period_s * 1000 if "flow" in self._latest_ms else 0

    def begin_epoch(self, now_s: float) -> bool:
        """End the epoch since the clock ran ahead once: in the next, recorded times may be recorded again.

        Args:
            now_s: steady time in seconds.

        Returns:
            Whether it ended; it doesn't for the eleventh time in a day.

        Raises OutboxUnavailableError.
        """
        if len(self._epochs_s) == _MOST_EPOCHS and now_s - self._epochs_s[0] < _DAY_S:
            self._passed.warn(f"{_MOST_EPOCHS} epochs ended today since the clock ran ahead: the next ends later")
            return False
        self._outbox.append(list(self._waiting))
        self._waiting.clear()
        ahead = aware(self.latest_start_ms()).isoformat(timespec="seconds")
        self._outbox.begin_epoch(f"the clock ran ahead once, to {ahead}", forget_starts=True)
        self._epochs_s.append(now_s)
        self._latest_ms, self._began_ms = {}, None
        return True

    def commit_presync(
        self,
        unplaced: Sequence[UnplacedDraft],
        drafts: Sequence[Draft],
        checkpoint: Checkpoint | None,
        used: ConsumedSeconds,
    ) -> None:
        """Append what was counted before the clock was known, in one transaction with the end of its seconds.

        Args:
            unplaced: totals of what has no time.
            drafts: what has one now, in order.
            checkpoint: the state after them; None while there is none.
            used: the seconds that this was made of.

        Raises OutboxUnavailableError: nothing was kept, and no second is gone.
        """
        risen, latest_ms = self._risen([draft for draft in drafts if self._is_whole(draft)])
        self._outbox.append([*self._waiting, *unplaced, *risen], checkpoint, used)
        self._waiting.clear()
        self._latest_ms = latest_ms

    def note_boot(self, boot: Boot) -> None:
        """Keep what is known of the computer's run, in which no seconds wait."""
        try:
            self._outbox.append((), None, ConsumedSeconds(boot=boot))
        except OutboxUnavailableError as error:
            self._say_full(error)

    def append(self, drafts: Sequence[Draft], state: bytes, at_ms: int, people: bytes | None = None) -> None:
        """Append the drafts, and with them the state that the tally has after them and the frame of `at_ms`.

        Args:
            drafts: what the frame closed.
            state: without anyone in view.
            at_ms: capture time of the frame, UTC milliseconds.
            people: the state with those in view; None for none, also on the disk.
        """
        if people is None:
            self._checkpoints.forget_people()
        for draft in drafts:
            if self._is_whole(draft) and self._rises(draft, self._latest_ms):
                self._wait(draft)
        checkpoint = Checkpoint(self._fingerprint, at_ms, state, people)
        try:
            self._outbox.append(list(self._waiting), checkpoint)
            self._waiting.clear()
            self._checkpoints.write_people(checkpoint)
        except OutboxUnavailableError as error:
            self._say_full(error)
        else:
            self._trouble.over("the disk has space again: what waited in memory is in the outbox")

    def save_checkpoint(self, state: bytes, at_ms: int, people: bytes | None = None) -> None:
        """Replace the checkpoint by the state after the frame of `at_ms`; append what waited for space, too."""
        if self._waiting:
            self.append((), state, at_ms, people)
            return
        if people is None:
            self._checkpoints.forget_people()
        try:
            self._checkpoints.write(Checkpoint(self._fingerprint, at_ms, state, people))
        except OutboxUnavailableError as error:
            self._say_full(error)

    def note_good_end(self) -> None:
        """Note that the source ended, without a frame after the checkpoint: that isn't what crashes the counter."""
        try:
            self._checkpoints.note_good_end()
        except OutboxUnavailableError as error:
            self._say_full(error)

    def forget_people(self) -> None:
        """Delete the people file, whatever else can't be written."""
        self._checkpoints.forget_people()

    def _wait(self, draft: Draft) -> None:
        if len(self._waiting) == self._waiting.maxlen:
            _log.error("the disk is full and so is the memory for it: %s is not recorded", _named(self._waiting[0]))
        self._waiting.append(draft)

    def _is_whole(self, draft: Draft) -> bool:
        """Return whether the draft is not the partial first one of a new epoch."""
        began_ms = self._began_ms
        if began_ms is None or to_ms(draft.start) >= ceil_ms(began_ms, draft.period_s):
            return True
        _log.info("%s is not recorded: the epoch began in the middle of it", _named(draft))
        return False

    def _risen(self, drafts: Sequence[Draft]) -> tuple[list[Draft], dict[str, int]]:
        """Return the drafts that start after every record of their kind, and the latest starts with them."""
        latest_ms = dict(self._latest_ms)
        return [draft for draft in drafts if self._rises(draft, latest_ms)], latest_ms

    def _rises(self, draft: Draft, latest_ms: dict[str, int]) -> bool:
        """Return whether the draft starts after all of its kind in `latest_ms`, and note there that it does."""
        kind, start_ms = draft.kind, to_ms(draft.start)
        if kind in latest_ms and start_ms <= latest_ms[kind]:
            self._passed.warn(f"{_named(draft)} is not recorded: a record of its time or later was made")
            return False
        latest_ms[kind] = start_ms
        return True

    def _say_full(self, error: OutboxUnavailableError) -> None:
        self._trouble.warn(f"{error}: counting goes on in memory, up to a day; a restart loses it")


def _named(draft: Draft) -> str:
    return f"the {draft.kind} record of {draft.start.isoformat()}"
