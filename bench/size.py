"""How much disk a store takes, and how long its backup and restore do.

    python -m bench.size [--millions 2] [--embedded]

500 devices with two lines and two zones each, a fact a minute and part, with their quarter-hours (`bench.growth`),
their dwell, and the sums of these by hour and day. It reports bytes a row, index included, of facts and of
quarter-hours, what that makes of a device with two lines and one zone, and the time of `platspuls backup` and
`platspuls restore`, by the wall clock.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.growth import Filler
from bench.ingest_peers import place
from platspuls.ops.backup.make import backup
from platspuls.ops.backup.restore import restore
from store.aggregates.sums import sum_up_some
from store.database import Database, connect
from tests.support.small_site import START

_PARTS = 3
_MINUTES_A_DAY, _QUARTERS_A_DAY = 1440, 96
_KEPT_DAYS = 396
_TABLES = {"facts": ("line_flow", "zone_flow"), "quarter-hours": ("line_quarter", "zone_quarter")}
_A_YEAR = {
    "dwell": {"zone_dwell": 96 * 365},
    "sums": {
        "line_hour": 2 * 24 * 365, "zone_hour": 24 * 365, "zone_dwell_hour": 24 * 365,
        "line_day": 2 * 365, "zone_day": 365, "zone_dwell_day": 365,
    },
}  # fmt: skip
"""Rows that a device with two lines and one zone makes in a year."""
_DWELL = f"""
    insert into platspuls.zone_dwell
    select zone_id, %s::timestamptz + m * interval '1 min', 1, m, 1, {", ".join(["1"] * 75)}, 900000, 0
    from generate_series(0, %s - 1, 15) as m, platspuls.zone order by m, zone_id"""  # noqa: S608 - words of ours
_MEGABYTE = 1e6


def size(database: Database, table: str) -> tuple[int, int]:
    """Return bytes and rows of a table, chunks and indexes included."""
    chunks = (
        "select coalesce(sum(pg_total_relation_size(inhrelid)), 0) + pg_total_relation_size('platspuls.{0}'), "
        "(select count(*) from platspuls.{0}) from pg_inherits where inhparent = 'platspuls.{0}'::regclass"
    )
    [(taken, rows)] = database.execute(chunks.format(table).encode())
    return int(taken), int(rows)


def row_bytes(database: Database, tables: tuple[str, ...]) -> float:
    """Return bytes a row of some tables together."""
    sizes = [size(database, table) for table in tables]
    return sum(taken for taken, _ in sizes) / sum(rows for _, rows in sizes)


def main() -> None:
    """Fill, measure, back up, restore, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--millions", type=int, default=2)
    parser.add_argument("--embedded", action="store_true")
    wanted = parser.parse_args()
    with (
        place(embedded=wanted.embedded) as made,
        made.database() as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        with connect(url, application="bench", autocommit=True) as database:
            filler = Filler(database)
            filler.fill(wanted.millions * 1_000_000)
            database.execute(_DWELL.encode(), (START, filler.minutes))
            while sum_up_some(database, START + timedelta(minutes=filler.minutes, days=2)):
                pass
            years = {
                name: sum(row_bytes(database, (table,)) * rows for table, rows in tables.items()) / _MEGABYTE
                for name, tables in _A_YEAR.items()
            }
            fact, quarter = (row_bytes(database, tables) for tables in _TABLES.values())
        facts = fact * _PARTS * _MINUTES_A_DAY * _KEPT_DAYS / _MEGABYTE
        quarters = quarter * _PARTS * _QUARTERS_A_DAY * 365 / _MEGABYTE
        print(f"{fact:.0f} bytes a fact, {quarter:.0f} a quarter-hour (load {os.getloadavg()[0]:.1f})")
        print(f"a device: {facts:.0f} MB of facts in 13 months, and {quarters:.0f} MB of quarter-hours a year for ever")
        print(f"beside them, a year: {years['dwell']:.0f} MB of dwell, {years['sums']:.0f} MB of sums by hour and day")
        began = time.monotonic()
        kept = backup(url, Path(folder), [], datetime.now(UTC))
        backed_up = time.monotonic()
        restore(kept, url, force=True)
        restored = time.monotonic()
        dump = (kept / "store.dump").stat().st_size / _MEGABYTE
        print(f"backup of {wanted.millions} million facts: {backed_up - began:.0f} s, {dump:.0f} MB")
        print(f"restore: {restored - backed_up:.0f} s")


if __name__ == "__main__":
    main()
