"""How long each query of the dashboards takes at the range that its dashboard opens with, and over a whole year.

    python -m bench.dashboards [--days 365]

The store holds one site of ten lines and five zones, all quarter-hours up to now, as bench.read makes them. One client,
the embedded database; the better of two runs after one to warm up; inf where it takes more than 20 s.
"""

import argparse
import math
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from psycopg.errors import QueryCanceled

from bench.read_places import END, Filling, fill, make_places
from platspuls.embedded.postgres import running_postgres
from store.database import Database, connect
from store.migrate import migrate
from tests.dashboards.asking import SERVERS, Reader
from tests.dashboards.macros import Range, Value, expand
from tests.dashboards.walk import FILES, RULES, Asked, load, queries

_OPENS = {"now-24h": 1, "now-7d": 7, "now-28d": 28, "now-1y": 365, "now-12M/M": 365}


def choice(bucket: str) -> dict[str, Value]:
    """Return the choices of a reader who takes everything of the first site."""
    return {
        "site": "site-1",
        "space": ["hall"],
        "device": ["cam"],
        "bucket": bucket,
        "hours": "open",
        "threshold": "60",
        "study": "year",
        "baseline": "before",
        "follow_up": "after",
    }


def prepare(database: Database, days: int) -> datetime:
    """Fill the store up to now, with a study of two halves."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    make_places(database, 0)
    database.execute(b"delete from platspuls.line where site_id > 1")
    database.execute(b"delete from platspuls.zone where site_id > 1 or right(key, 1) not in ('1', '2', '3', '4', '5')")
    filled = max(0, (END - end).days + days)
    fill(database, Filling(10, 2, filled, filled))
    database.execute(
        b"insert into platspuls.site_hours (site_id, kind, valid_from, weekday, opens, closes) "
        b"select site_id, 'open', '2020-01-01', day, '07:00', '21:00' from platspuls.site, generate_series(1, 6) as day"
    )
    database.execute(
        b"insert into platspuls.study (site_id, key) select site_id, 'year' from platspuls.site where key = 'site-1'"
    )
    half = end - timedelta(days=days // 2)
    for key, start, last in (("before", end - timedelta(days=days), half), ("after", half, end)):
        database.execute(
            b"insert into platspuls.phase (study_id, key, during) "
            b"select study_id, %s, tstzrange(%s, %s) from platspuls.study",
            (key, start, last),
        )
    database.execute(b"vacuum analyze")
    return end


def timed(reader: Reader, asked: Asked, during: Range, bucket: str) -> float:
    """Return the better of two runs after one, in milliseconds."""
    ready = expand(asked.sql, choice(bucket), during, SERVERS["plain-13"])
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        try:
            reader.run(ready)
        except QueryCanceled:
            return math.inf
        took.append(1000 * (time.perf_counter() - begun))
    return min(took[1:])


def main() -> None:
    """Print a line a query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    days = parser.parse_args().days
    with tempfile.TemporaryDirectory(prefix="platspuls-") as folder, running_postgres(Path(folder) / "pg") as cluster:
        cluster.create_database("bench")
        with connect(cluster.url("bench"), application="bench", autocommit=True) as database:
            migrate(database)
            end = prepare(database, days)
            reader = Reader(database, end)
            print("ms over a year  ms as it opens")
            for path in FILES:
                if not path.stem.endswith(".en"):
                    continue
                opens = _OPENS[load(path)["time"]["from"]]
                for asked in queries(path):
                    at_first = timed(
                        reader, asked, Range(end - timedelta(days=opens), end), "day" if opens > 7 else "hour"
                    )
                    year = timed(reader, asked, Range(end - timedelta(days=days), end), "day")
                    print(f"{year:14.0f}  {at_first:14.0f}  {asked.where}", flush=True)
            for rule in RULES:
                print(f"{timed(reader, rule, Range(end, end), 'hour'):14.0f}  {'':14}  {rule.where}", flush=True)


if __name__ == "__main__":
    main()
