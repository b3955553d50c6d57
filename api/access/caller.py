"""Who asks: the one dependency that every route can have."""

import enum
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from api.access.roles import ROLES_WITH, Right, Role


class AuthMethod(enum.StrEnum):
    """How somebody showed who they are.

    Attributes:
        LOCAL: not at all, on this very machine, where no key was ever made.
        KEY: by a key in the header Authorization.
        LOGIN: by the cookie of a login.
        ANONYMOUS: not at all.
    """

    LOCAL = "local"
    KEY = "key"
    LOGIN = "login"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        name: for the audit, such as `key:institute` or `login:7 Anna`; never a secret.
        role: what they are; None is nobody that we know.
        sites: keys of the sites where they are that; None is all.
        how: how they showed it.
    """

    name: str
    role: Role | None
    sites: frozenset[str] | None
    method: AuthMethod

    def has(self, right: Right) -> bool:
        """Tell whether the role has the right."""
        return right in {Right.OPEN, Right.LOG_IN} or self.role in ROLES_WITH[right]

    def may_see(self, site: str) -> bool:
        """Tell whether this is one of the sites."""
        return self.sites is None or site in self.sites

    def may(self, right: Right, site: str) -> bool:
        """Tell whether somebody has the right at the site."""
        return self.has(right) and self.may_see(site)

    @property
    def names(self) -> dict[str, bool]:
        """What statements take that say who wrote something: whether by name, or by pseudonym."""
        return {"names": self.has(Right.ADMIN)}

    @property
    def label(self) -> str:
        """What people call a login or a key: its name without what it is."""
        name = self.name.partition(":")[2]
        return name.partition(" ")[2] if self.method is AuthMethod.LOGIN else name


LOCAL: Final = Caller("local", Role.ADMIN, None, AuthMethod.LOCAL)
ANONYMOUS: Final = Caller("anonymous", None, frozenset(), AuthMethod.ANONYMOUS)


async def caller_of(request: Request) -> Caller:
    """Return who asks, as the rule of the route found it."""
    found: Caller = request.state.caller
    return found


CallerDep = Annotated[Caller, Depends(caller_of)]
"""A parameter of any route: `who: Who`. `who.name` is what commands take as p_by."""
