"""What a device misses in its history: restarts, outages, and people lost from sight for a moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from core.clock import to_ms
from counter.geometry import Bools, Floats
from sim.events import SimulatedStays
from sim.settings import Outage

_RESTART_STREAM: Final = 3
_SHORTEST_RESTART_MS: Final = 40_000
_LONGEST_RESTART_MS: Final = 240_000
_DAY_MS: Final = 86_400_000
_DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class WatchedTime:
    """When a device watched: n intervals [begin, end), rising and apart.

    Attributes:
        begin_ms: shape (n,), UTC milliseconds; `end_ms` the same.
    """

    begin_ms: Floats
    end_ms: Floats

    @classmethod
    def between(cls, from_ms: int, until_ms: int, gaps: Iterable[tuple[int, int]]) -> Self:
        """Return [from_ms, until_ms) without the gaps."""
        begins, ends, at_ms = [], [], from_ms
        for begin_ms, end_ms in sorted(gaps):
            if at_ms < min(begin_ms, until_ms):
                begins.append(at_ms)
                ends.append(min(begin_ms, until_ms))
            at_ms = max(at_ms, end_ms)
        if at_ms < until_ms:
            begins.append(at_ms)
            ends.append(until_ms)
        return cls(np.array(begins, dtype=np.float64), np.array(ends, dtype=np.float64))

    def within(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """Yield the intervals' parts inside [from_ms, to_ms)."""
        for begin_ms, end_ms in zip(self.begin_ms.tolist(), self.end_ms.tolist(), strict=True):
            if begin_ms < to_ms and end_ms > from_ms:
                yield max(int(begin_ms), from_ms), min(int(end_ms), to_ms)

    def covers(self, at_ms: Floats) -> Bools:
        """Return which moments were watched."""
        return np.searchsorted(self.begin_ms, at_ms, "right") > np.searchsorted(self.end_ms, at_ms, "right")

    def seen(self, stays: SimulatedStays) -> SimulatedStays:
        """Return what was seen of the visits: one that spans a gap is lost before it and appears after it.

        It is lost in the last millisecond before the gap, so that its end lies in an interval that was watched.
        """
        first = np.searchsorted(self.end_ms, stays.start_ms, "right")
        count = (np.searchsorted(self.begin_ms, stays.end_ms, "left") - first).clip(min=0)
        row = np.repeat(np.arange(len(count)), count)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        begin_ms, end_ms = self.begin_ms[first[row] + nth], self.end_ms[first[row] + nth] - 1
        start_ms, stop_ms = stays.start_ms[row], stays.end_ms[row]
        return SimulatedStays(
            np.maximum(start_ms, begin_ms),
            np.minimum(stop_ms, end_ms),
            stays.entered[row] & (start_ms >= begin_ms),
            stays.left[row] & (stop_ms <= end_ms),
        ).by_start()


def restarts(from_ms: int, until_ms: int, per_week: float, seeds: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the restarts of a device: the same ones for the same days and seeds."""
    for day in range(from_ms // _DAY_MS, until_ms // _DAY_MS + 1):
        chance = np.random.default_rng([*seeds, _RESTART_STREAM, day])
        for _ in range(int(chance.poisson(per_week / _DAYS_A_WEEK))):
            begin_ms = day * _DAY_MS + int(chance.integers(_DAY_MS))
            yield begin_ms, begin_ms + int(chance.integers(_SHORTEST_RESTART_MS, _LONGEST_RESTART_MS))


def outage_gaps(outages: Iterable[Outage]) -> Iterator[tuple[int, int]]:
    """Yield the outages as UTC milliseconds."""
    for outage in outages:
        yield to_ms(outage.start), to_ms(outage.end)


def broken(stays: SimulatedStays, loss_every_s: float, chance: np.random.Generator) -> SimulatedStays:
    """Return the visits, some broken in two: lost at a random moment, and found again at once."""
    lost_ms = stays.start_ms + chance.exponential(loss_every_s * 1000, len(stays.start_ms))
    breaks = lost_ms < stays.end_ms
    whole, torn, lost_ms = stays.only(~breaks), stays.only(breaks), lost_ms[breaks]
    nothing = np.zeros(len(lost_ms), dtype=np.bool_)
    return SimulatedStays(
        np.concatenate([whole.start_ms, torn.start_ms, lost_ms]),
        np.concatenate([whole.end_ms, lost_ms, torn.end_ms]),
        np.concatenate([whole.entered, torn.entered, nothing]),
        np.concatenate([whole.left, nothing, torn.left]),
    ).by_start()
