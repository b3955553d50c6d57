"""Middleware around every answer: the host names that we answer to."""

import re
from collections.abc import Collection
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import misdirected

_PORT: Final = re.compile(r":\d+$")


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
            request = Request(scope)
            host = request.headers.get("host", "")
            if _PORT.sub("", host).lower() not in self._names:
                app = misdirected(request, host)
        await app(scope, receive, send)
