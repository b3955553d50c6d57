"""The middleware around all routes: nothing passes without a rule, no body is too long."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.caller import LOCAL
from api.access.middleware import MOST_BODY_BYTES, AccessMiddleware, UnruledError


def answering(status: int, *, ruled: bool = False) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if ruled:
            scope["state"]["caller"] = LOCAL
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b"secret"})

    return app


def asked(app: ASGIApp, path: str = "/numbers", blocks: Iterable[bytes] = (b"",), length: str = "") -> list[Message]:
    """Return what is sent for a request."""
    waiting, sent = list(blocks), list[Message]()

    async def receive() -> Message:
        block = waiting.pop(0)
        return {"type": "http.request", "body": block, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode())] if length else []
    scope = {"type": "http", "path": path, "method": "GET", "headers": headers}
    asyncio.run(AccessMiddleware(app, free="/static/abc")(scope, receive, send))
    return sent


@pytest.mark.parametrize("status", [200, 204, 302, 304])
def test_no_answer_passes_that_no_rule_allowed(status: int) -> None:
    with pytest.raises(UnruledError, match="/numbers was answered without a rule"):
        asked(answering(status))
    assert len(asked(answering(status, ruled=True))) == 2


def test_refusals_and_everybodys_files_need_no_rule() -> None:
    assert len(asked(answering(404))) == 2
    assert len(asked(answering(200), "/static/abc/app.css")) == 2
    with pytest.raises(UnruledError):
        asked(answering(200), "/static/abcdef")


def test_a_body_that_is_too_long_is_refused_with_and_without_its_length() -> None:
    half = bytes(MOST_BODY_BYTES // 2)
    assert asked(answering(200, ruled=True), blocks=[half, half])
    with pytest.raises(HTTPException, match="413"):
        asked(answering(200, ruled=True), blocks=[half, half, b"x"])
    with pytest.raises(HTTPException, match="413"):
        asked(answering(200, ruled=True), length=str(MOST_BODY_BYTES + 1))


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it trickles: the time is the whole body's, not that of each part."""
    monkeypatch.setattr("api.access.middleware.MOST_BODY_S", 0.1)

    async def receive() -> Message:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(_: Message) -> None: ...

    scope = {"type": "http", "path": "/numbers", "method": "POST", "headers": []}
    with pytest.raises(HTTPException, match="408"):
        asyncio.run(AccessMiddleware(answering(200, ruled=True), free="/static/abc")(scope, receive, send))
