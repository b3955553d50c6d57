"""The app: services, routes, and what every answer carries."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import pages, problems
from api.database import Database
from api.live import LiveFeeds
from api.routes import dwell, flow, now, places, system
from api.services import Services
from api.settings import Settings

PREFIX: Final = "/api/v1"
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


def create_app(settings: Settings, *, now_: Callable[[], datetime] = lambda: datetime.now(UTC)) -> FastAPI:
    """Return the app. It connects when it starts, and starts whether or not the database is there.

    Args:
        settings: see `api.settings`.
        now_: the time, aware.
    """
    database = Database(
        settings.database_url.get_secret_value(),
        connections=settings.connections,
        wait_s=settings.database_wait_s,
        statement_timeout_s=settings.statement_timeout_s,
        work_mem_mb=settings.work_mem_mb,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        live = LiveFeeds(
            database,
            poll_s=settings.live_poll_s,
            heartbeat_s=settings.live_heartbeat_s,
            clients=settings.live_clients,
        )
        async with database, live:
            app.state.services = Services(database, live, now_)
            yield

    app = FastAPI(
        title="Platspuls",
        summary="Visitors of public places, with coverage beside every number.",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
        lifespan=lifespan,
    )
    problems.install(app)
    for router in (places.router, flow.router, dwell.router, now.router):
        app.include_router(router, prefix=PREFIX)
    app.include_router(system.router)
    app.include_router(pages.router)
    pages.mount_static(app)
    app.add_middleware(_Headers)
    return app


class _Headers:
    """Sets the headers that every answer carries, unless the answer has its own."""

    __slots__ = ("_app",)

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_more if scope["type"] == "http" else send)
