"""What can go wrong between a caller and the API."""

from collections.abc import Mapping

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """What the API said (RFC 9457)."""

    title: str = ""
    detail: str = ""
    type: str = "about:blank"
    status: int = 0


class ClientError(Exception):
    """Any of these."""


class UnsafeAddressError(ClientError):
    """A key would go over the network as plain text."""


class AwayError(ClientError):
    """The API can't be reached, or the connection broke."""


class BrokenAnswerError(ClientError):
    """What came isn't what this client knows how to read."""


class ProblemError(ClientError):
    """The API answered with a problem.

    Attributes:
        problem: what it said.
        status: the status of the answer.
        retry_after_s: how long to wait before asking again, where it said so.
    """

    def __init__(self, problem: Problem, status: int, retry_after_s: float | None) -> None:
        super().__init__(f"{problem.title}: {problem.detail}" if problem.detail else f"{status} {problem.title}")
        self.problem = problem
        self.status = status
        self.retry_after_s = retry_after_s


class NotAllowedError(ProblemError):
    """The key is missing, wrong or too weak (401, 403)."""


class WrongQuestionError(ProblemError):
    """The question can't be answered, now or later (other 4xx): it names what is wrong."""


class BusyError(ProblemError):
    """It may work in a while (429, 503)."""


def problem_error(status: int, headers: Mapping[str, str], body: bytes) -> ProblemError:
    """Return the error that stands for an answer above 399."""
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError:
        problem = Problem(title="the answer is no problem+json: is this the address of the API?")
    kind = {401: NotAllowedError, 403: NotAllowedError, 429: BusyError, 503: BusyError}.get(
        status,
        WrongQuestionError if status < 500 else ProblemError,  # noqa: PLR2004 - a status
    )
    told = headers.get("retry-after", "")
    return kind(problem, status, float(told) if told.isascii() and told.isdigit() else None)
