"""What does a counter say that gets too few pictures? Told against truth, by how frames come, over drawn worlds.

Missed are passages in time that the counter says it observed; the share observed says at what price.

    python -m bench.slow_frames               # 10 seeds of each of 120 families
    python -m bench.slow_frames --seeds 2
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from itertools import product

from tests.support.counter.frame_times import RATES, at_rate
from tests.support.counter.slow_worlds import PEOPLE, PLACES, Corridor, Found, World, play


def table(title: str, rows: dict[str, list[Found]]) -> None:
    """Print one line a family."""
    print(f"\n{title:14} passages  counted  too many  in observed time  missed of these  observed")
    for name, found in rows.items():
        print(_row(name, found))


def _row(name: str, found: Iterable[Found]) -> str:
    found = list(found)
    watched, missed = (sum(getattr(one, key) for one in found) for key in ("watched", "missed"))
    share = sum(one.share for one in found) / max(len(found), 1)
    too_many = sum(max(one.most, 0) for one in found)
    return (
        f"{name:14} {sum(one.truth for one in found):8} {sum(one.counted for one in found):8} "
        f"{too_many:9} {watched:17} {missed:7} {missed / max(watched, 1):8.2%} {share:9.1%}"
    )


def main() -> None:
    """Print the tables."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=10)
    words.add_argument("--first", type=int, default=0)
    given = words.parse_args()
    by: dict[str, dict[str, list[Found]]] = {kind: defaultdict(list) for kind in ("frames", "place", "people")}
    for rate, place, people in product(RATES, PLACES, PEOPLE):
        for seed in range(given.first, given.first + given.seeds):
            for one in World.drawn(rate, place, people, seed).play():
                for kind, name in (("frames", rate), ("place", place), ("people", people)):
                    by[kind][name].append(one)
    for kind, rows in by.items():
        table(kind, rows)
    print()
    print(_row("all", (one for rows in by["frames"].values() for one in rows)))
    empty = {f"{rate} frames/s": play(Corridor(), [], at_rate(600.0, rate)) for rate in (0.5, 1.0, 2.0, 4.0, 10.0)}
    table("nobody", empty)


if __name__ == "__main__":
    main()
