"""Roles, rights, and which role has which: the whole table is here. docs/access.md says it in words."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


class Role(enum.StrEnum):
    """What somebody is at a site. Each key and each login has one at each of its sites."""

    PUBLIC = "public"
    STAFF = "staff"
    EVALUATOR = "evaluator"
    FUNDER = "funder"
    ADMIN = "admin"


class Right(enum.StrEnum):
    """What a route needs.

    Attributes:
        OPEN: nothing: whether the program runs, the description of the API.
        LOG_IN: nothing, but on a way that nobody reads: logging in and out.
        PUBLIC: figures on the fixed grid, with small cells suppressed.
        PLACES: sites and their parts.
        NUMBERS: numbers of any range, also as files.
        LIVE: what is so now, and the live page.
        HEALTH: how devices are, and what became of their records.
        READ_LOG_RECORDS: activities, manual counts, staff time, incidents and notes.
        WRITE_LOG_RECORDS: to note them.
        READ_STUDY: studies, surveys, calibrations, exclusions and what comes of them.
        WRITE_STUDY: to change those.
        ADMIN: the trace of a site, and what concerns others' rights.
    """

    OPEN = "open"
    LOG_IN = "log_in"
    PUBLIC = "public"
    PLACES = "places"
    NUMBERS = "numbers"
    LIVE = "live"
    HEALTH = "health"
    READ_LOG_RECORDS = "read_log_records"
    WRITE_LOG_RECORDS = "write_log_records"
    READ_STUDY = "read_study"
    WRITE_STUDY = "write_study"
    ADMIN = "admin"


_EVERYBODY: Final = frozenset(Role)
_INSIDERS: Final = frozenset({Role.STAFF, Role.EVALUATOR, Role.FUNDER, Role.ADMIN})
_AT_WORK: Final = frozenset({Role.STAFF, Role.EVALUATOR, Role.ADMIN})
_EVALUATING: Final = frozenset({Role.EVALUATOR, Role.ADMIN})

ROLES_WITH: Final[Mapping[Right, frozenset[Role]]] = {
    Right.OPEN: _EVERYBODY,
    Right.LOG_IN: _EVERYBODY,
    Right.PUBLIC: _EVERYBODY,
    Right.PLACES: _INSIDERS,
    Right.NUMBERS: _INSIDERS,
    Right.LIVE: _INSIDERS,
    Right.HEALTH: _AT_WORK,
    Right.READ_LOG_RECORDS: _AT_WORK,
    Right.WRITE_LOG_RECORDS: _AT_WORK,
    Right.READ_STUDY: _INSIDERS,
    Right.WRITE_STUDY: _EVALUATING,
    Right.ADMIN: frozenset({Role.ADMIN}),
}

OPEN_RIGHTS: Final = frozenset({Right.OPEN, Right.LOG_IN})
"""Rights that everybody has, and nobody is asked for."""

SHORT_ANSWERS: Final = frozenset(
    {
        Right.OPEN,
        Right.LOG_IN,
        Right.PLACES,
        Right.LIVE,
        Right.READ_LOG_RECORDS,
        Right.WRITE_LOG_RECORDS,
    }
)
"""Rights to what the database answers at once: nobody of these waits behind numbers, files or public figures."""


@dataclass(frozen=True, slots=True)
class SiteRoles:
    """What somebody is where.

    Attributes:
        at: by key of a site, the role there.
        elsewhere: the role at every other site, those to come included; None is none.
    """

    at: Mapping[str, Role]
    elsewhere: Role | None = None

    def role_at(self, site: str) -> Role | None:
        """Return the role at the site; None is none."""
        return self.at.get(site, self.elsewhere)

    def every(self) -> list[Role]:
        """Return each role that is held anywhere, once, in the order of `Role`."""
        held = {*self.at.values(), self.elsewhere}
        return [role for role in Role if role in held]
