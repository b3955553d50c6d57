"""Authentication and authorization of a request: who sends it, and whether their role, sites and rate allow it."""

from collections.abc import Collection
from typing import Annotated, Final
from urllib.parse import unquote, urlsplit

from fastapi import Depends, Request

from api.access.addresses import Addresses, RequestOrigin
from api.access.caller import ANONYMOUS, LOCAL, AuthMethod, Caller
from api.access.credential_cache import CredentialCache
from api.access.rate_limit import RateLimiter
from api.access.roles import Right, Role, SiteRoles
from api.access.tokens import Token, TokenKind, read
from api.errors import DatabaseUnavailableError, NotAllowedError, RateLimitedError, TooSlowError, UnauthenticatedError

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_KNOWN: Final = "this needs a key or a login: log in, or send a key as Authorization: Bearer KEY"
_WRONG_KEY: Final = "the key in Authorization isn't ours, has expired or was revoked"


class Authenticator:
    """Authenticates callers and checks their rights, or raises why not.

    Args:
        credentials: knows keys and logins.
        rate_limiter: counts the requests of each key, each login and each address without either.
        addresses: find where requests come from.
        public_sites: keys of sites whose public figures anybody may have.
    """

    __slots__ = ("_addresses", "_credentials", "_everybody", "_rate_limiter")

    def __init__(
        self,
        credentials: CredentialCache,
        rate_limiter: RateLimiter,
        addresses: Addresses,
        public_sites: Collection[str] = (),
    ) -> None:
        self._credentials = credentials
        self._rate_limiter = rate_limiter
        self._addresses = addresses
        public = Caller(ANONYMOUS.name, SiteRoles(dict.fromkeys(public_sites, Role.PUBLIC)), AuthMethod.ANONYMOUS)
        self._everybody = public if public_sites else ANONYMOUS

    async def authorise(self, request: Request, right: Right) -> Caller:
        """Return who asks, if they may.

        Raises:
            UnauthenticatedError: nobody that we know, and the route needs more than nothing; or it was written by
                another author (Entered-By) than asks now.
            NotAllowedError: their role at the site, or at any where none is named, doesn't allow it; or a page of
                somebody else's sent it.
            RateLimitedError: they ask too often.
        """
        if right is Right.OPEN:
            self._count(f"open {self._addresses.counted(request)}")
            return ANONYMOUS
        origin = self._addresses.origin(request)
        caller = ANONYMOUS if right is Right.LOG_IN else await self._counted(request, origin)
        if caller.method is AuthMethod.ANONYMOUS:
            self._count(origin.address)
        _check_right(caller, right, request.path_params.get("site"))
        _check_page(request, caller)
        _check_author(request, caller)
        return caller

    async def is_still_authenticated(self, request: Request, caller: Caller) -> bool:
        """Tell whether the caller of a long answer is still known to be who they were: not revoked, not expired."""
        try:
            return await self._caller(request, self._addresses.origin(request)) == caller
        except (UnauthenticatedError, RateLimitedError, DatabaseUnavailableError, TooSlowError):
            return False

    async def login(self, request: Request) -> tuple[Token, Caller] | None:
        """Return the login whose cookie came, if it is good. Raises RateLimitedError."""
        origin = self.origin(request)
        token = read(TokenKind.LOGIN, request.cookies.get(cookie_name(origin), ""))
        caller = await self._caller_with(TokenKind.LOGIN, token, origin) if token else None
        return (token, caller) if token and caller else None

    def origin(self, request: Request) -> RequestOrigin:
        """Return from where the request comes. Raises NotAllowedError where it came round the proxy."""
        return self._addresses.origin(request)

    def forget(self, token: Token) -> None:
        """Let a login that ended open nothing from now on."""
        self._credentials.forget(TokenKind.LOGIN, token.prefix)

    async def _counted(self, request: Request, origin: RequestOrigin) -> Caller:
        try:
            caller = await self._caller(request, origin)
        except UnauthenticatedError:
            self._count(origin.address)
            raise
        if caller.method in {AuthMethod.KEY, AuthMethod.LOGIN}:
            self._count(caller.name)
        return caller

    def _count(self, who: str) -> None:
        if wait_s := self._rate_limiter.take(who):
            raise RateLimitedError(f"too many requests: try again in {wait_s} s", wait_s)

    async def _caller(self, request: Request, origin: RequestOrigin) -> Caller:
        if values := request.headers.getlist("authorization"):
            return await self._of_key(values, origin)
        if found := await self.login(request):
            return found[1]
        if origin.is_local and not await self._credentials.is_asked():
            return LOCAL
        return self._everybody

    async def _of_key(self, values: list[str], origin: RequestOrigin) -> Caller:
        scheme, _, text = values[0].partition(" ")
        token = read(TokenKind.KEY, text) if scheme.lower() == "bearer" and len(values) == 1 else None
        caller = await self._caller_with(TokenKind.KEY, token, origin) if token else None
        if caller is None:
            raise UnauthenticatedError(_WRONG_KEY)
        return caller

    async def _caller_with(self, kind: TokenKind, token: Token, origin: RequestOrigin) -> Caller | None:
        """Return whose token it is. One that was never seen to be good counts before the store is asked for it."""
        if not self._credentials.remembers(kind, token) and not (
            origin.is_local and not await self._credentials.is_asked()
        ):
            self._count(f"unseen {origin.address}")
        return await self._credentials.caller(kind, token)


async def authenticator_of(request: Request) -> Authenticator:
    """Return what authenticates the app's callers."""
    found: Authenticator = request.app.state.authenticator
    return found


AuthenticatorDep = Annotated[Authenticator, Depends(authenticator_of)]


def cookie_name(origin: RequestOrigin) -> str:
    """Return what the cookie of a login is called: over https, browsers refuse this name from anybody but us."""
    return "__Host-platspuls" if origin.is_https else "platspuls"


def _check_right(caller: Caller, right: Right, site: str | None) -> None:
    """Refuse who may not: at the site that the path names, or at every site where it names none."""
    if caller.may_somewhere(right) if site is None else caller.may(right, site):
        return
    if caller.method is AuthMethod.ANONYMOUS:
        raise UnauthenticatedError(_NOT_KNOWN)
    raise NotAllowedError(_why_not(caller, site))


def _why_not(caller: Caller, site: str | None) -> str:
    if site is None:
        return f"{caller.name} has the role {' and '.join(caller.roles.every())}, which may not do this"
    if (role := caller.roles.role_at(site)) is None:
        return f"{caller.name} has no rights at the site {site}"
    return f"{caller.name} has the role {role} at {site}, which may not do this"


def _check_author(request: Request, caller: Caller) -> None:
    """Refuse what somebody wrote who isn't logged in now: a browser keeps it until they are."""
    author = request.headers.get("entered-by")
    if author is not None and unquote(author) != caller.author:
        raise UnauthenticatedError("this was written by somebody else than who is logged in: it waits for their login")


def _check_page(request: Request, caller: Caller) -> None:
    """Refuse what another site's page makes a browser send: it comes with the cookie, or from this machine.

    A browser never sends a key by itself. Browsers send the origin of everything that changes something;
    only a program on this machine that isn't a browser may leave it out.
    """
    if request.method in _SAFE or caller.method is AuthMethod.KEY:
        return
    fetched, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    is_own = [fetched == "same-origin"] if fetched else []
    is_own += [urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()] if origin else []
    if not all(is_own) or (not is_own and caller.method is not AuthMethod.LOCAL):
        raise NotAllowedError("this was sent from a page of another site, or by a browser that doesn't say from which")
