"""The middleware around all routes: no answer passes that no rule allowed, and no body is longer than ours ever are."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES: Final = 1_048_576
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
    """Return a `receive` that ends a body that is too long, whether or not its length was announced."""
    got = 0

    async def receive_bounded() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > MOST_BODY_BYTES or _announced_bytes(scope) > MOST_BODY_BYTES:
            raise HTTPException(413)
        return message

    return receive_bounded


def _announced_bytes(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
