"""Shared by the commands on keys and logins: who does it, for which sites, and how they are shown."""

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from platspuls.cli.asked import known_places

if TYPE_CHECKING:
    from store.access.keys_and_logins import Grant
    from store.database import Database

sites_option = click.option("--site", "sites", multiple=True, help="Key of a site; may be given several times.")
all_sites_option = click.option("--all-sites", is_flag=True, help="For all sites, those to come included.")
at_option = click.option(
    "--role-at",
    "at",
    multiple=True,
    metavar="SITE=ROLE",
    help="Another role at this site, or instead of --role and --site; may be given several times.",
)

_MOST_NAME: Final = 90


@dataclass(frozen=True, slots=True)
class AskedRoles:
    """Which roles a key or a login should have where, as the options say.

    Attributes:
        role: of --role; None where it was left out.
        sites: of --site.
        all_sites: of --all-sites.
        at: of --role-at, each SITE=ROLE.
    """

    role: str | None
    sites: Sequence[str]
    all_sites: bool
    at: Sequence[str]

    def grant(self, name: str, possible: Sequence[str]) -> "Grant":
        """Return what is asked for; without a name it is called after its role. Raises UsageError."""
        from store.access.keys_and_logins import Grant

        role_at = _role_at(self.at, possible)
        if self.role is None and (not role_at or self.sites or self.all_sites):
            raise click.UsageError("give --role ROLE with --site KEY or --all-sites, or --role-at SITE=ROLE")
        if self.role is not None and bool(self.sites) == self.all_sites:
            raise click.UsageError("give --site KEY, as often as needed, or --all-sites")
        role = self.role or next(iter(role_at.values()))
        sites = None if self.all_sites else list(dict.fromkeys([*self.sites, *role_at]))
        return Grant(name or role, role, sites, {site: other for site, other in role_at.items() if other != role})


def _role_at(at: Sequence[str], possible: Sequence[str]) -> dict[str, str]:
    """Return roles by site. Raises UsageError for what isn't SITE=ROLE, for an unknown role, or two of one site."""
    found: dict[str, str] = {}
    for text in at:
        site, equals, role = text.partition("=")
        if not (site and equals and role in possible):
            raise click.UsageError(f"--role-at {text}: give SITE=ROLE, where ROLE is one of {', '.join(possible)}")
        if site in found:
            raise click.UsageError(f"--role-at {text}: the site {site} was named before")
        found[site] = role
    return found


def check_sites(database: "Database", grant: "Grant") -> None:
    """Check that all sites of a grant exist. Raises ClickException."""
    for site in dict.fromkeys([*(grant.sites or ()), *grant.role_at]):
        known_places(database, site)


def operator() -> str:
    """Return who runs the command, for the audit."""
    return f"cli:{getpass.getuser()[:_MOST_NAME]}"


def shown_roles(role: str, role_at: Mapping[str, str] | None) -> str:
    """Return every role of a key or login as a cell of a table."""
    return " ".join(dict.fromkeys([role, *(role_at or {}).values()]))


def shown_sites(sites: Sequence[str] | None, role: str, role_at: Mapping[str, str] | None) -> str:
    """Return the sites as a cell of a table, with their roles where they differ, as in `all=funder torget=staff`."""
    if not role_at:
        return "all" if sites is None else " ".join(sites)
    rest = ["all"] if sites is None else [site for site in sites if site not in role_at]
    return " ".join(f"{site}={at}" for site, at in [*((site, role) for site in rest), *sorted(role_at.items())])


def shown_grant(grant: "Grant") -> str:
    """Return what is granted, as a part of a sentence."""
    sites = shown_sites(grant.sites, grant.role, grant.role_at)
    return sites if grant.role_at else f"{grant.role} at {sites}"


def is_past(at: datetime | None, now: datetime) -> bool:
    """Return whether an aware time is over; None never is."""
    return at is not None and at <= now
