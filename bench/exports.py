"""What files of numbers cost: a year of hourly dwell of ten zones as Parquet and XLSX.

    python -m bench.exports

Rows are made up in memory: no database takes part. Each way runs in a process of its own, for its memory.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from api.access.caller import LOCAL
from api.formats.metadata import ResultMetadata
from api.formats.parquet import ParquetWriter
from api.formats.xlsx import XlsxWriter
from api.ranges import Bucket, Hours
from api.series_query import SeriesQuery
from api.tables.dwell import DwellRow
from api.tables.places import Name, Site
from api.tables.table import ColumnKind, Table
from core.ranges import TimeRange

ROWS = 87_600
BATCH = 10_000
START = datetime(2025, 1, 1, tzinfo=UTC)
TABLE = Table("numbers/dwell", DwellRow, "dwell")


def metadata() -> ResultMetadata:
    """Return the question whose answer is made up."""
    site = Site(site="haninge-entre", name=Name(sv="", en=""), time_zone="Europe/Stockholm", version=1)
    query = SeriesQuery(
        site, Bucket.HOUR, TimeRange(START, START.replace(year=2026)), Hours.ALL, False, frozenset(), LOCAL, {}
    )
    return ResultMetadata.of(TABLE, query, {"only": None, "threshold_s": 60})


def rows() -> Iterator[list[tuple[Any, ...]]]:
    """Yield batches of rows as the database gives them."""
    made: dict[ColumnKind, Callable[[int], Any]] = {
        ColumnKind.TEXT: lambda n: f"zon {n // 8760}",
        ColumnKind.OFFSET: lambda _: "+01:00",
        ColumnKind.INTEGER: lambda n: n % 1000,
        ColumnKind.NUMBER: lambda n: (n % 997) / 10,
        ColumnKind.BOOLEAN: lambda n: n % 3 == 0,
        ColumnKind.LIST: lambda n: ["dark"] if n % 50 == 0 else [],
        ColumnKind.INSTANT: lambda n: 1_735_689_600 + n % 8760 * 3600,
        ColumnKind.LOCAL: lambda n: 1_735_693_200 + n % 8760 * 3600,
    }
    kinds = [column.kind for column in TABLE.columns()]
    for first in range(0, ROWS, BATCH):
        yield [tuple(made[kind](n) for kind in kinds) for n in range(first, min(ROWS, first + BATCH))]


def written(writer: XlsxWriter | ParquetWriter) -> float:
    """Write the rows as the API does; return the seconds."""
    spent = 0.0
    for batch in rows():
        began = time.perf_counter()
        writer.add(batch)
        spent += time.perf_counter() - began
    began = time.perf_counter()
    writer.close()
    return spent + time.perf_counter() - began


def run(way: str) -> None:
    """Try one way and print what it cost."""
    with tempfile.TemporaryFile() as file:
        asked = metadata()
        columns, described = asked.table.columns(), asked.metadata()
        spent = written(ParquetWriter(file, columns, described) if way == "parquet" else XlsxWriter(file, asked))
        file.seek(0, 2)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{way:8} {spent:6.1f} s {file.tell() / 1e6:6.1f} MB {memory:5.0f} MB of memory")


def main(arguments: Sequence[str] | None = None) -> None:
    """Try one way, or each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", nargs="?", choices=["parquet", "xlsx"])
    way = parser.parse_args(arguments).way
    if way:
        run(way)
        return
    print(f"{ROWS} rows of {len(TABLE.columns())} columns")
    for each in ("parquet", "xlsx"):
        subprocess.run([sys.executable, "-m", "bench.exports", each], check=True)


if __name__ == "__main__":
    main()
