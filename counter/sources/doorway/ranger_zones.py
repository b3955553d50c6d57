"""The two zones of a ranger that looks down on a doorway, as channels: somebody is in a zone whose floor comes nearer.

The floor's distance is measured when the sensor opens, with nobody below it. What is lower than `least_m` isn't people:
dogs, prams without their pushers, bags. What is higher than `most_m` isn't either: a door's leaf covers the zone.

A zone sees as long as it has echoes: of the floor, or of who stands on it. A distance of nothing, or one beyond the
floor, is not an echo. Without an echo in one zone for longer than somebody takes to walk through it nobody could have
been counted, since the last echo; and without a floor that sends echoes nothing is measured at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final, Protocol

from core import wire
from core.clock import Clock
from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange, ChannelEvent, SightChange

_FLOOR_SAMPLES: Final = 40
"""Measurements of each zone from which the distance of the floor is taken."""
_MOVES_M: Final = 0.05
"""The floor was seen, and nothing else, where the middle half of them lies within this."""
_OFF_M: Final = 0.25
"""The floor may be so far from where the device file says."""
_BACK_M: Final = 0.1
"""Somebody has left a zone when it is free by so much more than it took to be in it."""
_EDGE_M: Final = 0.03
"""And a leaf when it is lower than `most_m` by so much."""
_STEADY_M: Final = 0.05
"""Who is in a zone is about as high from one measurement to the next; a leaf that comes or goes isn't."""
_STEADY: Final = 0.6
"""Part of the measurements of somebody that are steady, at least."""
_STEADY_TIMES: Final = 1
_TURNS_M: Final = 0.15
"""Nor does a leaf first rise and then sink by so much, or the other way about: shoulders, head, shoulders."""
_LOST: Final = 5
"""Measurements in a row without an echo, and whoever was in the zone is gone."""
_BLIND_S: Final = 60.0
"""No echo for so long: something is wrong with the sensor, and it is opened anew."""
_RANGE_M: Final = 4.5
"""Nothing is measured as far away as this."""
_SURE_S: Final = 1.0
"""Echoes are back when none was missed for so long."""
_LAPSE_S: Final = (0.065, 0.118)
_LAPSE_M: Final = (1.9, 2.2)
"""So long a zone may be without an echo, and how high up: at less, less (bench.ranger lapses)."""


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


def lapse_s(height_m: float) -> float:
    """Return for how many seconds a zone may be without an echo, at this height, and who walks 2 m/s is seen."""
    (low_m, high_m), (least_s, most_s) = _LAPSE_M, _LAPSE_S
    part = min(max((height_m - low_m) / (high_m - low_m), 0.0), 1.0)
    return least_s + part * (most_s - least_s)


@dataclass(slots=True)
class _Zone:
    near_m: float
    """Who is nearer than this is in the zone."""
    far_m: float
    """What is further away than this is not an echo."""
    edge_m: float
    """What is nearer than this is a door's leaf."""
    echo_s: float
    """When there was an echo last."""
    taken: bool = False
    hidden: bool = False
    without: int = 0
    last_m: float = 0.0
    steps: int = 0
    steady: int = 0
    highest_m: float = 0.0
    lowest_m: float = 0.0
    rose_m: float = 0.0
    sank_m: float = 0.0

    def see(self, distance_m: float) -> tuple[bool, bool]:
        """Take a distance; return whether the zone is taken, and whether it is covered, from now on."""
        hidden = distance_m < self.edge_m + (_EDGE_M if self.hidden else 0.0)
        taken = not hidden and distance_m < self.near_m + (_BACK_M if self.taken else 0.0)
        if taken:
            self._follow(distance_m)
        return taken, hidden

    def _follow(self, distance_m: float) -> None:
        """Note how high what is in the zone is now."""
        if not self.taken:
            self.steps = self.steady = 0
            self.highest_m = self.lowest_m = self.last_m = distance_m
            self.rose_m = self.sank_m = 0.0
            return
        self.steps += 1
        self.steady += abs(distance_m - self.last_m) <= _STEADY_M
        self.rose_m = max(self.rose_m, self.lowest_m - distance_m)
        self.sank_m = max(self.sank_m, distance_m - self.highest_m)
        self.highest_m, self.lowest_m = min(self.highest_m, distance_m), max(self.lowest_m, distance_m)
        self.last_m = distance_m

    @property
    def is_sloped(self) -> bool:
        """Whether what is, or was, in it rises or sinks all the time."""
        is_steady = self.steady >= max(_STEADY * self.steps, _STEADY_TIMES)
        return not is_steady and min(self.rose_m, self.sank_m) < _TURNS_M


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
        most_m: how far above the floor somebody reaches at most, metres; None where nothing else comes near.
        floors: what the zones measured when they began; empty before that.
    """

    ranger: Ranger
    name: str
    height_m: float
    least_m: float
    clock: Clock
    turned: bool = False
    most_m: float | None = None
    floors: tuple[Floor, ...] = ()
    _zones: list[_Zone] = field(default_factory=list)
    _begun_s: float | None = None
    _lapse_end_s: float | None = None
    """When an echo was missed for too long last; None while nobody could have been missed."""

    def next(self, timeout_s: float) -> Sequence[ChannelEvent]:
        """Measure until something happens, at most `timeout_s` seconds. Raises SensorError.

        The first call measures the floor, which takes some seconds; while there is none, so do the next ones.
        """
        if not self._zones:
            return self._begin()
        end_s = self.clock.monotonic_s() + timeout_s
        while True:
            events = [event for channel in (FIRST, SECOND) for event in self._measure(channel)]
            events += self._seen_again()
            if events or self.clock.monotonic_s() >= end_s:
                return events

    def close(self) -> None:
        """Let go of the sensor. Safe to call twice."""
        self.ranger.close()

    def _measure(self, channel: int) -> Iterator[ChannelEvent]:
        zone, distance_m = self._zones[channel], self.ranger.distance_m(channel)
        now_s = self.clock.monotonic_s()
        is_echo = distance_m is not None and 0 < distance_m <= zone.far_m
        if now_s - zone.echo_s > lapse_s(self.height_m):
            yield from self._lapse(zone, now_s, is_echo=is_echo)
        if is_echo and distance_m is not None:
            zone.without, zone.echo_s = 0, now_s
            taken, hidden = zone.see(distance_m)
        else:
            zone.without += 1
            taken, hidden = (was and zone.without < _LOST for was in (zone.taken, zone.hidden))
        if (taken, hidden) != (zone.taken, zone.hidden):
            sloped = zone.taken and zone.is_sloped
            zone.taken, zone.hidden = taken, hidden
            yield ChannelChange(1 - channel if self.turned else channel, taken, now_s * 1000, hidden, sloped)

    def _lapse(self, zone: _Zone, now_s: float, *, is_echo: bool) -> Iterator[SightChange]:
        """Yield, once, that nobody could have been seen in a zone since its last echo. Raises SensorError."""
        is_slow, is_new = is_echo and not zone.without, self._lapse_end_s is None
        self._lapse_end_s = now_s - _SURE_S if is_slow and is_new else now_s
        if not is_echo and now_s - zone.echo_s >= _BLIND_S:
            raise self._is_blind()
        if is_new:
            yield SightChange(zone.echo_s * 1000, wire.Flag.LOW_FRAME_RATE if is_slow else wire.Flag.NO_ECHO)

    def _seen_again(self) -> Iterator[SightChange]:
        now_s, lapse_end_s = self.clock.monotonic_s(), self._lapse_end_s
        if lapse_end_s is not None and now_s - lapse_end_s >= _SURE_S and not any(zone.without for zone in self._zones):
            self._lapse_end_s = None
            yield SightChange(now_s * 1000)

    def _begin(self) -> Sequence[SightChange]:
        """Measure the floor, and return whether it can be seen. Raises SensorError."""
        begun_s, was_blind = self.clock.monotonic_s(), self._begun_s is not None
        self._begun_s = self._begun_s if self._begun_s is not None else begun_s
        self.floors = self._measured()
        now_s = self.clock.monotonic_s()
        zones = [self._zone(floor.distance_m, floor.spread_m, now_s) for floor in self.floors if floor.distance_m]
        if len(zones) == len(self.floors):
            self._zones = zones
            return [SightChange(now_s * 1000)] if was_blind else []
        if now_s - self._begun_s >= _BLIND_S:
            raise self._is_blind()
        return [SightChange(begun_s * 1000, wire.Flag.NO_ECHO)]

    def _measured(self) -> tuple[Floor, ...]:
        found: tuple[list[float | None], list[float | None]] = ([], [])
        ambient: tuple[list[float], list[float]] = ([], [])
        for _ in range(_FLOOR_SAMPLES):
            for channel in (FIRST, SECOND):
                distance_m = self.ranger.distance_m(channel)
                is_echo = distance_m is not None and 0 < distance_m < _RANGE_M
                found[channel].append(distance_m if is_echo else None)
                ambient[channel].append(self.ranger.ambient_kcps)
        return tuple(_floor(*both) for both in zip(found, ambient, strict=True))

    def _zone(self, floor_m: float, spread_m: float, now_s: float) -> _Zone:
        if abs(floor_m - self.height_m) > _OFF_M:
            raise SensorError(
                f"{self.name} sees something {floor_m:.2f} m away where the floor should be, {self.height_m:.2f} m: "
                "does somebody stand below it, or is height_m wrong?"
            )
        if spread_m > _MOVES_M:
            raise SensorError(f"{self.name} can't measure the floor: something moves below it")
        edge_m = 0.0 if self.most_m is None else floor_m - self.most_m
        return _Zone(floor_m - self.least_m, floor_m + _OFF_M, edge_m, now_s)

    def _is_blind(self) -> SensorError:
        return SensorError(
            f"{self.name} has had no echo of the floor for {_BLIND_S:.0f} s: is it covered, or in the sun?"
        )


def _floor(readings: list[float | None], ambient: list[float]) -> Floor:
    echoes = sorted(reading for reading in readings if reading is not None)
    has_floor = len(echoes) > _FLOOR_SAMPLES // 2
    return Floor(
        distance_m=median(echoes) if has_floor else None,
        spread_m=echoes[3 * len(echoes) // 4] - echoes[len(echoes) // 4] if has_floor else 0.0,
        echoes=len(echoes) / len(readings),
        ambient_kcps=median(ambient),
    )
