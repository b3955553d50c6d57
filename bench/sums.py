"""Plays random worlds in which sums by hour and day are made; compares answers with and without them, and the facts.

    python -m bench.sums [--worlds 60] [--first 1000] [--questions 6]

Prints each difference and, at the end, how many worlds and answers were compared and how much was read from sums. The
worlds of the tests have seeds below 100.
"""

import argparse
import tempfile
from pathlib import Path

from ingest.batch.writer import BatchWriter
from platspuls.embedded.postgres import running_postgres
from store.database import connect
from store.migrate import migrate
from tests.store.reading.sum_worlds import QUESTIONS, SumWorld


def main() -> None:
    """Read the command line, and play."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=6)
    given = parser.parse_args()
    differences, shares = 0, 0.0
    with tempfile.TemporaryDirectory(prefix="platspuls-") as folder, running_postgres(Path(folder) / "pg") as cluster:
        cluster.create_database("empty")
        with connect(cluster.url("empty"), application="bench", autocommit=True) as database:
            migrate(database)
        for seed in range(given.first, given.first + given.worlds):
            with connect(cluster.url("postgres"), application="bench", autocommit=True) as database:
                database.execute(b"drop database if exists world with (force)")
                database.execute(b"create database world template empty")
            with (
                connect(cluster.url("world"), application="bench", autocommit=True) as database,
                connect(cluster.url("world"), application="bench", autocommit=True) as writing,
            ):
                world = SumWorld(database, BatchWriter(writing), seed)
                world.play()
                shares += world.summed_share()
                found = [one for question in world.questions(given.questions) for one in world.differences(question)]
                for one in found:
                    print(f"world {seed}: {one}", flush=True)
                differences += len(found)
    answers = given.worlds * (given.questions + 1) * len(QUESTIONS)
    share = shares / given.worlds
    print(f"{given.worlds} worlds, {answers} answers, sums of {share:.0%} of the time: {differences} rows differ")


if __name__ == "__main__":
    main()
