"""Who may log in at the sites of an administrator, as the pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import AwareDatetime

from api.access.roles import Role
from api.tables.base import FrozenModel
from api.web.formatting import write_clock, write_date
from api.web.i18n import role_text, texts
from core.texts.catalog import Language

GRANTED: Final = (Role.STAFF, Role.EVALUATOR, Role.FUNDER, Role.ADMIN)
"""Roles that a person may have."""


class PersonRow(FrozenModel):
    """A login or an invitation, as `writing.admin_people` gives it: roles at the sites of the administrator alone."""

    login: int
    name: str
    role_at: dict[str, Role]
    role_elsewhere: Role | None
    state: Literal["waits", "good", "ended", "expired", "unused"]
    made_at: AwareDatetime
    made_by: str
    code_expires_at: AwareDatetime
    begun_at: AwareDatetime | None
    expires_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    used_at: AwareDatetime | None
    is_me: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A login in words.

    Attributes:
        login: its number.
        name: who it is for.
        roles: what they are where.
        state: whether it is good, and until when.
        used: when it was last used; empty where it never was.
        is_over: nobody can use it any more.
        is_me: it is the reader's own.
        may_end: the reader may end it and invite anew.
    """

    login: int
    name: str
    roles: list[str]
    state: str
    used: str
    is_over: bool
    is_me: bool
    may_end: bool


def show_person(row: PersonRow, names: Mapping[str, str], now: datetime, language: Language) -> ShownPerson:
    """Return a login in words; `names` are those of the sites, `now` says in which time zone times are shown."""
    _ = texts(language).gettext
    return ShownPerson(
        login=row.login,
        name=row.name,
        roles=_roles(row, names, language),
        state=_state(row, now, language),
        used=_("last used {when}").format(when=_when(row.used_at, now, language)) if row.used_at else "",
        is_over=row.state not in {"waits", "good"},
        is_me=row.is_me,
        may_end=row.may_end,
    )


def _roles(row: PersonRow, names: Mapping[str, str], language: Language) -> list[str]:
    if row.role_elsewhere and set(row.role_at.values()) == {row.role_elsewhere}:
        every = texts(language).gettext("All sites: {role}")
        return [every.format(role=role_text(row.role_elsewhere, language))]
    return [f"{names.get(site, site)}: {role_text(role, language)}" for site, role in sorted(row.role_at.items())]


def _state(row: PersonRow, now: datetime, language: Language) -> str:
    _ = texts(language).gettext
    words = {
        "waits": (_("invited, the link is good until {when}"), row.code_expires_at),
        "good": (_("logged in until {when}"), row.expires_at),
        "ended": (_("ended {when}"), row.ended_at),
        "expired": (_("was logged in until {when}"), row.expires_at),
        "unused": (_("the link was never used, and is too old since {when}"), row.code_expires_at),
    }
    sentence, at = words[row.state]
    return sentence.format(when=_when(at or row.made_at, now, language))


def _when(at: datetime, now: datetime, language: Language) -> str:
    local = at.astimezone(now.tzinfo)
    return f"{write_date(local.date(), language)} {write_clock(local, seconds=False)}"
