"""Errors as the caller sees them: problem+json (RFC 9457), from one table; titles in the reader's language.

Each is answered in one place, `answer`: who would rather read HTML gets a page (`api.web.error_pages`).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.errors import (
    ApiError,
    ChangedError,
    ConflictError,
    DatabaseNotReadyError,
    DatabaseUnavailableError,
    DiskFullError,
    FormatError,
    NotAllowedError,
    NotInstalledError,
    ParameterError,
    RateLimitedError,
    TooManyListenersError,
    TooMuchAskedError,
    TooSlowError,
    UnauthenticatedError,
    UnknownPlaceError,
    UnknownRecordError,
    VersionNeededError,
)
from api.security_headers import security_headers
from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _
from core.texts.negotiation import choose_language

_LOG: Final = logging.getLogger(__name__)
_SHOWN: Final = 100
"""How much of a value that can't be used is repeated in the answer, in characters."""
MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class _ProblemType:
    status: int
    name: str
    title: str
    retry_after_s: int | None = None


_PROBLEM_TYPES: Final[Mapping[type[ApiError], _ProblemType]] = {
    UnauthenticatedError: _ProblemType(401, "unauthenticated", _("We don't know who asks")),
    NotAllowedError: _ProblemType(403, "not-allowed", _("This isn't allowed")),
    RateLimitedError: _ProblemType(429, "rate-limited", _("Too many requests")),
    UnknownPlaceError: _ProblemType(404, "unknown-place", _("There is no such place")),
    FormatError: _ProblemType(406, "not-acceptable", _("There is no such format")),
    ParameterError: _ProblemType(422, "parameter", _("A parameter can't be used")),
    TooMuchAskedError: _ProblemType(422, "range-too-long", _("The range is too long")),
    NotInstalledError: _ProblemType(501, "not-installed", _("This isn't installed here")),
    UnknownRecordError: _ProblemType(404, "unknown-record", _("There is no such log record")),
    VersionNeededError: _ProblemType(428, "version-needed", _("Say which version you have seen")),
    ChangedError: _ProblemType(412, "changed", _("Somebody changed it meanwhile")),
    ConflictError: _ProblemType(409, "conflict", _("What is there doesn't allow it")),
    TooManyListenersError: _ProblemType(503, "too-many-listeners", _("All live streams are taken"), retry_after_s=30),
    DatabaseUnavailableError: _ProblemType(
        503, "database-unavailable", _("The database can't be reached"), retry_after_s=5
    ),
    DatabaseNotReadyError: _ProblemType(503, "database-not-ready", _("The database isn't ready"), retry_after_s=60),
    DiskFullError: _ProblemType(503, "disk-full", _("There is no space for the file")),
    TooSlowError: _ProblemType(503, "too-slow", _("The answer took too long")),
}


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="urn:platspuls:problem:NAME, or about:blank where the status says all.")
    title: str = Field(description="In the language of Accept-Language, English or Swedish.")
    status: int
    detail: str = Field(description="A sentence that names the parameter and its value.")
    instance: str = Field(description="The path that was asked for.")


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the problems that an operation may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({*statuses, 401, 403, 422, 429, 500, 503})
    }
    if HTTPStatus.NOT_MODIFIED in found:
        found[HTTPStatus.NOT_MODIFIED] = {"description": "The caller named its version in If-None-Match."}
    return found


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """What is answered instead of what was asked for.

    Attributes:
        status: of HTTP.
        name: of the kind of problem; empty where the status says all.
        title: what went wrong, in English: a message of the catalog of answers.
        detail: a sentence that names the parameter and its value.
        headers: that this answer has, beside those that all have.
    """

    status: int
    name: str
    title: str
    detail: str
    headers: Mapping[str, str]


PageOf = Callable[[Request, RefusedRequest], Response | None]
"""Returns the refusal as a page, or None where whoever asks would rather have it as a problem."""


def install(app: FastAPI, page_of: PageOf) -> None:
    """Answer every error of `app` with a problem or a page, and describe what a problem is."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        spec = plain()
        spec.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        return spec

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to add to it
    app.state.page_of = page_of
    app.add_exception_handler(ApiError, _domain)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def misdirected(request: Request, host: str) -> Response:
    """Return the answer to a request that names somebody else."""
    kind = _ProblemType(421, "unknown-name", _("This isn't ours"))
    return _answer(request, kind, f"Host {host} isn't a name of this API")


def _answer(request: Request, kind: _ProblemType, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    more = {"Vary": "Accept, Accept-Language", **(headers or {})}
    if kind.retry_after_s is not None:
        more["Retry-After"] = str(kind.retry_after_s)
    return answer(request, RefusedRequest(kind.status, kind.name, kind.title, detail, more))


def answer(request: Request, refusal: RefusedRequest) -> Response:
    """Return the refusal in the form that whoever asks would rather have: a page, or a problem."""
    page_of: PageOf = request.app.state.page_of
    return page_of(request, refusal) or _problem(request, refusal)


def _problem(request: Request, refusal: RefusedRequest) -> JSONResponse:
    language = choose_language(None, request.headers.get("Accept-Language"), Language.EN)
    problem = Problem(
        type=f"urn:platspuls:problem:{refusal.name}" if refusal.name else "about:blank",
        title=catalog(Domain.ANSWERS, language).gettext(refusal.title),
        status=refusal.status,
        detail=refusal.detail,
        instance=request.url.path,
    )
    return JSONResponse(
        problem.model_dump(), status_code=refusal.status, media_type=MEDIA_TYPE, headers=dict(refusal.headers)
    )


async def _domain(request: Request, error: Exception) -> Response:
    kind = next(_PROBLEM_TYPES[cls] for cls in type(error).__mro__ if cls in _PROBLEM_TYPES)
    if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.warning("%s: %s (%s)", request.url.path, error, error.__cause__)
    return _answer(request, kind, str(error), _headers(error))


def _headers(error: Exception) -> dict[str, str]:
    match error:
        case UnauthenticatedError():
            return {"WWW-Authenticate": "Bearer"}
        case RateLimitedError():
            return {"Retry-After": str(error.retry_after_s)}
        case _:
            return {}


async def _validation(request: Request, error: Exception) -> Response:
    items = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(_sentence(item) for item in items)
    return _answer(request, _PROBLEM_TYPES[ParameterError], detail)


def _sentence(item: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in item["loc"][1:])
    if item["type"] == "missing":
        return f"{name} must be given"
    # JSON may hold half of a character; our answers can't.
    shown = f"{name} {str(item.get('input'))[:_SHOWN]}".encode(errors="replace").decode()
    if item["type"] == "timezone_aware":
        return (
            f"{shown}: must say its offset from UTC, such as 2026-10-25T12:00+02:00: without one it could be two times"
        )
    return f"{shown}: {str(item['msg']).lower()}"


async def _http(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    headers = error.headers if isinstance(error, HTTPException) else None
    if status is HTTPStatus.BAD_REQUEST:  # so says FastAPI of a body that isn't even text
        return _answer(request, _PROBLEM_TYPES[ParameterError], "the body must be JSON in UTF-8")
    detail = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} isn't possible at {request.url.path}",
    }.get(status, status.description or status.phrase)
    return _answer(request, _ProblemType(status, "", status.phrase), detail, headers)


async def _unexpected(request: Request, _error: Exception) -> Response:
    """Say as little as can be: the server's log has the rest, since the error goes on to the server.

    This is answered outside of all middleware, so it brings the headers of theirs that every answer has.
    """
    kind = _ProblemType(500, "", "Internal Server Error")
    answered = _answer(request, kind, "an error that we didn't foresee; it was logged")
    for name, value in security_headers(request.scope["scheme"]).items():
        answered.headers.setdefault(name, value)
    return answered
