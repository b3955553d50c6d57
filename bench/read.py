"""How fast the API answers, on the embedded database, beside its targets.

    python -m bench.read [--years 5] [--facts-months 13] [--requests 200] [--clients 100] [--stream-rows 10000000]
                         [--thousand-days 30] [--without-sums]

A database holds quarter-hours of ten sites with ten lines each, two of them with ten zones, of all years; another the
last tenth of the days; a third a hundredth of the rows, the site that is asked about alone: its lines a tenth of the
days, its zones a fiftieth. The same questions are asked of all in turn. Facts, of five minutes, lie in the first alone:
no answer reads them. Rows lie as they would have come: by time, all lines and zones in turn, with an hour of outage of
each in thirty days. The API runs as a process of its own; the clients, the API and the database share the cores.
A fourth holds a site of a thousand lines, of which days before the last thirty have sums alone; they lie as nights make
them. All days are summed up first, but `--without-sums`. The database has the shared buffers of a server for so much,
not those of the embedded form. `--folder` keeps the databases, and takes what is there.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from bench.read_clients import ask_at_once
from bench.read_places import DAY, END, Filling, prepare, prepare_thousand, sum_up, sum_up_by_night
from platspuls.embedded.postgres import running_postgres
from store.database import connect

STREAM_DAYS = 400
QUESTIONS = {
    "entries of a site with ten lines": "flow?bucket=hour",
    "one line": "flow?bucket=hour&of=line&lines=line-3",
    "presence in one zone": "presence?bucket=hour&zones=zone-3",
    "dwell of one zone": "dwell?bucket=hour&zones=zone-3",
    "dwell of ten zones": "dwell?bucket=hour",
}
_HOURS_APART = 7 * 24 + 1
"""How far apart months begin, so that each is asked for once: what was answered before would cost nothing."""
_SERVE = "from api.serve import run; from api.settings import load; run(load())"
_SELECT = Path(__file__).parent.parent / "api" / "database" / "sql" / "numbers" / "dwell.sql"


@dataclass(frozen=True, slots=True)
class Api:
    """The API as a process of its own."""

    address: str
    pid: int

    def memory_mb(self) -> float:
        """Return the most memory that it ever had."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A store that the same questions are asked of.

    Attributes:
        api: what answers.
        share: how much of all data it holds, in words.
        days: from how many of its last days the 30 that are asked about are taken.
    """

    api: Api
    share: str
    days: int


@dataclass(frozen=True, slots=True)
class Size:
    """How much is put in, and how often it is asked."""

    years: float
    facts_months: int
    requests: int
    clients: int
    stream_rows: int
    thousand_days: int

    @property
    def days(self) -> int:
        """The days of quarter-hours in the whole database."""
        return round(self.years * 365.25)

    def part_of_days(self, part: int) -> int:
        """Return one of so many parts of these days, and at least as many as have another month for each request."""
        return max(30 + -(-(self.requests + 5) // 24), self.days // part)


@contextmanager
def serving(url: str) -> Iterator[Api]:
    """Run the API on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "PLATSPULS_DATABASE_URL": url,
        "PLATSPULS_API_PORT": str(port),
        "PLATSPULS_API_LOG_LEVEL": "error",
    }
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


def month(number: int, days: int, step_hours: int = 7 * 24) -> str:
    """Return 30 days of the last `days`, other ones for each number: each begins so many hours after the one before."""
    start = END - days * DAY + timedelta(hours=number * step_hours % (max(1, days - 30) * 24))
    return f"from={start:%Y-%m-%dT%H}:00Z&to={start + 30 * DAY:%Y-%m-%dT%H}:00Z"


def ask(client: httpx.Client, question: str, asked: str) -> float:
    """Return how long an answer took, in milliseconds."""
    began = time.perf_counter()
    client.get(f"/api/v1/sites/site-1/{question}&{asked}").raise_for_status()
    return (time.perf_counter() - began) * 1000


def one_client(stores: Sequence[Asked], question: str, size: Size) -> list[list[float]]:
    """Return how long each request took of each store, asked in turn, in milliseconds."""
    took: list[list[float]] = [[] for _ in stores]
    with ExitStack() as stack:
        clients = [stack.enter_context(httpx.Client(base_url=store.api.address, timeout=60)) for store in stores]
        for number in range(size.requests + 5):
            for client, store, spent in zip(clients, stores, took, strict=True):
                spent.append(ask(client, question, month(number, store.days, _HOURS_APART)))
    return [spent[5:] for spent in took]


def read_all(api: Api, address: str) -> tuple[float, int]:
    """Return the seconds and lines of a CSV."""
    began, lines = time.perf_counter(), 0
    headers = {"Accept-Encoding": "identity"}
    with httpx.stream("GET", f"{api.address}/api/v1/sites/{address}", headers=headers, timeout=900) as answer:
        answer.raise_for_status()
        for block in answer.iter_raw():
            lines += block.count(b"\n")
    return time.perf_counter() - began, lines - 1


def copied(url: str, start: datetime) -> float:
    """Return the seconds of the database's own COPY of the API's select, with its settings, on one connection."""
    asked = {
        "site": "site-1", "bucket": "hour", "from_utc": start, "to_utc": END, "hours": "all", "threshold_s": 60,
        "only": None, "whole": False,
    }  # fmt: skip
    with connect(url, application="bench", autocommit=True) as database:
        database.execute(b"set timezone = 'UTC'")
        for name in ("nestloop", "mergejoin", "sort", "incremental_sort"):
            database.execute(f"set enable_{name} = off".encode())
        database.execute(b"set work_mem = '32MB'")
        database.execute(b"set hash_mem_multiplier = 8")
        began = time.perf_counter()
        query = f"copy ({_SELECT.read_text('utf-8')}) to stdout (format csv)"
        with database.cursor().copy(query.encode(), asked) as copy:
            for _ in copy:
                pass
        return time.perf_counter() - began


def p99(took: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return sorted(took)[min(len(took) - 1, len(took) * 99 // 100)]


def tell(what: str, measured: str, limit: str = "-", ratio: float | None = None) -> None:
    """Print a line of the table. The ratio is that of what was measured to the limit: above 1 it isn't met."""
    print(f"| {what} | {limit} | {measured} | {'-' if ratio is None else f'{ratio:.2f}'} |", flush=True)


def questions(whole: Asked, parts: Sequence[Asked], size: Size) -> None:
    """Measure 30 days by the hour with one client, of all data and of parts of them."""
    for name, path in QUESTIONS.items():
        all_ms, *of_parts = one_client((whole, *parts), path, size)
        middle = statistics.median(all_ms)
        is_bound = path != "dwell?bucket=hour"
        measured = f"p99 {p99(all_ms):.0f} ms, p50 {middle:.0f} ms"
        tell(f"30 days by the hour, {name}", measured, *(("p99 50 ms", p99(all_ms) / 50) if is_bound else ()))
        for part, took_ms in zip(parts, of_parts, strict=True):
            few = statistics.median(took_ms)
            beside = f"the same beside {part.share} of the data (p50 {few:.0f} ms)"
            tell(beside, f"{middle / few:.2f}", "1.3", middle / few / 1.3)
    with httpx.Client(base_url=whole.api.address, timeout=60) as client:
        quality = sorted(ask(client, "quality?bucket=day", month(number, size.days)) for number in range(20))
    tell(
        "quality by the day, 30 days",
        f"p50 {quality[10]:.0f} ms, most {quality[-1]:.0f} ms",
        "300 ms",
        quality[10] / 300,
    )


def clients_at_once(api: Api, size: Size) -> None:
    """Measure a hundred clients: each asks other questions at any time, or all the same."""
    each = max(2, size.requests // 20)
    for what, number_of in (
        ("all other ones", lambda client, turn: client + turn * 7),
        ("the same", lambda _, turn: turn),
    ):

        def path(client: int, turn: int, of: Callable[[int, int], int] = number_of) -> str:
            number = of(client, turn)
            return f"/api/v1/sites/site-{number % 10 + 1}/flow?bucket=hour&{month(number, size.days)}"

        seen = asyncio.run(ask_at_once(api.address, size.clients, each, path))
        middle = statistics.median(seen.took_ms)
        tell(
            f"{size.clients} clients at once, entries of 30 days by the hour, {what}, {len(seen.took_ms)} answers",
            f"p50 {middle:.0f} ms, p99 {p99(seen.took_ms):.0f} ms", "p50 300 ms", middle / 300,
        )  # fmt: skip
        tell("of these failed", str(seen.failed), "0", None if not seen.failed else float("inf"))
    tell("most memory of the API", f"{api.memory_mb():.0f} MB", "150 MB", api.memory_mb() / 150)


def many_lines(thousand: Api, whole: Api, size: Size) -> None:
    """Measure the sum of a thousand lines by hour and by day, and all years by day."""
    first = END - size.thousand_days * DAY
    years = END - size.days * DAY
    for what, api, question, start, limit_s in (
        ("a thousand lines by the hour, entries", thousand, "site-11/flow?bucket=hour", first, 1),
        (f"a thousand lines by day, {size.years:g} years, entries", thousand, "site-11/flow?bucket=day", years, 2),
        ("a thousand lines by day, each line", thousand, "site-11/flow?bucket=day&of=line", first, None),
        (f"ten lines by day, {size.years:g} years", whole, "site-1/flow?bucket=day&of=line", years, None),
    ):
        asked = f"from={start:%Y-%m-%d}T00:00Z&to={END:%Y-%m-%d}T00:00Z"
        took = sorted(read_all(api, question.replace("?", ".csv?") + f"&{asked}")[0] for _ in range(5))
        measured = f"{took[2]:.2f} s (best {took[0]:.2f} s)"
        tell(what, measured, *((f"{limit_s} s", took[2] / limit_s) if limit_s else ()))


def exports(api: Api, url: str, size: Size) -> None:
    """Measure the long answers."""
    start = max(END - 365 * DAY, END - size.days * DAY)
    asked = f"from={start:%Y-%m-%d}T00:00Z&to={END:%Y-%m-%d}T00:00Z"
    csv_s, copy_s, lines = [], [], 0
    for _ in range(5):
        copy_s.append(copied(url, start))
        took, lines = read_all(api, f"site-1/dwell.csv?bucket=hour&{asked}")
        csv_s.append(took)
    speed = statistics.median(one / other for one, other in zip(copy_s, csv_s, strict=True))
    middle = statistics.median(csv_s)
    measured = f"{middle:.2f} s (best {min(csv_s):.2f} s)"
    tell(f"a year of dwell of ten zones by the hour as CSV, {lines} rows", measured, "1 s", middle)
    copy = f"speed beside COPY of the same select ({statistics.median(copy_s):.2f} s)"
    tell(copy, f"{speed:.2f}", "at least 0.5", 0.5 / speed)
    if size.stream_rows:
        first = END - STREAM_DAYS * DAY
        took, lines = read_all(
            api, f"site-11/flow.csv?of=line&bucket=hour&from={first:%Y-%m-%d}T00:00Z&to={END:%Y-%m-%d}T00:00Z"
        )
        tell(f"{lines} rows in one CSV", f"{took:.0f} s, {lines / took:.0f} rows a second")
        tell("most memory of the API meanwhile", f"{api.memory_mb():.0f} MB", "150 MB", api.memory_mb() / 150)


def run(folder: Path, size: Size, shared_buffers: str, *, with_sums: bool) -> None:
    """Measure and print."""
    with running_postgres(folder / "postgres", {"shared_buffers": shared_buffers}) as cluster:
        silent_lines = -(-size.stream_rows // (STREAM_DAYS * 24))
        facts_days = min(size.facts_months * 30, size.days)
        prepare(cluster, "whole", Filling(10, 2, size.days, size.days, facts_days, silent_lines))
        prepare(cluster, "tenth", Filling(10, 2, size.part_of_days(10), size.part_of_days(10)))
        prepare(cluster, "hundredth", Filling(1, 1, size.part_of_days(10), size.part_of_days(50)))
        prepare_thousand(cluster, size.thousand_days, size.days)
        took_s = None
        if with_sums:
            took_s = sum_up_by_night(cluster.url("thousand"), size.thousand_days)
            took_s += sum(sum_up(cluster.url(name)) for name in ("whole", "tenth", "hundredth"))
        print(
            f"{size.days} days of 100 lines and 20 zones, {size.facts_months} months of facts; "
            f"{shared_buffers} of shared buffers; load {os.getloadavg()[0]:.1f}\n"
        )
        print("no sums\n" if took_s is None else f"summed up in {took_s:.0f} s\n")
        print("| what | limit | measured | ratio |\n|---|---|---|---|")
        with (
            serving(cluster.url("whole")) as whole,
            serving(cluster.url("tenth")) as tenth,
            serving(cluster.url("hundredth")) as hundredth,
        ):
            parts = (
                Asked(tenth, "a tenth", size.part_of_days(10)),
                Asked(hundredth, "a hundredth", size.part_of_days(50)),
            )
            questions(Asked(whole, "all", size.days), parts, size)
        with serving(cluster.url("whole")) as whole:
            clients_at_once(whole, size)
        with serving(cluster.url("thousand")) as thousand, serving(cluster.url("whole")) as whole:
            many_lines(thousand, whole, size)
        with serving(cluster.url("whole")) as api:  # a new process: its memory is theirs
            exports(api, cluster.url("whole"), size)
        print(f"\nload {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=float, default=5)
    parser.add_argument("--facts-months", type=int, default=13)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--stream-rows", type=int, default=10_000_000)
    parser.add_argument("--thousand-days", type=int, default=30)
    parser.add_argument("--without-sums", action="store_true")
    parser.add_argument("--shared-buffers", default="2GB")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    size = Size(given.years, given.facts_months, given.requests, given.clients, given.stream_rows, given.thousand_days)
    with tempfile.TemporaryDirectory(prefix="platspuls-") as folder:
        run(given.folder or Path(folder), size, given.shared_buffers, with_sums=not given.without_sums)


if __name__ == "__main__":
    main()
