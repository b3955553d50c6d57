"""What comes of a month's stays: of its hours, with and without those between wide bounds, and put together.

Drawn worlds without a counter or a store: visits by the hour of the day, some of them lost from sight at a constant
rate, and every number comes from the histograms as reading.zone_dwell makes it. The truth is what was drawn. Each case
is many months; printed are the mean distance to the truth, and how far single months lie apart.

    python -m bench.pooled_stays
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.wire.limits import BIN_EDGES_S

HOURS: Final = 30 * 14
"""Fourteen open hours a day."""
_EDGES: Final = np.array(BIN_EDGES_S, dtype=float)

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Zone:
    """How a zone is used: visits an hour on average, their median in seconds, its spread, losses a second."""

    name: str
    an_hour: float
    median_s: float
    spread: float
    losses_per_s: float


ZONES: Final = (
    Zone("busy, few lost", 60, 40, 1.2, 0.0002),
    Zone("busy, more lost", 60, 40, 1.2, 0.001),
    Zone("quiet, few lost", 12, 90, 1.4, 0.0002),
    Zone("quiet, more lost", 12, 90, 1.4, 0.001),
    Zone("hardly anybody", 3, 120, 1.4, 0.0005),
)


@dataclass(frozen=True, slots=True)
class Month:
    """A drawn month: its visits by hour and bin, complete and cut, and how many truly stayed."""

    complete: Counts
    cut: Counts
    stayed: int

    @property
    def entered(self) -> int:
        """How many came in."""
        return int(self.complete.sum() + self.cut.sum())


def drawn(zone: Zone, threshold_s: int, chance: np.random.Generator) -> Month:
    """Draw a month of a zone: busier in the middle of the day."""
    rhythm = 1 + 0.8 * np.sin(np.linspace(0, np.pi, 14))
    visits = chance.poisson(np.tile(zone.an_hour * rhythm / rhythm.mean(), HOURS // 14))
    hour = np.repeat(np.arange(HOURS), visits)
    dwell = zone.median_s * np.exp(chance.normal(0, zone.spread, hour.size))
    lost = chance.exponential(1 / zone.losses_per_s, hour.size)
    seen = np.searchsorted(_EDGES, np.minimum(dwell, lost), side="right") - 1
    kinds = []
    for kind in (lost >= dwell, lost < dwell):
        found = np.zeros((HOURS, _EDGES.size), dtype=np.int64)
        np.add.at(found, (hour[kind], seen[kind]), 1)
        kinds.append(found)
    return Month(*kinds, stayed=int((dwell >= threshold_s).sum()))


def stays(complete: Counts, cut: Counts, threshold_s: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the stays of each row, and whether their bounds are wide."""
    edge = BIN_EDGES_S.index(threshold_s)
    entered = (complete + cut).sum(axis=1).astype(float)
    there, share = entered.copy(), np.ones(len(entered))
    for number in range(edge):
        share *= 1 - complete[:, number] / np.maximum(there - cut[:, number] / 2, 0.5)
        there -= complete[:, number] + cut[:, number]
    doubtful = cut[:, :edge].sum(axis=1)
    return entered * share, 10 * doubtful > there


def ways(month: Month, threshold_s: int) -> Iterator[tuple[str, float, float]]:
    """Yield each way: its name, the month's stays over the truth, and the share who stay over the truth, less 1."""
    of_hours, wide = stays(month.complete, month.cut, threshold_s)
    entered = (month.complete + month.cut).sum(axis=1)
    pooled, _ = stays(month.complete.sum(axis=0)[None], month.cut.sum(axis=0)[None], threshold_s)
    share = month.stayed / month.entered
    yield (
        "hours, wide ones left out",
        of_hours[~wide].sum() / month.stayed - 1,
        (of_hours[~wide].sum() / max(1, entered[~wide].sum()) / share - 1),
    )
    yield "hours, all", of_hours.sum() / month.stayed - 1, of_hours.sum() / month.entered / share - 1
    yield "put together", float(pooled[0]) / month.stayed - 1, float(pooled[0]) / month.entered / share - 1


def main() -> None:
    """Print each zone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for zone in ZONES:
        for threshold_s in (60, 300):
            report(zone, threshold_s, asked.months, asked.seed)


def report(zone: Zone, threshold_s: int, months: int, seed: int) -> None:
    """Print what comes of a zone's stays."""
    chance = np.random.default_rng([seed, ZONES.index(zone), threshold_s])
    worlds = [drawn(zone, threshold_s, chance) for _ in range(months)]
    wide = np.mean([stays(month.complete, month.cut, threshold_s)[1].mean() for month in worlds])
    print(f"{zone.name}, stays of {threshold_s} s: {wide:.0%} of the hours wide")
    for way in zip(*(ways(month, threshold_s) for month in worlds), strict=True):
        number, share = (np.array([found[place] for found in way]) for place in (1, 2))
        print(
            f"  {way[0][0]:26} number {number.mean():+6.1%} (spread {number.std():.1%}), "
            f"share {share.mean():+6.1%} (spread {share.std():.1%})",
            flush=True,
        )


if __name__ == "__main__":
    main()
