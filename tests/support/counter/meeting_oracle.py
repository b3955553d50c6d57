"""Which of the drawn meetings can be told apart at all: a fixed judge, written before the counting that it judges.

It knows more than a counter: who is who before the first moment of doubt and after the last one, and how people of
these worlds move. It smooths each walk up to the doubt from its beginning, and down to it from its end, joins
the ends in the likeliest way, and looks at nothing in between. A world is tellable when that gives the true crossings.
"""

from itertools import permutations
from typing import Final

import numpy as np

from counter.geometry import Floats
from tests.support.counter.meetings import IN_VIEW_M, NOISE_M, RESTLESS, STEP_S, TIMES_S, Meeting

_NEAR_M: Final = 0.5
_APART_M_S: Final = 0.6
_UNKNOWN_M_S: Final = 1.2


def is_tellable(meeting: Meeting, seed: tuple[int, int]) -> bool:
    """Return whether the likeliest joining of what is seen before and after gives the true crossings."""
    from_s, to_s = doubt(meeting)
    if from_s > to_s:
        return True
    noise = np.random.default_rng([*seed, 2]).normal(0.0, NOISE_M, (len(meeting.people), len(TIMES_S), 2))
    before, after, begins_over, ends_over = [], [], [], []
    for person, off in zip(meeting.people, noise, strict=True):
        seen = person.shown()
        ends = seen & (from_s > TIMES_S), seen & (to_s < TIMES_S)
        if not all(end.any() for end in ends):
            return False
        places = person.places + off
        begins_over.append(places[seen][0, 0] > 0)
        ends_over.append(places[seen][-1, 0] > 0)
        before.append(_State.of(TIMES_S[ends[0]], places[ends[0]]))
        after.append(_State.of(-TIMES_S[ends[1]][::-1], places[ends[1]][::-1]))
    count = len(before)
    costs = np.array([[one.cost(other) for other in after] for one in before])
    best = min(permutations(range(count)), key=lambda order: float(costs[range(count), order].sum()))
    ways = [int(ends_over[other]) - int(begins_over[one]) for one, other in enumerate(best)]
    return (ways.count(1), ways.count(-1)) == meeting.truth


def doubt(meeting: Meeting) -> tuple[float, float]:
    """Return the first and the last moment at which someone is hidden, in a box with another, or near another's way."""
    doubtful = np.zeros(len(TIMES_S), dtype=np.bool_)
    for place, person in enumerate(meeting.people):
        inside = np.abs(person.places[:, 0]) <= IN_VIEW_M
        doubtful |= inside & ~person.seen
        for other in meeting.people[:place]:
            apart = np.hypot(*(person.places - other.places).T)
            ways = np.gradient(person.places - other.places, STEP_S, axis=0)
            doubtful |= inside & (apart < _NEAR_M) & (np.hypot(*ways.T) > _APART_M_S)
    for _, _, from_s, to_s in meeting.merged:
        doubtful |= (from_s <= TIMES_S) & (to_s >= TIMES_S)
    found = TIMES_S[doubtful]
    return (float(found[0]), float(found[-1])) if len(found) else (0.0, -1.0)


class _State:
    """Where someone is at the last of some sights, and how fast: `mean` (2, 2) of place and velocity, `spread` (2, 2).

    Times may be negated ones of a walk that is gone through from its end: the velocity is then negated as well.
    """

    def __init__(self, at_s: float, mean: Floats, spread: Floats) -> None:
        self.at_s, self.mean, self.spread = at_s, mean, spread

    @classmethod
    def of(cls, times_s: Floats, places: Floats) -> "_State":
        state = cls(float(times_s[0]), np.array((places[0], (0.0, 0.0))), np.diag((NOISE_M**2, _UNKNOWN_M_S**2)))
        for at_s, place in zip(times_s[1:].tolist(), places[1:], strict=True):
            state = state.predicted(at_s - state.at_s)
            gain = state.spread[:, 0] / (state.spread[0, 0] + NOISE_M**2)
            mean = state.mean + gain[:, None] * (place - state.mean[0])
            state = cls(at_s, mean, state.spread - np.outer(gain, state.spread[0]))
        return state

    def predicted(self, ahead_s: float) -> "_State":
        step = np.array(((1.0, ahead_s), (0.0, 1.0)))
        grown = RESTLESS * np.array(((ahead_s**3 / 3, ahead_s**2 / 2), (ahead_s**2 / 2, ahead_s)))
        return _State(self.at_s + ahead_s, step @ self.mean, step @ self.spread @ step.T + grown)

    def cost(self, after: "_State") -> float:
        """Return how unlikely it is, as a negative logarithm, that this walk goes on in the one that ends `after`."""
        here = self.predicted(-after.at_s - self.at_s)
        turned = np.diag((1.0, -1.0))
        off = here.mean - turned @ after.mean
        spread = here.spread + turned @ after.spread @ turned
        return float(np.log(np.linalg.det(spread)) + (off * np.linalg.solve(spread, off)).sum() / 2)
