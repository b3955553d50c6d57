"""How a start goes on from the one before.

A real sensor goes on from the checkpoint: the open interval keeps what it had, the time between is missing. A
simulated source can do what no sensor can: show what was missed. After a short break it plays the frames since
the checkpoint; after a longer one, or with a new outbox, it makes the records of the past at once.
"""

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

from counter.checkpoint import Checkpoint, CheckpointFile
from counter.clock import aware, floor_ms
from counter.counting import Past
from counter.keeper import Keeper
from ingest import wire

_CATCH_UP_MS: Final = 5 * 60_000
"""The longest break that a simulated source plays frame by frame: some seconds of work."""

_log = logging.getLogger(__name__)


class Restorable(Protocol):
    """What a tally does with a state."""

    def restore(self, state: bytes) -> None:
        """Go on from what `state` returned; raises ValueError for bytes that are none."""
        ...


@dataclass(frozen=True, slots=True)
class Resume:
    """One start.

    Attributes:
        keeper: of this start.
        checkpoints: where the last state is.
        tally: to be restored.
        fingerprint: what the state must belong to.
        now_ms: the time of the start, UTC milliseconds.
    """

    keeper: Keeper
    checkpoints: CheckpointFile
    tally: Restorable
    fingerprint: str
    now_ms: int

    def begin(self, past: Past | None) -> int | None:
        """Restore the state, or fill the past.

        Returns when the frame of a restored state was captured, UTC milliseconds; None without one.

        Raises OutboxFullError.
        """
        saved = self.checkpoints.take(self.fingerprint)
        if past is not None and (saved is None or self.now_ms - saved.at_ms > _CATCH_UP_MS):
            self.checkpoints.drop()
            self._fill(past)
        elif saved is not None and self._restore(saved):
            if past is not None:
                past.resume_from(saved.at_ms + 1)
            return saved.at_ms
        return None

    def _restore(self, saved: Checkpoint) -> bool:
        try:
            self.tally.restore(saved.state)
        except ValueError as error:
            self.checkpoints.drop()
            _log.error("the checkpoint can't be used, the open interval begins anew: %s", error)
            return False
        _log.info("goes on from the checkpoint of %s", aware(saved.at_ms).isoformat(timespec="seconds"))
        return True

    def _fill(self, past: Past) -> None:
        begin_s = monotonic()
        from_ms, until_ms = past.history_span(self.now_ms)
        if (recorded_ms := self.keeper.recorded_until_ms()) is not None:
            from_ms = max(from_ms, floor_ms(recorded_ms, wire.QUARTER_S))
        made = self.keeper.fill(past.history(from_ms, until_ms)) if from_ms < until_ms else 0
        past.resume_from(max(until_ms, from_ms))
        if made:
            span = f"{aware(from_ms).isoformat()} to {aware(until_ms).isoformat()}"
            _log.info("made %d records of %s in %.1f s", made, span, monotonic() - begin_s)
