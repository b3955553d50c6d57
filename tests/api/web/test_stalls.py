"""A database that doesn't answer: an open page hears of it within ten seconds, a new one says so within three.

The class of faults: a server that is there and takes connections, and answers nothing: locked or stopped.
No error comes from it, so whoever waits for one waits for good.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import Queue

import httpx
import pytest

from platspuls.embedded.postgres import Cluster, running_postgres
from store.database import connect
from store.migrate import migrate
from tests.api.serving import serving
from tests.browser.seed import SITE, add_place, tell_devices
from tests.support.waiting import eventually

STREAM = f"/sites/{SITE}/stream"
HTML = {"Accept": "text/html", "Accept-Language": "en"}


def listen(client: httpx.Client, heard: "Queue[tuple[float, str]]", enough: threading.Event) -> None:
    with client.stream("GET", STREAM) as answer:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                heard.put((time.monotonic(), line.removeprefix("event:").strip()))
            if enough.is_set():
                return


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    with connect(database_url, application="lock") as holder:
        holder.execute("lock table platspuls.site in access exclusive mode")
        yield
        holder.rollback()


@contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    """Stop all processes of a server that this test started."""
    first = int((cluster.data / "postmaster.pid").read_text().split()[0])
    children = [pid for pid in (int(path.name) for path in Path("/proc").glob("[0-9]*")) if _parent(pid) == first]
    for pid in [first, *children]:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in [*children, first]:
            os.kill(pid, signal.SIGCONT)


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return None


def notices(client: httpx.Client, stall: AbstractContextManager[None]) -> None:
    """Assert what an open page and a new one hear while `stall` lasts, and that both are well after it."""
    heard: Queue[tuple[float, str]] = Queue()
    enough = threading.Event()
    listener = threading.Thread(target=listen, args=(client, heard, enough))
    assert client.get(f"/sites/{SITE}", headers=HTML).status_code == 200
    listener.start()
    try:
        assert heard.get(timeout=20)[1] == "live"
        with stall:
            began_s = time.monotonic()
            answer = client.get(f"/sites/{SITE}", headers=HTML)
            assert (answer.status_code, time.monotonic() - began_s < 3) == (503, True)
            assert '/shared/retry.js"></script>' in answer.text
            assert "The counters go on counting" in answer.text
            names: list[tuple[float, str]] = []
            eventually(lambda: names.append(heard.get(timeout=20)) or names[-1][1] == "stalled")
            assert names[-1][0] - began_s < 10
        eventually(lambda: heard.get(timeout=20)[1] == "live")
        eventually(lambda: client.get(f"/sites/{SITE}", headers=HTML).status_code == 200)
    finally:
        enough.set()
        listener.join(20)


@pytest.mark.chain
def test_a_locked_database_is_said_by_pages(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        add_place(database)
        tell_devices(database)
    with serving(database_url) as client:
        notices(client, locked(database_url))


@pytest.mark.full
def test_a_stopped_database_is_said_by_pages(server_folder: Path) -> None:
    with running_postgres(server_folder / "stopped", {"fsync": "off"}) as cluster:
        cluster.create_database("stopped")
        url = cluster.url("stopped")
        with connect(url, application="test", autocommit=True) as database:
            migrate(database)
            add_place(database)
            tell_devices(database)
        with serving(url) as client:
            notices(client, stopped(cluster))
