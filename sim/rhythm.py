"""How many people come in which minute, and which way they go."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sim.world import World

MINUTES_AN_HOUR: Final = 60
HOUR_S: Final = 3600
_SATURDAY: Final = 5
_DAY_STREAM: Final = 1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The rhythm of a world, made ready for asking by the hour.

    Attributes:
        world: the world file.
        zone: the world's time zone.
        days: shape (7, 25): people an hour at the middle of each local hour, Monday first; the 25th is the
            first of the next day.
        weights: shape (routes, 24): how common a route is in each local hour.
        stays: shape (routes,): whether a route grows with the trend.
    """

    world: World
    zone: ZoneInfo
    days: NDArray[np.float64]
    weights: NDArray[np.float64]
    stays: NDArray[np.bool_]

    @classmethod
    def of(cls, world: World) -> Self:
        """Make the rhythm of `world`."""
        week = np.array([world.weekday] * 5 + [world.saturday, world.sunday], dtype=np.float64)
        return cls(
            world=world,
            zone=ZoneInfo(world.time_zone),
            days=np.column_stack((week, np.roll(week[:, 0], -1))),
            weights=np.array([[route.weight] for route in world.routes])
            * np.array([world.profiles[route.profile] for route in world.routes]),
            stays=np.array([route.stays for route in world.routes]),
        )

    def local(self, hour: int) -> datetime:
        """Return the local time at which the UTC hour number `hour` (since 1970) begins."""
        return datetime.fromtimestamp(hour * HOUR_S, UTC).astimezone(self.zone)

    def people_a_minute(self, hour: int, seed: int) -> NDArray[np.float64]:
        """Return the expected number of people for each of the 60 minutes of a UTC hour."""
        local = self.local(hour)
        minutes = local.minute + np.arange(MINUTES_AN_HOUR) + MINUTES_AN_HOUR * local.hour
        rates = self.days[local.weekday()]
        smooth = np.interp(minutes / MINUTES_AN_HOUR, np.arange(25) + 0.5, rates)
        return np.asarray(smooth * (self.day_factor(local.date(), seed) / MINUTES_AN_HOUR))

    def day_factor(self, day: date, seed: int) -> float:
        """Return by how much a local day differs from the usual one."""
        chance = np.random.default_rng([seed, _DAY_STREAM, day.toordinal()])
        usual = float(np.exp(self.world.day_sigma * chance.standard_normal()))
        return usual * (self.world.quiet_share if day in self.world.quiet_days else 1.0)

    def route_shares(self, hour: int) -> NDArray[np.float64]:
        """Return the probability of each route for arrivals of a UTC hour; shape (routes,)."""
        local = self.local(hour)
        weights = self.weights[:, local.hour] * np.where(self.stays, self.trend(local.date()), 1.0)
        total = weights.sum()
        return weights / total if total > 0 else np.full(len(weights), 1 / len(weights))

    def trend(self, day: date) -> float:
        """Return by how much staying has grown by a local day, within half and double."""
        weeks = (day - self.world.trend_from) / timedelta(weeks=1)
        return min(max(1 + self.world.trend_per_week * weeks, 0.5), 2.0)
