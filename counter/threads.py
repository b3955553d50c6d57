"""Threads whose errors are not lost."""

from collections.abc import Callable
from threading import Thread


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
        """Return whether the work has returned or failed."""
        return not self._thread.is_alive()

    def join(self, timeout_s: float) -> bool:
        """Wait at most `timeout_s` seconds; return whether the thread has ended."""
        self._thread.join(timeout_s)
        return self.is_over()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - not swallowed: check() raises it in the main thread
            self._error = error
