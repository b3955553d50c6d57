"""Whether the program runs, and whether it can answer."""

from fastapi import APIRouter, Request, Response

from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.problems import responses
from api.routes.openapi_examples import ok_as
from api.services import ServicesDep
from api.tables.base import FrozenModel

router = APIRouter(route_class=RuledRoute, tags=["system"], dependencies=[needs(Right.OPEN)])


class Ready(FrozenModel):
    """The database can be reached and has what the API needs to answer.

    Writing has connections and a user of its own: `writing` says why the last thing that somebody wrote could not be.
    """

    status: str
    schema_version: int
    writing: str | None = None


@router.get("/api/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request, services: ServicesDep) -> Response:
    """Return the description of the API."""
    return await services.description.response(request)


@router.get("/healthz", responses=ok_as({"status": "running"}))
async def healthz() -> dict[str, str]:
    """Answer that the process runs, without asking anything else."""
    return {"status": "running"}


@router.get(
    "/readyz",
    responses={**ok_as({"status": "ready", "schema_version": 2, "writing": None}), **responses()},
)
async def readyz(services: ServicesDep) -> Ready:
    """Tell whether the database can be reached and has a schema that fits; 503 with the reason if not.

    It is said within three seconds. `writing` is why the last thing that somebody wrote could not be; null where it
    could.
    """
    version = await services.readiness.schema_version()
    return Ready(status="ready", schema_version=version, writing=services.commands.fault)
