"""People who meet, overtake and mix near a line: drawn worlds with truth, in 24 families.

Lengths are metres, times seconds around the meeting; a frame comes every 0.1 s, feet are found to 5 cm, and 47 pixels
make a metre. People walk at a nearly constant velocity (`RESTLESS`). The line lies at x = 0, forward is towards +x.
Some are hidden for a while, and some share a box with another. Half of the worlds are mirrored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from counter.counting.tally import Tally
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.detections import Detections
from counter.geometry import Bools, Floats, LineGeometry
from tests.support.counter.frame_times import Chance
from tests.support.counter.tracks import START_MS, count

PIXELS_PER_M: Final = 47.0
STEP_S: Final = 0.1
NOISE_M: Final = 0.05
RESTLESS: Final = 0.02
"""What the variance of a walker's velocity gains each second, (m/s)^2/s."""
_HALF_S: Final = 6.0
IN_VIEW_M: Final = 4.0
_MIDDLE: Final = np.array((320.0, 240.0))
LINE: Final = LineGeometry("line", ((320.0, 0.0), (320.0, 480.0)), (640.0, 240.0), band=0.3 * PIXELS_PER_M)
TIMES_S: Final[Floats] = np.arange(-_HALF_S, _HALF_S, STEP_S)


@dataclass(slots=True)
class Person:
    """Where someone is, shape (times, 2), and whether they are seen, shape (times,)."""

    places: Floats
    seen: Bools

    @property
    def crosses(self) -> int:
        """Return 1 for who ends further along than they began, across the line; -1 for back; else 0."""
        first, last = self.places[self._in_view][[0, -1], 0] > 0
        return int(last) - int(first)

    @property
    def _in_view(self) -> Bools:
        return np.asarray(np.abs(self.places[:, 0]) <= IN_VIEW_M, dtype=np.bool_)

    def hidden(self, from_s: float, to_s: float) -> "Person":
        """Return the same person, not seen for a while."""
        return Person(self.places, self.seen & ((from_s > TIMES_S) | (to_s < TIMES_S)))

    def shown(self) -> Bools:
        """Return in which frames they would be found alone."""
        return self.seen & self._in_view


@dataclass(slots=True)
class Meeting:
    """One world. `merged` are pairs of people, and from when to when they share a box."""

    people: list[Person]
    merged: list[tuple[int, int, float, float]] = field(default_factory=list)

    @property
    def truth(self) -> tuple[int, int]:
        """Return how many crossed forward, and backward."""
        ways = [person.crosses for person in self.people]
        return ways.count(1), ways.count(-1)

    def mirrored(self) -> "Meeting":
        people = [Person(one.places * (-1.0, 1.0), one.seen) for one in self.people]
        return Meeting(people, self.merged)

    def sights(self, chance: Chance) -> Iterator[tuple[list[int], Floats]]:
        """Yield of each frame whom its points show (-1: two in one box), and the points, shape (n, 2), in metres."""
        noise = chance.normal(0.0, NOISE_M, (len(TIMES_S), len(self.people), 2))
        shown = [person.shown() for person in self.people]
        for frame, at_s in enumerate(TIMES_S.tolist()):
            found = {
                who: person.places[frame] + noise[frame, who]
                for who, person in enumerate(self.people)
                if shown[who][frame]
            }
            points, names = [], []
            for one, other, from_s, to_s in self.merged:
                if from_s <= at_s <= to_s and one in found and other in found:
                    points.append((found.pop(one) + found.pop(other)) / 2)
                    names.append(-1)
            order = chance.permutation(len(found)).tolist()
            whom = [list(found)[place] for place in order]
            yield names + whom, np.array(points + [found[who] for who in whom], dtype=np.float64).reshape(-1, 2)


def tally(version: CountingVersion = COUNTING_VERSION) -> Tally:
    """Return a tally of the line."""
    return Tally([LINE], [], flow_period_s=60, setup="test", units_per_metre=PIXELS_PER_M, version=version)


def frames(meeting: Meeting, seed: Sequence[int]) -> list[Detections]:
    """Return what is seen of a meeting."""
    sights = meeting.sights(np.random.default_rng([*seed, 1]))
    return [
        Detections(START_MS + round(place * STEP_S * 1000), points * PIXELS_PER_M + _MIDDLE)
        for place, (_, points) in enumerate(sights)
    ]


def counted(meeting: Meeting, seed: Sequence[int], version: CountingVersion = COUNTING_VERSION) -> tuple[int, int]:
    """Return the net crossings that a tally counts, forward and backward."""
    return count(frames(meeting, seed), tally(version)).net


def drawn(family: str, seed: int) -> tuple[Meeting, tuple[int, int]]:
    """Return the world of a family and a seed, and the seeds of what is seen of it."""
    number = list(FAMILIES).index(family)
    chance = np.random.default_rng([seed, number])
    meeting = FAMILIES[family](chance)
    return meeting.mirrored() if chance.random() < 1 / 2 else meeting, (seed, number)


# Families ---------------------------------------------------------------------------------------------------------

Place = tuple[float, float]
BEFORE: Final[Place] = (-1.0, -0.5)
ON: Final[Place] = (-0.25, 0.25)
BEHIND: Final[Place] = (0.5, 1.0)


def _walker(chance: Chance, at: Place, way: Place, speed_m_s: float | None = None) -> Person:
    """Return someone who is at a place in the moment of the meeting, and walks that way."""
    speed = float(chance.normal(1.1, 0.1)) if speed_m_s is None else speed_m_s
    middle = len(TIMES_S) // 2
    steps = chance.normal(0.0, np.sqrt(RESTLESS * STEP_S), (len(TIMES_S), 2))
    drift = np.cumsum(steps, axis=0)
    velocities = speed * np.array(way) / np.hypot(*way) + drift - drift[middle]
    ways = np.cumsum(velocities, axis=0) * STEP_S
    return Person(np.array(at) + ways - ways[middle], np.ones(len(TIMES_S), dtype=np.bool_))


def _two(chance: Chance, where: Place, aside_m: Place = (0.0, 0.3)) -> tuple[Person, Person]:
    """Return two who walk towards each other, and pass so far beside each other."""
    x, y = float(chance.uniform(*where)), float(chance.uniform(-1.0, 1.0))
    aside = float(chance.uniform(*aside_m)) * (1 if chance.random() < 1 / 2 else -1)
    return _walker(chance, (x, y), (1.0, 0.0)), _walker(chance, (x, y + aside), (-1.0, 0.0))


def _in_turn(where: Place, before_s: Place, after_s: Place) -> Callable[[Chance], Meeting]:
    """One is hidden until they meet, the other from then on."""

    def draw(chance: Chance) -> Meeting:
        one, other = _two(chance, where)
        hidden = one.hidden(-float(chance.uniform(*before_s)), 0.0)
        return Meeting([hidden, other.hidden(0.0, float(chance.uniform(*after_s)))])

    return draw


def _seen(where: Place, aside_m: Place) -> Callable[[Chance], Meeting]:
    return lambda chance: Meeting([*_two(chance, where, aside_m)])


def _hidden(where: Place, one_s: Place, other_s: Place | None = None, aside_m: Place = (0.0, 0.3)) -> "Draw":
    """One is hidden for a time around the meeting, or both are."""

    def draw(chance: Chance) -> Meeting:
        one, other = _two(chance, where, aside_m)
        return Meeting([_around(chance, one, one_s), _around(chance, other, other_s) if other_s else other])

    return draw


def _around(chance: Chance, person: Person, length_s: Place) -> Person:
    length, part = float(chance.uniform(*length_s)), float(chance.uniform(0.3, 0.7))
    return person.hidden(-part * length, (1 - part) * length)


def _one_box(where: Place, length_s: Place) -> "Draw":
    """They share a box for a while."""

    def draw(chance: Chance) -> Meeting:
        half_s = float(chance.uniform(*length_s)) / 2
        return Meeting([*_two(chance, where)], [(0, 1, -half_s, half_s)])

    return draw


def _overtaking(where: Place, *, one_box: bool) -> "Draw":
    """A quick one passes a slow one, who is hidden for a while or shares the box."""

    def draw(chance: Chance) -> Meeting:
        x, aside = float(chance.uniform(*where)), float(chance.uniform(-0.4, 0.4))
        quick = _walker(chance, (x, 0.0), (1.0, 0.0), float(chance.uniform(1.5, 1.8)))
        slow = _walker(chance, (x, aside), (1.0, 0.0), float(chance.uniform(0.7, 1.0)))
        if one_box:
            half_s = float(chance.uniform(0.2, 0.5))
            return Meeting([quick, slow], [(0, 1, -half_s, half_s)])
        return Meeting([quick, _around(chance, slow, (0.5, 1.5))])

    return draw


def _along(chance: Chance) -> Meeting:
    """One crosses, another walks along the line beside it; one of them is hidden around their meeting."""
    x = float(chance.uniform(0.45, 0.9)) * (1 if chance.random() < 1 / 2 else -1)
    across, along = _walker(chance, (x, 0.0), (1.0, 0.0)), _walker(chance, (x, 0.2), (0.0, 1.0))
    along.places[:, 0] = x + (along.places[:, 0] - x) * 0.1
    people = [_around(chance, across, (0.4, 1.0)), along]
    return Meeting(people if chance.random() < 1 / 2 else [across, _around(chance, along, (0.4, 1.0))])


def _three(chance: Chance) -> Meeting:
    """One meets two who walk one behind the other, and is hidden at each of them."""
    x = float(chance.uniform(-1.0, 1.0))
    first, against = _two(chance, (x, x))
    behind = _walker(chance, (x - float(chance.uniform(0.7, 1.2)), 0.0), (1.0, 0.0))
    behind.places[:, 1] += first.places[len(TIMES_S) // 2, 1]
    return Meeting([first.hidden(-0.3, 0.0), behind, against.hidden(0.0, float(chance.uniform(0.3, 1.0)))])


def _groups(forward: int, backward: int) -> "Draw":
    """Two groups walk through each other; who is behind another is hidden for a while."""

    def draw(chance: Chance) -> Meeting:
        x = float(chance.uniform(-1.0, 1.0))
        people = []
        for size, way in ((forward, 1.0), (backward, -1.0)):
            speed = float(chance.normal(1.1, 0.1))
            for place in range(size):
                at = x - way * float(chance.uniform(0.0, 0.8)), 0.6 * (place - (size - 1) / 2)
                one = _walker(chance, (at[0], at[1] + float(chance.uniform(-0.1, 0.1))), (way, 0.0), speed)
                begin_s = float(chance.uniform(-0.6, 0.3))
                seen = chance.random() < 1 / 2
                people.append(one if seen else one.hidden(begin_s, begin_s + float(chance.uniform(0.3, 0.8))))
        return Meeting(people)

    return draw


def _mixing(chance: Chance) -> Meeting:
    """Five walk the same way and change places: each is hidden once."""
    people = []
    for place in range(5):
        at = float(chance.uniform(-0.8, 0.8)), 0.4 * (place - 2)
        way = (1.0, float(chance.uniform(-0.25, 0.25)))
        people.append(_around(chance, _walker(chance, at, way), (0.3, 1.2)))
    return Meeting(people)


def _pair_in_one_box(chance: Chance) -> Meeting:
    """One meets two side by side, and shares the box of one of them."""
    one, against = _two(chance, (-0.8, 0.8))
    off = float(chance.uniform(-0.2, 0.2)), float(chance.choice((-0.7, 0.7)))
    beside = Person(one.places + np.array(off), one.seen)
    half_s = float(chance.uniform(0.2, 0.5))
    return Meeting([one, beside, against], [(0, 2, -half_s, half_s)])


def _turning(chance: Chance) -> Meeting:
    """One steps over the line and turns back while another passes; one of them is hidden at the turn."""
    one, other = _two(chance, (0.4, 0.8), (0.3, 0.6))
    after = TIMES_S > 0
    middle = one.places[len(TIMES_S) // 2]
    one.places[after] = middle + (middle - one.places[after]) * (1.0, -1.0)
    people = [one, _around(chance, other, (0.3, 0.8))]
    return Meeting(people if chance.random() < 1 / 2 else [_around(chance, one, (0.3, 0.6)), other])


def _standing(chance: Chance) -> Meeting:
    """One stands half a metre to a metre before the line, and is hidden by another who passes."""
    x = float(chance.uniform(-1.0, -0.5))
    stands = Person(np.tile((x, 0.0), (len(TIMES_S), 1)), np.ones(len(TIMES_S), dtype=np.bool_))
    passes = _walker(chance, (x, float(chance.uniform(0.2, 0.5))), (float(chance.choice((-1.0, 1.0))), 0.0))
    return Meeting([_around(chance, stands, (0.4, 1.5)), passes])


Draw = Callable[[Chance], Meeting]
FAMILIES: Final[dict[str, Draw]] = {
    "before the line, hidden in turn": _in_turn(BEFORE, (0.3, 0.5), (0.5, 0.8)),
    "behind the line, hidden in turn": _in_turn(BEHIND, (0.3, 0.5), (0.5, 0.8)),
    "on the line, hidden in turn": _in_turn(ON, (0.3, 0.5), (0.5, 0.8)),
    "before the line, hidden in turn, up to 2 s": _in_turn(BEFORE, (0.5, 1.0), (1.0, 2.0)),
    "before the line, in view": _seen(BEFORE, (0.1, 0.4)),
    "on the line, in view, in each other's way": _seen(ON, (0.0, 0.1)),
    "before the line, one hidden up to 2 s": _hidden(BEFORE, (1.0, 2.0)),
    "behind the line, one hidden up to 2 s": _hidden(BEHIND, (1.0, 2.0)),
    "before the line, both hidden": _hidden(BEFORE, (0.5, 1.0), (0.5, 1.0)),
    "on the line, both hidden up to 2 s": _hidden(ON, (1.0, 2.0), (1.0, 2.0)),
    "before the line, beside each other": _hidden(BEFORE, (0.5, 1.0), None, (0.5, 0.9)),
    "before the line, one box": _one_box(BEFORE, (0.4, 1.0)),
    "on the line, one box": _one_box(ON, (0.4, 1.0)),
    "behind the line, one box up to 2 s": _one_box(BEHIND, (1.0, 2.0)),
    "along the line": _along,
    "overtaking, hidden": _overtaking((-0.6, 0.6), one_box=False),
    "overtaking, one box": _overtaking((-0.6, 0.6), one_box=True),
    "three, one against two": _three,
    "groups of two": _groups(2, 2),
    "groups of five": _groups(3, 2),
    "five mixing": _mixing,
    "two and one in one box": _pair_in_one_box,
    "one turns back": _turning,
    "one stands": _standing,
}
