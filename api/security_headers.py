"""Middleware around every answer: the host names that we answer to, and the security headers."""

import re
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import misdirected

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
_ALWAYS_HTTPS: Final = "max-age=31536000"
_PORT: Final = re.compile(r":\d+$")


class SecurityHeadersMiddleware:
    """Sets the headers that every answer carries, unless the answer has its own."""

    __slots__ = ("_app",)

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with our headers."""

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", _ALWAYS_HTTPS)
            await send(message)

        await self._app(scope, receive, send_more if scope["type"] == "http" else send)


class HostMiddleware:
    """Answers only to our own names: else any web page could give us a name of its own and read us from a browser."""

    __slots__ = ("_app", "_names")

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse a name that isn't ours."""
        app = self._app
        if scope["type"] == "http":
            host = Headers(scope=scope).get("host", "")
            if _PORT.sub("", host).lower() not in self._names:
                app = misdirected(host, scope["path"])
        await app(scope, receive, send)
