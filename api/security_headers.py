"""The security headers, and the middleware that sets them on every answer."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
"""What a page may load: files of ours alone, and no script or style within the page."""
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
_ALWAYS_HTTPS: Final = "max-age=31536000"


def security_headers(scheme: str) -> dict[str, str]:
    """Return the headers of an answer over `scheme`, http or https."""
    return {**_HEADERS, "Strict-Transport-Security": _ALWAYS_HTTPS} if scheme == "https" else dict(_HEADERS)


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
                for name, value in security_headers(scope["scheme"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_more if scope["type"] == "http" else send)
