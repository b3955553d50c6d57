"""A doorway in a simulated world, and the sensors that may hang in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Final, Self

import numpy as np

from core.clock import Clock
from counter.geometry import Floats
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange
from sim.bodies import Beams, Parts, parts
from sim.crowd import Crowd
from sim.settings import SimulatedPlace
from sim.warmth import Warmth
from sim.world import load_world

_STEP_MS: Final = 10
"""How often a simulated beam is looked at: somebody who runs goes 4 cm in it."""
_NEAR_M: Final = 3.0
"""Who is further from the doorway than this isn't in it."""
_LATE_MS: Final = 1000
"""A reader who comes later than this finds only the last moments."""


@dataclass(frozen=True, slots=True)
class DoorwayPlace:
    """Where a doorway is in the world.

    Attributes:
        origin: one of its sides, metres of the world.
        across: shape (2,), unit vector to the other side.
        ahead: shape (2,), unit vector forward.
        width_m: between the sides.
    """

    origin: Floats
    across: Floats
    ahead: Floats
    width_m: float

    @classmethod
    def of(cls, settings: SimulatedPlace) -> Self:
        """Return the place that a device file names."""
        origin, end = np.array(settings.ends[0]), np.array(settings.ends[1])
        width_m = float(np.hypot(*(end - origin)))
        across = (end - origin) / width_m
        ahead = np.array([-across[1], across[0]])
        forward = float((np.array(settings.forward_towards) - origin) @ ahead)
        return cls(origin, across, ahead if forward > 0 else -ahead, width_m)

    def seen_from(self, points: Floats) -> Floats:
        """Return points of the world, shape (n, 2), in the doorway's coordinates, without those far from it."""
        way = points - self.origin
        own = np.column_stack((way @ self.across, way @ self.ahead))
        near = (abs(own[:, 1]) < _NEAR_M) & (abs(own[:, 0] - self.width_m / 2) < self.width_m / 2 + _NEAR_M)
        return np.asarray(own[near])


@dataclass(slots=True)
class SimulatedDoorway:
    """Bodies of a simulated world in one doorway."""

    place: DoorwayPlace
    crowd: Crowd

    @classmethod
    def of(cls, settings: SimulatedPlace) -> Self:
        """Open the world that a device file names. Raises WorldError."""
        return cls(DoorwayPlace.of(settings), Crowd.of(load_world(settings.world), settings.seed))

    def bodies(self, at_ms: int, *, from_middle: bool = False) -> Parts:
        """Return the bodies near the doorway at a moment, UTC milliseconds.

        `across` is counted from one side of the doorway, or from its middle.
        """
        points = self.place.seen_from(self.crowd.positions(at_ms))
        return parts(points - (self.place.width_m / 2, 0.0) if from_middle else points)


@dataclass(slots=True)
class SimulatedArray:
    """A thermal array over the middle of a simulated doorway, with a picture each `frame_s`; y is the way forward."""

    doorway: SimulatedDoorway
    warmth: Warmth
    frame_s: float
    clock: Clock
    _closed: Event = field(default_factory=Event)

    def next(self) -> Floats:
        """Wait for the next picture and return it, degrees Celsius."""
        self._closed.wait(self.frame_s)
        bodies = self.doorway.bodies(self.clock.now_ms(), from_middle=True)
        return self.warmth.picture(bodies)

    def close(self) -> None:
        """End a wait. Safe to call twice."""
        self._closed.set()


@dataclass(slots=True)
class SimulatedBeams:
    """Two beams in a simulated doorway, as channels."""

    doorway: SimulatedDoorway
    beams: Beams
    clock: Clock
    _sampled_ms: int | None = None
    _taken: tuple[bool, bool] = (False, False)
    _closed: Event = field(default_factory=Event)

    def next(self, timeout_s: float) -> Sequence[ChannelChange]:
        """Wait `timeout_s` seconds; return the changes since the last call."""
        self._closed.wait(timeout_s)
        now_ms, steady_ms = self.clock.now_ms(), self.clock.monotonic_s() * 1000
        begin_ms = now_ms if self._sampled_ms is None else self._sampled_ms
        if not 0 <= now_ms - begin_ms <= _LATE_MS:
            begin_ms = now_ms - _STEP_MS
        changes: list[ChannelChange] = []
        while begin_ms + _STEP_MS <= now_ms:
            begin_ms += _STEP_MS
            changes += self._sample(begin_ms, steady_ms - (now_ms - begin_ms))
        self._sampled_ms = begin_ms
        return changes

    def close(self) -> None:
        """End a wait. Safe to call twice."""
        self._closed.set()

    def _sample(self, at_ms: int, steady_ms: float) -> list[ChannelChange]:
        before, self._taken = self._taken, self.beams.taken(self.doorway.bodies(at_ms))
        return [
            ChannelChange(channel, self._taken[channel], steady_ms)
            for channel in (FIRST, SECOND)
            if before[channel] != self._taken[channel]
        ]
