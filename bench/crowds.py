"""How far is net off in crowds who cross a line both ways, by both counting versions?

People meet one after another (tests/support/counter/crowds.py), 20 in 25 seconds; some hide others. Seeds below 200
were looked at while the rules were written.

    python -m bench.crowds                # 10 seeds from 1000 on
    python -m bench.crowds --seeds 2
"""

import argparse
from typing import get_args

from counter.counting.version import CountingVersion
from tests.support.counter.crowds import Crowd, error_of

JUDGING = 1000
SEEN = ((10.0, 0.05), (10.0, 0.12), (15.0, 0.08), (5.0, 0.05), (3.0, 0.05))
"""Frames a second, and how far off feet are, in metres."""


def main() -> None:
    """Print the sum of the errors' sizes by the true crossings, and their bias, of each kind of crowd and version."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = range(JUDGING, JUDGING + parser.parse_args().seeds)
    for hidden in (False, True):
        for rate, noise_m in SEEN:
            crowd = Crowd(rate=rate, noise_m=noise_m, hidden=hidden)
            row = [f"{'hidden' if hidden else 'in view':8} {rate:4.0f}/s {noise_m * 100:3.0f} cm"]
            for version in get_args(CountingVersion):
                wrong, off, crossed = error_of(crowd, seeds, version)
                row.append(f"version {version}: {wrong / crossed:6.1%} ({off:+d} of {crossed})")
            print("   ".join(row), flush=True)


if __name__ == "__main__":
    main()
