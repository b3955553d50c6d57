"""Which way stores facts fastest, aggregate included, and what a search for overlapping facts would cost.

Behind decisions 3 and 4 in ARCHITECTURE.md. Ratios within one run, on the embedded PostgreSQL:

    python -m bench.ways_to_store
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psycopg

from platspuls.embedded.postgres import running_postgres

BATCH, BATCHES = 10_000, 6
TABLES = """
create table fact (line int, start timestamptz, period_s int, seq bigint, forward int, backward int, observed_ms int,
  primary key (line, start));
create table quarter (line int, start timestamptz, forward int, backward int, observed_ms int,
  primary key (line, start));
create temporary table staging (like fact) on commit delete rows;
"""
STORE = """
with given (line, start, period_s, seq, forward, backward, observed_ms) as materialized ({given}),
ins as (insert into fact select * from given {overlap} order by 1, 2 on conflict do nothing returning *)
insert into quarter
select line, date_bin('15 min', start, 'epoch'), sum(forward), sum(backward), sum(observed_ms)
from ins group by 1, 2 order by 1, 2
on conflict (line, start) do update set forward = quarter.forward + excluded.forward,
  backward = quarter.backward + excluded.backward, observed_ms = quarter.observed_ms + excluded.observed_ms
"""
OVERLAP = """where not exists (select from fact f where f.line = given.line
  and f.start > given.start - interval '15 min' and f.start < given.start + given.period_s * interval '1 s'
  and f.start + f.period_s * interval '1 s' > given.start)"""
JSON = """select l, to_timestamp(s), p, q, f, b, o
from json_to_recordset(%s::json) as r (l int, s bigint, p int, q bigint, f int, b int, o int)"""
ARRAYS = """select l, to_timestamp(s), p, q, f, b, o from unnest(%s::int[], %s::bigint[], %s::int[], %s::bigint[],
  %s::int[], %s::int[], %s::int[]) as r (l, s, p, q, f, b, o)"""

Row = tuple[int, int, int, int, int, int, int]
Way = Callable[["psycopg.Connection[tuple[object, ...]]", Sequence[Row]], None]


def by_json(database: "psycopg.Connection[tuple[object, ...]]", rows: Sequence[Row], overlap: str = "") -> None:
    """One JSON parameter."""
    given = [dict(zip("lspqfbo", row, strict=True)) for row in rows]
    database.execute(STORE.format(given=JSON, overlap=overlap).encode(), (msgspec.json.encode(given).decode(),))


def by_json_searching(database: "psycopg.Connection[tuple[object, ...]]", rows: Sequence[Row]) -> None:
    """The same, with a search for overlapping facts."""
    by_json(database, rows, OVERLAP)


def by_arrays(database: "psycopg.Connection[tuple[object, ...]]", rows: Sequence[Row]) -> None:
    """One array a column."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    database.execute(STORE.format(given=ARRAYS, overlap="").encode(), columns)


def by_copy(database: "psycopg.Connection[tuple[object, ...]]", rows: Sequence[Row]) -> None:
    """COPY into a staging table."""
    with database.cursor().copy(b"copy staging from stdin") as copy:
        for line, start, *rest in rows:
            copy.write_row((line, datetime.fromtimestamp(start, UTC), *rest))
    database.execute(STORE.format(given="select * from staging", overlap="").encode())


def facts_a_second(way: Way, database: "psycopg.Connection[tuple[object, ...]]", minute: int, lines: int) -> float:
    """Store some batches of so many lines from a minute on, each its own transaction."""
    began = time.perf_counter()
    for batch in range(BATCHES):
        first = minute + batch * BATCH // lines
        rows = [(n % lines, 60 * (first + n // lines), 60, n, 3, 2, 60_000) for n in range(BATCH)]
        way(database, rows)
        database.commit()
    return BATCH * BATCHES / (time.perf_counter() - began)


def main() -> None:
    """Print each way's facts a second, and its part of the fastest."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder) / "postgres") as cluster,
        psycopg.connect(cluster.url()) as database,
    ):
        database.execute(TABLES.encode())
        for lines in (100, 10):
            ways: list[Way] = [by_json, by_arrays, by_copy, by_json_searching]
            show(
                lines, {way: facts_a_second(way, database, 20_000_000 + n * 10**6, lines) for n, way in enumerate(ways)}
            )
            database.execute(b"truncate fact, quarter")


def show(lines: int, found: dict[Way, float]) -> None:
    """Print each way's speed and its part of the fastest."""
    print(f"{lines} lines")
    for way, speed in found.items():
        print(f"{speed:8.0f} facts/s  {speed / max(found.values()):5.2f}  {way.__doc__}")


if __name__ == "__main__":
    main()
