"""What a sensor without a picture says while it is watched: taken on the way, as numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, TypeVar

import numpy as np

from counter.detections import Detections
from counter.diagnostics.doctor.measurements import ArraySeen, ChannelsSeen, RangerSeen
from counter.errors import SensorError
from counter.geometry import Floats
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange, ChannelEvent, Channels
from counter.sources.doorway.ranger_zones import Floor, Zones
from counter.sources.reconnecting_sensor import Closable, ReconnectingSensor
from counter.sources.thermal.backdrop import ThermalBackdrop
from counter.sources.thermal.source import Array
from counter.sources.thermal.spots import Optics

SHORT_MS: Final = 30.0
"""Nobody interrupts a beam for less: who runs 3 m/s with a body of 0.24 m takes 80 ms."""
_LONGEST_LAG_MS: Final = 2000.0
"""Both beams interrupted by the same person come closer in time than this."""
_MOST: Final = 10_000
_WARM_C: Final = 5.0
"""What is always so much warmer than the rest of the picture is a thing: a radiator, a lamp, a sunny spot."""
_SOMEBODY: Final = 0.75
"""Part of `contrast_c` from which on a spot may be somebody who isn't warm enough to be counted."""
_NOISE_PEAKS: Final = 2.2
"""The warmest spot of an empty picture is warmer by less than so many standard deviations of a pixel."""
_BACK: Final = 2
_OF_MIDDLE_HALF: Final = 0.524
"""Standard deviation of a pixel, by the width of the middle half of differences of two: who walks changes fewer."""
_FEW: Final = 4
"""Pictures with somebody in them from which on it shows how warm people are."""


Sensor = TypeVar("Sensor", bound=Closable)


@dataclass(slots=True)
class Troubles:
    """The last sentence of a sensor that couldn't be read."""

    last: str = ""


def noted(
    source: ReconnectingSensor[Sensor], troubles: Troubles, tapped: Callable[[Sensor], Sensor]
) -> ReconnectingSensor[Sensor]:
    """Return a source like `source` whose sensor passes through `tapped`, and whose troubles are noted."""

    def open_sensor() -> Sensor:
        try:
            return tapped(source.open())
        except SensorError as error:
            troubles.last = str(error)
            raise

    def watch(sensor: Sensor) -> Iterator[Detections]:
        try:
            yield from source.watch(sensor)
        except SensorError as error:
            troubles.last = str(error)
            raise

    return ReconnectingSensor(open_sensor, watch)


@dataclass(slots=True)
class ChannelsGauge:
    """Passes on what two channels say, and measures it."""

    channels: Channels
    sums: "ChannelSums"

    def next(self, timeout_s: float) -> Sequence[ChannelEvent]:
        """Return the events of the sensor. Raises SensorError."""
        events = self.channels.next(timeout_s)
        if isinstance(self.channels, Zones):
            self.sums.floors = self.channels.floors
        for event in events:
            if isinstance(event, ChannelChange):
                self.sums.add(event)
        return events

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        self.channels.close()


@dataclass(slots=True)
class ChannelSums:
    """What two channels did."""

    floors: tuple[Floor, ...] = ()
    _times: list[int] = field(default_factory=lambda: [0, 0])
    _since_ms: list[float | None] = field(default_factory=lambda: [None, None])
    _begun_ms: list[float] = field(default_factory=lambda: [-np.inf, -np.inf])
    _ended: int = 0
    _short: int = 0
    _lags_ms: list[float] = field(default_factory=list)

    def add(self, change: ChannelChange) -> None:
        """Add a change."""
        here, there = change.channel, SECOND if change.channel == FIRST else FIRST
        since_ms = self._since_ms[here]
        if change.taken:
            self._times[here] += 1
            self._since_ms[here] = self._begun_ms[here] = change.at_ms
            lag_ms = change.at_ms - self._begun_ms[there]
            if self._since_ms[there] is not None and lag_ms < _LONGEST_LAG_MS and len(self._lags_ms) < _MOST:
                self._lags_ms.append(lag_ms)
        elif since_ms is not None:
            self._ended += 1
            self._short += change.at_ms - since_ms < SHORT_MS
            self._since_ms[here] = None

    def seen(self) -> ChannelsSeen:
        """Return what was measured."""
        return ChannelsSeen(
            times=(self._times[FIRST], self._times[SECOND]),
            short=self._short / self._ended if self._ended else 0.0,
            walks=len(self._lags_ms),
            lag_ms=median(self._lags_ms) if self._lags_ms else None,
        )

    def ranger(self) -> RangerSeen | None:
        """Return what a ranger measured of the empty floor; None where there was none."""
        if not self.floors:
            return None
        known = [floor.distance_m for floor in self.floors if floor.distance_m is not None]
        return RangerSeen(
            floor_m=median(known) if known else None,
            spread_m=max(floor.spread_m for floor in self.floors),
            echoes=min(floor.echoes for floor in self.floors),
            ambient_kcps=max(floor.ambient_kcps for floor in self.floors),
        )


@dataclass(slots=True)
class ArrayGauge:
    """Passes on the pictures of a thermal array, and measures them."""

    array: Array
    sums: "ArraySums"

    def next(self) -> Floats:
        """Return the next picture. Raises SensorError."""
        picture = self.array.next()
        self.sums.add(picture)
        return picture

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        self.array.close()


class ArraySums:
    """What the pictures of an array say. The last two of them are kept, and sums.

    Args:
        optics: of the array.
        contrast_c: how much warmer than the floor somebody is, at least.
        frame_s: time between two pictures, seconds.
    """

    def __init__(self, optics: Optics, contrast_c: float, frame_s: float) -> None:
        self._optics, self._contrast_c = optics, contrast_c
        self._backdrop = ThermalBackdrop(contrast_c, frame_s, 600.0)
        self._before: list[Floats] = []
        self._steps_c: list[float] = []
        self._coldest: Floats | None = None
        self._floors_c: list[float] = []
        self._peaks_c: list[float] = []

    def add(self, picture: Floats) -> None:
        """Add a picture, shape (rows, columns), degrees Celsius; one without any reading adds nothing."""
        if len(self._floors_c) >= _MOST or not np.isfinite(picture).any():
            return
        floor_c = float(np.nanmedian(picture))
        self._floors_c.append(floor_c)
        even = picture - floor_c
        self._coldest = even if self._coldest is None else np.fmin(self._coldest, even)
        # Some arrays measure half of their pixels at a time, so that only the picture before the last one is all other.
        if len(self._before) == _BACK and np.isfinite(step := picture - self._before[0]).any():
            low, high = np.nanquantile(step, (0.25, 0.75))
            self._steps_c.append(float(high - low) * _OF_MIDDLE_HALF)
        self._before = [*self._before, picture.copy()][-_BACK:]
        over = self._backdrop.update(picture)
        if over is not None:
            self._peaks_c.append(self._peak(over))

    def _peak(self, over: Floats) -> float:
        """Return how warm the warmest spot is of which all is in the picture."""
        smooth = self._optics.blur_y @ over @ self._optics.blur_x.T
        low_x, low_y, high_x, high_y = self._optics.view.inner
        whole_x = (self._optics.x > low_x) & (self._optics.x < high_x)
        whole_y = (self._optics.y > low_y) & (self._optics.y < high_y)
        return float(smooth[np.ix_(whole_y, whole_x)].max(initial=0.0))

    def seen(self) -> ArraySeen | None:
        """Return what was measured; None without a picture."""
        if self._coldest is None:
            return None
        noise_c = median(self._steps_c) if self._steps_c else 0.0
        least_c = max(_SOMEBODY * self._contrast_c, _NOISE_PEAKS * noise_c)
        somebody = [peak for peak in self._peaks_c if peak >= least_c]
        return ArraySeen(
            noise_c=noise_c,
            floor_c=median(self._floors_c),
            warm=float((self._coldest > _WARM_C).mean()),
            people_c=float(np.quantile(somebody, 0.9)) if len(somebody) >= _FEW else None,
            pixel_m=float(max(np.diff(self._optics.x).min(), np.diff(self._optics.y).min())),
        )
