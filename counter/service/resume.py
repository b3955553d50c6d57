"""How a start goes on from the one before: from the checkpoint, so that the open interval keeps what it had.

The time between the two is missing.
"""

import logging

from core.clock import aware
from counter.records.checkpoint import CheckpointFile
from counter.service.counting_thread import CountingThread

_log = logging.getLogger(__name__)


def resume(counter: CountingThread, checkpoints: CheckpointFile, fingerprint: str, now_ms: int) -> int | None:
    """Restore the checkpoint of this fingerprint, if there is one.

    Returns:
        When its last frame was captured, UTC milliseconds; None where there is none, or it can't be used.
    """
    saved = checkpoints.take(fingerprint, now_ms)
    if saved is None:
        return None
    try:
        counter.restore(saved)
    except ValueError as error:
        checkpoints.drop()
        _log.error("the checkpoint can't be used, the open interval begins anew: %s", error)
        return None
    _log.info("goes on from the checkpoint of %s", aware(saved.at_ms).isoformat(timespec="seconds"))
    return saved.at_ms
