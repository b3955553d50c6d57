"""Runs the API on its address until it gets a signal to end."""

import asyncio
import logging
import socket
from typing import Final

import uvicorn

from api.access.rules import AuthorisesRequests
from api.app import create_app
from api.bounded_protocol import KEEP_ALIVE_S, bounded_protocol
from api.database.reading import Database, DatabaseLimits
from api.errors import DatabaseNotReadyError, DatabaseUnavailableError
from api.settings import ApiSettings, variable
from core import logs
from core.addresses import is_loopback
from core.settings import SettingsError

_LOG: Final = logging.getLogger("api")

_GRACE_S: Final = 3
"""How long open answers may go on when the program ends, in seconds; live streams would go on for ever."""


class ListenError(Exception):
    """The address can't be listened on."""


def listen(settings: ApiSettings) -> socket.socket:
    """Return a listening socket. Raises ListenError when the port is busy or the address isn't ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With the protocol given, asyncio sends small packets at once; else most answers wait 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise ListenError(
            f"PLATSPULS_API_HOST {settings.host} with PLATSPULS_API_PORT {settings.port} can't be listened on: "
            f"{error.strerror}"
        ) from error
    return listener


def server(settings: ApiSettings, *, authenticator: AuthorisesRequests | None = None) -> uvicorn.Server:
    """Return a server of the app, to be run on a socket from `listen`; `authenticator` as for `create_app`."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings, authenticator=authenticator),
            log_config=None,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            http=bounded_protocol(settings.client_connections),
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
            proxy_headers=False,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
        )
    )


def run(settings: ApiSettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises AddressError, or SettingsError where nobody could be asked who they are."""
    logs.set_up(settings.log_level)
    if not is_loopback(settings.host):
        asyncio.run(check_that_callers_are_asked(settings))
    with listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        scheme = "https" if settings.tls_certificate else "http"
        _LOG.info("the API listens on %s://%s:%d", scheme, f"[{host}]" if ":" in host else host, port)
        server(settings).run(sockets=[listener])


async def check_that_callers_are_asked(settings: ApiSettings) -> None:
    """Raise SettingsError where others reach us, and no key or login was ever made.

    While the database is away nobody knows; then nobody is let in either, until it is back and says so.
    """
    seconds = settings.database_wait_s
    limits = DatabaseLimits(
        connections=1, wait_s=seconds, statement_timeout_s=seconds, export_timeout_s=seconds, work_mem_mb=4
    )
    try:
        async with Database(settings.database_url.get_secret_value(), limits) as database:
            [is_given] = [row["is_given"] for row in await database.rows("access/invitation_given", {}, dict)]
    except (DatabaseUnavailableError, DatabaseNotReadyError) as error:
        _LOG.warning("it isn't known now whether a key was ever made, so that everybody is asked for one: %s", error)
        return
    if not is_given:
        raise SettingsError(
            f"{variable('host')} {settings.host} can be reached from other machines, and nobody has a key or a login "
            "yet: make the first with `platspuls key add` or `platspuls login`, or listen on 127.0.0.1"
        )
