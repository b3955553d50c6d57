"""A cache of credentials: keys and logins as the store knows them, believed for some seconds."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.access.caller import AuthMethod, Caller
from api.access.roles import Role, SiteRoles
from api.access.tokens import Token, TokenKind
from api.database.reading import Database
from api.errors import ApiError

_LOG: Final = logging.getLogger(__name__)
_MOST: Final = 1_000
"""Tokens remembered at once."""
_STATEMENTS: Final = {TokenKind.KEY: "access/find_key", TokenKind.LOGIN: "access/find_login"}
_HOW: Final = {TokenKind.KEY: AuthMethod.KEY, TokenKind.LOGIN: AuthMethod.LOGIN}


@dataclass(frozen=True, slots=True)
class _Row:
    """A key or login that is good: its role at its sites (None: all), and where it has another one."""

    name: str
    role: str
    sites: list[str] | None
    secret_sha256: bytes
    expires_at: datetime | None
    role_at: Mapping[str, str] | None

    def roles(self) -> SiteRoles:
        """Return what it may be where."""
        own = Role(self.role)
        at = dict.fromkeys(self.sites or (), own) | {site: Role(role) for site, role in (self.role_at or {}).items()}
        return SiteRoles(at, own if self.sites is None else None)


@dataclass(frozen=True, slots=True)
class _Found:
    row: _Row
    until_s: float


class CredentialCache:
    """Finds whose a token is. What was revoked opens nothing after `keep_s` seconds.

    Args:
        database: where keys and logins are.
        note_use: notes that the key or login with this prefix was used.
        keep_s: how long a row is believed without asking again, in seconds.
        clock: monotonic seconds.
        now: the time, aware.
    """

    __slots__ = (
        "_asked_until_s",
        "_clock",
        "_database",
        "_found",
        "_is_asked",
        "_keep_s",
        "_note",
        "_notes",
        "_now",
        "_used",
    )

    def __init__(
        self,
        database: Database,
        note_use: Callable[[str], Awaitable[object]],
        keep_s: float,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._note = note_use
        self._keep_s = keep_s
        self._clock = clock
        self._now = now
        self._found: OrderedDict[tuple[TokenKind, str], _Found] = OrderedDict()
        self._used: OrderedDict[str, datetime] = OrderedDict()
        self._notes: set[asyncio.Task[None]] = set()
        self._is_asked = False
        self._asked_until_s = float("-inf")

    async def caller(self, kind: TokenKind, token: Token) -> Caller | None:
        """Return whose token this is, or None where it isn't good. Raises what the database does."""
        row = await self._row(kind, token)
        if row is None or not token.is_behind(row.secret_sha256):
            return None
        if row.expires_at is not None and row.expires_at <= self._now():
            return None
        self._note_use(token.prefix)
        return Caller(f"{_HOW[kind]}:{row.name}", row.roles(), _HOW[kind])

    def remembers(self, kind: TokenKind, token: Token) -> bool:
        """Tell whether the token was good when the store was last asked for it."""
        known = self._found.get((kind, token.prefix))
        return known is not None and token.is_behind(known.row.secret_sha256)

    async def is_asked(self) -> bool:
        """Tell whether any key was ever made, or any login begun: from then on nobody is let in unasked."""
        if not self._is_asked and self._clock() >= self._asked_until_s:
            [(self._is_asked,)] = [
                tuple(row.values()) for row in await self._database.rows("access/authentication_required", {}, dict)
            ]
            self._asked_until_s = self._clock() + self._keep_s
        return self._is_asked

    def forget(self, kind: TokenKind, prefix: str) -> None:
        """Ask the store again the next time."""
        self._found.pop((kind, prefix), None)

    def _note_use(self, prefix: str) -> None:
        """Note once an hour that a key or login was used; nobody waits for it."""
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        if self._used.get(prefix) == hour:
            return
        self._used.pop(prefix, None)
        self._used[prefix] = hour
        if len(self._used) > _MOST:
            self._used.popitem(last=False)
        task = asyncio.create_task(self._noted(prefix), name="note use")
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _noted(self, prefix: str) -> None:
        try:
            await self._note(prefix)
        except ApiError as error:
            _LOG.warning("when a key or login was last used isn't noted: %s", error)

    async def _row(self, kind: TokenKind, token: Token) -> _Row | None:
        """Return the row; only what was found is remembered, so that wrong tokens push no right ones out."""
        known = self._found.get((kind, token.prefix))
        if known and self._clock() < known.until_s:
            return known.row
        rows = await self._database.rows(_STATEMENTS[kind], {"prefix": token.prefix}, _Row)
        self.forget(kind, token.prefix)
        if not rows:
            return None
        self._found[kind, token.prefix] = _Found(rows[0], self._clock() + self._keep_s)
        if len(self._found) > _MOST:
            self._found.popitem(last=False)
        return rows[0]
