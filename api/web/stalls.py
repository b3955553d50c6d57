"""A page whose database doesn't answer says so within three seconds, instead of a white screen."""

import asyncio
from collections.abc import Callable, Coroutine
from http import HTTPMethod
from typing import Any, Final

from fastapi import Request, Response

from api.errors import DatabaseNotReadyError, DatabaseUnavailableError
from api.services import Services
from api.tables.places import Site

_ASKED_AFTER_S: Final = 1.8
"""A page that takes longer may be slow, or wait for a database that doesn't answer: that is looked up then."""
_ANSWERED_WITHIN_S: Final = 0.8

Answer = Callable[[Request], Coroutine[Any, Any, Response]]


def noticing_stalls(answer: Answer) -> Answer:
    """Return what answers a request for a page, and raises DatabaseUnavailableError when the database is stalled.

    What was asked for isn't ended then: a connection that waits for a stalled server can't be, and goes on by itself.
    """
    left: set[asyncio.Task[Response]] = set()

    async def answer_in_time(request: Request) -> Response:
        if request.method != HTTPMethod.GET:
            return await answer(request)
        asked = asyncio.ensure_future(answer(request))
        left.add(asked)
        asked.add_done_callback(left.discard)
        try:
            done, _ = await asyncio.wait({asked}, timeout=_ASKED_AFTER_S)
            if not done and not await _is_answering(request.app.state.services):
                asked.add_done_callback(_leave)
                raise DatabaseUnavailableError("the database doesn't answer: try again in a while")
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            asked.cancel()
            raise

    return answer_in_time


def _leave(asked: asyncio.Task[Response]) -> None:
    """Take the end of what nobody waits for: the reader has had an answer."""
    if not asked.cancelled():
        asked.exception()


async def _is_answering(services: Services) -> bool:
    """Tell whether the database answers at once what every page asks: also that nobody holds the sites locked."""
    looks = {
        asyncio.ensure_future(services.readiness.schema_version()),
        asyncio.ensure_future(services.database.rows("places/sites", {}, Site)),
    }
    done, waiting = await asyncio.wait(looks, timeout=_ANSWERED_WITHIN_S)
    for look in waiting:
        look.add_done_callback(_forget)
    try:
        for look in done:
            look.result()
    except (DatabaseUnavailableError, DatabaseNotReadyError):
        return False
    return not waiting


def _forget(look: "asyncio.Future[Any]") -> None:
    if not look.cancelled():
        look.exception()
