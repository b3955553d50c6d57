"""A small HTTP server for monitoring: /metrics, /healthz (liveness) and /readyz (readiness). It changes nothing."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from core.http_server import BoundedHandler, BoundedHttpServer
from store.database import DatabaseError, connect, transaction
from store.migrate import check_version

STUCK_S: Final = 60.0
"""A worker that hasn't moved for so long, in seconds, is stuck. Waiting for the database counts as moving."""
_FULL_S: Final = 10.0
"""An inbox that nothing leaves for so long isn't catching up any more, in seconds."""
_CONNECT_S: Final = 3
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """What is answered."""

    status: HTTPStatus
    content_type: str
    body: bytes


def json_answer(ok: bool, facts: Mapping[str, object]) -> HealthAnswer:
    """Return facts as JSON: 200 when all is well, else 503."""
    status = HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE
    return HealthAnswer(status, "application/json", json.dumps({"ok": ok, **facts}).encode() + b"\n")


def health(stalled_s: float) -> HealthAnswer:
    """Return whether the worker makes progress; `stalled_s` is how long ago it last did, in seconds."""
    return json_answer(stalled_s < STUCK_S, {"worker_stalled_s": round(stalled_s, 1)})


@dataclass(frozen=True, slots=True)
class BrokerState:
    """What the connection to the broker does, as far as it is known.

    Attributes:
        is_subscribed: messages can come.
        full_s: for how long what came has found no room, in seconds; the broker's further messages are left unread.
        receipt_fault: why devices get no receipts, None where nothing shows that they don't.
    """

    is_subscribed: bool
    full_s: float = 0.0
    receipt_fault: str | None = None

    @property
    def is_ready(self) -> bool:
        """Whether records can be taken and answered. An inbox that is full for a moment is how catching up goes."""
        return self.is_subscribed and self.full_s < _FULL_S and self.receipt_fault is None

    def facts(self) -> dict[str, str]:
        """Return receiving and sending in words; sending only where something is wrong with it."""
        receiving = "subscribed" if self.is_subscribed else "away"
        if self.is_subscribed and self.full_s >= _FULL_S:
            receiving = f"subscribed, but not read for {self.full_s:.0f} s: the inbox is full"
        return {"broker": receiving} | ({"receipts": self.receipt_fault} if self.receipt_fault else {})


def readiness(url: str, broker: BrokerState) -> HealthAnswer:
    """Return whether records can be taken, stored and answered. Tries the database with a connection of its own."""
    database = _database(url)
    return json_answer(broker.is_ready and database == "ready", {**broker.facts(), "database": database})


def _database(url: str) -> str:
    try:
        with (
            connect(url, application="platspuls ingest health", timeout_s=_CONNECT_S) as database,
            transaction(database),
        ):
            check_version(database)
    except DatabaseError as error:
        return str(error)
    return "ready"


Routes = Mapping[str, Callable[[], HealthAnswer]]


def metrics_answer(text: bytes) -> HealthAnswer:
    """Return metrics in the form that Prometheus reads."""
    return HealthAnswer(HTTPStatus.OK, _TEXT, text)


class _HealthHandler(BoundedHandler):
    """Answers GET by the path alone."""

    def __init__(self, routes: Routes, *rest: object) -> None:
        self._routes = routes
        super().__init__(*rest)  # type: ignore[arg-type] # request, address and server, as the server gives them

    def do_GET(self) -> None:  # noqa: N802 - as the library has it
        """Answer one request."""
        route = self._routes.get(self.path.partition("?")[0])
        answer = (
            route() if route else HealthAnswer(HTTPStatus.NOT_FOUND, "text/plain", b"/metrics, /healthz, /readyz\n")
        )
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


class HealthError(Exception):
    """The address of metrics and health can't be listened on."""


@dataclass(frozen=True, slots=True)
class HealthEndpoint:
    """Where it listens; port 0 for nowhere."""

    host: str
    port: int

    @contextmanager
    def serving(self, routes: Routes) -> Iterator[None]:
        """Answer requests meanwhile, on threads of their own. Raises HealthError when the port is taken."""
        if self.port == 0:
            yield
            return
        try:
            server = BoundedHttpServer((self.host, self.port), partial(_HealthHandler, routes))
        except OSError as error:
            raise HealthError(
                f"metrics and health can't listen on {self.host}:{self.port}: {error.strerror}"
            ) from error
        with server, _running(server):
            yield


@contextmanager
def _running(server: BoundedHttpServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, name="health", kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
