"""Counters whose clocks are set wrong, over many drawn worlds: how many minutes are wrong, recorded twice, or missing.

    python -m bench.clocks [--seeds 20] [--first 0] [--setting "power cut"]

Each world of `tests.support.counter.clock_worlds` is played to its end, and each of its minutes compared with a counter
whose clock was always right. Ends with 1 when a minute of any is wrong, twice, or missing beyond its fault, and names
the world.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from tests.support.counter.clock_worlds import LENGTH_MS, SETTINGS, Drawn, Played, play
from tests.support.counter.early_world import MINUTE_MS


def main() -> int:
    """Play them, and print a line for each setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--setting", choices=SETTINGS)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    worst = 0
    print(f"{'setting':30} worlds minutes excused wrong twice missing silent")
    for setting in [options.setting] if options.setting else SETTINGS:
        drawn = [Drawn(setting, seed) for seed in range(options.first, options.first + options.seeds)]
        worst = max(worst, _line(setting, [_play(one) for one in drawn], drawn))
    return worst


def _play(drawn: Drawn) -> Played:
    with tempfile.TemporaryDirectory() as folder:
        return play(Path(folder), drawn)


def _line(setting: str, played: list[Played], drawn: list[Drawn]) -> int:
    faults = [(len(one.wrong), len(one.doubled), len(one.missing), int(not one.alive_at_the_end)) for one in played]
    minutes, excused = len(played) * (LENGTH_MS // MINUTE_MS), sum(one.excused_minutes for one in played)
    sums = [sum(column) for column in zip(*faults, strict=True)]
    print(f"{setting:30} {len(played):6} {minutes:7} {excused:7} {sums[0]:5} {sums[1]:5} {sums[2]:7} {sums[3]:6}")
    for world, found in zip(drawn, faults, strict=True):
        if any(found):
            print(f"  seed {world.seed}: {found}")
    return int(any(sums))


if __name__ == "__main__":
    sys.exit(main())
