"""How much there really was for each that a counter counted: a ratio of totals, with an interval from between rounds.

A counter misses more on one day than on another, so that people counted in one round are no independent trials: what
shows how well a factor is known is how much rounds differ. The factor is the sum counted by hand over the sum by
the counter; its interval is Fieller's, with Student's t of one degree of freedom less than there are rounds. It asks
of each ratio r whether the rounds' differences hand - r x machine could have a mean of zero. That holds whatever the
correlation of the two, whatever the sizes of rounds, and a t-test of means that are spread unequally errs, at 95 %,
towards too wide an interval (Bakirov and Szekely 2006; Ibragimov and Mueller 2010). `python -m bench.calibration`
compares it with four others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Final

LEVEL: Final = 0.95
"""How often intervals hold the factor, in the long run."""
LEAST_ROUNDS: Final = 6
"""Fewer say too little about how much rounds differ: intervals with three are seldom bounded."""
LEAST_SEEN: Final = 60
"""Fewer people in all, and chance alone makes intervals too short: with 30 they hold 93 %."""
METHOD: Final = "ratio of totals, Fieller interval, t(n-1), 95 %"


class CalibrationError(Exception):
    """The rounds don't give a factor; the text says why."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What one round counted by hand, and what the counter counted in the same time, in the same unit.

    Attributes:
        hand: by hand.
        machine: by the counter.
        seen: how many people were seen for it, by hand.
    """

    hand: float
    machine: float
    seen: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A factor with its interval.

    Attributes:
        factor: hand over machine, over all rounds.
        low: lower end of the interval.
        high: upper end of it.
        counting_rounds: how many there were.
        hand: counted by hand, in all.
        machine: by the counter, in all.
        spread: how much a single round's ratio differs from the factor: a standard deviation, as a share of the
            factor, for a round of mean size. It holds the chance of small counts too.
    """

    factor: float
    low: float
    high: float
    counting_rounds: int
    hand: float
    machine: float
    spread: float


def ratio(pairs: Sequence[Pair]) -> Ratio:
    """Return the factor of some rounds. Raises CalibrationError where there are too few, or they leave it open."""
    count = len(pairs)
    if count < LEAST_ROUNDS:
        raise CalibrationError(
            f"{count} counting rounds are too few: it takes {LEAST_ROUNDS} to tell how much they differ"
        )
    seen = sum(pair.seen for pair in pairs)
    if seen < LEAST_SEEN:
        raise CalibrationError(f"{seen} people seen by hand are too few: it takes {LEAST_SEEN} in all")
    hand, machine = fsum(pair.hand for pair in pairs), fsum(pair.machine for pair in pairs)
    if not (hand > 0 and machine > 0):
        raise CalibrationError(f"by hand {hand:g} and by the counter {machine:g}: without both there is no factor")
    low, high = _fieller(pairs, hand / count, machine / count)
    factor = hand / machine
    residual = fsum((pair.hand - factor * pair.machine) ** 2 for pair in pairs) / (count - 1)
    return Ratio(factor, low, high, count, hand, machine, sqrt(residual) * count / hand)


def _fieller(pairs: Sequence[Pair], hand: float, machine: float) -> tuple[float, float]:
    """Return where |mean(hand - r machine)| is t standard errors: the roots of a quadratic in r."""
    count = len(pairs)
    t2 = _student(count - 1) ** 2
    scale = t2 / (count * (count - 1))
    a = machine**2 - scale * fsum((pair.machine - machine) ** 2 for pair in pairs)
    b = hand * machine - scale * fsum((pair.hand - hand) * (pair.machine - machine) for pair in pairs)
    c = hand**2 - scale * fsum((pair.hand - hand) ** 2 for pair in pairs)
    if a <= 0:
        raise CalibrationError(
            "the counting rounds' sizes differ so much that the factor has no upper bound: "
            "make more counting rounds, or longer ones where few pass"
        )
    root = sqrt(max(b * b - a * c, 0.0))
    return max((b - root) / a, 0.0), (b + root) / a


def _student(degrees: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415  brings numpy: 30 MB that only who makes a calibration needs

    return float(stdtrit(degrees, (1 + LEVEL) / 2))
