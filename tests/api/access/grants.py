"""Keys and codes for tests, made as an operator makes them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import httpx

from api.access.roles import Role
from api.access.tokens import Token, TokenKind, code_sha256, make, make_code
from store.access.keys_and_logins import Grant, add_key, invite
from store.database import connect


def new_key(
    database_url: str,
    name: str,
    role: Role,
    sites: Sequence[str] | None = None,
    role_at: Mapping[str, str] | None = None,
) -> Token:
    """Keep a key and return it."""
    token = make(TokenKind.KEY)
    with connect(database_url, application="test", autocommit=True) as database:
        grant = Grant(name, role.value, sites, role_at or {})
        add_key(database, "cli:test", grant, prefix=token.prefix, sha256=token.sha256, expires_at=None)
    return token


def new_code(
    database_url: str,
    role: Role,
    sites: Sequence[str] | None = None,
    name: str = "Anna",
    role_at: Mapping[str, str] | None = None,
) -> str:
    """Prepare a session and return the code that begins it."""
    code = make_code()
    sha256 = code_sha256(code)
    assert sha256
    times = {"code_lifetime": timedelta(minutes=10), "lifetime": timedelta(days=1)}
    with connect(database_url, application="test", autocommit=True) as database:
        grant = Grant(name, role.value, sites, role_at or {})
        invite(database, "cli:test", grant, code_sha256=sha256, **times)
    return code


def bearer(token: Token) -> dict[str, str]:
    """Return the header that sends a key."""
    return {"Authorization": f"Bearer {token.text}"}


def own_page(client: httpx.Client) -> dict[str, str]:
    """Return the headers that a browser sends with a form of our own page."""
    return {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}


def log_in(client: httpx.Client, code: str) -> httpx.Response:
    """Send the code as the page's form does; the client keeps the cookie."""
    return client.post("/login", data={"code": code}, headers=own_page(client))
