"""Situations of people under a thermal array, drawn: alone, at the rim, side by side, meeting, following, overtaking.

People differ in height, clothes, hats and speed. Whoever is counted must walk where people are found: in the width of
the line that the array sees, less the tenth at each of its ends that nobody uses.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.virtual_arrays import START_MS, Kind, count, detections_in, frames
from bench.virtual_doorways import Walk, truth, walk
from counter.detections import Detections
from counter.sources.thermal.spots import Optics
from sim.bodies import Appearance

SLOW_M_S, FAST_M_S = 0.5, 2.0
"""Speeds of people, metres/s."""
_ENDS = 0.8
"""Part of the line's width that people use."""
_PAUSE_S = 3.0
"""Between two scenes."""
_OUTSIDE_M = 1.2
"""Walks begin and end so far outside of what is seen."""


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of array at a height."""

    kind: Kind
    height_m: float

    @property
    def half_m(self) -> float:
        """How far from the middle people may walk."""
        view = Optics.of(self.kind.shape, self.kind.field_deg, self.height_m).view
        return _ENDS * (view.outer or view.inner)[2]

    @property
    def reach_m(self) -> float:
        """How far before and behind the line walks go."""
        view = Optics.of(self.kind.shape, self.kind.field_deg, self.height_m).view
        return (view.outer or view.inner)[3] + _OUTSIDE_M


Scene = Callable[[Place, np.random.Generator], list[Walk]]


def looks(chance: np.random.Generator) -> Appearance:
    """Return an adult of 1.5 to 1.95 m, in clothes and perhaps a hat."""
    tall = float(np.clip(chance.normal(1.70, 0.10), 1.50, 1.95)) / 1.72
    return Appearance(tall, float(chance.uniform(0.5, 1.2)), float(chance.uniform(0.5, 1.3)))


def somebody(  # noqa: PLR0913 - a straight way has so many properties
    place: Place,
    chance: np.random.Generator,
    across: float,
    *,
    at_s: float = 0.0,
    speed: float | None = None,
    forward: bool = True,
) -> Walk:
    """Return a walk over the line at a moment."""
    speed = float(chance.uniform(SLOW_M_S, FAST_M_S)) if speed is None else speed
    phase_m = float(chance.uniform(-0.7, 0.7))
    made = walk(
        0.0,
        across=across,
        speed=speed,
        forward=forward,
        phase_m=phase_m,
        reach_m=place.reach_m + 0.7,
        looks=looks(chance),
    )
    crosses_s = (place.reach_m + 0.7 + (-phase_m if forward else phase_m)) / speed
    return Walk(made.times_s + at_s - crosses_s, made.points, made.build, made.looks)


def alone(place: Place, chance: np.random.Generator) -> list[Walk]:
    """Return one person, anywhere in the width."""
    across = float(chance.uniform(-place.half_m, place.half_m))
    return [somebody(place, chance, across, forward=bool(chance.integers(2)))]


def at_rim(place: Place, chance: np.random.Generator) -> list[Walk]:
    """Return one person within 10 cm of the width's end."""
    across = place.half_m - float(chance.uniform(0, 0.1))
    return [somebody(place, chance, across * chance.choice((-1, 1)), forward=bool(chance.integers(2)))]


def _pair(place: Place, chance: np.random.Generator, apart_m: float) -> tuple[float, float]:
    room = max(place.half_m - apart_m / 2, 0.0)
    middle = float(chance.uniform(-room, room))
    side = float(chance.choice((-1, 1)))
    return middle - side * apart_m / 2, middle + side * apart_m / 2


def abreast(low_m: float, high_m: float) -> Scene:
    """Return scenes of two who walk side by side, so far apart, in step or up to 0.3 m behind."""

    def scene(place: Place, chance: np.random.Generator) -> list[Walk]:
        one, other = _pair(place, chance, float(chance.uniform(low_m, high_m)))
        speed, forward = float(chance.uniform(SLOW_M_S, FAST_M_S)), bool(chance.integers(2))
        behind_s = float(chance.uniform(0, 0.3)) / speed
        return [
            somebody(place, chance, one, speed=speed, forward=forward),
            somebody(place, chance, other, at_s=behind_s, speed=speed, forward=forward),
        ]

    return scene


def meeting(low_m: float, high_m: float) -> Scene:
    """Return scenes of two who pass each other so far apart, within a metre of the line."""

    def scene(place: Place, chance: np.random.Generator) -> list[Walk]:
        one, other = _pair(place, chance, float(chance.uniform(low_m, high_m)))
        speeds = [float(chance.uniform(SLOW_M_S, FAST_M_S)) for _ in range(2)]
        late_s = float(chance.uniform(-1, 1)) / min(speeds)
        return [
            somebody(place, chance, one, speed=speeds[0]),
            somebody(place, chance, other, at_s=late_s, speed=speeds[1], forward=False),
        ]

    return scene


def following(low_m: float, high_m: float) -> Scene:
    """Return scenes of two, one so far behind the other, at the same speed."""

    def scene(place: Place, chance: np.random.Generator) -> list[Walk]:
        across = float(chance.uniform(-place.half_m, place.half_m))
        other = float(np.clip(across + chance.uniform(-0.2, 0.2), -place.half_m, place.half_m))
        speed, forward = float(chance.uniform(SLOW_M_S, FAST_M_S)), bool(chance.integers(2))
        behind_s = float(chance.uniform(low_m, high_m)) / speed
        return [
            somebody(place, chance, across, speed=speed, forward=forward),
            somebody(place, chance, other, at_s=behind_s, speed=speed, forward=forward),
        ]

    return scene


def overtaking(place: Place, chance: np.random.Generator) -> list[Walk]:
    """Return one person who overtakes another near the line, 0.5 m to the side or more."""
    one, other = _pair(place, chance, float(chance.uniform(0.5, max(2 * place.half_m, 0.5))))
    slow, forward = float(chance.uniform(SLOW_M_S, 1.2)), bool(chance.integers(2))
    fast = float(chance.uniform(1.4, 1.8)) * slow
    late_s = float(chance.uniform(-0.5, 0.5)) / slow
    return [
        somebody(place, chance, one, speed=slow, forward=forward),
        somebody(place, chance, other, at_s=late_s, speed=fast, forward=forward),
    ]


SITUATIONS: dict[str, tuple[float, Scene]] = {
    "alone": (0.0, alone),
    "alone at the rim": (0.0, at_rim),
    "abreast 0.4-0.6 m": (0.6, abreast(0.4, 0.6)),
    "abreast 0.6-0.8 m": (0.8, abreast(0.6, 0.8)),
    "abreast 0.8-1.5 m": (1.2, abreast(0.8, 1.5)),
    "meeting 0.4-0.6 m": (0.6, meeting(0.4, 0.6)),
    "meeting 0.6-0.8 m": (0.8, meeting(0.6, 0.8)),
    "meeting 0.8-1.5 m": (1.2, meeting(0.8, 1.5)),
    "following 0.5-0.8 m": (0.0, following(0.5, 0.8)),
    "following 0.8-1.5 m": (0.0, following(0.8, 1.5)),
    "overtaking": (0.5, overtaking),
}
"""Each with the width that it needs, metres."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the people of some scenes.

    Attributes:
        people: how many crossed the line.
        missed: of these, by direction; `false` what was counted beyond them.
    """

    people: int
    missed: int
    false: int


def play(
    place: Place, scenes: Sequence[Sequence[Walk]], seed: int = 1, *, by_shape: bool = True
) -> Iterator[tuple[tuple[int, int], list[Detections]]]:
    """Yield of each scene how many cross the line, and what the array brought of it; it runs on between them."""
    walks: list[Walk] = []
    until_s: list[float] = []
    end_s = 0.0
    for scene in scenes:
        shift_s = end_s + _PAUSE_S - min(one.times_s[0] for one in scene)
        walks += [Walk(one.times_s + shift_s, one.points, one.build, one.looks) for one in scene]
        end_s = max(one.times_s[-1] for one in scene) + shift_s
        until_s.append(end_s + _PAUSE_S / 2)
    pictures = frames(place.kind, walks, place.height_m, seed=seed)
    seen = list(detections_in(place.kind, pictures, place.height_m, by_shape=by_shape))
    ends_ms = [START_MS + round(1000 * end) for end in until_s]
    of_scene = np.searchsorted(ends_ms, [one.at_ms for one in seen])
    for number, scene in enumerate(scenes):
        own = [one for one, its in zip(seen, of_scene, strict=True) if its == number and one.watched]
        yield truth(scene), own


def judge(place: Place, scenes: Sequence[Sequence[Walk]], seed: int = 1, *, by_shape: bool = True) -> Counted:
    """Return what is counted of scenes."""
    people = missed = false = 0
    for true, own in play(place, scenes, seed, by_shape=by_shape):
        counted = count(place.kind, own, place.height_m, by_shape=by_shape)
        people += sum(true)
        missed += sum(max(there - here, 0) for there, here in zip(true, counted, strict=True))
        false += sum(max(here - there, 0) for there, here in zip(true, counted, strict=True))
    return Counted(people, missed, false)


def scenes_of(name: str, place: Place, number: int, seed: int) -> list[list[Walk]]:
    """Return `number` scenes of a situation; none where it doesn't fit in the width."""
    width_m, draw = SITUATIONS[name]
    if width_m > 2 * place.half_m:
        return []
    chance = np.random.default_rng(seed)
    return [draw(place, chance) for _ in range(number)]
