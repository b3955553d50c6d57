"""How people move: a Kalman filter of nearly constant velocity, many people at once."""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from counter.geometry import Bools, Floats, Ints

_MOVING_SIGMAS: Final = 2.5
"""Someone surely moves when their speed is so many times its standard deviation."""


@dataclass(frozen=True, slots=True)
class TrackingParameters:
    """How people move and how well they are seen. Lengths are in units; the defaults are for metres.

    Attributes:
        noise: standard deviation of a point from where the person stands.
        speed: standard deviation of a newcomer's velocity on each axis, units/s.
        restless: how quickly velocity changes: the variance that it gains each second, (units/s)^2/s.
        near: how far from where they should be someone may be and still be the same person, at once.
        drift: how fast that distance grows while the person is not seen, units/s.
        top_speed: nobody is faster, units/s.
        still: who is slower stands or sits, units/s.
        min_sights: a track seen less often is not reported; one less is enough where frames are rare.
        min_age_s: nor one seen for a shorter time, in seconds.
        max_coast_s: how long someone moving may be hidden and still be the same person, in seconds.
        still_coast_s: the same for someone who stood or sat. Below 10: nothing older may be kept.
    """

    noise: float = 0.1
    speed: float = 1.2
    restless: float = 0.5
    near: float = 0.35
    drift: float = 0.5
    top_speed: float = 3.0
    still: float = 0.3
    min_sights: int = 4
    min_age_s: float = 0.25
    max_coast_s: float = 3.0
    still_coast_s: float = 8.0

    def scaled(self, units_per_metre: float) -> Self:
        """Return what these settings, in metres, are in units."""
        return replace(
            self,
            noise=self.noise * units_per_metre,
            speed=self.speed * units_per_metre,
            restless=self.restless * units_per_metre**2,
            near=self.near * units_per_metre,
            drift=self.drift * units_per_metre,
            top_speed=self.top_speed * units_per_metre,
            still=self.still * units_per_metre,
        )


class KalmanFilter:
    """Where n people were seen last and how they moved, one row each.

    Attributes:
        points: shape (n, 2), the estimated place at the last sight, in units.
        velocities: shape (n, 2), units/s.
        spreads: shape (n, 3), variance of place, covariance of place and velocity, variance of velocity, on
            each axis alike.
    """

    def __init__(self, tracking: TrackingParameters) -> None:
        self._tracking = tracking
        self.points: Floats = np.empty((0, 2))
        self.velocities: Floats = np.empty((0, 2))
        self.spreads: Floats = np.empty((0, 3))

    def predicted(self, ahead_s: Floats, hidden: Bools) -> Floats:
        """Return where each person should be `ahead_s`, shape (n,), after the last sight: shape (n, 2).

        Who stands is expected to stay, and so is who is `hidden`, shape (n,), unless they were surely moving.
        """
        goes = np.where(hidden, self.is_moving(), ~self.is_still())
        return np.asarray(self.points + self.velocities * (ahead_s * goes)[:, None], dtype=np.float64)

    def is_moving(self) -> Bools:
        """Return who is surely on the move: shape (n,)."""
        speeds_2 = self._speeds_2()
        moves = (speeds_2 >= self._tracking.still**2) & (speeds_2 > _MOVING_SIGMAS**2 * self.spreads[:, 2])
        return np.asarray(moves, dtype=np.bool_)

    def is_still(self) -> Bools:
        """Return who stands or sits: shape (n,)."""
        return np.asarray(self._speeds_2() < self._tracking.still**2, dtype=np.bool_)

    def _speeds_2(self) -> Floats:
        x, y = self.velocities.T
        return np.asarray(x * x + y * y, dtype=np.float64)

    def begin(self, points: Floats) -> None:
        """Add people seen for the first time at `points`, shape (k, 2)."""
        spread = (self._tracking.noise**2, 0.0, self._tracking.speed**2)
        self.add(points, np.zeros_like(points), np.tile(spread, (len(points), 1)))

    def add(self, points: Floats, velocities: Floats, spreads: Floats) -> None:
        """Add people of known motion."""
        self.points = np.vstack((self.points, points))
        self.velocities = np.vstack((self.velocities, velocities))
        self.spreads = np.vstack((self.spreads, spreads))

    def keep(self, kept: Bools) -> None:
        """Drop everyone else."""
        self.points, self.velocities, self.spreads = self.points[kept], self.velocities[kept], self.spreads[kept]

    def correct(self, rows: Ints, ahead_s: Floats, seen: Floats) -> None:
        """Take in where the people of `rows` are seen, `ahead_s` after their last sight; shapes (k,), (k,), (k, 2)."""
        place, both, velocity = self.spreads[rows].T
        gained = self._tracking.restless * ahead_s
        place = place + ahead_s * (2 * both + ahead_s * velocity) + gained * ahead_s**2 / 3
        both = both + ahead_s * velocity + gained * ahead_s / 2
        velocity = velocity + gained
        sure = 1 / (place + self._tracking.noise**2)
        expected = self.points[rows] + self.velocities[rows] * ahead_s[:, None]
        off = seen - expected
        self.points[rows] = expected + (place * sure)[:, None] * off
        self.velocities[rows] += (both * sure)[:, None] * off
        self.spreads[rows] = np.column_stack(
            (place * (1 - place * sure), both * (1 - place * sure), velocity - both**2 * sure)
        )
