"""The middleware around all routes: no answer passes that no rule allowed, and no body is longer than ours ever are.

Nor does one take longer to come. What becomes of what a refused request still sends: `api.bounded_protocol`.
"""

import asyncio
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES: Final = 1_048_576
MOST_BODY_S: Final = 10.0
"""The longest that a body may take to come, in seconds, counted from when it was wanted."""
_REFUSALS: Final = 400
"""From this status on, an answer has no data."""


class UnruledError(Exception):
    """An answer that no rule allowed: a mistake in the program. Nothing of it was sent."""


class AccessMiddleware:
    """Fails closed: raises rather than sends an answer that no rule allowed.

    Args:
        app: the rest.
        free: the path below which files lie that are everybody's.
    """

    __slots__ = ("_app", "_free")

    def __init__(self, app: ASGIApp, free: str) -> None:
        self._app = app
        self._free = f"{free}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises UnruledError."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def send_what_is_allowed(message: Message) -> None:
            is_refusal = message.get("status", 0) >= _REFUSALS
            if message["type"] == "http.response.start" and not is_refusal and not self._is_allowed(scope, state):
                raise UnruledError(f"{scope['path']} was answered without a rule")
            await send(message)

        await self._app(scope, _bounded(scope, receive), send_what_is_allowed)

    def _is_allowed(self, scope: Scope, state: dict[str, object]) -> bool:
        return "caller" in state or scope["path"].startswith(self._free)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Return a `receive` that ends a body that is too long or too slow, whether or not its length was announced."""
    got, is_whole = 0, False
    ends_at: float | None = None

    async def receive_bounded() -> Message:
        nonlocal got, ends_at, is_whole
        if is_whole:  # whoever asks now waits for the client to leave
            return await receive()
        ends_at = ends_at or asyncio.get_running_loop().time() + MOST_BODY_S
        try:
            async with asyncio.timeout_at(ends_at):
                message = await receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers={"Connection": "close"}) from None
        got, is_whole = got + len(message.get("body", b"")), not message.get("more_body", False)
        if got > MOST_BODY_BYTES or _announced_bytes(scope) > MOST_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return receive_bounded


def _announced_bytes(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
