"""Counts what a device file's source shows, and forgets it: there is neither an outbox nor a connection here.

What such a run counts is handed to who looks, and is gone with it: none of it can be published.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Event
from typing import Final, Protocol

from counter.counting.draft import Draft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.sources.feed import Feed
from counter.sources.port import Input

_WAIT_S: Final = 0.2


class Onlooker(Protocol):
    """Looks on while a source is counted."""

    def look(self, tally: Tally, detections: Detections, drafts: Sequence[Draft], /) -> None:
        """Look at the tally after a frame, which closed these records."""
        ...


def play(seen: Input, tally: Tally, stop: Event, onlookers: Sequence[Onlooker] = ()) -> Iterator[Draft]:
    """Count `seen` to its end, or until `stop` is set, and yield the records that come of it.

    Raises CounterError.
    """
    at_ms = None
    with closing(Feed(seen.source)) as feed:
        feed.start()
        while not stop.is_set() and not feed.is_over():
            seen.check()
            if detections := feed.next(_WAIT_S):
                at_ms = detections.at_ms
                drafts = tally.update(detections)
                for onlooker in onlookers:
                    onlooker.look(tally, detections, drafts)
                yield from drafts
    if at_ms is not None:
        yield from tally.close(at_ms)
