"""Logging in with a code that is good once, and logging out."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.access.authenticator import Authenticator, cookie_name
from api.access.roles import Right
from api.access.rules import needs
from api.access.tokens import TokenKind, code_sha256, make
from api.services import ServicesDep
from api.web.frame import HEADERS, LOGIN, PageRoute, Reader, page

_MOST_FORM_BYTES: Final = 1_000
_LOGGED_OUT: Final = "/logged-out"

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.LOG_IN)])


async def authenticator_of(request: Request) -> Authenticator:
    """Return what authenticates the app's callers."""
    found: Authenticator = request.app.state.authenticator
    return found


AuthenticatorDep = Annotated[Authenticator, Depends(authenticator_of)]


@router.get(LOGIN)
async def login_page(reader: Reader) -> Response:
    """Show where a code is taken: to look at it uses nothing up."""
    return page("shared/login.html", reader, wrong=False)


@router.post(LOGIN)
async def log_in(request: Request, services: ServicesDep, authenticator: AuthenticatorDep, reader: Reader) -> Response:
    """Log in, if the code is good."""
    sha256, token = code_sha256(await _code(request)), make(TokenKind.LOGIN)
    params = {"code_sha256": sha256, "prefix": token.prefix, "secret_sha256": token.sha256}
    begun = await services.commands.run("log_in", **params) if sha256 else None
    if not isinstance(begun, dict):
        return page("shared/login.html", reader, HTTPStatus.UNPROCESSABLE_ENTITY, wrong=True)
    origin = authenticator.origin(request)
    answer = RedirectResponse(reader.address("/"), HTTPStatus.SEE_OTHER, headers=HEADERS)
    answer.set_cookie(
        cookie_name(origin),
        token.text,
        max_age=min(begun["lasts_s"], int(timedelta(days=366).total_seconds())),
        path="/",
        secure=origin.is_https,
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/logout")
async def log_out(request: Request, services: ServicesDep, authenticator: AuthenticatorDep, reader: Reader) -> Response:
    """Log out, if anybody is logged in."""
    origin = authenticator.origin(request)
    if found := await authenticator.login(request):
        token, caller = found
        await services.commands.run("log_out", by=caller.name, prefix=token.prefix)
        authenticator.forget(token)
    answer = RedirectResponse(reader.address(_LOGGED_OUT), HTTPStatus.SEE_OTHER, headers=HEADERS)
    answer.delete_cookie(cookie_name(origin), path="/", secure=origin.is_https, httponly=True, samesite="strict")
    return answer


@router.get(_LOGGED_OUT)
async def logged_out(reader: Reader) -> Response:
    """Say that the reader is logged out."""
    return page("shared/logged_out.html", reader)


async def _code(request: Request) -> str:
    """Return the form's code, or nothing."""
    body = (await request.body())[:_MOST_FORM_BYTES]
    return parse_qs(body.decode("utf-8", "replace")).get("code", [""])[0]
