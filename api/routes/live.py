"""What is so now: the live numbers and the health of a site's devices."""

from typing import Final

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import AuthorisesRequests, RuledRoute, needs
from api.database.reading import Ask
from api.live import event_stream
from api.problems import responses
from api.routes.openapi_examples import example, ok
from api.services import KnownSite, ServicesDep
from api.tables.base import FrozenModel
from api.tables.health import Conflict, DeviceHealth, EpochDelivery, Held, UnkeptRejects
from api.tables.live import LiveSnapshot

router = APIRouter(route_class=RuledRoute, tags=["live"])

_HEALTH: Final = [needs(Right.HEALTH)]
_LIVE: Final = [needs(Right.LIVE)]


class Health(FrozenModel):
    """How the devices of a site are, and what became of their records."""

    devices: list[DeviceHealth]
    delivery: list[EpochDelivery]
    held: list[Held]
    conflicts: list[Conflict]
    unkept_rejects: list[UnkeptRejects]


@router.get("/sites/{site}/health", dependencies=_HEALTH, responses={**ok(Health), **responses(404)})
async def health(services: ServicesDep, site: KnownSite) -> Health:
    """Return devices, deliveries, what is held and what was reported twice; the newest 200 of each."""
    of = {"site": site.site}
    devices, delivery, held, conflicts, unkept = await services.database.together(
        Ask("health/devices", of, DeviceHealth),
        Ask("health/delivery", of, EpochDelivery),
        Ask("health/held", of, Held),
        Ask("health/conflicts", of, Conflict),
        Ask("health/unkept_rejects", of, UnkeptRejects),
    )
    return Health(devices=devices, delivery=delivery, held=held, conflicts=conflicts, unkept_rejects=unkept)


@router.get("/sites/{site}/live", dependencies=_LIVE, responses={**ok(LiveSnapshot), **responses(404)})
async def live(services: ServicesDep, site: KnownSite) -> LiveSnapshot:
    """Return what is so now: never facts, and as old as `at` says."""
    return await services.live.snapshot(site.site)


@router.get(
    "/sites/{site}/live/stream",
    dependencies=_LIVE,
    response_class=EventSourceResponse,
    responses={
        200: {"content": {"text/event-stream": {"example": f"event: live\ndata: {example(LiveSnapshot)}\n\n"}}},
        **responses(404),
    },
)
async def stream(request: Request, services: ServicesDep, caller: CallerDep, site: KnownSite) -> EventSourceResponse:
    """Follow what is so now: an event `live` at once, at each change, and again after some seconds of silence.

    It ends when the key or login does.
    """
    authenticator: AuthorisesRequests = request.app.state.authenticator
    snapshots = services.live.follow(site.site)
    return await event_stream(snapshots, lambda: authenticator.is_still_authenticated(request, caller))
