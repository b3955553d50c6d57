"""From where, and over which floors, thermal arrays count people: by this set-up, check and doctor judge.

    python -m bench.arrays heights
    python -m bench.arrays floors
    python -m bench.arrays situations [--scenes 8] [--seed 1] [--spots]

People walk through one at a time, anywhere within 0.3 m of the middle, with their feet anywhere: `heights` counts those
who walk 2 m/s and 1 m/s by how high the array hangs, whatever is watched; `floors` those who walk 1.3 m/s by how warm
the floor is, with the part of the time that was watched. `situations` are people who differ in height, clothes and
speed, alone, abreast, meeting, following (`bench.array_situations`); `--spots` counts them as counting version 2 does.
Everything is seeded.
"""

import argparse
from collections.abc import Sequence

import numpy as np

from bench.array_situations import SITUATIONS, Place, judge, scenes_of
from bench.virtual_arrays import AMG8833, MLX90640, Kind, count, detections_in, frames
from bench.virtual_doorways import Walk, walk
from counter.sources.thermal.mount import mount_limits
from counter.sources.thermal.spots import Optics

ARRAYS = {"8 x 8": AMG8833, "32 x 24": MLX90640}
HEIGHTS_M = (2.0, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 3.0, 3.5, 4.0, 4.2, 4.5, 5.0, 6.0)
SITUATION_HEIGHTS_M = (2.4, 2.7, 3.0, 3.5)
FLOORS_C = (-5.0, 10.0, 20.0, 24.0, 26.0, 28.0, 29.0, 30.0, 32.0, 36.0)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["heights", "floors", "situations"])
    parser.add_argument("--scenes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spots", action="store_true")
    wished = parser.parse_args()
    if wished.part == "situations":
        situations(wished.scenes, wished.seed, by_shape=not wished.spots)
    else:
        {"heights": heights, "floors": floors}[wished.part]()


def one_at_a_time(number: int, speed: float, seed: int = 1, reach_m: float = 3.2) -> list[Walk]:
    """Return walks both ways, far enough apart for nobody else to be in the picture."""
    chance = np.random.default_rng(seed)
    return [
        walk(
            (2 * reach_m + 1.5) / speed * place,
            across=float(chance.uniform(-0.3, 0.3)),
            forward=place % 2 == 0,
            speed=speed,
            phase_m=float(chance.uniform(-0.7, 0.7)),
            reach_m=reach_m,
        )
        for place in range(number)
    ]


def is_possible(kind: Kind, height_m: float) -> bool:
    """Return whether an array may hang so."""
    return not list(mount_limits(Optics.of(kind.shape, kind.field_deg, height_m), kind.rate, height_m))


def heights() -> None:
    """Print what is counted by height."""
    print(f"\n| at | {' | '.join(f'{name}, 2 m/s | 1 m/s | may hang so' for name in ARRAYS)} |")
    print(f"|---|{'---|---|---|' * len(ARRAYS)}")
    for height_m in HEIGHTS_M:
        cells = [
            f"{_counted(kind, one_at_a_time(24, 2.0), height_m)} of 24 | "
            f"{_counted(kind, one_at_a_time(16, 1.0), height_m)} of 16 | "
            f"{'yes' if is_possible(kind, height_m) else 'no'}"
            for kind in ARRAYS.values()
        ]
        print(f"| {height_m} m | {' | '.join(cells)} |", flush=True)


def _counted(kind: Kind, walks: Sequence[Walk], height_m: float) -> int:
    return sum(count(kind, detections_in(kind, frames(kind, walks, height_m), height_m), height_m))


def floors() -> None:
    """Print what is counted by the temperature of the floor."""
    print(f"\n| floor | {' | '.join(f'{name} | watched' for name in ARRAYS)} |\n|---|{'---|---|' * len(ARRAYS)}")
    for floor_c in FLOORS_C:
        cells = [_over_floor(kind, floor_c) for kind in ARRAYS.values()]
        print(f"| {floor_c:.0f} degrees | {' | '.join(cells)} |", flush=True)


def situations(number: int, seed: int, *, by_shape: bool = True) -> None:
    """Print what becomes of people in each situation, by array and height."""
    for name, kind in ARRAYS.items():
        print(f"\n| {name} | {' | '.join(f'{height_m} m' for height_m in SITUATION_HEIGHTS_M)} |")
        print(f"|---|{'---|' * len(SITUATION_HEIGHTS_M)}")
        for situation in SITUATIONS:
            cells = [_became(situation, Place(kind, at_m), number, seed, by_shape) for at_m in SITUATION_HEIGHTS_M]
            print(f"| {situation} | {' | '.join(cells)} |", flush=True)


def _became(situation: str, place: Place, number: int, seed: int, by_shape: bool) -> str:
    scenes = scenes_of(situation, place, number, seed)
    if not scenes:
        return "-"
    counted = judge(place, scenes, seed, by_shape=by_shape)
    return f"{-counted.missed / counted.people:.0%} {counted.false / counted.people:+.0%}"


def _over_floor(kind: Kind, floor_c: float, height_m: float = 3.0) -> str:
    seen = list(detections_in(kind, frames(kind, one_at_a_time(16, 1.3), height_m, floor_c=floor_c), height_m))
    watched = float(np.mean([one.watched for one in seen]))
    return f"{sum(count(kind, seen, height_m))} of 16 | {watched:.0%}"


if __name__ == "__main__":
    main()
