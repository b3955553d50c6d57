"""When a camera's frames come: slow, uneven, starved, in bursts. Times are in seconds."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

Chance = np.random.Generator
Times = list[float]


def steady(chance: Chance, seconds: float, rate: float | None = None) -> Times:
    """Frames at one rate."""
    rate = rate or float(chance.choice([0.1, 0.12, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0, 1.2, 1.5, 2, 3, 4, 6, 8, 10, 15]))
    return list(np.arange(float(chance.uniform(0, 1 / rate)), seconds, 1 / rate))


def _gaps(seconds: float, gaps: Iterator[float]) -> Times:
    times, at = [], 0.0
    for gap in gaps:
        at += max(gap, 0.002)
        if at >= seconds:
            break
        times.append(at)
    return times


def jitter(chance: Chance, seconds: float) -> Times:
    """Frames at one rate, each up to half an interval early or late."""
    rate = float(np.exp(chance.uniform(np.log(0.2), np.log(15))))
    return _gaps(seconds, (float(chance.uniform(0.5, 1.5)) / rate for _ in range(100_000)))


def bursts(chance: Chance, seconds: float) -> Times:
    """A few frames at once, then none for a while."""
    size, within, pause = int(chance.integers(2, 9)), float(chance.uniform(0.002, 0.1)), float(chance.uniform(0.2, 4))
    return _gaps(seconds, (within if n % size else pause for n in range(100_000)))


def gaps(chance: Chance, seconds: float) -> Times:
    """Frames at a good rate, with gaps of up to six seconds now and again."""
    rate, often = float(chance.uniform(3, 15)), float(chance.uniform(0.01, 0.1))
    return _gaps(
        seconds,
        (1 / rate + (float(chance.uniform(0.2, 6)) if chance.random() < often else 0.0) for _ in range(100_000)),
    )


def alternating(chance: Chance, seconds: float) -> Times:
    """A short interval and a long one in turns."""
    one, other = float(chance.uniform(0.05, 1)), float(chance.uniform(0.5, 3))
    return _gaps(seconds, (other if n % 2 else one for n in range(100_000)))


def ramps(chance: Chance, seconds: float) -> Times:
    """From many frames to few, and back."""
    low, turn = float(chance.uniform(0.1, 1)), float(chance.uniform(20, 60))

    def walk() -> Iterator[float]:
        at = 0.0
        for _ in range(100_000):
            rate = float(np.exp(np.interp(at % turn, (0, turn / 2, turn), np.log((12, low, 12)))))
            at += 1 / rate
            yield 1 / rate

    return _gaps(seconds, walk())


def starved(chance: Chance, seconds: float) -> Times:
    """Ten frames a second, but for half minutes in which the computer has other things to do."""
    slow = float(chance.uniform(0.3, 3))

    def walk() -> Iterator[float]:
        at = 0.0
        for _ in range(100_000):
            gap = slow * float(chance.exponential()) if int(at // 30) % 2 else 0.1
            at += gap
            yield gap

    return _gaps(seconds, walk())


def single(chance: Chance, seconds: float) -> Times:
    """Single frames, seconds apart."""
    least = float(chance.uniform(0.5, 5))
    return _gaps(seconds, (float(chance.uniform(least, 4 * least)) for _ in range(100_000)))


RATES: Final[dict[str, Callable[[Chance, float], Times]]] = {
    "steady": steady,
    "jitter": jitter,
    "bursts": bursts,
    "gaps": gaps,
    "alternating": alternating,
    "ramps": ramps,
    "starved": starved,
    "single": single,
}

at_rate = partial(steady, np.random.default_rng(1))
"""Frames at a given rate."""
