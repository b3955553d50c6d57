"""How a start goes on from the one before: from the checkpoint, so that the open interval keeps what it had.

The time between is missing.
"""

import logging
from dataclasses import dataclass
from typing import Protocol

from core.clock import aware
from counter.records.checkpoint import Checkpoint, CheckpointFile

_log = logging.getLogger(__name__)


class Resumable(Protocol):
    """What counts, before it began."""

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint; raises ValueError when it can't be used."""
        ...


@dataclass(frozen=True, slots=True)
class Resume:
    """One start.

    Attributes:
        checkpoints: where the last state is.
        fingerprint: what the state must belong to.
        now_ms: the time of the start, UTC milliseconds.
    """

    checkpoints: CheckpointFile
    fingerprint: str
    now_ms: int

    def begin(self, counter: Resumable) -> int | None:
        """Restore the state; return when its frame was captured, UTC milliseconds, or None where there is none."""
        saved = self.checkpoints.take(self.fingerprint, self.now_ms)
        if saved is None:
            return None
        try:
            counter.restore(saved)
        except ValueError as error:
            self.checkpoints.drop()
            _log.error("the checkpoint can't be used, the open interval begins anew: %s", error)
            return None
        _log.info("goes on from the checkpoint of %s", aware(saved.at_ms).isoformat(timespec="seconds"))
        return saved.at_ms
