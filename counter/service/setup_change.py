"""What another setup left open, or another counting version: its records are closed, and nothing is mixed.

The rest of the intervals that it had begun is missing: crossings of that time go into the interval after.
"""

import logging

from core.clock import to_ms
from counter.counting.draft import Draft
from counter.counting.snapshot import SnapshotError, cut_off
from counter.counting.tally import Tally
from counter.records.checkpoint import CheckpointFile
from counter.records.record_writer import RecordWriter

_log = logging.getLogger(__name__)


def close_other_setup(tally: Tally, writer: RecordWriter, checkpoints: CheckpointFile, fingerprint: str) -> None:
    """Make records of what a checkpoint of another setup or geometry holds, and leave one that begins after them.

    `tally` is one that was not updated yet.
    """
    left = checkpoints.read()
    if left is None or (left.fingerprint == fingerprint and tally.belongs(left.state)):
        return
    try:
        drafts = cut_off(left.state, left.at_ms)
    except SnapshotError as error:
        checkpoints.drop()
        _log.error("the checkpoint can't be read, its open interval is lost: %s", error)
        return
    tally.sums.begin_from(*(_end_ms(drafts, kind) for kind in ("flow", "dwell")))
    tally.continue_on_utc(tally.sums, 0, left.at_ms)
    writer.append(drafts, tally.state(), left.at_ms)
    what = f"its open intervals became {len(drafts)} records" if drafts else "it left no interval open"
    _log.info(
        "another setup, counting version or geometry was counted with before: %s. "
        "Where the setup on the wire is another now, each series begins a new segment, and a phase of a study is cut",
        what,
    )


def _end_ms(drafts: list[Draft], kind: str) -> int:
    return max((to_ms(draft.start) + draft.period_s * 1000 for draft in drafts if draft.kind == kind), default=0)
