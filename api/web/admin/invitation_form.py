"""The form with which an administrator invites somebody: read, checked, and turned into what is granted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request

from api.access.roles import Role
from api.web.admin.people import GRANTED

_MOST_FORM_BYTES: Final = 100_000
_MOST_NAME: Final = 40
DAYS: Final = (14, 90, 366)
"""How long a login may last, in days."""
_AT: Final = "at:"
ALL: Final = "all"


async def read_form(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form that a page of ours sent; empty ones are kept."""
    body = (await request.body())[:_MOST_FORM_BYTES]
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the first value of a field, without space around it; empty where there is none."""
    return next(iter(form.get(name, ())), "").strip()


@dataclass(frozen=True, slots=True)
class InvitationForm:
    """What was filled in.

    Attributes:
        name: who it is for.
        everywhere: the role at all sites, those to come included, that `at` doesn't name; None is none.
        at: roles by site.
        days: how long the login lasts.
    """

    name: str = ""
    everywhere: Role | None = None
    at: Mapping[str, Role] = field(default_factory=dict)
    days: int = DAYS[0]

    @property
    def wrong(self) -> frozenset[str]:
        """The fields that can't be used: `name`, `roles`."""
        is_name = 0 < len(self.name) <= _MOST_NAME and self.name.isprintable()
        found = {"name": not is_name, "roles": not (self.at or self.everywhere)}
        return frozenset(name for name, is_wrong in found.items() if is_wrong)

    def arguments(self) -> dict[str, object]:
        """Return what the command takes of it."""
        role = self.everywhere or next(iter(self.at.values()))
        return {
            "name": self.name,
            "role": str(role),
            "sites": None if self.everywhere else list(self.at),
            "role_at": {site: str(other) for site, other in self.at.items() if other is not role},
            "lifetime": timedelta(days=self.days),
        }


def invitation_form(form: Mapping[str, Sequence[str]], sites: Sequence[str]) -> InvitationForm:
    """Return what was filled in; roles at sites that aren't among `sites` are left out."""
    roles = {site: _role(first(form, _AT + site)) for site in sites}
    days = first(form, "days")
    return InvitationForm(
        name=first(form, "name"),
        everywhere=_role(first(form, ALL)),
        at={site: role for site, role in roles.items() if role},
        days=int(days) if days in map(str, DAYS) else DAYS[0],
    )


def _role(text: str) -> Role | None:
    return Role(text) if text in GRANTED else None
