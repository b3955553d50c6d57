"""What a stolen password of a device can make the store keep in a day, each way by itself, at the real bounds.

    python -m bench.stolen_password

On the embedded database, without a broker: as if the attacker's messages came as fast as they can be stored. Sends of
each kind until more of it adds nothing, and prints how much the store grew by it, in bytes of tables and indexes.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core import wire
from ingest.batch.writer import BatchWriter
from ingest.messages import Storable
from platspuls.embedded.postgres import running_postgres
from store.database import Database, connect
from store.migrate import migrate
from tests.support.small_site import EPOCH, ZONES, arrive, dwell, flow, make_site, meaning, received

OTHER = "fedcba9876543210"


def junk(rng: random.Random) -> Iterator[list[Storable]]:
    """Messages that are refused as a whole, as large as may be kept."""
    for _ in range(12):
        record = b'{"kind":"flow","seq":1,"setup":"' + b"x" * 30 + b'"}'
        yield [
            meaning(arrive(b'{"epoch":"%016x","records":[%s]}' % (rng.getrandbits(60), b",".join([record] * 300))))
            for _ in range(100)
        ]


def bad_records(_rng: random.Random) -> Iterator[list[Storable]]:
    """Records that are refused one by one."""
    for at in range(100_001, 102_001, 100):
        bad = [wire.encode(flow(seq, 0)).replace(b'"forward":1', b'"forward":-1') for seq in range(at, at + 100)]
        yield [meaning(arrive(wire.encode_batch(EPOCH, bad)))]


def epochs(rng: random.Random) -> Iterator[list[Storable]]:
    """Made-up outboxes."""
    for _ in range(10):
        yield [received(epoch=f"{rng.getrandbits(64):016x}") for _ in range(500)]


def conflicts(_rng: random.Random) -> Iterator[list[Storable]]:
    """The same time in other words, with the largest facts there are."""
    yield [received(*[dwell(seq, seq, count=1) for seq in range(at, at + 30)]) for at in range(1, 6000, 30)]
    for epoch in (OTHER, "00000000000000aa"):
        for at in range(1, 6000, 30):
            yield [received(*[dwell(seq, seq, count=10**6) for seq in range(at, at + 30)], epoch=epoch)]


def totals(_rng: random.Random) -> Iterator[list[Storable]]:
    """Totals without a time."""
    lines = [wire.LineTotal("north", 10**6, 1, 1, 1, 60), wire.LineTotal("south", 10**6, 1, 1, 1, 60)]
    zones = [wire.ZoneTotal(zone, 1, 1, 1, 1, 1, 60) for zone in ZONES]
    for at in range(20_001, 26_001, 100):
        records = [wire.UnplacedRecord(seq=seq, setup="sim-a", lines=lines, zones=zones) for seq in range(at, at + 100)]
        yield [received(*records)]


def causes(rng: random.Random) -> Iterator[list[Storable]]:
    """Lines and setups that don't exist."""
    for at in range(30_001, 40_001, 100):
        yield [received(*[flow(seq, 0, lines=[f"x{rng.getrandbits(60):x}"]) for seq in range(at, at + 100)])]


def scattered(_rng: random.Random) -> Iterator[list[Storable]]:
    """Numbers with gaps between them."""
    for at in range(50_001, 62_001, 200):
        lost = [wire.LostRange(seq, seq, "outbox_full") for seq in range(at, at + 200, 2)]
        yield [received(lost=lost)]


def size(database: Database) -> int:
    """Return the bytes of all tables and indexes, without what was written over."""
    database.execute("vacuum full")
    tables = "relnamespace = 'platspuls'::regnamespace and relkind = 'r'"
    query = f"select sum(pg_total_relation_size(oid))::bigint from pg_class where {tables}"  # noqa: S608 - our words
    [(found,)] = database.execute(query.encode()).fetchall()
    return int(found)


def main() -> None:
    """Try each kind."""
    ways: dict[str, Callable[[random.Random], Iterator[list[Storable]]]] = {
        "nonsense, whole messages": junk,
        "bad records": bad_records,
        "conflicts": conflicts,
        "totals without a time": totals,
        "made-up lines and setups": causes,
        "numbers with gaps": scattered,
        "made-up epochs": epochs,
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder) / "pg") as cluster,
        connect(cluster.url(), application="bench", autocommit=True) as database,
    ):
        migrate(database)
        make_site(database)
        writer, rng = BatchWriter(database), random.Random(1)
        for name, way in ways.items():
            before, began, messages = size(database), time.monotonic(), 0
            for batch in way(rng):
                messages += len(batch)
                writer.store(batch)
            took_s = time.monotonic() - began
            grown = (size(database) - before) / 10**6
            print(f"{name}: {messages} messages in {took_s:.1f} s, {grown:.1f} MB kept", flush=True)


if __name__ == "__main__":
    main()
