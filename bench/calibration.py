"""How often the interval of a calibration holds the true factor, over simulated campaigns of counting rounds by hand.

    python -m bench.calibration [--campaigns 2000] [--methods] [--seed 1]

In each round the counter finds a share of the people that differs from round to round, each person by chance, and
takes something for a person now and again; rounds differ in size. The true factor is what would come out of thirty
thousand rounds. With --methods: other ways to make an interval from the same rounds, for comparison.
"""

import argparse
import math
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from typing import TypeVar

from scipy.special import stdtrit

from api.calibration.ratio import CalibrationError, Pair, ratio

Interval = tuple[float, float]
Campaign = TypeVar("Campaign")
FALSE_SHARE = 0.02
TRUTH_ROUNDS = 30_000
LARGE = 30
"""Above this, counts are drawn from the normal distribution of their mean and variance."""


@dataclass(frozen=True, slots=True)
class World:
    """How people come, and how a counter finds them.

    Attributes:
        name: in the table.
        counting_rounds: of one campaign.
        people: mean number in a round.
        sizes: coefficient of variation of rounds' sizes (log-normal).
        found: mean share of the people that is found.
        spread: standard deviation of that share between rounds, relative.
        shape: of its distribution: normal, heavy (t with 4 degrees), or skewed (gamma, shape 2).
        crowding: correlation of a round's size with the share found; negative: fewer are found when many come.
    """

    name: str
    counting_rounds: int
    people: float
    sizes: float = 0.5
    found: float = 0.85
    spread: float = 0.1
    shape: str = "normal"
    crowding: float = 0.0


WORLDS = [
    *(
        World(f"{shape}, spread {spread:.0%}", counting_rounds, people, spread=spread, shape=shape)
        for counting_rounds in (6, 8, 12)
        for people in (15.0, 60.0, 250.0)
        for shape, spread in (("normal", 0.03), ("normal", 0.1), ("heavy", 0.1), ("skewed", 0.15))
    ),
    *(World("sizes alike", counting_rounds, 60.0, sizes=0.1) for counting_rounds in (6, 12)),
    *(World("sizes very unlike", counting_rounds, 60.0, sizes=1.0) for counting_rounds in (6, 12)),
    *(World("few people", counting_rounds, 72 / counting_rounds) for counting_rounds in (6, 12)),
    *(World("finds all but on bad days", counting_rounds, 60.0, found=1.0, spread=0.05) for counting_rounds in (6, 12)),
    *(World("misses more in crowds", counting_rounds, 60.0, crowding=-0.6) for counting_rounds in (6, 12)),
]


def campaign(world: World, chance: random.Random) -> list[Pair]:
    """Return the rounds of one campaign."""
    width = math.sqrt(math.log1p(world.sizes**2))
    return [counting_round(world, chance, width) for _ in range(world.counting_rounds)]


def counting_round(world: World, chance: random.Random, width: float) -> Pair:
    """Return what one round counts by hand and by machine."""
    size = chance.gauss()
    hand = poisson(chance, world.people * math.exp(width * size - width**2 / 2))
    normal = world.crowding * size + math.sqrt(1 - world.crowding**2) * chance.gauss()
    found = min(max(world.found * (1 + world.spread * shaped(world.shape, normal, chance)), 0.02), 1.0)
    return Pair(hand, binomial(chance, hand, found) + poisson(chance, FALSE_SHARE * hand), hand)


def shaped(shape: str, normal: float, chance: random.Random) -> float:
    """Return a number of mean 0 and variance 1."""
    if shape == "heavy":
        return normal / math.sqrt(chance.gammavariate(2, 2) / 4) / math.sqrt(2)
    if shape == "skewed":
        return (chance.gammavariate(2, 1) - 2) / math.sqrt(2)
    return normal


def poisson(chance: random.Random, mean: float) -> int:
    """Return a Poisson number."""
    if mean > LARGE:
        return max(round(chance.gauss(mean, math.sqrt(mean))), 0)
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1)
    return count


def binomial(chance: random.Random, trials: int, share: float) -> int:
    """Return a binomial number."""
    return (
        sum(chance.random() < share for _ in range(trials))
        if trials <= LARGE or share > 0.97
        else min(max(round(chance.gauss(trials * share, math.sqrt(trials * share * (1 - share)))), 0), trials)
    )


def true_factor(world: World, chance: random.Random, counting_rounds: int) -> float:
    """Return hand over machine of a great many rounds."""
    pairs = campaign(replace(world, counting_rounds=counting_rounds), chance)
    return sum(pair.hand for pair in pairs) / sum(pair.machine for pair in pairs)


def ours(pairs: Sequence[Pair]) -> Interval | None:
    """Return what the program says; None where it refuses."""
    try:
        found = ratio(pairs)
    except CalibrationError:
        return None
    return found.low, found.high


def linearised(pairs: Sequence[Pair]) -> Interval | None:
    """Return the interval of the log of the ratio by linearisation, with t(n-1)."""
    factor, machine = _totals(pairs)
    squares = sum((pair.hand - factor * pair.machine) ** 2 for pair in pairs)
    error = math.sqrt(len(pairs) / (len(pairs) - 1) * squares) / machine / factor
    return _around(factor, error, len(pairs))


def jackknife(pairs: Sequence[Pair]) -> Interval | None:
    """Return the interval of the log of the ratio by leaving out one round at a time, with t(n-1)."""
    logs = [math.log(_totals([*pairs[:n], *pairs[n + 1 :]])[0]) for n in range(len(pairs))]
    error = math.sqrt((len(pairs) - 1) * statistics.pvariance(logs))
    return _around(_totals(pairs)[0], error, len(pairs))


def mean_of_logs(pairs: Sequence[Pair]) -> Interval | None:
    """Return the interval of the mean of rounds' log ratios, with half a person added, with t(n-1)."""
    logs = [math.log((pair.hand + 0.5) / (pair.machine + 0.5)) for pair in pairs]
    error = statistics.stdev(logs) / math.sqrt(len(logs))
    return _around(math.exp(statistics.fmean(logs)), error, len(pairs))


def people_alone(pairs: Sequence[Pair]) -> Interval | None:
    """Return the interval as if each person were found or missed independently of all others."""
    factor, machine = _totals(pairs)
    error = math.sqrt(abs(1 - 1 / factor) / machine + 1e-12)
    return factor * math.exp(-1.96 * error), factor * math.exp(1.96 * error)


def _totals(pairs: Sequence[Pair]) -> tuple[float, float]:
    hand, machine = sum(pair.hand for pair in pairs), sum(pair.machine for pair in pairs)
    return hand / machine, machine


def _around(factor: float, error: float, count: int) -> Interval:
    away = float(stdtrit(count - 1, 0.975)) * error
    return factor * math.exp(-away), factor * math.exp(away)


OTHERS: dict[str, Callable[[Sequence[Pair]], Interval | None]] = {
    "linearised": linearised,
    "jackknife": jackknife,
    "mean of logs": mean_of_logs,
    "each person alone": people_alone,
}


@dataclass(frozen=True, slots=True)
class Held:
    """How a method did: share of intervals that held the truth, their median width, and how many were refused."""

    share: float
    width: float
    refused: int


def tried(method: Callable[[Campaign], Interval | None], campaigns: Sequence[Campaign], truth: float) -> Held:
    """Return how often a method's interval holds the truth."""
    found = [interval for pairs in campaigns if (interval := method(pairs)) is not None]
    share = sum(low <= truth <= high for low, high in found) / len(found)
    width = statistics.median(high - low for low, high in found) / truth
    return Held(share, width, len(campaigns) - len(found))


def simulated(world: World, count: int, seed: int, truth_rounds: int = TRUTH_ROUNDS) -> tuple[list[list[Pair]], float]:
    """Return campaigns of a world, and its true factor. The same seed gives the same."""
    chance = random.Random(f"{seed} {astuple(world)}")
    truth = true_factor(world, chance, truth_rounds)
    return [campaign(world, chance) for _ in range(count)], truth


def lines(campaigns: int, seed: int, *, methods: bool) -> Iterator[str]:
    """Yield the table."""
    names = ["ours", *(OTHERS if methods else [])]
    yield f"{'':26}{'rounds':>9}{'people':>8}{'factor':>8}" + "".join(f"{name:>20}" for name in names)
    for world in WORLDS:
        pairs, truth = simulated(world, campaigns, seed)
        found = [tried(method, pairs, truth) for method in (ours, *(OTHERS.values() if methods else []))]
        counted = "".join(f"{held.share:>12.1%}{held.width:>8.1%}" for held in found)
        refused = f"  refused {found[0].refused}" if found[0].refused else ""
        yield f"{world.name:26}{world.counting_rounds:>9}{world.people:>8.0f}{truth:>8.3f}{counted}{refused}"


def two_strata(campaigns: int, seed: int) -> Iterator[str]:
    """Yield how often the corrected sum of a phase holds the true one, with a factor for each stratum and with one.

    Nine tenths of the people whom the counter tells come when it is sparse, a tenth when it is crowded and a quarter is
    missed; as many rounds are made in either. The ends of strata are put together as in reading.corrected_line_flow.
    """
    worlds = World("sparse", 8, 60.0, found=0.95, spread=0.05), World("crowded", 8, 200.0, found=0.7, spread=0.08)
    counted = (90_000.0, 10_000.0)
    sparse, crowded = (simulated(world, campaigns, seed) for world in worlds)
    truth = counted[0] * sparse[1] + counted[1] * crowded[1]
    apart = tried(lambda pairs: strata(pairs, counted), [*zip(sparse[0], crowded[0], strict=True)], truth)
    pooled = [[*few, *many] for few, many in zip(sparse[0], crowded[0], strict=True)]
    together = tried(ours, pooled, truth / sum(counted))
    yield f"the sum of a phase, a factor for each stratum: {apart.share:.1%}, width {apart.width:.1%}"
    yield f"the sum of a phase, one factor for both: {together.share:.1%}, width {together.width:.1%}"


def strata(counting_rounds: tuple[Sequence[Pair], ...], counted: Sequence[float]) -> Interval | None:
    """Return the interval of a sum over strata, of what the counter counted in each; None where one gives no factor."""
    try:
        found = [ratio(pairs) for pairs in counting_rounds]
    except CalibrationError:
        return None
    value = sum(count * one.factor for count, one in zip(counted, found, strict=True))
    below = math.hypot(*(count * (one.factor - one.low) for count, one in zip(counted, found, strict=True)))
    above = math.hypot(*(count * (one.high - one.factor) for count, one in zip(counted, found, strict=True)))
    return value - below, value + above


def main() -> None:
    """Print how often each interval holds the truth, and its median width over the factor."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--campaigns", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", action="store_true")
    given = parser.parse_args()
    for line in lines(given.campaigns, given.seed, methods=given.methods):
        print(line, flush=True)
    for line in two_strata(given.campaigns, given.seed):
        print(line)


if __name__ == "__main__":
    main()
