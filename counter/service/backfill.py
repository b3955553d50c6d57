"""Making up for what was not counted live, beside live counting.

Only a simulated source can do it: it knows what it would have seen. The records of the past are made first, then
the frames since are counted, up to the newest live frame: from there on live frames are counted into the records.
Until then they are counted by a tally of their own, for the live numbers alone. So records come in the order of
their times, and a kill at any moment leaves what any kill leaves: a row of records, and perhaps a state after them.
"""

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from time import monotonic
from typing import Final, Protocol

from core.logs import ThrottledLog
from counter.counting.draft import Draft
from counter.detections import Detections
from counter.errors import OutboxFullError
from counter.records.record_writer import RecordWriter

STEP_S: Final = 0.05
"""Less than frames lie apart, as a rule; some of the work can't be cut so small."""
_AT_ONCE: Final = 500
"""Most records in one transaction."""
_REPLAYED_AT_ONCE_MS: Final = 10_000
_AGAIN_S: Final = 5.0
"""How long records of the past wait on a full disk before the next try."""

_log = logging.getLogger(__name__)


class Past(Protocol):
    """A source that knows what it would have seen."""

    def history_span(self, now_ms: int) -> tuple[int, int]:
        """Return what a new outbox is filled with: [from, until), on quarter-hours."""
        ...

    def history(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        """Yield the drafts of [from, until), in order."""
        ...

    def replay(self, from_ms: int, until_ms: int) -> Iterator[Detections]:
        """Yield the frames of [from, until), in order, without waiting for them."""
        ...


class CatchUp:
    """The work between where the records end and now, in small steps.

    Args:
        past: of the source.
        writer: keeps the records of the past.
        history: [from, until) of the records to make, UTC milliseconds; None for none.
        from_ms: the frames from this time on are counted.
        step_s: work between two looks for a live frame, seconds.
        now_s: a time that only runs forward, seconds.
    """

    def __init__(  # noqa: PLR0913 - what to make up for, and two settings
        self,
        past: Past,
        writer: RecordWriter,
        history: tuple[int, int] | None,
        from_ms: int,
        *,
        step_s: float = STEP_S,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        self._past = past
        self._writer = writer
        self._drafts: Iterator[Draft] = past.history(*history) if history and history[0] < history[1] else iter(())
        self._now_s = now_s
        self._unkept: list[Draft] = []
        self._again_s = float("-inf")
        self._trouble = ThrottledLog(_log)
        self._filled = False
        self._next_ms = from_ms
        self._step_s = step_s
        self._made = 0

    def has_work(self, live_ms: int | None) -> bool:
        """Tell whether there is anything to do up to the live frame of `live_ms`, or before the first, None."""
        return not self._filled or (live_ms is not None and self._next_ms <= live_ms)

    def is_waiting(self) -> bool:
        """Tell whether the disk was full a moment ago: there is no point in trying yet."""
        return self._now_s() < self._again_s

    def step(self, live_ms: int | None, count: Callable[[Detections], None]) -> None:
        """Work for about a step; give `count` frames up to that of `live_ms`, once the records before are made.

        Raises SourceError for a line or zone out of view.
        """
        end_s = self._now_s() + self._step_s
        while self.has_work(live_ms) and not self.is_waiting():
            if not self._filled:
                self._fill(end_s)
            elif live_ms is not None:
                self._replay(live_ms, count, end_s)
            if self._now_s() >= end_s:
                return

    def _fill(self, end_s: float) -> None:
        """Make records until the time is up, and keep them."""
        is_last = False
        for draft in islice(self._drafts, _AT_ONCE - len(self._unkept)):
            self._unkept.append(draft)
            if self._now_s() >= end_s:
                break
        else:
            is_last = len(self._unkept) < _AT_ONCE
        try:
            self._made += self._writer.backfill(self._unkept)
        except OutboxFullError as error:
            self._again_s = self._now_s() + _AGAIN_S
            self._trouble.warn(f"{error}: the records of the past wait")
            return
        self._trouble.over("the disk has space again: the records of the past go on")
        self._unkept.clear()
        self._filled = is_last
        if self._filled and self._made:
            _log.info("made %d records of the past", self._made)

    def _replay(self, live_ms: int, count: Callable[[Detections], None], end_s: float) -> None:
        until_ms = min(live_ms + 1, self._next_ms + _REPLAYED_AT_ONCE_MS)
        for detections in self._past.replay(self._next_ms, until_ms):
            count(detections)
            self._next_ms = detections.at_ms + 1
            if self._now_s() >= end_s:
                return
        self._next_ms = until_ms
