"""`platspuls key`: keys with which programs authenticate at the API."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from platspuls.cli.access.grants import (
    AskedRoles,
    all_sites_option,
    at_option,
    check_sites,
    is_past,
    operator,
    shown_grant,
    shown_roles,
    shown_sites,
    sites_option,
)
from platspuls.cli.listing import json_option, print_json, records
from platspuls.cli.shared import database_url, opened, print_table

if TYPE_CHECKING:
    from store.access.keys_and_logins import Key

_ROLES: Final = ("public", "staff", "evaluator", "funder", "admin")
_HEAD: Final = ("NAME", "ROLE", "SITES", "STATE", "EXPIRES", "LAST USED", "MADE", "BY")


@click.group()
def key() -> None:
    """Give programs keys to the API, and take them away again."""


@key.command()
@database_url
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), help="What it may: docs/access.md.")
@sites_option
@all_sites_option
@at_option
@click.option("--days", type=click.IntRange(1, 3660), default=365, show_default=True, help="How long it is good.")
@click.option("--for-ever", is_flag=True, help="It never expires, and must be revoked.")
def add(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    database_url: str,
    name: str,
    role: str | None,
    sites: tuple[str, ...],
    all_sites: bool,
    at: tuple[str, ...],
    days: int,
    for_ever: bool,
) -> None:
    """Make a key and print it, once: only its hash is kept. It is sent as `Authorization: Bearer KEY`.

    From the first key on, or when the first login begins, the API asks everybody who they are, on this machine too.
    """
    from api.access.tokens import TokenKind, make
    from store.access.keys_and_logins import add_key

    grant, token = AskedRoles(role, sites, all_sites, at).grant(name, _ROLES), make(TokenKind.KEY)
    expires_at = None if for_ever else datetime.now(UTC) + timedelta(days=days)
    with opened(database_url, "key") as database:
        check_sites(database, grant)
        add_key(database, operator(), grant, prefix=token.prefix, sha256=token.sha256, expires_at=expires_at)
    until = "never expires" if expires_at is None else f"is good until {expires_at:%Y-%m-%d}"
    sentence = f"{name} is {shown_grant(grant)} and {until}."
    click.echo(f"{sentence} It is shown this once:", err=True)
    click.echo(token.text)


@key.command("list")
@database_url
@json_option
def list_(database_url: str, as_json: bool) -> None:
    """List all keys: what they may, whether they are good, and when they were last used, to the hour."""
    from store.access.keys_and_logins import keys

    now = datetime.now(UTC)
    with opened(database_url, "key") as database:
        found = keys(database)
    if as_json:
        print_json(records(_HEAD, [_row(one, now) for one in found]))
        return
    if not found:
        click.echo("no key was ever made")
        return
    print_table(_HEAD, [_row(one, now) for one in found])


@key.command()
@database_url
@click.argument("name")
def revoke(database_url: str, name: str) -> None:
    """End a key. A running API believes it for PLATSPULS_API_ACCESS_KEEP_S seconds more, 5 unless set."""
    from store.access.keys_and_logins import revoke_key

    with opened(database_url, "key") as database:
        revoke_key(database, operator(), name)
    click.echo(f"{name} is revoked")


def _row(key: "Key", now: datetime) -> tuple[object, ...]:
    state = "revoked" if key.revoked_at else "expired" if is_past(key.expires_at, now) else "good"
    roles, sites = shown_roles(key.role, key.role_at), shown_sites(key.sites, key.role, key.role_at)
    return (key.name, roles, sites, state, key.expires_at, key.used_at, key.made_at, key.made_by)
