"""Who asks: the one dependency that every route can have."""

import enum
import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from api.access.roles import OPEN_RIGHTS, ROLES_WITH, Right, Role, SiteRoles

_NUMBER_OF_LOGIN: Final = re.compile(r"^login:\d+ ")


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
        roles: what they are at which site.
        method: how they showed it.
    """

    name: str
    roles: SiteRoles
    method: AuthMethod

    def may(self, right: Right, site: str) -> bool:
        """Tell whether they have the right at the site."""
        return right in OPEN_RIGHTS or self.roles.role_at(site) in ROLES_WITH[right]

    def may_somewhere(self, right: Right) -> bool:
        """Tell whether they have the right at any site."""
        return right in OPEN_RIGHTS or not ROLES_WITH[right].isdisjoint(self.roles.every())

    def may_see(self, site: str) -> bool:
        """Tell whether they are anything at the site."""
        return self.roles.role_at(site) is not None

    def names_at(self, site: str) -> dict[str, bool]:
        """Return what statements take that say who wrote something at the site: whether by name, or by pseudonym."""
        return {"names": self.may(Right.ADMIN, site)}

    @property
    def author(self) -> str:
        """Who writes, the same in every login of one name: `login:Anna` for `login:7 Anna`."""
        return _NUMBER_OF_LOGIN.sub("login:", self.name)

    @property
    def label(self) -> str:
        """What people call a login or a key: its name without what it is."""
        name = self.name.partition(":")[2]
        return name.partition(" ")[2] if self.method is AuthMethod.LOGIN else name


LOCAL: Final = Caller("local", SiteRoles({}, Role.ADMIN), AuthMethod.LOCAL)
ANONYMOUS: Final = Caller("anonymous", SiteRoles({}), AuthMethod.ANONYMOUS)


async def caller_of(request: Request) -> Caller:
    """Return who asks, as the rule of the route found it."""
    found: Caller = request.state.caller
    return found


CallerDep = Annotated[Caller, Depends(caller_of)]
"""A parameter of any route: `who: Who`. `who.name` is what commands take as p_by."""
