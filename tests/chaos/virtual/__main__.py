"""`python -m tests.chaos.virtual --runs 200 --seed 1`: many campaigns in virtual time, and one verdict.

Ends with 1 when anything is wrong, or when less was observed under some kind of fault than its floor.
"""

import argparse
import sys

from tests.chaos.virtual.floors import below
from tests.chaos.virtual.many import play_many
from tests.chaos.virtual.plan import Kind


def main() -> None:
    """Run the campaigns as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.virtual", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="campaigns, of a fault a minute")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the others follow")
    parser.add_argument("--jobs", type=int, help="processes; as many as there are cores")
    parser.add_argument("--kind", action="append", choices=[str(kind) for kind in Kind], help="only such faults")
    asked = parser.parse_args()
    only = tuple(Kind(kind) for kind in asked.kind or ())
    total = play_many(asked.seed, asked.runs, _say, asked.jobs, only)
    _say(f"lost {total.lost}, double {total.double}, false zero {total.false_zero}, early receipts {total.early}")
    sys.exit(0 if total.is_clean() and not below(total) else 1)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program that prints


if __name__ == "__main__":
    main()
