"""Where everyone is at a moment, at the price of a few small array operations."""

from dataclasses import dataclass, field
from typing import Final, Self

from counter.geometry import Floats
from sim.people import HOUR_MS, MINUTE_MS, Maker, Paths, joined
from sim.world import LONGEST_S, World

_HOURS_KEPT: Final = 8
"""Hours of people kept; a moment needs at most three."""


@dataclass(slots=True)
class Crowd:
    """Everyone in the world. Any time may be asked for, in any order; memory is bounded.

    Attributes:
        maker: makes the people of an hour.
        hours: the people of the hours that are kept, at most eight, by their numbers since 1970.
    """

    maker: Maker
    hours: dict[int, Paths] = field(default_factory=dict)
    _minute: int = -1
    _present: Paths | None = None

    @classmethod
    def of(cls, world: World, seed: int) -> Self:
        """Make the crowd of `world` and `seed`."""
        return cls(Maker.of(world, seed))

    def positions(self, at_ms: int) -> Floats:
        """Return where everyone is at a moment; shape (n, 2), metres.

        The rows keep their order within a minute, and whoever comes or goes leaves the order of the rest.
        """
        minute = at_ms // MINUTE_MS
        if self._present is None or minute != self._minute:
            self._minute, self._present = minute, self.paths(minute * MINUTE_MS, (minute + 1) * MINUTE_MS)
        return self._present.at(at_ms)

    def paths(self, from_ms: int, to_ms: int) -> Paths:
        """Return the paths of those in the world at some time of [from_ms, to_ms)."""
        first, last = (from_ms - LONGEST_S * 1000) // HOUR_MS, (to_ms - 1) // HOUR_MS
        return joined([self._hour(hour).between(from_ms, to_ms) for hour in range(first, last + 1)])

    def arrivals(self, from_ms: int, to_ms: int) -> Paths:
        """Return the paths of those who come in [from_ms, to_ms), both whole hours; kept nowhere."""
        return joined([self.maker.people(hour) for hour in range(from_ms // HOUR_MS, to_ms // HOUR_MS)])

    def _hour(self, hour: int) -> Paths:
        if hour not in self.hours:
            while len(self.hours) >= _HOURS_KEPT:
                del self.hours[next(iter(self.hours))]
            self.hours[hour] = self.maker.people(hour)
        return self.hours[hour]
