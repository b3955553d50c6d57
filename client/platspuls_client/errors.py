"""Errors of the client, one for each thing that a caller may do about it, made from HTTP statuses and problem+json."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """What the API said (RFC 9457)."""

    title: str = ""
    detail: str = ""
    type: str = "about:blank"
    status: int = 0


class ClientError(Exception):
    """The base of all errors of this client."""


class UnsafeAddressError(ClientError):
    """A key would go over the network as plain text."""


class MissingLibraryError(ClientError):
    """A library that an extra of this client brings isn't installed."""


class UnreachableError(ClientError):
    """No connection to the API, a timeout, or the connection broke."""


class InvalidResponseError(ClientError):
    """The response isn't what this client knows how to decode."""


class ProblemError(ClientError):
    """The API answered with a problem.

    Attributes:
        problem: what it said.
        status: the HTTP status of the response.
        retry_after_s: how long to wait before a retry, where the API said so.
    """

    def __init__(self, problem: Problem, status: int, retry_after_s: float | None) -> None:
        super().__init__(f"{problem.title}: {problem.detail}" if problem.detail else f"{status} {problem.title}")
        self.problem = problem
        self.status = status
        self.retry_after_s = retry_after_s


class NotAllowedError(ProblemError):
    """Not authenticated or not authorised: the key is missing, wrong or too weak (401, 403)."""


class InvalidQueryError(ProblemError):
    """The query can't be answered, now or later (other 4xx): it names what is wrong."""


class NotFoundError(InvalidQueryError):
    """There is no such site, line, zone or log record, or it was withdrawn (404)."""


class ConflictError(ProblemError):
    """The state of what is there doesn't allow it: it was withdrawn, closed, taken, or overlaps (409)."""


class VersionConflictError(ConflictError):
    """Somebody changed it meanwhile: read it again, and decide anew (412)."""


class FileInUseError(ClientError):
    """The file to be written is open in another program, which keeps others from replacing it (on Windows)."""


class BusyError(ProblemError):
    """Over the rate limit, or the server is overloaded: a retry may work (429, 503)."""


_KINDS: Final[Mapping[int, type[ProblemError]]] = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    412: VersionConflictError,
    429: BusyError,
    503: BusyError,
}


def problem_error(status: int, headers: Mapping[str, str], body: bytes) -> ProblemError:
    """Return the error that stands for a response whose status is above 399."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError:
        problem = Problem(title="the answer isn't problem+json: is this the address of the API?")
    other = InvalidQueryError if status < HTTPStatus.INTERNAL_SERVER_ERROR else ProblemError
    kind = _KINDS.get(status, other)
    pause = headers.get("retry-after", "")
    return kind(problem, status, float(pause) if pause.isascii() and pause.isdigit() else None)
