"""Shared by the commands on keys and logins: who does it, for which sites, and how they are shown."""

import getpass
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import click

sites_option = click.option("--site", "sites", multiple=True, help="Key of a site; may be given several times.")
all_sites_option = click.option("--all-sites", is_flag=True, help="For all sites, those to come included.")

_MOST_NAME: Final = 90


def chosen_sites(sites: Sequence[str], *, all_sites: bool) -> list[str] | None:
    """Return the sites, None for all. Raises UsageError unless one of both was given."""
    if bool(sites) == all_sites:
        raise click.UsageError("give --site KEY, as often as needed, or --all-sites")
    return None if all_sites else list(sites)


def operator() -> str:
    """Return who runs the command, for the audit."""
    return f"cli:{getpass.getuser()[:_MOST_NAME]}"


def shown_sites(sites: Sequence[str] | None) -> str:
    """Return the sites as a cell of a table."""
    return "all" if sites is None else " ".join(sites)


def is_past(at: datetime | None, now: datetime) -> bool:
    """Return whether an aware time is over; None never is."""
    return at is not None and at <= now
