"""The two zones of a ranger that looks down on a doorway, as channels: somebody is in a zone whose floor comes nearer.

The floor's distance is measured when the sensor opens, with nobody below it. What is lower than `least_m` isn't people:
dogs, prams without their pushers, bags.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, Protocol

from core.clock import Clock
from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange

_FLOOR_SAMPLES: Final = 40
"""Measurements of each zone from which the distance of the floor is taken."""
_MOVES_M: Final = 0.05
"""The floor was seen, and nothing else, where the middle half of them lies within this."""
_OFF_M: Final = 0.25
"""The floor may be so far from where the device file says."""
_BACK_M: Final = 0.1
"""Somebody has left a zone when it is free by so much more than it took to be in it."""
_LOST: Final = 5
"""Measurements in a row without an echo, and whoever was in the zone is gone."""
_BLIND_S: Final = 60.0
"""A floor that sent an echo and doesn't for so long: something is wrong with the sensor."""


class Ranger(Protocol):
    """A sensor that measures either of two zones."""

    @property
    def ambient_kcps(self) -> float:
        """Light from elsewhere in the last measurement, thousands of photons a second and single detector."""
        ...

    def distance_m(self, channel: int) -> float | None:
        """Measure the zone FIRST or SECOND; return the distance, None without an echo. Raises SensorError."""
        ...

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class Floor:
    """What one zone measured of the empty floor.

    Attributes:
        distance_m: how far it is; None where it sent no echo more often than not.
        spread_m: within which the middle half of the measurements lies.
        echoes: part of the measurements, 0..1, with an echo.
        ambient_kcps: light from elsewhere, median.
    """

    distance_m: float | None
    spread_m: float
    echoes: float
    ambient_kcps: float


@dataclass(slots=True)
class _Zone:
    near_m: float
    """Who is nearer than this is in the zone."""
    has_floor: bool
    """Whether the empty floor sends an echo."""
    echo_s: float
    """When there was an echo last."""
    taken: bool = False
    without: int = 0


@dataclass(slots=True)
class Zones:
    """Two zones of one ranger, measured in turns.

    Attributes:
        ranger: measures.
        name: of the sensor, for sentences.
        height_m: of the sensor above the floor, metres, as the device file says.
        least_m: how far above the floor somebody reaches at least, metres.
        clock: the time.
        turned: whether the ranger is mounted the other way about, so that its first zone is met second.
        floors: what the zones measured when they began; empty before that.
    """

    ranger: Ranger
    name: str
    height_m: float
    least_m: float
    clock: Clock
    turned: bool = False
    floors: tuple[Floor, ...] = ()
    _zones: list[_Zone] = field(default_factory=list)

    def next(self, timeout_s: float) -> Sequence[ChannelChange]:
        """Measure until something changes, at most `timeout_s` seconds. Raises SensorError.

        The first call measures the floor, which takes some seconds.
        """
        if not self._zones:
            self._zones = self._calibrated()
        end_s = self.clock.monotonic_s() + timeout_s
        while True:
            changes = [change for channel in (FIRST, SECOND) for change in self._measure(channel)]
            if changes or self.clock.monotonic_s() >= end_s:
                return changes

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        self.ranger.close()

    def _measure(self, channel: int) -> list[ChannelChange]:
        zone, distance_m = self._zones[channel], self.ranger.distance_m(channel)
        now_s = self.clock.monotonic_s()
        if distance_m is None:
            zone.without += 1
            if zone.has_floor and now_s - zone.echo_s >= _BLIND_S:
                raise SensorError(f"{self.name} has had no echo of the floor for {_BLIND_S:.0f} s: is it covered?")
            taken = zone.taken and zone.without < _LOST
        else:
            zone.without, zone.echo_s = 0, now_s
            taken = distance_m < zone.near_m + (_BACK_M if zone.taken else 0.0)
        if taken == zone.taken:
            return []
        zone.taken = taken
        return [ChannelChange(1 - channel if self.turned else channel, taken, now_s * 1000)]

    def _calibrated(self) -> list[_Zone]:
        found: tuple[list[float | None], list[float | None]] = ([], [])
        ambient: tuple[list[float], list[float]] = ([], [])
        for _ in range(_FLOOR_SAMPLES):
            for channel in (FIRST, SECOND):
                found[channel].append(self.ranger.distance_m(channel))
                ambient[channel].append(self.ranger.ambient_kcps)
        self.floors = tuple(_floor(*both) for both in zip(found, ambient, strict=True))
        return [self._zone(floor) for floor in self.floors]

    def _zone(self, floor: Floor) -> _Zone:
        has_floor = floor.distance_m is not None
        floor_m = self.height_m if floor.distance_m is None else floor.distance_m
        if abs(floor_m - self.height_m) > _OFF_M:
            raise SensorError(
                f"{self.name} sees something {floor_m:.2f} m away where the floor should be, {self.height_m:.2f} m: "
                "does somebody stand below it, or is height_m wrong?"
            )
        if floor.spread_m > _MOVES_M:
            raise SensorError(f"{self.name} can't measure the floor: something moves below it")
        return _Zone(floor_m - self.least_m, has_floor, self.clock.monotonic_s())


def _floor(readings: list[float | None], ambient: list[float]) -> Floor:
    echoes = sorted(reading for reading in readings if reading is not None)
    has_floor = len(echoes) > _FLOOR_SAMPLES // 2
    return Floor(
        distance_m=median(echoes) if has_floor else None,
        spread_m=echoes[3 * len(echoes) // 4] - echoes[len(echoes) // 4] if has_floor else 0.0,
        echoes=len(echoes) / len(readings),
        ambient_kcps=median(ambient),
    )
