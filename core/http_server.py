"""The standard library's HTTP server, bounded, for the few answers of a device or a service beside its work.

Bounds on connections, on the time of each and on what is read of it; no traceback, whatever a request holds: what ours
can't answer is an error that is logged in one line, with an answer of 400 or 500.
"""

import logging
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import BoundedSemaphore, Timer
from typing import Any, Final

from core.logs import ThrottledLog

MOST_CONNECTIONS: Final = 16
SLOWEST_S: Final = 10.0
"""How long a connection may last, in seconds, and how long it may say nothing."""

_log: Final = logging.getLogger(__name__)


class BadRequestError(Exception):
    """A request is refused; `status` says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class BoundedHttpServer(ThreadingHTTPServer):
    """Serves so many connections at a time, and hangs up on others."""

    daemon_threads = True
    request_queue_size = MOST_CONNECTIONS

    def __init__(self, address: tuple[str, int], handler: Callable[..., BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._free = BoundedSemaphore(MOST_CONNECTIONS)
        self._trouble = ThrottledLog(_log)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library has it
        """Answer on a thread, or hang up where too many are being answered."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library has it
        """Answer, and end the connection when its time is over."""
        ending = Timer(SLOWEST_S, _hang_up, [request])
        ending.daemon = True
        ending.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            ending.cancel()
            self._free.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ANN401, ARG002 - as the library has it
        """Log a fault of ours in one line; nothing of connections that broke off."""
        error = sys.exception()
        if error is None or isinstance(error, OSError):
            return
        frame = traceback.extract_tb(error.__traceback__)[-1]
        self._trouble.warn(
            f"a request made this program fail: {type(error).__name__} in {frame.name}, line {frame.lineno}"
        )


class BoundedHandler(BaseHTTPRequestHandler):
    """Answers requests, each on a connection of its own, and logs none of them."""

    timeout = SLOWEST_S
    server_version = "platspuls"
    sys_version = ""

    def handle_one_request(self) -> None:
        """Answer one request; where ours fails, with an error."""
        try:
            super().handle_one_request()
        except BadRequestError as error:
            self._refuse(error.status)
        except OSError:
            raise
        except Exception:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
            raise

    def body(self, most_bytes: int) -> bytes:
        """Return what the request brings. Raises BadRequestError where it doesn't say how much, or less comes."""
        said = self.headers.get_all("Content-Length", [])
        if self.headers.get("Transfer-Encoding") is not None or not said:
            raise BadRequestError(HTTPStatus.LENGTH_REQUIRED)
        if len(said) > 1 or not (said[0].isascii() and said[0].isdecimal()):
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        if len(said[0]) > len(str(most_bytes)) or int(said[0]) > most_bytes:
            raise BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(int(said[0]))
        if len(body) < int(said[0]):
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        return body

    def log_message(self, *_: object) -> None:
        """Log nothing: a stranger would fill the log, and a monitor asks every few seconds."""

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.send_error(status)


def _hang_up(request: socket) -> None:
    """End a connection, however slowly something still comes. It may have ended by itself."""
    with suppress(OSError):
        request.shutdown(SHUT_RDWR)
