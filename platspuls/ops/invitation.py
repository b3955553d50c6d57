"""Invitations to log in: a link with a code that is good once."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from api.access.tokens import code_sha256, make_code
from store.access.first_invitation import CODE_LIFETIME, LIFETIME, NAME
from store.access.keys_and_logins import Grant, invite
from store.database import Database


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that was made.

    Attributes:
        login: number of the login that it begins.
        code: twenty letters and digits; secret.
        link: opens the page with the code in it; secret.
    """

    login: int
    code: str
    link: str


def make_invitation(  # noqa: PLR0913 - as an invitation has
    database: Database,
    by: str,
    grant: Grant,
    *,
    address: str,
    code_lifetime: timedelta,
    lifetime: timedelta,
    to: str = "/",
) -> Invitation:
    """Prepare a login. Raises CommandRefusedError, or another DatabaseError.

    Args:
        database: as somebody with the role platspuls_admin.
        by: who invites, for the audit.
        grant: what the login is good for.
        address: where the pages are, without a slash at its end.
        code_lifetime: how long the link is good, a day at most.
        lifetime: how long the login lasts.
        to: path of the page that opens after it.
    """
    code = make_code()
    sha256 = code_sha256(code)
    assert sha256  # noqa: S101 - made a line above
    number = invite(database, by, grant, code_sha256=sha256, code_lifetime=code_lifetime, lifetime=lifetime)
    return Invitation(number, code, link_to_log_in(address, code, to))


def link_to_log_in(address: str, code: str, to: str = "/") -> str:
    """Return the link that begins a login: the code stands where browsers send it to nobody."""
    query = "" if to == "/" else "?" + urlencode({"to": to}, quote_via=quote, safe="/")
    return f"{address}/login{query}#{code}"


def invite_first(database: Database, by: str, address: str) -> Invitation:
    """Invite an administrator of all sites, for a day: the first who logs in where nobody can invite them.

    Raises DatabaseError.
    """
    return make_invitation(
        database, by, Grant(NAME, "admin", None), address=address, code_lifetime=CODE_LIFETIME, lifetime=LIFETIME
    )
