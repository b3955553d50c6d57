"""Runs the API on its address until it is told to end."""

import logging
import socket
from typing import Final

import uvicorn

from api.app import create_app
from api.settings import Settings

_GRACE_S: Final = 3
"""How long open answers may go on when the program ends, in seconds; live streams would go on for ever."""


class AddressError(Exception):
    """The address can't be listened on."""


def listen(settings: Settings) -> socket.socket:
    """Return a listening socket. Raises AddressError when the port is busy or the address isn't ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise AddressError(
            f"PLATSPULS_API_HOST {settings.host} with PLATSPULS_API_PORT {settings.port} can't be listened on: "
            f"{error.strerror}"
        ) from error
    return listener


def server(settings: Settings) -> uvicorn.Server:
    """Return a server of the app, to be run on a socket from `listen`."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            log_config=None,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
            proxy_headers=False,
        )
    )


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises AddressError."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    with listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        logging.getLogger("api").info("the API listens on http://%s:%d", f"[{host}]" if ":" in host else host, port)
        server(settings).run(sockets=[listener])
