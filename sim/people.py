"""People: each a path of straight pieces through the world, made from the seed and the hour they came in.

An hour's people depend on nothing but the world, the seed and the hour's number, so that any program can make
the same ones at any time without going through what came before.
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from counter.geometry import Bools, Floats, Ints
from sim.rhythm import HOUR_S, MINUTES_AN_HOUR, Rhythm
from sim.world import FASTEST_M_S, SLOWEST_M_S, World

_PEOPLE_STREAM: Final = 2
_WALK_MEAN_M_S: Final = 1.3
_WALK_SD_M_S: Final = 0.2
_PAIR_HALF_M: Final = 0.3
"""Half of the distance between two people who walk side by side, metres."""
_SWAY_M: Final = 0.04
_SWAY_HZ: Final = 0.9
MINUTE_MS: Final = 60_000
HOUR_MS: Final = HOUR_S * 1000


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of n people, each of b breakpoints, with straight and even motion between two of them.

    Attributes:
        times_ms: shape (n, b), UTC milliseconds, rising or equal within a row; equal ones pad a short path.
        points: shape (n, b, 2), metres.
        phases: shape (n,), where in the sway of walking each person is, 0..1.
    """

    times_ms: Floats
    points: Floats
    phases: Floats

    def __len__(self) -> int:
        """Return n."""
        return len(self.phases)

    def only(self, chosen: Bools | Ints) -> Self:
        """Return the chosen people."""
        return type(self)(self.times_ms[chosen], self.points[chosen], self.phases[chosen])

    def between(self, from_ms: float, to_ms: float) -> Self:
        """Return the people who are in the world at some time of [from_ms, to_ms)."""
        return self.only((self.times_ms[:, 0] < to_ms) & (self.times_ms[:, -1] > from_ms))

    def at(self, at_ms: float) -> Floats:
        """Return where those in the world at a moment are, in the order of the rows; shape (m, 2), metres."""
        there = np.flatnonzero((self.times_ms[:, 0] <= at_ms) & (self.times_ms[:, -1] > at_ms))
        piece = (self.times_ms[there] <= at_ms).sum(axis=1) - 1
        begin_ms, end_ms = self.times_ms[there, piece], self.times_ms[there, piece + 1]
        begin, way = self.points[there, piece], self.points[there, piece + 1] - self.points[there, piece]
        done = (at_ms - begin_ms) / (end_ms - begin_ms)
        place = begin + done[:, None] * way + self._sway(there, at_ms, way)
        return np.asarray(place)

    def _sway(self, rows: Ints, at_ms: float, way: Floats) -> Floats:
        """Return how far to the side the swaying of a walk takes each of the rows; none who stand still."""
        walked_s = (at_ms - self.times_ms[rows, 0]) / 1000
        swing_m = _SWAY_M * np.sin(2 * np.pi * (_SWAY_HZ * walked_s + self.phases[rows]))
        length_m = np.hypot(way[:, 0], way[:, 1])
        aside = np.divide(swing_m, length_m, out=np.zeros_like(swing_m), where=length_m > 0)
        return np.column_stack((-aside * way[:, 1], aside * way[:, 0]))


def joined(parts: list[Paths]) -> Paths:
    """Return the people of all parts; there must be at least one part."""
    return Paths(
        np.concatenate([part.times_ms for part in parts]),
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.phases for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the people of any hour of one world.

    Attributes:
        rhythm: when people come and which way they go.
        seed: which of all possible crowds.
        stops: shape (routes, k): the places of each route as row numbers of the arrays below; the last one
            repeated where a route has fewer.
        count: shape (routes,): how many of them are real.
        boxes: shape (places, 4).
        lane: shape (places,).
        stop: shape (places, 4): share of those who stop, logarithm of the median, sigma, longest stop.
    """

    rhythm: Rhythm
    seed: int
    stops: Ints
    count: Ints
    boxes: Floats
    lane: Bools
    stop: Floats

    @classmethod
    def of(cls, world: World, seed: int) -> Self:
        """Make the maker of `world` and `seed`."""
        number = {name: place for place, name in enumerate(world.places)}
        longest = max(len(route.stops) for route in world.routes)
        padded = [route.stops + route.stops[-1:] * (longest - len(route.stops)) for route in world.routes]
        places = list(world.places.values())
        return cls(
            rhythm=Rhythm.of(world),
            seed=seed,
            stops=np.array([[number[stop] for stop in stops] for stops in padded]),
            count=np.array([len(route.stops) for route in world.routes]),
            boxes=np.array([place.box for place in places]),
            lane=np.array([place.lane for place in places]),
            stop=np.array([(p.stop_share, np.log(p.stop_median_s), p.stop_sigma, p.stop_max_s) for p in places]),
        )

    def people(self, hour: int) -> Paths:
        """Return the people who come in a UTC hour (its number since 1970)."""
        chance = np.random.default_rng([self.seed, _PEOPLE_STREAM, hour])
        pairs = self.rhythm.world.pair_share
        parties = chance.poisson(self.rhythm.people_a_minute(hour, self.seed) / (1 + pairs))
        n = int(parties.sum())
        minutes = np.repeat(np.arange(MINUTES_AN_HOUR), parties) + chance.random(n)
        routes = chance.choice(len(self.stops), size=n, p=self.rhythm.route_shares(hour))
        points = self._points(chance, routes)
        times_ms = self._times(chance, routes, points) + (hour * HOUR_MS + minutes * MINUTE_MS)[:, None]
        alone = Paths(times_ms, np.repeat(points, 2, axis=1), chance.random(n))
        return _with_partners(chance, alone, chance.random(n) < pairs)

    def _points(self, chance: np.random.Generator, routes: Ints) -> Floats:
        """Return a point in each place of each route; shape (n, k, 2)."""
        places = self.stops[routes]
        shares = chance.random((*places.shape, 2))
        own = np.broadcast_to(chance.random((len(routes), 1)), places.shape)
        shares[..., 1] = np.where(self.lane[places], own, shares[..., 1])
        boxes = self.boxes[places]
        points = boxes[..., :2] + shares * (boxes[..., 2:] - boxes[..., :2])
        last = np.minimum(np.arange(places.shape[1]), self.count[routes][:, None] - 1)
        return np.asarray(np.take_along_axis(points, last[..., None], axis=1))

    def _times(self, chance: np.random.Generator, routes: Ints, points: Floats) -> Floats:
        """Return when each place is reached and left, milliseconds from the start; shape (n, 2 k)."""
        speed_m_s = chance.normal(_WALK_MEAN_M_S, _WALK_SD_M_S, len(routes)).clip(SLOWEST_M_S, FASTEST_M_S)
        way_m = np.hypot(*np.moveaxis(np.diff(points, axis=1), -1, 0))
        spent_s = np.zeros((len(routes), 2 * points.shape[1]))
        spent_s[:, 2::2] = way_m / speed_m_s[:, None]
        spent_s[:, 1::2] = self._stops(chance, routes)
        return np.cumsum(spent_s, axis=1) * 1000

    def _stops(self, chance: np.random.Generator, routes: Ints) -> Floats:
        """Return how long each person stops in each place of the route, seconds; shape (n, k)."""
        places = self.stops[routes]
        share, median, sigma, longest_s = np.moveaxis(self.stop[places], -1, 0)
        stop_s = np.exp(median + sigma * chance.standard_normal(places.shape)).clip(max=longest_s)
        real = np.arange(places.shape[1]) < self.count[routes][:, None]
        return np.where((chance.random(places.shape) < share) & real, stop_s, 0.0)


def _with_partners(chance: np.random.Generator, alone: Paths, paired: Bools) -> Paths:
    """Give each paired person a partner beside them, on the same way at the same pace."""
    angle = chance.choice([-1.0, 1.0], len(alone)) * np.pi / 4
    half = np.where(paired[:, None], _PAIR_HALF_M * np.column_stack((np.cos(angle), np.sin(angle))), 0.0)
    first = Paths(alone.times_ms, alone.points - half[:, None], alone.phases)
    second = Paths(alone.times_ms, alone.points + half[:, None], (alone.phases + 0.5) % 1)
    return joined([first, second.only(paired)])
