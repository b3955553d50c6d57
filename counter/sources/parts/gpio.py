"""The one file that knows gpiod, the bindings of the kernel's own GPIO interface: two pins as two channels."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

import gpiod
from gpiod.line import Bias, Direction, Edge, Value
from gpiod.line import Clock as EventClock

from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange
from counter.sources.doorway.settings import BeamsSource

_BIAS: Final = {"up": Bias.PULL_UP, "down": Bias.PULL_DOWN, "none": Bias.DISABLED}
_WAITING: Final = 1024
"""Changes that the kernel keeps for us: minutes of a crowd."""


class EdgeOrder:
    """Makes changes of the kernel's events, and notices where some are missing."""

    def __init__(self, channels: dict[int, int]) -> None:
        """Take events of the lines that `channels` maps to FIRST and SECOND."""
        self._channels = channels
        self._last: int | None = None

    def changes(self, events: Iterable[gpiod.EdgeEvent]) -> Iterator[ChannelChange]:
        """Yield the changes of events. Raises SensorError where the kernel had to drop some."""
        for event in events:
            number = event.global_seqno
            if self._last is not None and number != self._last + 1:
                raise SensorError(f"the kernel dropped {number - self._last - 1} changes of the beams' pins")
            self._last = number
            taken = event.event_type is event.Type.RISING_EDGE
            yield ChannelChange(self._channels[event.line_offset], taken, event.timestamp_ns / 1e6)


class Pins:
    """Two pins of a GPIO chip. The kernel stamps each change when it happens: how late it is read doesn't matter."""

    def __init__(self, settings: BeamsSource) -> None:
        """Take the pins. Raises SensorError."""
        self._pins = (settings.first_pin, settings.second_pin)
        self._name = f"pins {settings.first_pin} and {settings.second_pin} of {settings.chip}"
        self._order = EdgeOrder({settings.first_pin: FIRST, settings.second_pin: SECOND})
        self._begun = False
        config = gpiod.LineSettings(
            direction=Direction.INPUT,
            edge_detection=Edge.BOTH,
            bias=_BIAS[settings.pull],
            active_low=settings.taken_is == "low",
            debounce_period=timedelta(milliseconds=settings.debounce_ms),
            event_clock=EventClock.MONOTONIC,
        )
        try:
            self._request = gpiod.request_lines(
                str(settings.chip), {self._pins: config}, consumer="platspuls", event_buffer_size=_WAITING
            )
        except (OSError, ValueError) as error:
            raise SensorError(f"the beams' {self._name} can't be taken: {error}") from error

    def next(self, timeout_s: float) -> Sequence[ChannelChange]:
        """Wait at most `timeout_s` seconds for changes; return them in order. Raises SensorError."""
        try:
            if not self._begun:
                return self._begin()
            if not self._request.wait_edge_events(timedelta(seconds=timeout_s)):
                return ()
            return list(self._order.changes(self._request.read_edge_events()))
        except OSError as error:
            raise SensorError(f"the beams' {self._name} can't be read: {error}") from error

    def close(self) -> None:
        """Let the pins go. Safe to call twice."""
        if self._request:
            self._request.release()

    def _begin(self) -> Sequence[ChannelChange]:
        self._begun = True
        now_ms = time.monotonic() * 1000
        levels = self._request.get_values(list(self._pins))
        return [ChannelChange(channel, True, now_ms) for channel, level in enumerate(levels) if level is Value.ACTIVE]
