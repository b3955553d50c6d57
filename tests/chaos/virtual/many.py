"""Many virtual campaigns on one PostgreSQL, and one verdict."""

import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from platspuls.embedded import postgres
from platspuls.embedded.process import start, stop, wait_until
from store.database import connect
from store.migrate import migrate
from tests.chaos.virtual.audit import Verdict
from tests.chaos.virtual.campaign import play
from tests.chaos.virtual.floors import report
from tests.chaos.virtual.plan import Kind, make

Job = tuple[str, str, int, tuple[Kind, ...]]
"""Address of the store, folder, seed, and the only kinds of faults."""
_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - of this machine alone, a folder of its own in it
_SHOWN: Final = 10


def play_many(
    seed: int, runs: int, say: Callable[[str], None], jobs: int | None = None, only: tuple[Kind, ...] = ()
) -> Verdict:
    """Play the campaigns of `runs` seeds from `seed` on, in as many processes, and say what came of each."""
    total, jobs = Verdict(), jobs or os.cpu_count() or 1
    place = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="platspuls-virtual-", dir=place) as folder, serving(Path(folder)) as url:
        for each, seconds, verdict in _played([(url, folder, seed + n, only) for n in range(runs)], jobs):
            total.add(verdict)
            clean = "clean" if verdict.is_clean() else f"{len(verdict.wrong)} wrong"
            say(f"seed {each}: {verdict.faults} faults, {clean}, {seconds:.1f} s")
            for sentence in verdict.wrong[:_SHOWN]:
                say(f"WRONG: seed {each}: {sentence}")
    for text in report(total):
        say(text)
    return total


def _played(jobs: list[Job], processes: int) -> Iterator[tuple[int, float, Verdict]]:
    if processes == 1:
        yield from map(play_one, jobs)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(play_one, jobs)


def play_one(job: Job) -> tuple[int, float, Verdict]:
    """Play one campaign; return its seed, how long it took in seconds, and its verdict."""
    url, folder, seed, only = job
    own = Path(folder) / f"run-{seed}"
    own.mkdir()
    began_s = time.monotonic()
    with ExitStack() as stack:
        stack.callback(logging.disable, logging.root.manager.disable)  # others in this process may wait for a line
        logging.disable(logging.CRITICAL)
        databases = [stack.enter_context(connect(url, application="virtual", autocommit=True)) for _ in range(3)]
        verdict = play(own, databases, make(seed, only), seed)
    return seed, time.monotonic() - began_s, verdict


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
