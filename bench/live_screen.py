"""How long it takes from a commit of live numbers to every page that shows them.

    python -m bench.live_screen --watchers 50 --changes 60

Starts a PostgreSQL and the API, opens as many streams as pages would, and commits a change every half second as ingest
does. `--no-news` commits without an announcement, as where nobody can listen: then the API looks once a second.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Queue

import httpx

from platspuls.embedded.postgres import running_postgres
from platspuls.embedded.process import free_port
from store.database import Database, connect, statement
from store.migrate import migrate
from tests.browser.seed import SITE, add_place, tell_devices, tell_zone


def watch(address: str, heard: "Queue[tuple[int, float]]", enough: threading.Event) -> None:
    """Follow the page's stream and note when each number of people came."""
    with httpx.stream("GET", f"{address}/sites/{SITE}/stream", timeout=60) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                found = json.loads(line[5:])
                heard.put((found["zones"][0]["occupancy"], time.monotonic()))
            if enough.is_set():
                return


def measure(database: Database, address: str, watchers: int, changes: int, *, news: bool) -> list[float]:
    """Return the seconds from each commit to each watcher."""
    heard: Queue[tuple[int, float]] = Queue()
    enough = threading.Event()
    threads = [threading.Thread(target=watch, args=(address, heard, enough)) for _ in range(watchers)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    committed = {}
    for people in range(100, 100 + changes):
        with database.transaction():
            tell_zone(database, 1, people)
            if news:
                database.execute(statement("live/changed"))
        committed[people] = time.monotonic()
        time.sleep(0.5)
    time.sleep(2)
    enough.set()
    tell_zone(database, 1, 1)
    delays = []
    while not heard.empty():
        people, at_s = heard.get()
        if people in committed:
            delays.append(at_s - committed[people])
    for thread in threads:
        thread.join(30)
    return sorted(delays)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--watchers", type=int, default=50)
    parser.add_argument("--changes", type=int, default=60)
    parser.add_argument("--no-news", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="platspuls-") as folder,
        running_postgres(Path(folder) / "pg", {}) as cluster,
    ):
        Path(folder).chmod(0o755)
        cluster.create_database("screen")
        with connect(cluster.url("screen"), application="bench", autocommit=True) as database:
            migrate(database)
            add_place(database)
            tell_devices(database)
            tell_zone(database, 1, 1)
            measure_with(database, cluster.url("screen"), options)


def measure_with(database: Database, url: str, options: argparse.Namespace) -> None:
    """Serve the database, measure, and print."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    program = str(Path(sys.executable).with_name("platspuls"))
    settings = {**os.environ, "PLATSPULS_DATABASE_URL": url, "PLATSPULS_API_PORT": str(port)}
    with subprocess.Popen([program, "api", "run"], env=settings) as api:
        try:
            page = wait_for_page(address)
            delays = measure(database, address, options.watchers, options.changes, news=not options.no_news)
        finally:
            api.terminate()
    expected = options.watchers * options.changes
    print(f"{len(delays)} of {expected} changes came to {options.watchers} watchers")
    shown = [delays[int(len(delays) * part)] * 1000 for part in (0.5, 0.95, 0.99)]
    print("ms from commit: median, p95, p99, longest:", ", ".join(f"{ms:.0f}" for ms in [*shown, delays[-1] * 1000]))
    print(f"the page without its scripts: {len(page)} bytes, {len(gzip.compress(page))} compressed")


def wait_for_page(address: str) -> bytes:
    """Return the page of the site, once the API serves it."""
    for _ in range(200):
        try:
            answer = httpx.get(f"{address}/sites/{SITE}", headers={"Accept": "text/html"}, timeout=20)
            if answer.status_code == httpx.codes.OK:
                return answer.content
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise SystemExit("the API never served the page")


if __name__ == "__main__":
    main()
