"""How much memory a connection of the database takes that keeps the plans of a hundred answers.

    python -m bench.kept_plans [--kept 24] [--folder FOLDER]

The API plans its short answers once a connection, which keeps the plans used last. Each statement of numbers is asked
for by one connection in its forms: with and without a least coverage, of all parts and of one, with what is known
beside the numbers of each kind. Memory is what the database's process holds by itself (`Anonymous` in /proc), before
and after each further 20 statements.
"""

import argparse
import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from api.database import reading
from api.tables.context import CONTEXT, context_columns
from bench.read_places import DAY, END, Filling, prepare, sum_up
from platspuls.embedded.postgres import running_postgres
from store.database import connect

_NUMBERS = ("site_flow", "line_flow", "border_flow", "space_flow", "presence", "dwell")
_MOST = 100
_STEP = 20
_PROCESS = b"select pid from pg_stat_activity where application_name = 'platspuls-api' and datname = current_database()"


def questions() -> Iterator[tuple[str, dict[str, object]]]:
    """Give statements that differ, and what they take: of a day by the hour."""
    asked = {
        "site": "site-1", "bucket": "hour", "hours": "all", "from_utc": END - 2 * DAY, "to_utc": END - DAY,
        "whole": False, "threshold_s": 60, "lines": None, "zones": None,
    }  # fmt: skip
    kinds = list(CONTEXT)
    besides = [None, *(context_columns(some) for n in range(1, 5) for some in itertools.combinations(kinds, n))]
    for beside in besides:
        for least in (None, 0.9):
            for folder in ("numbers", "corrected"):
                for name in _NUMBERS:
                    more = {"context": None if beside is None else list(beside), "rows_min_coverage": least}
                    part = ["line-1" if "line" in name else "zone-1"] if least else None
                    yield f"{folder}/{name}", {**asked, **more, "only": part}


async def ask(url: str, kept: int) -> None:
    """Ask one after the other on one connection, and print what its process holds."""
    reading._PLANS_KEPT = kept  # noqa: SLF001 - what is measured
    limits = reading.DatabaseLimits(
        connections=1, wait_s=60, statement_timeout_s=60, export_timeout_s=60, work_mem_mb=32
    )
    async with reading.Database(url, limits) as asking:
        await asking.schema_version()
        with connect(url, application="bench", autocommit=True) as database:
            [(process,)] = database.execute(_PROCESS).fetchall()
        print("| statements | memory of its process, MB |\n|---|---|")
        print(f"| 0 | {anonymous_mb(process):.1f} |", flush=True)
        for number, (name, asked) in enumerate(itertools.islice(questions(), _MOST + _STEP), start=1):
            await asking.json_at_once(name, asked)
            if number % _STEP == 0:
                print(f"| {number} | {anonymous_mb(process):.1f} |", flush=True)


def anonymous_mb(process: int) -> float:
    """Return what a process holds by itself: neither files nor memory that it shares with others."""
    held = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").partition("\nAnonymous:")[2]
    return int(held.split()[0]) / 1024


def main() -> None:
    """Read the command line, fill and ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kept", type=int, default=reading._PLANS_KEPT)  # noqa: SLF001 - what is measured
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="platspuls-") as folder,
        running_postgres((given.folder or Path(folder)) / "postgres") as cluster,
    ):
        prepare(cluster, "kept_plans", Filling(1, 1, 40, 40))
        sum_up(cluster.url("kept_plans"))
        asyncio.run(ask(cluster.url("kept_plans"), given.kept))


if __name__ == "__main__":
    main()
