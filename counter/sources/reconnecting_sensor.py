"""Retries a lost sensor, with back-off, until its source is closed. Lost cameras are retried by `video.camera`."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event
from typing import Final, Generic, Protocol, TypeVar

from core.backoff import Backoff
from core.logs import ThrottledLog
from counter.detections import Detections
from counter.errors import SensorError

_FIRST_RETRY_S: Final = 0.5
_MAX_RETRY_S: Final = 30.0

_log = logging.getLogger(__name__)


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Release it."""
        ...


Sensor = TypeVar("Sensor", bound=Closable)


@dataclass(slots=True)
class ReconnectingSensor(Generic[Sensor]):
    """Detections of a sensor that may come and go. While it is gone there are none: that time is missing.

    Attributes:
        open: opens the sensor; raises SensorError while it does not answer.
        watch: yields what an open sensor brings, for ever; raises SensorError when it is lost.
    """

    open: Callable[[], Sensor]
    watch: Callable[[Sensor], Iterator[Detections]]
    _closed: Event = field(default_factory=Event)
    _throttled: ThrottledLog = field(default_factory=lambda: ThrottledLog(_log))

    def detections(self) -> Iterator[Detections]:
        """Yield what the sensor brings, until closed."""
        backoff = Backoff(_FIRST_RETRY_S, _MAX_RETRY_S)
        while not self._closed.is_set():
            try:
                with closing(self.open()) as sensor:
                    for detections in self.watch(sensor):
                        if detections.watched:
                            backoff.reset()
                            self._throttled.over("the sensor works again")
                        yield detections
                        if self._closed.is_set():
                            return
            except SensorError as error:
                self._throttled.warn(f"{error}; its time is missing until it works again")
            self._closed.wait(backoff.next_s())

    def close(self) -> None:
        """End `detections`. Safe to call twice, and from another thread."""
        self._closed.set()
