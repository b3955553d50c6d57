"""How a start goes on from the one before.

A real sensor goes on from the checkpoint: the open interval keeps what it had, the time between is missing. A
simulated source can do what no sensor can: show what was missed. After a short break it plays the frames since
the checkpoint; after a longer one, or with a new outbox, it makes the records of the past first. Either is done
beside live counting.
"""

import logging
from dataclasses import dataclass
from typing import Final, Protocol

from core import wire
from core.clock import aware, floor_ms
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.record_writer import RecordWriter
from counter.service.backfill import CatchUp, Past

_CATCH_UP_MS: Final = 5 * 60_000
"""The longest break that a simulated source plays frame by frame: some seconds of work."""

_log = logging.getLogger(__name__)


class Resumable(Protocol):
    """What counts, before it began."""

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint; raises ValueError when it can't be used."""
        ...

    def catch_up(self, work: CatchUp) -> None:
        """Do `work` beside live counting."""
        ...


@dataclass(frozen=True, slots=True)
class Resume:
    """One start.

    Attributes:
        writer: of this start.
        checkpoints: where the last state is.
        fingerprint: what the state must belong to.
        now_ms: the time of the start, UTC milliseconds.
    """

    writer: RecordWriter
    checkpoints: CheckpointFile
    fingerprint: str
    now_ms: int

    def begin(self, counter: Resumable, past: Past | None) -> int | None:
        """Restore the state, and arrange for what was missed to be made up for.

        Returns when the frame of a restored state was captured, UTC milliseconds; None without one.
        """
        saved = self.checkpoints.take(self.fingerprint, self.now_ms)
        if past is not None and saved is not None and self.now_ms - saved.at_ms > _CATCH_UP_MS:
            self.checkpoints.drop()
            saved = None
        if saved is not None and self._restore(counter, saved):
            if past is not None:
                counter.catch_up(CatchUp(past, self.writer, None, saved.at_ms + 1))
            return saved.at_ms
        if past is not None:
            counter.catch_up(self._whole(past))
        return None

    def _restore(self, counter: Resumable, saved: Checkpoint) -> bool:
        try:
            counter.restore(saved)
        except ValueError as error:
            self.checkpoints.drop()
            _log.error("the checkpoint can't be used, the open interval begins anew: %s", error)
            return False
        _log.info("goes on from the checkpoint of %s", aware(saved.at_ms).isoformat(timespec="seconds"))
        return True

    def _whole(self, past: Past) -> CatchUp:
        """Return the work of a new outbox, or after a long break: records up to the last quarter-hour, then frames."""
        from_ms, until_ms = past.history_span(self.now_ms)
        if (recorded_ms := self.writer.recorded_until_ms()) is not None:
            from_ms = max(from_ms, floor_ms(recorded_ms, wire.QUARTER_S))
        return CatchUp(past, self.writer, (from_ms, until_ms), max(from_ms, until_ms))
