"""Logging in with a code that is good once, and logging out.

A link may say where to go afterwards (`to`), a path of ours alone. A code that was used already opens that page for who
is logged in, so that a link may be pressed twice.
"""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.access.authenticator import Authenticator, AuthenticatorDep, cookie_name
from api.access.roles import Right
from api.access.rules import needs
from api.access.tokens import TokenKind, code_sha256, make
from api.services import ServicesDep
from api.web.frame import HEADERS, LOGIN, PageRoute, Reader, page

_MOST_FORM_BYTES: Final = 1_000
_MOST_PATH: Final = 300
_OWN_PATH: Final = re.compile(r"/(?:[A-Za-z0-9_.~%!$&'()*+,;=:@?-][A-Za-z0-9_.~%!$&'()*+,;=:@/?-]*)?")
"""A path of ours, with its query: not what browsers take for another host, as in //host or /\\host."""
_LOGGED_OUT: Final = "/logged-out"

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.LOG_IN)])


def own_path(text: str) -> str:
    """Return the text where it is a path of ours, else the first page's."""
    return text if len(text) <= _MOST_PATH and _OWN_PATH.fullmatch(text) else "/"


@router.get(LOGIN)
async def login_page(
    request: Request, authenticator: AuthenticatorDep, reader: Reader, to: Annotated[str, Query()] = "/"
) -> Response:
    """Show where a code is taken: to look at it uses nothing up."""
    return _login_page(reader, own_path(to), logged_in=await authenticator.login(request) is not None)


@router.post(LOGIN)
async def log_in(request: Request, services: ServicesDep, authenticator: AuthenticatorDep, reader: Reader) -> Response:
    """Log in, if the code is good; whose code was used and who is logged in goes on to where it leads."""
    form = await _form(request)
    to, sha256, token = own_path(form.get("to", "/")), code_sha256(form.get("code", "")), make(TokenKind.LOGIN)
    params = {"code_sha256": sha256, "prefix": token.prefix, "secret_sha256": token.sha256}
    begun = await services.commands.run("log_in", **params) if sha256 else None
    if not isinstance(begun, dict):
        return await _not_begun(request, services, authenticator, reader, to, sha256)
    origin = authenticator.origin(request)
    answer = _go_to(reader, to)
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


async def _not_begun(  # noqa: PLR0913, PLR0917 - what the request and its form say
    request: Request,
    services: ServicesDep,
    authenticator: Authenticator,
    reader: Reader,
    to: str,
    sha256: bytes | None,
) -> Response:
    """Answer a code that begins no login."""
    found = await services.database.rows("access/code_state", {"code_sha256": sha256}, dict) if sha256 else []
    logged_in = await authenticator.login(request) is not None
    is_used = any(one["state"] == "used" for one in found)
    if is_used and logged_in:
        return _go_to(reader, to)
    return _login_page(
        reader, to, HTTPStatus.UNPROCESSABLE_ENTITY, logged_in=logged_in, wrong="used" if is_used else "unknown"
    )


def _login_page(
    reader: Reader, to: str, status: int = HTTPStatus.OK, *, logged_in: bool, wrong: Literal["", "used", "unknown"] = ""
) -> Response:
    return page("shared/login.html", reader, status, to=to, logged_in=logged_in, wrong=wrong)


def _go_to(reader: Reader, to: str) -> RedirectResponse:
    address = to if "?" in to else reader.address(to)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, headers=HEADERS)


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of the form."""
    body = (await request.body())[:_MOST_FORM_BYTES]
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
