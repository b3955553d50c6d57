"""An HTTP transport to an API that runs in this process: exports from the database take the same path as those by key.

So a file is made by the same code, to the last byte, and a wrong query gets the same sentence.
"""

import asyncio
import getpass
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import httpx

if TYPE_CHECKING:
    from concurrent.futures import Future

    from api.access.caller import Caller
    from api.access.roles import Right

ADDRESS: Final = "http://localhost"
_EXPORT_TIMEOUT_S: Final = 7200.0
_MAX_BLOCKS: Final = 8
"""Buffered between the API and the client."""

Message = MutableMapping[str, Any]
_App = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]


class _LocalAuthenticator:
    """Authenticates whoever runs this program as admin: they have the database's address."""

    __slots__ = ()

    async def admit(self, _request: object, _right: "Right") -> "Caller":
        from api.access.caller import AuthMethod, Caller
        from api.access.roles import Role

        return Caller(f"cli:{getpass.getuser()}", Role.ADMIN, None, AuthMethod.LOCAL)

    async def still_admits(self, _request: object, _caller: "Caller") -> bool:
        return True


class InProcessTransport(httpx.BaseTransport):
    """Carries requests to an API that runs in a thread of this process, one at a time, streaming what it answers."""

    def __init__(self, database_url: str) -> None:
        """Start the API. `database_url` is a libpq address."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="api", daemon=True)
        self._thread.start()
        self._app = _app(database_url)
        self._lifespan = self._app.router.lifespan_context(self._app)
        self._wait(self._lifespan.__aenter__())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response as soon as it begins."""
        messages: asyncio.Queue[Message | None] = asyncio.Queue(_MAX_BLOCKS)
        running = asyncio.run_coroutine_threadsafe(_respond(self._app, request, messages), self._loop)
        first = self._wait(messages.get())
        if first is None:
            running.result()
            raise httpx.RemoteProtocolError("no response")
        return httpx.Response(
            first["status"], headers=first["headers"], stream=_Body(self._wait, messages, running), request=request
        )

    def close(self) -> None:
        """Shut the API down."""
        try:
            self._wait(self._lifespan.__aexit__(None, None, None))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _wait(self, done: Any) -> Any:  # noqa: ANN401 - whatever the coroutine returns
        return asyncio.run_coroutine_threadsafe(done, self._loop).result()


class _Body(httpx.SyncByteStream):
    """The body of one response, block by block."""

    def __init__(
        self, wait: Callable[[Any], Any], messages: asyncio.Queue[Message | None], running: "Future[None]"
    ) -> None:
        self._wait = wait
        self._messages = messages
        self._running = running

    def __iter__(self) -> Iterator[bytes]:
        while (message := self._wait(self._messages.get())) is not None:
            yield message.get("body", b"")
        if (error := self._running.exception()) is not None:
            raise httpx.RemoteProtocolError(f"the response broke off: {error}") from error

    def close(self) -> None:
        """Cancel what hasn't been read."""
        self._running.cancel()
        with suppress(Exception):  # the reader has had it, or has gone
            self._running.exception()


def _app(database_url: str) -> Any:  # noqa: ANN401 - an app of FastAPI, which only the api may import
    from api.app import create_app
    from api.settings import ApiSettings

    settings = ApiSettings.model_validate(
        {"PLATSPULS_DATABASE_URL": database_url, "connections": 2, "export_timeout_s": _EXPORT_TIMEOUT_S}
    )
    return create_app(settings, authenticator=_LocalAuthenticator())


async def _respond(app: _App, request: httpx.Request, messages: asyncio.Queue[Message | None]) -> None:
    """Run the app on one request; each of its messages goes into the queue, and None at the end."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw if name.lower() != b"accept-encoding"],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
    try:
        await app(scope, _EmptyBody().receive, messages.put)
    finally:
        await messages.put(None)


class _EmptyBody:
    """What the client sends: a request without a body, and then nothing: it stays until it has its response."""

    __slots__ = ("_is_sent",)

    def __init__(self) -> None:
        self._is_sent = False

    async def receive(self) -> Message:
        if self._is_sent:
            await asyncio.Event().wait()
        self._is_sent = True
        return {"type": "http.request", "body": b"", "more_body": False}
