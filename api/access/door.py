"""The door: finds out who asks, and lets in who may."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

from api.access.caller import ANONYMOUS, LOCAL, Caller, How
from api.access.roles import Right
from api.errors import NotAllowedError, NotKnownError

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """Admits callers, or tells them why not."""

    __slots__ = ()

    async def admit(self, request: Request, right: Right) -> Caller:
        """Return who asks, if they may.

        Raises:
            NotKnownError: nobody that we know, and the route needs more than nothing.
            NotAllowedError: the role or its sites don't allow it, or a page of somebody else's sent it.
        """
        caller = await self._caller(request)
        _check_origin(request, caller)
        if not caller.has(right):
            if caller.how is How.ANONYMOUS:
                raise NotKnownError("this needs a key or a session: log in, or send a key as Authorization: Bearer KEY")
            raise NotAllowedError(f"{caller.name} has the role {caller.role}, which may not do this")
        site = request.path_params.get("site")
        if right is not Right.OPEN and site is not None and not caller.may_see(site):
            raise NotAllowedError(f"{caller.name} has no rights at the site {site}")
        return caller

    async def _caller(self, request: Request) -> Caller:
        return LOCAL if request.client else ANONYMOUS


def _check_origin(request: Request, caller: Caller) -> None:
    """Refuse what another site's page makes a browser send: it comes with the cookie, or from this machine.

    A key is no part of what a browser sends by itself. Browsers tell the origin of everything that changes something;
    only a program on this machine that is no browser may leave it out.
    """
    if request.method in _SAFE or caller.how is How.KEY:
        return
    fetched, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    told = [fetched == "same-origin"] if fetched else []
    told += [_host(origin) == request.headers.get("host", "").lower()] if origin else []
    if not all(told) or (not told and caller.how is not How.LOCAL):
        raise NotAllowedError("this was sent from a page of another site, or by a browser that doesn't say from which")


def _host(origin: str) -> str:
    return urlsplit(origin).netloc.lower()
