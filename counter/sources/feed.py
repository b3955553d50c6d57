"""A source read on a thread of its own."""

import queue
from collections.abc import Iterator
from threading import Event
from typing import Final

from counter.detections import Detections
from counter.sources.port import Source
from counter.threads import Worker

_FRAMES_WAITING: Final = 64
"""Frames between the source and the tally; a source that is faster waits."""
_POLL_S: Final = 0.2
"""How often a waiting thread looks whether it shall end."""


class Feed:
    """Reads a source on its own thread, so that a sensor that hangs can't hold up the rest."""

    def __init__(self, source: Source) -> None:
        """Prepare to read `source`."""
        self._source = source
        self._frames: queue.Queue[Detections] = queue.Queue(_FRAMES_WAITING)
        self._closed = Event()
        self._reader = Worker("source", self._read)

    def start(self) -> None:
        """Begin to read."""
        self._reader.start()

    def next(self, timeout_s: float) -> Detections | None:
        """Return the next frame, or None when none came within `timeout_s` seconds.

        Raises what the source raised, once all frames before it were returned.
        """
        try:
            return self._frames.get(timeout=timeout_s)
        except queue.Empty:
            self._reader.check()
            return None

    def is_over(self) -> bool:
        """Return whether the source has ended and every frame was returned.

        Raises what the source raised, once all frames before it were returned.
        """
        if not self._reader.is_over() or not self._frames.empty():
            return False
        self._reader.check()
        return True

    def rest(self) -> Iterator[Detections]:
        """Close the source and yield the frames that it had given before, some seconds of them at most."""
        self.close()
        while not self._frames.empty():
            yield self._frames.get_nowait()

    def close(self) -> None:
        """Let go of the source. Safe to call twice."""
        self._closed.set()
        self._source.close()

    def join(self, timeout_s: float) -> bool:
        """Wait, after `close`, until the source has let go, at most `timeout_s` seconds; return whether it has.

        A process that ends while a driver is in the middle of a picture is aborted.
        """
        return self._reader.join(timeout_s)

    def _read(self) -> None:
        for detections in self._source.detections():
            while not self._closed.is_set():
                try:
                    self._frames.put(detections, timeout=_POLL_S)
                except queue.Full:
                    continue
                break
            if self._closed.is_set():
                return
