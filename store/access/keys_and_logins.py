"""Keys and logins, as an operator makes, lists and ends them. Secrets are made elsewhere; only hashes come here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.database import Database, command, statement, transaction


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key or a login is good for.

    Attributes:
        name: of a key a-z, 0-9 and -, never given twice; of a login up to 40 characters.
        role: public (keys alone), staff, evaluator, funder or admin.
        sites: keys of sites; None is all of them, those to come included.
        role_at: by key of a site, the role there where it is another one; such a site need not stand in `sites`.
    """

    name: str
    role: str
    sites: Sequence[str] | None
    role_at: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed, times aware; `used_at` is to the hour; `role_at` as in a grant, None: none differs."""

    name: str
    role: str
    sites: Sequence[str] | None
    made_at: datetime
    made_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    used_at: datetime | None
    role_at: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Login:
    """A login or an invitation to one, times aware; `begun_at` is None until its code was used."""

    login: int
    name: str
    role: str
    sites: Sequence[str] | None
    made_at: datetime
    made_by: str
    code_expires_at: datetime
    begun_at: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    used_at: datetime | None
    role_at: Mapping[str, str] | None


def add_key(  # noqa: PLR0913 - as a key has
    database: Database, by: str, grant: Grant, *, prefix: str, sha256: bytes, expires_at: datetime | None
) -> None:
    """Keep a key. Raises CommandRefusedError, or another DatabaseError.

    Args:
        database: as somebody with the role platspuls_admin.
        by: who makes it, for the audit.
        grant: what it is good for.
        prefix: finds it.
        sha256: of the whole key.
        expires_at: aware; None is never.
    """
    params = {"by": by, **_params(grant), "prefix": prefix, "secret_sha256": sha256, "expires_at": expires_at}
    with command(database):
        database.execute(statement("access/key_add"), params)


def revoke_key(database: Database, by: str, name: str) -> None:
    """End a key. Raises CommandRefusedError where there is none, or it ended before; or another DatabaseError."""
    with command(database):
        database.execute(statement("access/key_revoke"), {"by": by, "name": name})


def keys(database: Database) -> list[Key]:
    """Return all keys, the oldest first. Raises DatabaseError."""
    with transaction(database):
        return [Key(*row) for row in database.execute(statement("access/key_list"))]


def invite(  # noqa: PLR0913 - as an invitation has
    database: Database, by: str, grant: Grant, *, code_sha256: bytes, code_lifetime: timedelta, lifetime: timedelta
) -> int:
    """Prepare a login and return its number. Raises CommandRefusedError, or another DatabaseError.

    Args:
        database: as somebody with the role platspuls_admin.
        by: who invites, for the audit.
        grant: what the login is good for.
        code_sha256: of the code that begins it, once.
        code_lifetime: how long the code is good, a day at most.
        lifetime: how long the login lasts from then on, 366 days at most.
    """
    params = {
        "by": by,
        **_params(grant),
        "code_sha256": code_sha256,
        "code_lifetime": code_lifetime,
        "lifetime": lifetime,
    }
    with command(database):
        [(number,)] = database.execute(statement("access/login_invite"), params).fetchall()
    return int(number)


def revoke_login(database: Database, by: str, login: int) -> None:
    """End a login. Raises CommandRefusedError where there is none, or it ended before; or another DatabaseError."""
    with command(database):
        database.execute(statement("access/login_revoke"), {"by": by, "login": login})


def logins(database: Database) -> list[Login]:
    """Return all logins, the newest first. Raises DatabaseError."""
    with transaction(database):
        return [Login(*row) for row in database.execute(statement("access/login_list"))]


def _params(grant: Grant) -> dict[str, object]:
    return {
        "name": grant.name,
        "role": grant.role,
        "sites": None if grant.sites is None else list(grant.sites),
        "role_at": json.dumps(dict(grant.role_at)) if grant.role_at else None,
    }
