"""How often is net right when people meet, overtake and mix near a line, of the worlds that can be told apart at all?

The counting was written looking at seeds below 5000 alone, and is judged by those from 5000 on. Printed are, for each
family, how many worlds are tellable (tests/support/counter/meeting_oracle.py), the share of them with right net
crossings in both directions, and the mean net error of both directions.

    python -m bench.meetings                         # 100 seeds from 5000 on
    python -m bench.meetings --seeds 20 --tuning     # from 0 on
    python -m bench.meetings --counting-version 2    # as the release before counted
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from counter.counting.version import COUNTING_VERSION, CountingVersion
from tests.support.counter.meeting_oracle import is_tellable
from tests.support.counter.meetings import FAMILIES, counted, drawn

JUDGING = 5000


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the tellable worlds of one family: how many, those right, and the sum of net errors."""

    tellable: int
    right: int
    error: int

    @property
    def share(self) -> float:
        """Return the share that is right."""
        return self.right / max(self.tellable, 1)


def judged(family: str, seeds: Sequence[int], version: CountingVersion = COUNTING_VERSION) -> Judged:
    """Count the tellable worlds of some seeds."""
    tellable = right = error = 0
    for seed in seeds:
        meeting, seen = drawn(family, seed)
        if is_tellable(meeting, seen):
            found = counted(meeting, seen, version)
            tellable += 1
            right += found == meeting.truth
            error += sum(found) - sum(meeting.truth)
    return Judged(tellable, right, error)


def main() -> None:
    """Print one row a family, and all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--tuning", action="store_true", help="the seeds that were looked at")
    parser.add_argument("--counting-version", type=int, choices=get_args(CountingVersion), default=COUNTING_VERSION)
    parser.add_argument("--families", nargs="*", default=list(FAMILIES))
    arguments = parser.parse_args()
    begin = 0 if arguments.tuning else JUDGING
    found = []
    for family in arguments.families:
        one = judged(family, range(begin, begin + arguments.seeds), arguments.counting_version)
        found.append(one)
        print(f"{family:46} {_row(one)}", flush=True)
    print(f"{'all':46} {_row(Judged(*(sum(parts) for parts in zip(*map(_parts, found), strict=True))))}")
    print(f"{'lowest family':46} {min(one.share for one in found):.0%}")


def _parts(one: Judged) -> tuple[int, int, int]:
    return one.tellable, one.right, one.error


def _row(one: Judged) -> str:
    return f"{one.tellable:5} tellable {one.share:7.1%} right {one.error / max(one.tellable, 1):+6.2f} people a world"


if __name__ == "__main__":
    main()
