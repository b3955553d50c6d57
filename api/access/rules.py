"""The rule of each route: `needs(Right.NUMBERS)` among the dependencies of its router, or its own.

Where the path has `{site}`, the caller must have the right at that site, else at any. `include` refuses a route without
a rule, and `api.access.middleware` lets no answer pass that no rule allowed. Routes are of the class RuledRoute:
FastAPI reads a body before it looks at dependencies, and nobody's body is read before it is known that they may send
one.
"""

from collections.abc import Callable, Coroutine, Iterator
from threading import Lock
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.access.caller import AuthMethod, Caller
from api.access.roles import SHORT_ANSWERS, Right
from api.database.shares import STRANGERS, ask_as
from api.parameters import check_parameters, known_parameters

_BEARER: Final = HTTPBearer(auto_error=False, description="A key that `platspuls key add` made.")


class NoRuleError(Exception):
    """A route doesn't say what it needs: a mistake in the program."""


class AuthorisesRequests(Protocol):
    """What authenticates and authorises requests; `api.access.authenticator` is the usual one."""

    async def authorise(self, request: Request, right: Right, /) -> Caller:
        """Return who asks. Raises UnauthenticatedError, NotAllowedError or RateLimitedError."""

    async def is_still_authenticated(self, request: Request, caller: Caller, /) -> bool:
        """Tell whether the caller of a long answer is still authenticated."""


class AccessRule:
    """Authenticates before anything else of the route is looked at."""

    __slots__ = ("right",)

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> None:
        """Note who asks. Raises UnauthenticatedError, NotAllowedError or RateLimitedError."""
        await _authorise_once(request, self.right)


class OpenAccessRule:
    """Lets anybody in. A wrong key is not even looked at."""

    __slots__ = ("right",)

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, request: Request) -> None:
        """Note that it is nobody in particular. Raises NotAllowedError or RateLimitedError."""
        await _authorise_once(request, self.right)


Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class RuledRoute(APIRoute):
    """A route that authorises before it reads a body."""

    def get_route_handler(self) -> Handler:
        """Return what answers a request."""
        return authorised_first(self, super().get_route_handler())


def authorised_first(route: APIRoute, answer: Handler) -> Handler:
    """Return what authorises a request by the rules of the route, then answers it."""
    known = known_parameters(route.dependant)

    async def authorise_and_answer(request: Request) -> Response:
        for right in rights(route):
            await _authorise_once(request, right)
        check_parameters(request, known)
        return await answer(request)

    return authorise_and_answer


async def _authorise_once(request: Request, right: Right) -> None:
    """Authorise, unless the route did so before it read the body. A request is counted once for each right."""
    state = request.scope.setdefault("state", {})
    if right not in state.setdefault("authorised", set()):
        authenticator: AuthorisesRequests = request.app.state.authenticator
        ask_as(None)  # who they are is looked up at once, whatever they did before
        caller = await authenticator.authorise(request, right)
        request.state.caller = caller
        ask_as(_asker(caller, right))
        state["authorised"].add(right)


def authorised(request: Request) -> frozenset[Right]:
    """Return the rights that the request was authorised for."""
    return frozenset(request.scope.get("state", {}).get("authorised", ()))


def _asker(caller: Caller, right: Right) -> str | None:
    """Return under which name a request takes its share of the database; None where its answers are short."""
    if right in SHORT_ANSWERS:
        return None
    return STRANGERS if caller.method is AuthMethod.ANONYMOUS else caller.name


def needs(right: Right) -> Any:  # noqa: ANN401 - FastAPI's parameters are anything
    """Return what a router or a route puts among its `dependencies`."""
    return Depends(OpenAccessRule(right) if right in {Right.OPEN, Right.LOG_IN} else AccessRule(right))


def rights(route: APIRoute) -> list[Right]:
    """Return what a route needs: all of them. Raises NoRuleError where it says nothing."""
    found = [
        rule.right
        for rule in (depends.dependency for depends in route.dependencies)
        if isinstance(rule, AccessRule | OpenAccessRule)
    ]
    if not found:
        raise NoRuleError(f"{route.path} has no rule: put needs(...) among its dependencies")
    return found


RightsByOperation = dict[tuple[str, str], list[Right]]
"""What each operation needs, by its method and path."""


def include(parent: FastAPI | APIRouter, router: APIRouter, prefix: str = "") -> RightsByOperation:
    """Include a router, every route of which has a rule; return what each operation needs. Raises NoRuleError."""
    ruled = {(method, prefix + route.path): rights(route) for route in routes(router) for method in route.methods or ()}
    parent.include_router(router, prefix=prefix)
    return ruled


def ruled_by(app: FastAPI) -> RightsByOperation:
    """Return what each operation of the app needs."""
    ruled: RightsByOperation = app.state.ruled
    return ruled


def _describe(operation: dict[str, Any], needed: list[Right]) -> None:
    if "x-rights" not in operation:  # FastAPI keeps what it has made
        names = ", ".join(f"`{right}`" for right in needed)
        operation["description"] = f"{operation.get('description', '').strip()}\n\nNeeds the right {names}."
        operation["x-rights"] = needed


def describe_rights(app: FastAPI) -> None:
    """Let the description of each operation of `app` end with the rights that it needs."""
    plain, ruled, lock = app.openapi, ruled_by(app), Lock()

    def described() -> dict[str, Any]:
        with lock:  # it is made on whichever thread asks first
            spec = plain()
            for path, methods in spec["paths"].items():
                for method, operation in methods.items():
                    _describe(operation, list(dict.fromkeys(ruled[method.upper(), path])))
        return spec

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to add to it


def routes(router: APIRouter) -> Iterator[APIRoute]:
    """Yield the operations of a router. Raises NoRuleError where it has anything else: that can have no rule."""
    for route in router.routes:
        if not isinstance(route, APIRoute):
            raise NoRuleError(f"{route} can't have a rule")
        yield route
