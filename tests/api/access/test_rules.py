"""Each route says what it needs, or the app can't be made; and none reads a body of somebody who may not send it."""

import asyncio
import re

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.types import Message

from api.access.caller import Caller
from api.access.roles import ROLES_WITH, Right, Role
from api.access.rules import NoRuleError, include, needs, rights, routes, ruled_by
from api.app import create_app
from api.errors import RateLimitedError
from api.settings import ApiSettings


def test_a_route_without_a_rule_is_refused() -> None:
    router = APIRouter()

    @router.get("/free")
    async def free() -> None: ...

    with pytest.raises(NoRuleError, match="/free has no rule"):
        include(FastAPI(), router)


def test_a_mount_can_have_no_rule_and_is_refused() -> None:
    router = APIRouter(dependencies=[needs(Right.NUMBERS)])
    router.mount("/more", FastAPI())
    with pytest.raises(NoRuleError, match="can't have a rule"):
        include(FastAPI(), router)


def test_a_route_needs_what_it_says_and_what_its_router_says() -> None:
    router = APIRouter(dependencies=[needs(Right.READ_LOG_RECORDS)])

    @router.post("/notes", dependencies=[needs(Right.WRITE_LOG_RECORDS)])
    async def note() -> None: ...

    assert [rights(route) for route in routes(router)] == [[Right.READ_LOG_RECORDS, Right.WRITE_LOG_RECORDS]]


def test_every_right_has_roles_and_an_admin_has_them_all() -> None:
    assert set(ROLES_WITH) == set(Right)
    assert all(Role.ADMIN in roles for roles in ROLES_WITH.values())
    assert [right for right, roles in ROLES_WITH.items() if Role.PUBLIC in roles] == [
        Right.OPEN,
        Right.LOG_IN,
        Right.PUBLIC,
    ]


class _Nobody:
    """Lets nobody in, whatever a route needs."""

    async def authorise(self, _request: Request, right: Right, /) -> Caller:
        raise RateLimitedError(f"nobody has the right {right}", 1)

    async def is_still_authenticated(self, _request: Request, _caller: Caller, /) -> bool:
        return False


def test_no_route_reads_a_body_before_it_knows_that_the_caller_may_send_one() -> None:
    """FastAPI reads bodies before it looks at dependencies, so every class of route must see to it; tomorrow's too."""
    settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": "postgresql://nobody@/nothing"})
    app = create_app(settings, authenticator=_Nobody())
    asked = [(method, path) for method, path in ruled_by(app) if method in {"POST", "PUT", "PATCH", "DELETE"}]
    assert len(asked) > 25
    for method, path in asked:
        assert asyncio.run(_status(app, method, re.sub(r"\{\w+\}", "1", path))) == 429, (method, path)


async def _status(app: FastAPI, method: str, path: str) -> int:
    """Return the status of an answer to a request whose body must not be read."""
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError(f"{method} {path} reads a body")

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"content-length", b"10")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    await app(scope, receive, send)
    status: int = sent[0]["status"]
    return status
