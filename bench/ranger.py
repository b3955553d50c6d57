"""What a ranger over a doorway misses: where echoes fail, and where it is measured seldom.

    python -m bench.ranger lapses
    python -m bench.ranger echoes

`lapses` counts people who walk 1.8 to 2 m/s, one at a time, by how often each zone is measured and how high the ranger
hangs, whatever is watched: by this the longest time without an echo is chosen. `echoes` plays the families of
`tests/counter/sources/test_no_echo.py` with more seeds. Everything is seeded.
"""

import argparse
from unittest import mock

import numpy as np

from bench.troubled_rangers import FAMILIES, Trouble, drawn_walks, troubled, well
from bench.virtual_doorways import walk

HEIGHTS_M = (1.9, 2.0, 2.1, 2.2, 2.4, 3.5)
EVERY_MS = (46, 72, 80, 92, 106, 114, 120, 126, 166)
SEEDS = 25


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["lapses", "echoes"])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    wished = parser.parse_args()
    lapses() if wished.part == "lapses" else echoes(wished.seeds)


def lapses() -> None:
    """Print how many of a hundred fast people are missed."""
    print(f"\n| each zone every | {' | '.join(f'{height_m} m' for height_m in HEIGHTS_M)} |")
    print(f"|---|{'---|' * len(HEIGHTS_M)}")
    for every_ms in EVERY_MS:
        print(
            f"| {every_ms} ms | {' | '.join(str(_missed(height_m, every_ms)) for height_m in HEIGHTS_M)} |", flush=True
        )


def _missed(height_m: float, every_ms: float) -> int:
    chance = np.random.default_rng(3)
    fast = [
        walk(
            3.0 * k,
            across=0.5 + float(chance.uniform(-0.1, 0.1)),
            forward=k % 2 == 0,
            speed=float(chance.uniform(1.8, 2.0)),
            phase_m=float(chance.uniform(-0.7, 0.7)),
            reach_m=1.9,
        )
        for k in range(100)
    ]
    with mock.patch("counter.sources.doorway.ranger_zones.lapse_s", return_value=1e9):
        return len(fast) - troubled(fast, well, height_m=height_m, budget_ms=every_ms / 2 - 3).counted


def echoes(seeds: int) -> None:
    """Print what becomes of people where echoes fail."""
    print("\n| echoes | walks | in watched time | of these missed | counted without a walk | watched |")
    print("|---|---|---|---|---|---|")
    for name, (trouble, _) in FAMILIES.items():
        print(_row(name, trouble, seeds), flush=True)


def _row(name: str, trouble: Trouble, seeds: int) -> str:
    found = [troubled(drawn_walks(seed), trouble, seed=seed) for seed in range(seeds)]
    numbers = (sum(one.walks for one in found), sum(one.observed for one in found), sum(one.missed for one in found))
    made, watched = sum(one.made for one in found), float(np.mean([one.watched for one in found]))
    return f"| {name} | {' | '.join(map(str, numbers))} | {made} | {watched:.0%} |"


if __name__ == "__main__":
    main()
