"""`platspuls counter run --debug-pictures`: counts, writes pictures, and can't publish.

There is neither an outbox nor a connection here: what such a run counts is logged, and is gone with it.
"""

import logging
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Final

from core.clock import SystemClock
from counter.counting.draft import Draft, FlowDraft
from counter.counting.tally import Tally
from counter.device_file import load
from counter.errors import DeviceFileError
from counter.service.inputs import open_input
from counter.service.run import make_tally
from counter.sources.feed import Feed
from counter.sources.kinds import Kinds
from counter.sources.port import Input, Source

_WAIT_S: Final = 0.2

_log = logging.getLogger(__name__)


def run(path: Path, folder: Path, stop: Event, kinds: Kinds | None = None) -> None:
    """Count what the device file at `path` says, and write its pictures with their boxes to `folder`.

    Raises CounterError: also when the source has no pictures.
    """
    device = load(path, kinds)
    seen = open_input(device, path.parent, SystemClock())
    look(seen, make_tally(device, seen.view), folder, stop)


def look(seen: Input, tally: Tally, folder: Path, stop: Event) -> None:
    """Count what is `seen`, and write its pictures with their boxes to `folder`. Raises CounterError."""
    source = _sketching(seen, folder)
    _log.warning(
        "pictures of people are written to %s, the newest 500: delete them when you have seen them. Nothing of this "
        "run is kept or published: it has no outbox and no connection",
        folder,
    )
    at_ms = None
    with closing(Feed(source)) as feed:
        feed.start()
        while not stop.is_set() and not feed.is_over():
            seen.check()
            if detections := feed.next(_WAIT_S):
                at_ms = detections.at_ms
                _log_flows(tally.update(detections))
    if at_ms is not None:
        _log_flows(tally.close(at_ms))


def _sketching(seen: Input, folder: Path) -> Source:
    from counter.sources.video.source import Video  # noqa: PLC0415 - what has no pictures loads nothing that knows them

    if not isinstance(seen.source, Video):
        seen.source.close()
        raise DeviceFileError("--debug-pictures: the source of this device file has no pictures")
    from counter.diagnostics.sketches import Sketches  # noqa: PLC0415 - the same

    return replace(seen.source, detector=Sketches(seen.source.detector, folder))


def _log_flows(drafts: list[Draft]) -> None:
    for draft in drafts:
        if isinstance(draft, FlowDraft):
            lines = [f"{line.line} {line.forward} forward, {line.backward} backward" for line in draft.lines]
            zones = [f"{zone.zone} {zone.entries} entries, {zone.exits} exits" for zone in draft.zones]
            _log.info("%s, %d s: %s", draft.start.isoformat(), draft.period_s, "; ".join([*lines, *zones]))
