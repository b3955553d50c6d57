"""A doorway as a source: opens the sensor, watches it, and opens it again when it is lost."""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from counter.clock import Clock
from counter.errors import SensorError
from counter.logs import Once
from counter.observation import Observation
from counter.sources.doorway.channels import Channels
from counter.sources.doorway.watch import Watch

BEAT_S: Final = 0.25
"""How often a doorway in which nothing happens is said to be watched."""
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Doorway:
    """The observations of one doorway. While its sensor is silent there are none: that time is missing.

    Attributes:
        open: opens the sensor; raises SensorError while it does not answer.
        watch: makes the part that judges what the sensor says.
        clock: the time.
    """

    open: Callable[[], Channels]
    watch: Callable[[], Watch]
    clock: Clock
    _closed: Event = field(default_factory=Event)
    _said: Once = field(default_factory=lambda: Once(_log))

    def observations(self) -> Iterator[Observation]:
        """Yield what happens, and four times a second that nothing did, until closed."""
        chance, pause_s = random.SystemRandom(), _FIRST_PAUSE_S
        while not self._closed.is_set():
            try:
                with closing(self.open()) as channels:
                    for observation in self._watched(channels):
                        pause_s = _FIRST_PAUSE_S
                        yield observation
            except SensorError as error:
                self._said.warn(f"{error}; its time is missing until it does its work again")
            self._closed.wait(pause_s * chance.uniform(0.5, 1.0))
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """End `observations`. Safe to call twice, and from another thread."""
        self._closed.set()

    def _watched(self, channels: Channels) -> Iterator[Observation]:
        watch = self.watch()
        while not self._closed.is_set():
            changes = channels.next(BEAT_S)
            self._said.over("the sensor does its work again")
            yield from watch.take(changes, self.clock.now_ms(), self.clock.monotonic_s() * 1000)
