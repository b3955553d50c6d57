"""The list of what waits in this browser, and the key that it is sealed with there."""

import time
from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import needs
from api.services import ServicesDep
from api.web.frame import OUTBOX, PageRoute, Reader, outbox_author, page

_NOT_KEPT: Final = {"Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.WRITE_LOG_RECORDS)])


@router.get(OUTBOX)
async def outbox_page(reader: Reader) -> Response:
    """Show what waits in this browser; it alone knows that."""
    return page("offline/outbox.html", reader, start=outbox_author(reader))


@router.get(f"{OUTBOX}/key")
async def outbox_key(services: ServicesDep, caller: CallerDep) -> JSONResponse:
    """Return the key of the author's outbox (hex), and the time in ms by the machine's clock."""
    key = await services.commands.run("outbox_key", by=caller.name)
    now = time.time_ns() // 1_000_000
    return JSONResponse({"author": caller.author, "key": key, "now": now}, headers=_NOT_KEPT)
