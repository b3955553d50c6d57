"""Clients that send slowly, or take nothing, or ask for the same again and again, at a real process of the API.

Whatever they do, others are answered, and memory stays where it was. The class: what a stranger's connection may hold
while it isn't known who they are, and what an answer that never changes may cost.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from api.access.roles import Role
from api.access.tokens import Token
from platspuls.embedded.postgres import Cluster
from store.database import connect
from tests.api.access.grants import bearer, new_key
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

MOST = 60
PATIENT_S = 2.0
"""How long somebody else's answer may take meanwhile, on a busy machine of two cores."""
SOON_S = 8.0
"""When what ends after a second or so has ended, on a busy machine: before any timeout of the API as it is."""
_SHORT = (
    "from api import bounded_protocol as b, serve, settings; from api.access import middleware as m; "
    "b.HEAD_S, b.NEXT_HEAD_S, b.REST_S, b.STALLED_S, m.MOST_BODY_S = 1.0, 1.2, 1.5, 1.0, 1.0; "
    "serve.run(settings.load())"
)
"""The API with a tenth of its timeouts: what ends after ten seconds does so after one."""


class Api:
    """A process of the API, and a key of its staff."""

    def __init__(self, port: int, pid: int, key: Token) -> None:
        self.port = port
        self.pid = pid
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=bearer(key), timeout=30)

    def memory_mb(self) -> float:
        """Return what it has in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def assert_answers(self) -> None:
        """Somebody whom it knows is answered on a new connection."""
        began = time.monotonic()
        answer = httpx.get(f"{self.client.base_url}/api/v1/sites", headers=self.client.headers, timeout=PATIENT_S)
        assert answer.status_code == 200
        assert time.monotonic() - began < PATIENT_S

    def connect(self) -> socket.socket:
        """Return a connection of a stranger."""
        return socket.create_connection(("127.0.0.1", self.port), 5)


@contextmanager
def api_process(database_url: str) -> Iterator[Api]:
    key = new_key(database_url, "desk", Role.STAFF)
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    settings = {
        "PLATSPULS_DATABASE_URL": database_url,
        "PLATSPULS_API_PORT": str(port),
        "PLATSPULS_API_CLIENT_CONNECTIONS": str(MOST),
        "PLATSPULS_API_REQUESTS_PER_MINUTE": "60",
        "PLATSPULS_API_LOG_LEVEL": "error",
    }
    process = subprocess.Popen([sys.executable, "-c", _SHORT], env={**os.environ, **settings})
    api = Api(port, process.pid, key)
    try:
        eventually(lambda: _is_ready(api))
        yield api
    finally:
        api.client.close()
        process.terminate()
        assert process.wait(PATIENCE_S) in {0, -signal.SIGTERM}


def _is_ready(api: Api) -> bool:
    try:
        return api.client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def api(cluster: Cluster) -> Iterator[Api]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as database:
        database.execute(b"create database slow_clients template platspuls_template")
    with api_process(cluster.url("slow_clients")) as found:
        yield found


def ended(connection: socket.socket, within_s: float) -> bool:
    """Tell whether the other side ends the connection within so many seconds."""
    connection.settimeout(within_s)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


HALF = (
    b"POST /api/v1/sites/haninge-entre/notes HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: application/json\r\n"
    b"Content-Length: 900000\r\n\r\n" + b" " * 450_000
)


def test_half_bodies_of_strangers_are_refused_unread(api: Api) -> None:
    """Their heads are answered at once, what they send is dropped, and the connection ends after the body's time."""
    before_mb = api.memory_mb()
    with ExitStack() as stack:
        strangers = [stack.enter_context(api.connect()) for _ in range(MOST // 2)]
        for stranger in strangers:
            stranger.sendall(HALF % b"")
        for stranger in strangers:
            assert stranger.recv(12) == b"HTTP/1.1 401"
        api.assert_answers()
        assert api.memory_mb() < before_mb + 10
        assert all(ended(stranger, SOON_S) for stranger in strangers)


def test_the_half_body_of_somebody_known_is_answered_408(api: Api) -> None:
    with api.connect() as somebody:
        somebody.sendall(HALF % f"Authorization: {api.client.headers['authorization']}\r\n".encode())
        somebody.settimeout(SOON_S)
        assert somebody.recv(12) == b"HTTP/1.1 408"
        assert ended(somebody, SOON_S)


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: local", b"GET /no HTTP/1.1\r\nHost: localhost\r\n\r\nG"]
)
def test_heads_that_trickle_take_no_place_of_others(api: Api, sent: bytes) -> None:
    """More connections than there are places, each sends a byte now and then: before, each reset the idle timer."""
    with ExitStack() as stack:
        slow = [stack.enter_context(api.connect()) for _ in range(MOST * 2)]
        for connection in slow:
            trickle(connection, sent)
        api.assert_answers()
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline and any(trickle(connection, b"x") for connection in slow):
            time.sleep(0.2)
        assert not any(trickle(connection, b"x") for connection in slow)
        api.assert_answers()


def trickle(connection: socket.socket, sent: bytes) -> bool:
    """Send a little; tell whether the other side still takes it."""
    connection.settimeout(0.01)
    try:
        connection.sendall(sent)
        while got := connection.recv(65_536):
            assert b"421" not in got
    except TimeoutError:
        return True
    except OSError:
        return False
    return False


def test_bodies_that_are_too_big_are_refused(api: Api) -> None:
    before_mb, notes = api.memory_mb(), f"{api.client.base_url}/api/v1/sites/haninge-entre/notes"
    for headers in (httpx.Headers(), api.client.headers):
        for _ in range(3):
            try:
                answer = httpx.post(notes, content=b" " * 30_000_000, headers=headers)
            except httpx.TransportError:  # it was refused before all of it was sent
                continue
            assert answer.status_code in {401, 413}
    api.assert_answers()
    assert api.memory_mb() < before_mb + 10


def test_the_description_is_made_once_and_counted(api: Api) -> None:
    """Every answer is the same bytes, and a flood of it is turned away, not everybody else."""
    path = "/api/v1/openapi.json"
    with httpx.Client(base_url=api.client.base_url, timeout=30) as stranger:
        first = stranger.get(path)
        assert first.headers["content-encoding"] == "gzip"
        assert stranger.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
        assert stranger.get(path, headers={"Accept-Encoding": "identity"}).content == first.content
        before_s = cpu_s(api.pid)
        statuses = [stranger.get(path).status_code for _ in range(130)]
        assert cpu_s(api.pid) - before_s < 130 * 0.02
        assert 429 in statuses
    api.assert_answers()


def cpu_s(pid: int) -> float:
    """Return the processor time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_who_takes_nothing_of_a_long_answer_is_left(api: Api) -> None:
    """Their connection would be kept for ever: the answer waits for its reader."""
    with ExitStack() as stack:
        readers = []
        for _ in range(3):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.settimeout(5)
            reader.connect(("127.0.0.1", api.port))
            request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n"
            reader.sendall(request * 20)
            readers.append(reader)
        api.assert_answers()
        time.sleep(1)
        assert all(ended(reader, SOON_S) for reader in readers)
