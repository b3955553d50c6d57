"""`platspuls counter run --debug-pictures`: counts, writes pictures, and can't publish.

There is neither an outbox nor a connection here: what such a run counts is logged, and is gone with it.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

from counter.counting.draft import Draft, FlowDraft
from counter.counting.tally import Tally
from counter.diagnostics.clips.dry_run import Onlooker, play
from counter.errors import DeviceFileError
from counter.sources.port import Input, Source

_log = logging.getLogger(__name__)


def look(seen: Input, tally: Tally, folder: Path, stop: Event, onlookers: Sequence[Onlooker] = ()) -> list[Draft]:
    """Count what is `seen`, write its pictures with their boxes to `folder`, and return the records that come of it.

    Raises CounterError: also when the source has no pictures.
    """
    source = _sketching(seen, folder)
    _log.warning(
        "pictures of people are written to %s, the newest 500: delete them when you have seen them. Nothing of this "
        "run is kept or published: it has no outbox and no connection",
        folder,
    )
    drafts: list[Draft] = []
    for draft in play(replace(seen, source=source), tally, stop, onlookers):
        _log_flow(draft)
        drafts.append(draft)
    return drafts


def _sketching(seen: Input, folder: Path) -> Source:
    from counter.sources.video.source import Video  # noqa: PLC0415 - what has no pictures loads nothing that knows them

    if not isinstance(seen.source, Video):
        seen.source.close()
        raise DeviceFileError("--debug-pictures: the source of this device file has no pictures")
    from counter.diagnostics.sketches import Sketches  # noqa: PLC0415 - the same

    return replace(seen.source, detector=Sketches(seen.source.detector, folder))


def _log_flow(draft: Draft) -> None:
    if isinstance(draft, FlowDraft):
        lines = [f"{line.line} {line.forward} forward, {line.backward} backward" for line in draft.lines]
        zones = [f"{zone.zone} {zone.entries} entries, {zone.exits} exits" for zone in draft.zones]
        _log.info("%s, %d s: %s", draft.start.isoformat(), draft.period_s, "; ".join([*lines, *zones]))
