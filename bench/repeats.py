"""What comparing costs: messages of 100 records stored for the first time, and the same sent again.

    python -m bench.repeats [--records 20000]

On the embedded database, without a broker. Prints how long storing and comparing took, and their ratio; and how long
the search for numbers of which nothing stands where their records say took, over all facts of the device.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from bench.ingest import FACTS, record
from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.messages import Storable
from platspuls.embedded.postgres import running_postgres
from store.database import connect
from store.migrate import migrate
from tests.support.small_site import make_site, received

TOGETHER = 5


def timed(writer: BatchWriter, messages: Sequence[Storable]) -> tuple[float, list[StoredBatch]]:
    """Store messages, some together, and return how long it took in seconds, and what was done."""
    began = time.monotonic()
    done = [writer.store(messages[at : at + TOGETHER]) for at in range(0, len(messages), TOGETHER)]
    return time.monotonic() - began, done


def main() -> None:
    """Store, send again, and send something else."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=20_000)
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder) / "pg") as cluster,
        connect(cluster.url(), application="bench", autocommit=True) as database,
    ):
        migrate(database)
        make_site(database)
        writer = BatchWriter(database)
        messages = [received(*(record(seq) for seq in range(at, at + 100))) for at in range(1, wanted.records + 1, 100)]
        first_s, _ = timed(writer, messages)
        again_s, done = timed(writer, messages)
        repeats = sum(stored.repeats for stored in done)
        later = msgspec.structs.replace(record(1), start=record(1).start + timedelta(days=60))
        search_s, _ = timed(writer, [received(later)])
    facts = wanted.records * FACTS
    print(f"{wanted.records} records, {facts} facts: stored in {first_s:.2f} s, compared in {again_s:.2f} s")
    print(f"{repeats} repeats; compared / stored = {again_s / first_s:.2f}")
    print(f"a search among {facts} facts, and the fork that it found: {search_s * 1000:.0f} ms")


if __name__ == "__main__":
    main()
