"""The app: services, routes, and what every answer carries."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import problems
from api.access.addresses import Addresses, networks
from api.access.authenticator import Authenticator
from api.access.credential_cache import CredentialCache
from api.access.middleware import AccessMiddleware
from api.access.rate_limit import RateLimit, RateLimiter
from api.access.rules import AuthorisesRequests, RightsByOperation, describe_rights, include, routes
from api.api_index import index_of
from api.calibration import routes as calibrations
from api.constant_answer import ConstantAnswer
from api.database.readiness import Readiness
from api.database.reading import Database, DatabaseLimits
from api.database.shared_answers import SharedAnswers
from api.database.writing import Commands
from api.export_log import ExportLog
from api.formats.answers import COMPRESSION
from api.host_names import HostMiddleware
from api.live import LiveFeeds
from api.planning import routes as planning
from api.public.answers import PublicAnswers
from api.routes import (
    anomalies,
    changes,
    dwell,
    flow,
    joint_counts,
    live,
    log_files,
    logbook,
    participants,
    places,
    reconciliation,
    round_slots,
    segments,
    system,
    weather,
)
from api.routes.public import router as public
from api.security_headers import SecurityHeadersMiddleware
from api.services import Services
from api.settings import ApiSettings
from api.typical import UsualDays
from api.web import error_pages, frame, login
from api.web.about_api import api_pages
from api.web.admin import new_site_page, people_pages, site_page
from api.web.counting import count_page, own_page, round_plan_page
from api.web.help import help_pages
from api.web.history import page as history_page
from api.web.live import pages
from api.web.offline import installable, outbox_page
from api.web.overview import page as overview_page
from api.web.today import close_page, log_page, plan_page, today_page
from core.addresses import is_loopback

PREFIX: Final = "/api/v1"
_SHARED_BYTES: Final = 16 * 1024 * 1024
_LEAST_COMPRESSED_BYTES: Final = 1_000
_UNDER_PREFIX: Final = (
    places.router,
    flow.router,
    dwell.router,
    live.router,
    reconciliation.router,
    anomalies.router,
    segments.router,
    changes.router,
    weather.router,
    calibrations.router,
    participants.router,
    planning.router,
    logbook.router,
    round_slots.router,
    joint_counts.router,
    log_files.router,
    public,
)
_UNDER_ROOT: Final = (
    system.router,
    login.router,
    overview_page.router,
    help_pages.router,
    pages.router,
    pages.parts,
    count_page.router,
    own_page.router,
    round_plan_page.router,
    history_page.router,
    people_pages.router,
    new_site_page.router,
    site_page.router,
    outbox_page.router,
    today_page.router,
    close_page.router,
    log_page.router,
    plan_page.router,
    installable.router,
    api_pages.router,
    api_pages.either,
)
_GROUPS: Final = (
    ("numbers", "What was counted, by bucket or profile: crossings, presence, dwell, weather. Also as files."),
    ("live", "What is so now."),
    ("places", "Sites and their parts: spaces, borders, lines, zones, devices, calendar."),
    ("quality", "What the numbers may be trusted with: anomalies and segments."),
    ("health", "What became of every record."),
    ("logbook", "What people write: activities, manual counts, staff time, surveys, incidents, notes, studies."),
    ("calibration", "Counting rounds, and the factors that come of them."),
    ("public", "Figures for everybody, on a fixed grid, with small cells suppressed."),
    ("system", "Whether the program runs, and can answer."),
)
"""Operations as the description groups them, in its order."""
_DESCRIPTION: Final = """\
A key goes into the header `Authorization: Bearer KEY`; in a browser, a login is enough. Each operation names the right
that it needs. Errors are problems (RFC 9457) that name the parameter and its value. Times are by the site's clocks.
"""


def create_app(
    settings: ApiSettings,
    *,
    authenticator: AuthorisesRequests | None = None,
    now_: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """Return the app. It connects when it starts, and starts whether or not the database is there.

    Args:
        settings: see `api.settings`.
        authenticator: who may ask; None is by keys and logins. Another is for an app within a process, without pages.
        now_: the time, aware.
    """
    limits = _limits(settings)
    database = Database(settings.database_url.get_secret_value(), limits)
    commands = Commands((settings.write_database_url or settings.database_url).get_secret_value(), limits)
    app = FastAPI(
        title="Platspuls",
        summary="Visitors of public places, with coverage beside every number.",
        description=_DESCRIPTION,
        version="1",
        openapi_tags=[{"name": name, "description": meaning} for name, meaning in _GROUPS],
        openapi_url=None,  # it is a route like the others, with a rule
        docs_url=None,  # its page loads scripts from another host: ours is in api.web.about_api.api_pages
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lambda app: _serving(app, settings, database, commands, now_),
    )
    app.state.authenticator = authenticator or _authenticator(settings, database, commands, now_)
    problems.install(app, error_pages.page_of)
    every, app.state.ruled = _every_route()
    app.router.routes.extend(every.routes)
    describe_rights(app)
    frame.mount_static(app)
    app.add_middleware(GZipMiddleware, minimum_size=_LEAST_COMPRESSED_BYTES, compresslevel=COMPRESSION)
    app.add_middleware(HostMiddleware, names=settings.names())
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(AccessMiddleware, free=frame.static_address())
    return app


@cache
def _every_route() -> tuple[APIRouter, RightsByOperation]:
    """Return all routes, and what each needs. FastAPI builds what it includes at the first request, so once for all."""
    every = APIRouter()
    ruled: RightsByOperation = {}
    for prefix, routers in ((PREFIX, _UNDER_PREFIX), ("", _UNDER_ROOT)):
        for router in routers:
            ruled |= include(every, router, prefix)
    return every, ruled


@asynccontextmanager
async def _serving(
    app: FastAPI, settings: ApiSettings, database: Database, commands: Commands, now: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Give the routes their services as long as the app runs."""
    feeds = LiveFeeds(
        database,
        poll_s=settings.live_poll_s,
        heartbeat_s=settings.live_heartbeat_s,
        clients=settings.live_clients,
    )
    readiness = Readiness(database.schema_version)
    async with database, commands, feeds, ExportLog(commands) as exports:
        app.state.services = Services(
            database=database,
            commands=commands,
            readiness=readiness,
            live=feeds,
            description=ConstantAnswer(partial(_described, app), "application/json"),
            exports=exports,
            public=PublicAnswers(),
            shared=SharedAnswers(_SHARED_BYTES),
            usual=UsualDays(),
            index=index_of((PREFIX + route.path, route) for part in _UNDER_PREFIX for route in routes(part)),
            viewer=api_pages.viewer_files(app.openapi),
            now=now,
        )
        yield
        await readiness.end()


def _limits(settings: ApiSettings) -> DatabaseLimits:
    return DatabaseLimits(
        connections=settings.connections,
        wait_s=settings.database_wait_s,
        statement_timeout_s=settings.statement_timeout_s,
        export_timeout_s=settings.export_timeout_s,
        work_mem_mb=settings.work_mem_mb,
    )


def _described(app: FastAPI) -> bytes:
    """Return the description of the API, which takes a second or two."""
    return api_pages.as_json(app.openapi())


def _authenticator(
    settings: ApiSettings, database: Database, commands: Commands, now: Callable[[], datetime]
) -> Authenticator:
    def note_use(prefix: str) -> Awaitable[object]:
        return commands.run("note_use", prefix=prefix)

    credentials = CredentialCache(database, note_use, settings.access_keep_s, time.monotonic, now)
    rate_limiter = RateLimiter(RateLimit(settings.requests_per_minute, settings.request_burst), time.monotonic)
    addresses = Addresses(networks(settings.trusted_proxy), is_loopback=is_loopback(settings.host))
    return Authenticator(credentials, rate_limiter, addresses, settings.public())
