"""Threads whose errors are not lost, and the source read on one of them."""

import queue
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Final

from counter.observation import Observation
from counter.sources import Source

_FRAMES_WAITING: Final = 64
"""Frames between the source and the tally; a source that is faster waits."""
_LOOK_S: Final = 0.2
"""How often a waiting thread looks whether it shall end."""


class Worker:
    """A thread that keeps the error it died of for who started it."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        """Prepare to run `work`. The thread does not keep the process alive."""
        self._work = work
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def check(self) -> None:
        """Raise the error that the thread died of, if it did."""
        if self._error is not None:
            raise self._error

    def is_over(self) -> bool:
        """Tell whether the work has returned or failed."""
        return not self._thread.is_alive()

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s` seconds; tell whether the thread has ended."""
        self._thread.join(timeout_s)
        return self.is_over()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - not swallowed: check() raises it in the main thread
            self._error = error


class Feed:
    """Reads a source on its own thread, so that a sensor that hangs can't hold up the rest."""

    def __init__(self, source: Source) -> None:
        """Prepare to read `source`."""
        self._source = source
        self._frames: queue.Queue[Observation] = queue.Queue(_FRAMES_WAITING)
        self._closed = Event()
        self._reader = Worker("source", self._read)

    def start(self) -> None:
        """Begin to read."""
        self._reader.start()

    def next(self, timeout_s: float) -> Observation | None:
        """Return the next frame, or None when none came within `timeout_s` seconds.

        Raises what the source raised, once all frames before it were returned.
        """
        try:
            return self._frames.get(timeout=timeout_s)
        except queue.Empty:
            self._reader.check()
            return None

    def is_over(self) -> bool:
        """Tell whether the source has ended and every frame was returned.

        Raises what the source raised, once all frames before it were returned.
        """
        if not self._reader.is_over() or not self._frames.empty():
            return False
        self._reader.check()
        return True

    def rest(self) -> Iterator[Observation]:
        """Close the source and yield the frames that it had given before, some seconds of them at the most."""
        self.close()
        while not self._frames.empty():
            yield self._frames.get_nowait()

    def close(self) -> None:
        """Let go of the source. Safe to call twice."""
        self._closed.set()
        self._source.close()

    def _read(self) -> None:
        for observation in self._source.observations():
            while not self._closed.is_set():
                try:
                    self._frames.put(observation, timeout=_LOOK_S)
                except queue.Full:
                    continue
                break
            if self._closed.is_set():
                return
