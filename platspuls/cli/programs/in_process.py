"""An HTTP transport to an API that runs in this process: exports from the database take the same path as those by key.

So a file is made by the same code, to the last byte, and a wrong query gets the same sentence. The API listens on a
Unix socket in a folder that only this user may enter.
"""

import getpass
import logging
import socket
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import click
import httpx

from api.access.caller import AuthMethod, Caller
from api.access.roles import Role, SiteRoles
from api.serve import server
from api.settings import ApiSettings

if TYPE_CHECKING:
    from api.access.roles import Right

ADDRESS: Final = "http://localhost"
_EXPORT_TIMEOUT_S: Final = 7200.0


class _LocalAuthenticator:
    """Authenticates whoever runs this program as admin: they have the database's address."""

    __slots__ = ()

    async def authorise(self, _request: object, _right: "Right") -> Caller:
        return Caller(f"cli:{getpass.getuser()}", SiteRoles({}, Role.ADMIN), AuthMethod.LOCAL)

    async def is_still_authenticated(self, _request: object, _caller: Caller) -> bool:
        return True


class _CausePrinter(logging.Handler):
    """Prints why a response broke off: the client only sees that it did."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            click.echo(str(record.exc_info[1]), err=True)


class InProcessTransport(httpx.HTTPTransport):
    """Carries requests to an API that runs in a thread of this process."""

    def __init__(self, database_url: str) -> None:
        """Start the API. `database_url` is a libpq address."""
        logging.getLogger().addHandler(logging.NullHandler())  # an error is printed once, at the end
        logging.getLogger("uvicorn.error").addHandler(_CausePrinter(logging.ERROR))
        settings = ApiSettings.model_validate(
            {"PLATSPULS_DATABASE_URL": database_url, "connections": 2, "export_timeout_s": _EXPORT_TIMEOUT_S}
        )
        self._folder = TemporaryDirectory(prefix="platspuls-")
        path = str(Path(self._folder.name, "api"))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        self._server = server(settings, authenticator=_LocalAuthenticator())
        self._thread = threading.Thread(target=self._serve, args=[listener], name="api", daemon=True)
        self._thread.start()
        super().__init__(uds=path)

    def _serve(self, listener: socket.socket) -> None:
        with listener:
            self._server.run(sockets=[listener])

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response as soon as it begins; uncompressed, since it doesn't leave the process."""
        del request.headers["Accept-Encoding"]
        return super().handle_request(request)

    def close(self) -> None:
        """Shut the API down."""
        super().close()
        self._server.should_exit = True
        self._thread.join()
        self._folder.cleanup()
