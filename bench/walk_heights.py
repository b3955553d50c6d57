"""How well is a camera's height found by three people who walk through below it, one after another?

python -m bench.walk_heights [--seeds 6] [--from-seed 7]
"""

import argparse
from typing import Final

from bench.bodies_from_above import Body, Mount, Walked, somebody
from bench.straight_down import Floor
from counter.geometry import growth
from counter.sources.video.walk_height import height_by_walk

_HEIGHTS_M: Final = (2.6, 3.3, 4.5)
_SPEED: Final = 1.2


def walked(height_m: float, seed: int, people: int = 3) -> Walked:
    """Return pictures of some who walk through below a camera, one after another."""
    floor = Floor((2 * height_m, 1.5 * height_m), 44.0 / growth(height_m), seed=seed)
    gone_s = (2 * height_m + 1) / _SPEED
    bodies: list[Body] = [somebody(0.0, 0.75 * height_m, 10 * seed + number) for number in range(people)]
    ways = [(3.5 + number * gone_s, -0.5, _SPEED, body) for number, body in enumerate(bodies)]
    return Walked(Mount(height_m, floor), 4 + people * gone_s, 6.0, ways)


def main() -> None:
    """Print a row a height: what was found by each seed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--from-seed", type=int, default=7)
    wishes = parser.parse_args()
    for height_m in _HEIGHTS_M:
        found = []
        for seed in range(wishes.from_seed, wishes.from_seed + wishes.seeds):
            one = walked(height_m, seed)
            found.append(height_by_walk(one.frames(), one.mount.floor.pixels_per_metre))
        print(f"{height_m} m: {found}")


if __name__ == "__main__":
    main()
