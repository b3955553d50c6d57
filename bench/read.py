"""How fast the API answers, on the embedded database: one client, a hundred, a year as CSV, and a very long CSV.

    python -m bench.read [--days 365] [--requests 200] [--clients 100] [--stream-rows 10000000]

The store holds ten sites of ten lines each, two of them with ten zones, all quarter-hours of so many days. A tenth
of it is put in first, so that the same question is timed before and after the rest. The API runs as a process of
its own; the clients, the API and the database share the cores.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from ingest.database import Database, connect
from ingest.migrate import migrate
from platspuls.embedded.postgres import running_postgres

START = datetime(2024, 1, 1, tzinfo=UTC)
LINES, ZONES = "site_id <= 10", "site_id <= 2"
QUESTIONS = {
    "entries of a site with ten lines": "flow?bucket=hour",
    "one line": "flow?bucket=hour&of=line&lines=line-3",
    "dwell of one zone": "dwell?bucket=hour&zones=zone-3",
    "dwell of ten zones": "dwell?bucket=hour",
}
_SERVE = "from api.serve import run; from api.settings import load; run(load())"


@dataclass(frozen=True, slots=True)
class Api:
    """The API as a process of its own."""

    address: str
    pid: int

    def memory_mb(self) -> float:
        """Return the most memory that it ever had."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def make_places(database: Database, silent_lines: int) -> None:
    """Make ten sites, and one with lines that nobody ever told anything of."""
    database.execute(
        f"""
        insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256)
        select 'site-' || n, 'Plats', 'Site', 'Europe/Stockholm', '' from generate_series(1, 11) as n;
        insert into platspuls.space (site_id, key, name_sv, name_en) select site_id, 'hall', '', '' from platspuls.site;
        insert into platspuls.border (site_id, key, name_sv, name_en, to_space_id)
        select site_id, 'door', '', '', space_id from platspuls.space;
        insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned)
        select site_id, border_id, 'line-' || n, 'Linje', 'Line', 'main', '{{(,)}}'
        from platspuls.border, lateral generate_series(1, case site_id when 11 then {silent_lines} else 10 end) as n;
        insert into platspuls.zone
          (site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned)
        select site_id, space_id, 'zone-' || n, 'Zon', 'Zone', false, true, 60, '{{(,)}}'
        from platspuls.space, generate_series(1, 10) as n
        where {ZONES}
        """.encode()  # noqa: S608 - our own words
    )


def fill(database: Database, start: datetime, end: datetime) -> None:
    """Put in all quarter-hours of [start, end): busy days, still nights, some visits cut and some fragments."""
    busy = "case when extract(hour from start) between 5 and 20 then 1 else 0 end"
    last = end - timedelta(minutes=15)
    series = f"generate_series('{start}', '{last}', interval '15 minutes') as start"
    quarters = f"(select start, {busy} as busy from {series}) as quarter"  # noqa: S608 - our own words
    bins = [f"floor(random() * {8 / (n + 2) * share:.3f})::int * busy" for share in (1, 0.2, 0.1) for n in range(24)]
    dwell = ", ".join([*bins[:24], "0", *bins[24:48], "0", *bins[48:], "0"])
    for table, thing, which, columns in (
        ("line_quarter", "line", LINES, "1, floor(random() * 40) * busy, 9, 45, 12, 900000, 32767, 0"),
        ("zone_quarter", "zone", ZONES, "1, 20 * busy, 1, 19, 2, floor(random() * 5000) * busy, 9, 900000, 32767, 0"),
        ("zone_dwell", "zone", ZONES, f"1, 1, 1, {dwell}, 900000, 0"),
    ):
        database.execute(
            f"insert into platspuls.{table} select {thing}_id, start, {columns} "  # noqa: S608 - our own words
            f"from {quarters} cross join platspuls.{thing} where {which}".encode()
        )
    database.execute(b"vacuum analyze")


@contextmanager
def serving(url: str) -> Iterator[Api]:
    """Run the API on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"PLATSPULS_DATABASE_URL": url, "PLATSPULS_API_PORT": str(port), "PLATSPULS_API_LOG_LEVEL": "error"}
    process = subprocess.Popen([sys.executable, "-c", _SERVE], env={**os.environ, **settings})
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/readyz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield Api(address, process.pid)
    finally:
        process.terminate()
        process.wait()


def month(number: int, days: int) -> str:
    """Return 30 days, other ones for each number."""
    start = START + timedelta(days=number * 7 % max(1, days - 30))
    return f"from={start:%Y-%m-%d}T00:00Z&to={start + timedelta(days=30):%Y-%m-%d}T00:00Z"


def one_client(api: Api, question: str, requests: int, days: int) -> list[float]:
    """Return how long each request took, in milliseconds."""
    took = []
    with httpx.Client(base_url=f"{api.address}/api/v1/sites/site-1/", timeout=60) as client:
        for number in range(requests):
            began = time.perf_counter()
            client.get(f"{question}&{month(number, days)}").raise_for_status()
            took.append((time.perf_counter() - began) * 1000)
    return took[2:]


async def many_clients(api: Api, clients: int, each: int, days: int) -> tuple[list[float], int]:
    """Return how long the requests of all clients took, in milliseconds, and how many failed."""
    took: list[float] = []
    failed = 0

    async def ask(client: httpx.AsyncClient, number: int) -> None:
        nonlocal failed
        for turn in range(each):
            began = time.perf_counter()
            site = (number + turn) % 10 + 1
            answer = await client.get(f"/api/v1/sites/site-{site}/flow?bucket=hour&{month(number + turn, days)}")
            failed += answer.status_code != httpx.codes.OK
            took.append((time.perf_counter() - began) * 1000)

    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=api.address, timeout=120, limits=limits) as client:
        await asyncio.gather(*(ask(client, number) for number in range(clients)))
    return took, failed


def read_all(api: Api, address: str) -> tuple[float, int]:
    """Return the seconds and lines of a CSV."""
    began, lines = time.perf_counter(), 0
    with httpx.stream(
        "GET", f"{api.address}/api/v1/sites/{address}", headers={"Accept-Encoding": "identity"}, timeout=900
    ) as answer:
        answer.raise_for_status()
        for block in answer.iter_raw():
            lines += block.count(b"\n")
    return time.perf_counter() - began, lines - 1


def copied(database: Database, start: datetime, end: datetime) -> float:
    """Return the seconds of the database's own COPY of the same select."""
    began = time.perf_counter()
    query = (
        f"copy (select * from reading.zone_dwell('site-1', 'hour', '{start}', '{end}', 60) order by zone, start_utc) "  # noqa: S608 - ours
        "to stdout (format csv)"
    )
    with database.cursor().copy(query.encode()) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - began


def shown(took: Sequence[float]) -> str:
    """Return median and 99th percentile."""
    ordered = sorted(took)
    high = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return f"p50 {ordered[len(ordered) // 2]:7.1f} ms   p99 {high:7.1f} ms"


def run(folder: Path, days: int, requests: int, clients: int, stream_rows: int) -> None:
    """Measure and print."""
    with (
        running_postgres(folder / "postgres") as cluster,
        connect(cluster.url(), application="bench", autocommit=True) as database,
    ):
        migrate(database)
        database.execute(b"set session_replication_role = replica")
        database.execute(b"set work_mem = '32MB'")
        database.execute(b"set hash_mem_multiplier = 8")
        make_places(database, -(-stream_rows // (400 * 24)))
        fill(database, START, START + timedelta(days=days / 10))
        with serving(cluster.url()) as api:
            few = {name: one_client(api, path, requests // 2, days // 10) for name, path in QUESTIONS.items()}
            fill(database, START + timedelta(days=days / 10), START + timedelta(days=days))
            print(f"{days} days of 100 lines and 20 zones; load {os.getloadavg()[0]:.1f}")
            print("30 days by the hour, one client:")
            for name, path in QUESTIONS.items():
                took = one_client(api, path, requests, days)
                ratio = sorted(took)[len(took) // 2] / sorted(few[name])[len(few[name]) // 2]
                print(f"  {name:34} {shown(took)}   {ratio:.2f} of a tenth of the data")
            took, failed = asyncio.run(many_clients(api, clients, max(1, requests // 20), days))
            print(f"{clients} clients, entries: {shown(took)}   {failed} failed, {api.memory_mb():.0f} MB")
        with serving(cluster.url()) as api:
            exports(api, database, days, stream_rows)


def exports(api: Api, database: Database, days: int, stream_rows: int) -> None:
    """Measure the long answers; the API is a new process, so that its memory is theirs."""
    end = START + timedelta(days=min(days, 365))
    asked = f"from={START:%Y-%m-%d}T00:00Z&to={end:%Y-%m-%d}T00:00Z"
    for _ in range(3):
        copy_s = copied(database, START, end)
        csv_s, lines = read_all(api, f"site-1/dwell.csv?bucket=hour&{asked}")
        print(
            f"dwell of ten zones as CSV, {lines} rows: {csv_s:.2f} s; COPY {copy_s:.2f} s: {copy_s / csv_s:.2f} of it"
        )
    print(f"memory of the API: {api.memory_mb():.0f} MB")
    if stream_rows:
        until = START + timedelta(days=400)
        took, lines = read_all(
            api, f"site-11/flow.csv?of=line&bucket=hour&from={START:%Y-%m-%d}T00:00Z&to={until:%Y-%m-%d}T00:00Z"
        )
        print(f"{lines} rows in one CSV: {took:.0f} s, {lines / took:.0f} rows/s, {api.memory_mb():.0f} MB")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--stream-rows", type=int, default=10_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="platspuls-") as folder:
        run(Path(folder), given.days, given.requests, given.clients, given.stream_rows)


if __name__ == "__main__":
    main()
