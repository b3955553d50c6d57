"""What is saved, and what is lost, where pictures in which nothing moves aren't searched for people?

Drawn cameras (`tests/support/counter/still_worlds.py`), each counted twice with the same detector: every picture
searched, and those that moved. Constants were chosen with seeds below 1000; those from 1000 on judge.

    python -m bench.still_pictures [--seeds 10] [--from 1000] [--length 120] [--rate 5] [--misses 0.05] [--jitter 0.01]
    PLATSPULS_DATA=... python -m bench.still_pictures --clip
"""

import argparse
from itertools import product

import numpy as np

from tests.support.counter.still_worlds import KINDS, LIGHTS, Eyes, StillWorld, both


def main() -> None:
    """Print a row a kind and light: what was searched, and presence, passages and observed time, each by both ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind, usual in (("seeds", int, 10), ("from", int, 1000), ("length", float, 120.0), ("rate", float, 5.0)):
        parser.add_argument(f"--{name}", type=kind, default=usual)
    parser.add_argument("--misses", type=float, default=0.05)
    parser.add_argument("--jitter", type=float, default=0.01)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    parser.add_argument("--lights", nargs="+", default=list(LIGHTS))
    wishes = vars(parser.parse_args())
    print(f"{'':28} {'searched':>8} {'presence s: true, every, moved':>32} {'net: every, moved':>26}  visits  observed")
    for kind, light in product(wishes["kinds"], wishes["lights"]):
        worlds = [
            StillWorld(kind, light, wishes["from"] + seed, wishes["length"], wishes["rate"])
            for seed in range(wishes["seeds"])
        ]
        played = [both(one, Eyes(one, wishes["misses"], wishes["jitter"])) for one in worlds]
        true = sum(one.presence_s() for one in worlds)
        every, moved = (sum(run[way].presence_s for run in played) for way in (0, 1))
        nets = [tuple(np.sum([run[way].net for run in played], axis=0).tolist()) for way in (0, 1)]
        differ = sum(run[0].net != run[1].net for run in played)
        visits = [tuple(np.sum([run[way].visits for run in played], axis=0).tolist()) for way in (0, 1)]
        observed = [sum(run[way].observed_ms for run in played) for way in (0, 1)]
        share = float(np.mean([run[2] for run in played]))
        print(
            f"{kind + ', ' + light:28} {share:8.2f} {true:12.0f} {every:9} {moved:9} "
            f"{nets[0]!s:>12} {nets[1]!s:>12} differ in {differ}  {visits[0]} {visits[1]}  "
            f"{observed[1] / max(observed[0], 1):.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
