"""What a fact costs when the store already holds a million of them, ten million, and more.

    python -m bench.growth [--millions 1 10 30] [--embedded]

500 devices with two lines and two zones each. The tables are filled to each size with a fact a minute and part, in the
order of time, with their quarter-hours; then the same batches go through the writer, as the minutes that follow: the
live form (a record of each device in a transaction) and catch-up (20 devices, 100 records each). Reported is the
wall clock, and the processor time of writer and database server, by fact. Each size is stored twice, and the better
one counts. A hundred million facts take about 15 GB and a quarter of an hour.
"""

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.ingest_peers import place, record, server_cpu_s, site
from ingest.batch.writer import BatchWriter
from ingest.messages import Storable
from store.database import Database, connect
from tests.support.small_site import EPOCH, START, received

DEVICES = 500
PARTS = 4
LIVE_BATCHES, CATCH_UP_BATCHES, CATCH_UP_DEVICES, CATCH_UP_RECORDS = 20, 6, 20, 100
TURNS = 2
FILL = (
    (
        "insert into platspuls.line_flow "
        "select line_id, %(start)s::timestamptz + m * interval '1 min', 60, 1, m, 1, 3, 2, 4, 3, 60000, 0 "
        "from generate_series(%(first)s::integer, %(last)s::integer) as m, platspuls.line order by m, line_id"
    ),
    (
        "insert into platspuls.zone_flow "
        "select zone_id, %(start)s::timestamptz + m * interval '1 min', 60, 1, m, 1, 3, 1, 3, 1, 90, 4, 60000, 0 "
        "from generate_series(%(first)s::integer, %(last)s::integer) as m, platspuls.zone order by m, zone_id"
    ),
    (
        "insert into platspuls.line_quarter "
        "select line_id, %(start)s::timestamptz + m * interval '1 min', 1, 45, 30, 60, 45, 900000, 32767, 0 "
        "from generate_series(%(first)s::integer, %(last)s::integer, 15) as m, platspuls.line order by m, line_id"
    ),
    (
        "insert into platspuls.zone_quarter "
        "select zone_id, %(start)s::timestamptz + m * interval '1 min', 1, 45, 15, 45, 15, 1350, 4, 900000, 32767, 0 "
        "from generate_series(%(first)s::integer, %(last)s::integer, 15) as m, platspuls.zone order by m, zone_id"
    ),
)
SETTLED = (
    "insert into platspuls.delivery (device_id, epoch, made, stored) "
    "select device_id, %s, %s::bigint, int8multirange(int8range(1, %s::bigint + 1)) from platspuls.device "
    "on conflict (device_id, epoch) do update set made = excluded.made, stored = excluded.stored"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds a fact: by the clock, of the writer's processor and of the server's."""

    wall: float
    writer: float
    server: float


class Filler:
    """Fills the tables minute after minute.

    Args:
        database: its tables are empty.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.minutes = 0

    def fill(self, facts: int) -> None:
        """Fill up to so many facts, in whole quarter-hours, and make the server tidy."""
        until = facts // (DEVICES * PARTS) // 15 * 15
        for first in range(self.minutes, until, 1500):
            span = {"start": START, "first": first, "last": min(first + 1500, until) - 1}
            for statement in FILL:
                self._database.execute(statement.encode(), span)
        self.minutes = until
        self.settle(until - 1)
        self._database.execute("vacuum analyze")
        self._database.execute("checkpoint")

    def settle(self, seq: int) -> None:
        """Note that all devices have delivered up to this record: its number is that of its minute."""
        self._database.execute(SETTLED.encode(), (EPOCH, seq, seq))


def live(first: int) -> list[list[Storable]]:
    """Return batches of a record of each device."""
    return [[received(record(seq), site=site(n)) for n in range(DEVICES)] for seq in range(first, first + LIVE_BATCHES)]


def catch_up(first: int) -> list[list[Storable]]:
    """Return batches of many records of some devices."""
    return [
        [received(*map(record, range(at, at + CATCH_UP_RECORDS)), site=site(n)) for n in range(CATCH_UP_DEVICES)]
        for at in range(first, first + CATCH_UP_BATCHES * CATCH_UP_RECORDS, CATCH_UP_RECORDS)
    ]


def cost(writer: BatchWriter, database: Database, batches: Sequence[Sequence[Storable]]) -> Cost:
    """Store batches; the first one warms up and isn't counted."""
    writer.store(batches[0])
    before = (time.monotonic(), time.thread_time(), server_cpu_s(database))
    facts = sum(writer.store(batch).facts for batch in batches[1:])
    after = (time.monotonic(), time.thread_time(), server_cpu_s(database))
    return Cost(*((late - early) * 1e6 / facts for early, late in zip(before, after, strict=True)))


def best(database: Database, minutes: int) -> tuple[Cost, Cost, int]:
    """Return the costs of live and catch-up, and the next minute that nobody has reported."""
    found: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(TURNS):
        writer = BatchWriter(database)
        for costs, batches in zip(found, (live, catch_up), strict=True):
            made = batches(minutes)
            costs.append(cost(writer, database, made))
            minutes += LIVE_BATCHES if batches is live else CATCH_UP_BATCHES * CATCH_UP_RECORDS
    first, second = (min(costs, key=lambda cost: cost.wall) for costs in found)
    return first, second, minutes


def main() -> None:
    """Fill, store, print; again with more."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--millions", type=int, nargs="+", default=[1, 10, 30])
    parser.add_argument("--embedded", action="store_true")
    wanted = parser.parse_args()
    with (
        place(embedded=wanted.embedded) as made,
        made.database() as url,
        connect(url, application="bench", autocommit=True) as database,
    ):
        filler = Filler(database)
        for millions in wanted.millions:
            began = time.monotonic()
            filler.fill(millions * 1_000_000)
            filled_s = time.monotonic() - began
            *costs, filler.minutes = best(database, filler.minutes)
            filler.minutes = -(-filler.minutes // 15) * 15
            print(f"{millions} million facts (filled in {filled_s:.0f} s; load {os.getloadavg()[0]:.1f})")
            for name, measured_us in zip(("live", "catch-up"), costs, strict=True):
                shares = f"writer {measured_us.writer:.1f}, server {measured_us.server:.1f}"
                print(f"  {name:9} {measured_us.wall:6.1f} us a fact by the clock; of processor: {shares}", flush=True)


if __name__ == "__main__":
    main()
