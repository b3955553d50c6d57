"""`python -m tests.chaos.virtual --runs 170 --seed 1`: many campaigns in virtual time, and one verdict.

Ends with 1 when anything is wrong, or when less was observed under some kind of fault than its floor.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from platspuls.embedded import postgres
from platspuls.embedded.process import start, stop, wait_until
from store.database import connect
from store.migrate import migrate
from tests.chaos.virtual.audit import Verdict
from tests.chaos.virtual.campaign import play
from tests.chaos.virtual.floors import below, report
from tests.chaos.virtual.plan import Kind, make


def main() -> None:
    """Run the campaigns as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.virtual", description=__doc__)
    parser.add_argument("--runs", type=int, default=4, help="campaigns, of 30 faults an hour")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the others follow")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kind", action="append", choices=[str(kind) for kind in Kind], help="only such faults")
    asked = parser.parse_args()
    kinds = tuple(Kind(kind) for kind in asked.kind) if asked.kind else ()
    total = Verdict()
    with tempfile.TemporaryDirectory(prefix="platspuls-virtual-") as folder, serving(Path(folder)) as url:
        jobs = [(url, folder, seed, kinds) for seed in range(asked.seed, asked.seed + asked.runs)]
        for seed, verdict in played(jobs, asked.jobs):
            total.add(verdict)
            for sentence in verdict.wrong[:10]:
                _say(f"WRONG: seed {seed}: {sentence}")
    for text in report(total):
        _say(text)
    _say(f"lost {total.lost}, double {total.double}, false zero {total.false_zero}, early receipts {total.early}")
    sys.exit(0 if total.is_clean() and not below(total) else 1)


Job = tuple[str, str, int, tuple[Kind, ...]]


def played(jobs: list[Job], processes: int) -> Iterator[tuple[int, Verdict]]:
    """Yield the seed and the verdict of each campaign."""
    if processes == 1:
        yield from map(run_one, jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(run_one, jobs)


def run_one(job: Job) -> tuple[int, Verdict]:
    """Run one campaign. Top level, since another process runs it."""
    url, folder, seed, kinds = job
    logging.disable(logging.CRITICAL)
    own = Path(folder) / f"run-{seed}"
    own.mkdir()
    began = time.monotonic()
    with ExitStack() as stack:
        databases = [stack.enter_context(connect(url, application="virtual", autocommit=True)) for _ in range(3)]
        verdict = play(own, databases, make(seed, kinds), seed, _say)
    clean = "clean" if verdict.is_clean() else f"{len(verdict.wrong)} wrong"
    _say(f"seed {seed}: {verdict.faults} faults, {clean}, {time.monotonic() - began:.1f} s")
    return seed, verdict


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL with the store in it; yield its address."""
    cluster = postgres.prepare(folder / "postgres")
    command = cluster.command()
    process = start(command)
    try:
        wait_until(cluster.is_ready, process, command)
        cluster.create_database()
        with connect(cluster.url(), application="virtual", autocommit=True) as database:
            migrate(database)
        yield cluster.url()
    finally:
        stop(process)
        cluster.close()


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program that prints


if __name__ == "__main__":
    main()
