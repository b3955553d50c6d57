"""The connection to one API: requests with timeouts and retries, streamed or whole. Not thread-safe."""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeVar

import httpx
import msgspec

from platspuls_client.errors import (
    BusyError,
    InvalidResponseError,
    ProblemError,
    UnreachableError,
    UnsafeAddressError,
    problem_error,
)
from platspuls_client.times import written

_READ_TIMEOUT_S: Final = 660.0
"""The longest silence: a file is made as a whole before its first byte comes."""
_CONNECT_TIMEOUT_S: Final = 10.0
_MAX_RETRY_AFTER_S: Final = 60.0
"""An API that asks for a longer pause than this is not waited for."""
_MAX_PROBLEM_BYTES: Final = 10_000_000
_LOOPBACK: Final = re.compile(r"localhost|127(\.\d+){3}|::1")

T = TypeVar("T")
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the API, or sent to it.

    Attributes:
        path: where.
        parameters: of the query.
        method: GET, POST, PATCH or DELETE.
        body: what is sent: a struct as JSON, or bytes as they are; or None.
        headers: more of them.
        is_repeatable: it may be sent again although nobody knows whether it came through: nothing is done twice.
    """

    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: msgspec.Struct | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = False

    def may_retry(self, error: ProblemError | UnreachableError) -> bool:
        """Tell whether sending it again is safe, and may help."""
        if self.method == "GET":
            return isinstance(error, BusyError)
        if isinstance(error, BusyError) and error.status == HTTPStatus.TOO_MANY_REQUESTS:
            return True  # it was refused before anything was done
        return self.is_repeatable and isinstance(error, BusyError | UnreachableError)


class Connection:
    """Sends requests and decodes what comes back. Raises the errors of `platspuls_client.errors`."""

    __slots__ = ("_attempts", "_http", "_sleep")

    def __init__(
        self, address: str, key: str | None, attempts: int, transport: httpx.BaseTransport | None, sleep: Sleep
    ) -> None:
        url = httpx.URL(address)
        if key is not None and url.scheme != "https" and not _LOOPBACK.fullmatch(url.host):
            raise UnsafeAddressError(f"{address}: a key is sent to https, or to this machine, and nowhere else")
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        self._attempts = attempts
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=url,
            headers={"User-Agent": "platspuls-client", **headers},
            timeout=httpx.Timeout(_READ_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S),
            transport=transport,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def read(self, path: str, kind: type[T], parameters: Mapping[str, str] | None = None) -> T:
        """Return what a path holds."""
        return self.send(Request(path, parameters or {}), kind)

    def send(self, request: Request, kind: type[T]) -> T:
        """Send a request, and return what is answered."""
        with self.stream(request) as response, decoding():
            body = response.read()
            return msgspec.json.decode(body or b"null", type=kind)

    def lines(self, path: str, parameters: Mapping[str, str], row: type[T]) -> Iterator[T]:
        """Yield the rows of a stream of JSON lines: one in memory at a time."""
        decoder = msgspec.json.Decoder(row)
        with self.stream(Request(path, parameters)) as response, decoding():
            for line in response.iter_lines():
                yield decoder.decode(line)

    def events(self, path: str, kind: type[T]) -> Iterator[T]:
        """Yield the data of server-sent events, until the API ends them or the caller stops."""
        decoder = msgspec.json.Decoder(kind)
        with self.stream(Request(path)) as response, decoding():
            for line in response.iter_lines():
                if line.startswith("data:"):
                    yield decoder.decode(line.removeprefix("data:"))

    @contextmanager
    def stream(self, request: Request) -> Iterator[httpx.Response]:
        """Send a request, with retries where these are safe, and give the response before its body has come."""
        body = request.body
        if isinstance(body, msgspec.Struct):
            body = msgspec.json.encode(body, enc_hook=_encoded)
        with ExitStack() as open_:
            yield self._retry(open_, request, body)

    def _retry(self, open_: ExitStack, request: Request, body: bytes | None) -> httpx.Response:
        for attempt in itertools.count(1):
            try:
                return open_.enter_context(self._attempt(request, body))
            except (BusyError, UnreachableError) as error:
                pause = error.retry_after_s if isinstance(error, BusyError) else None
                if attempt >= self._attempts or (pause or 0) > _MAX_RETRY_AFTER_S or not request.may_retry(error):
                    raise
                self._sleep(pause or float(attempt))
        raise AssertionError

    @contextmanager
    def _attempt(self, request: Request, body: bytes | None) -> Iterator[httpx.Response]:
        headers = ({} if body is None else {"Content-Type": "application/json"}) | {**request.headers}
        try:
            with self._http.stream(
                request.method, request.path, params=request.parameters, content=body, headers=headers
            ) as response:
                if not response.is_success:
                    raise problem_error(response.status_code, response.headers, _beginning(response))
                if request.method != "GET":
                    response.read()  # an answer that breaks off is sent for again, where that is safe
                yield response
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"{str(self._http.base_url).rstrip('/')}{request.path}: {str(error) or type(error).__name__}"
            ) from error


@contextmanager
def decoding() -> Iterator[None]:
    """Raise InvalidResponseError where what came can't be decoded."""
    try:
        yield
    except msgspec.DecodeError as error:
        raise InvalidResponseError(f"the response can't be decoded: {error}") from error


def _encoded(value: object) -> str:
    if isinstance(value, datetime):  # a pandas Timestamp
        return written("a time", value)
    raise TypeError(f"{value!r} can't be sent as JSON")


def _beginning(response: httpx.Response) -> bytes:
    found = b""
    for block in response.iter_bytes():
        found += block
        if len(found) > _MAX_PROBLEM_BYTES:
            break
    return found
