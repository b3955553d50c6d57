"""What staff notice of attacks upon the API: how long the live numbers take meanwhile, and the memory of the API.

    python -m bench.attacks [--seconds 6]

A process of the API with a key of staff, one of an evaluator, and a site with public figures; a year of quarter-hours
of ten lines. All on one machine: what the attackers do costs time of the same cores.
"""

import argparse
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.access.roles import Role
from bench.read import serving
from bench.read_places import END, make_places
from platspuls.embedded.postgres import running_postgres
from store.database import connect
from store.migrate import migrate
from tests.api.access.grants import bearer, new_key

LIVE = "/api/v1/sites/site-1/live"
ESTIMATES = "/api/v1/sites/site-1/estimates?bucket=hour&from=2025-09-01&to=2025-12-01"
HALF = (
    b"POST /api/v1/sites/site-1/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 900000\r\n\r\n" + b" " * 450_000
)
_FILL = """
insert into platspuls.line_quarter
select line_id, start, 1, floor(random() * 40)::int, 9, 45, 12, 900000, 32767, 0
from generate_series('{first}'::timestamptz, '{last}', '15 min') as start
cross join (select line_id from platspuls.line where site_id = 1) as part
where extract(doy from start)::int % 30 <> 5
order by start, line_id
"""


class Target:
    """The API that is attacked."""

    def __init__(self, address: str, pid: int, staff: dict[str, str], evaluator: dict[str, str]) -> None:
        self.address = address
        self.pid = pid
        self.staff = staff
        self.evaluator = evaluator

    def connect(self) -> socket.socket:
        """Return a connection of a stranger."""
        return socket.create_connection(("127.0.0.1", urlsplit(self.address).port or 0), 5)

    def memory_mb(self) -> float:
        """Return what the API has in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def live_ms(self, seconds: float) -> list[float]:
        """Ask for the live numbers over and over, each time on a new connection; no answer in 30 s counts as 30 s."""
        took: list[float] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until or not took:
            began = time.perf_counter()
            with suppress(httpx.TransportError):
                httpx.get(self.address + LIVE, headers=self.staff, timeout=30)
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(0.1)
        return took


Attack = Callable[[Target], AbstractContextManager[None]]
"""What goes on meanwhile."""


@contextmanager
def nobody(_target: Target) -> Iterator[None]:
    """Do nothing, to compare with."""
    yield


@contextmanager
def half_bodies(target: Target) -> Iterator[None]:
    """Send half of 300 bodies, without a key."""
    with ExitStack() as stack:
        for _ in range(300):
            with suppress(OSError):
                connection = stack.enter_context(target.connect())
                connection.settimeout(1)
                connection.sendall(HALF)
        yield


@contextmanager
def slow_heads(target: Target) -> Iterator[None]:
    """Begin 900 requests: almost as many as a process may open files."""
    with ExitStack() as stack:
        for _ in range(900):
            with suppress(OSError):
                stack.enter_context(target.connect()).sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        yield


def flood(path: str, clients: int, headers: Callable[[Target], dict[str, str]]) -> Attack:
    """Return an attack: so many clients ask for the same over and over."""

    @contextmanager
    def attack(target: Target) -> Iterator[None]:
        over = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=target.address, headers=headers(target), timeout=60) as client:
                while not over.is_set():
                    with suppress(httpx.TransportError):
                        client.get(path)

        threads = [threading.Thread(target=ask) for _ in range(clients)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(0.5)
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    return attack


ATTACKS: dict[str, Attack] = {
    "nothing": nobody,
    "300 half bodies": half_bodies,
    "900 slow heads": slow_heads,
    "openapi.json, 20 clients": flood("/api/v1/openapi.json", 20, lambda _: {}),
    "public passages, 20 clients without a key": flood(
        "/api/v1/public/sites/site-1/passages/2025-weeks", 20, lambda _: {}
    ),
    "estimates, ten clients of an evaluator": flood(ESTIMATES, 10, lambda target: target.evaluator),
}


def measure(target: Target, seconds: float) -> None:
    """Print a row for each attack."""
    print("| meanwhile | live p50, ms | live most, ms | memory of the API, MB |\n|---|---|---|---|")
    for name, attack in ATTACKS.items():
        with attack(target):
            took = target.live_ms(seconds)
            row = f"{statistics.median(took):.0f} | {max(took):.0f} | {target.memory_mb():.0f}"
        print(f"| {name} | {row} |", flush=True)
        time.sleep(1)


def readiness(target: Target, url: str) -> None:
    """Print how long readiness takes where the database says nothing."""
    with connect(url, application="bench") as database:
        database.execute(b"lock table public.platspuls_migration")
        began = time.perf_counter()
        status = httpx.get(f"{target.address}/readyz", timeout=60).status_code
        print(f"\n/readyz beside a database that says nothing: {status} after {time.perf_counter() - began:.1f} s")
        database.rollback()


def main() -> None:
    """Read the command line, make the database, and attack."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6)
    given = parser.parse_args()
    os.environ["PLATSPULS_API_PUBLIC_SITES"] = "site-1"
    with tempfile.TemporaryDirectory(prefix="platspuls-") as folder, running_postgres(Path(folder)) as cluster:
        cluster.create_database("attacked")
        url = cluster.url("attacked")
        with connect(url, application="bench", autocommit=True) as database:
            migrate(database)
            make_places(database, 1)
            database.execute(b"set session_replication_role = replica")
            last = END - timedelta(minutes=15)
            database.execute(_FILL.format(first=END - timedelta(days=365), last=last).encode())
            database.execute(b"vacuum analyze")
        staff, evaluator = (bearer(new_key(url, role.value, role)) for role in (Role.STAFF, Role.EVALUATOR))
        print(f"load {os.getloadavg()[0]:.1f}\n")
        with serving(url) as api:
            target = Target(api.address, api.pid, staff, evaluator)
            measure(target, given.seconds)
            readiness(target, url)


if __name__ == "__main__":
    main()
