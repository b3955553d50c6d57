"""`platspuls login` and `platspuls logins`: logins of people at the pages."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

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
    from store.access.keys_and_logins import Login

_ROLES: Final = ("staff", "evaluator", "funder", "admin")
_HEAD: Final = ("LOGIN", "NAME", "ROLE", "SITES", "STATE", "EXPIRES", "LAST USED", "MADE", "BY")
_PICTURES: Final = (".png", ".svg")


@click.command()
@database_url
@click.option("--role", type=click.Choice(_ROLES), help="What they may: docs/access.md.")
@sites_option
@all_sites_option
@at_option
@click.option("--name", default="", help="Who it is for, or which phone; shown on the pages and kept in the audit.")
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How long the login lasts.")
@click.option(
    "--minutes", type=click.IntRange(1, 1440), default=10, show_default=True, help="How long the link is good."
)
@click.option(
    "--address",
    envvar="PLATSPULS_ADDRESS",
    show_envvar=True,
    help="Where the pages are for whoever logs in, such as https://puls.example.org; default: this machine.",
)
@click.option(
    "--page", "to", default="/", show_default=True, help="Path of the page that opens then, such as /sites/torget."
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the QR code to this file too, .png or .svg.",
)
def login(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    database_url: str,
    role: str | None,
    sites: tuple[str, ...],
    all_sites: bool,
    at: tuple[str, ...],
    name: str,
    days: int,
    minutes: int,
    address: str | None,
    to: str,
    picture: Path | None,
) -> None:
    """Make a link and a QR code that log one person in on one device, once.

    From the first key on, or when the first login begins, the API asks everybody who they are, on this machine too.
    """
    from platspuls.ops.invitation import make_invitation

    if picture and picture.suffix.lower() not in _PICTURES:
        raise click.UsageError(f"--picture {picture}: its name must end in .png or .svg")
    if not to.startswith("/") or to.startswith("//"):
        raise click.UsageError(f"--page {to}: give the path of a page, such as /sites/torget")
    place = _address(address)
    grant = AskedRoles(role, sites, all_sites, at).grant(name, _ROLES)
    times = {"code_lifetime": timedelta(minutes=minutes), "lifetime": timedelta(days=days)}
    with opened(database_url, "login") as database:
        check_sites(database, grant)
        made = make_invitation(database, operator(), grant, address=place, to=to, **times)
    _show_picture(made.link, picture)
    click.echo(f"Open this link on the device within {minutes} minutes, or type the code at {place}/login:")
    click.echo(f"  link  {made.link}\n  code  {made.code}")
    click.echo(f"It is good once, and begins login {made.login}: {shown_grant(grant)}, for {days} days.")


@click.group()
def logins() -> None:
    """Look at logins, and end them."""


@logins.command("list")
@database_url
@click.option("--all", "all_", is_flag=True, help="Those that are over, too.")
@json_option
def list_(database_url: str, all_: bool, as_json: bool) -> None:
    """List logins and links that nobody used yet, the newest first."""
    from store.access.keys_and_logins import logins

    now = datetime.now(UTC)
    with opened(database_url, "login") as database:
        rows = [_row(one, now) for one in logins(database) if all_ or _state(one, now) in {"waits", "good"}]
    if as_json:
        print_json(records(_HEAD, rows))
        return
    if not rows:
        click.echo("nobody is logged in")
        return
    print_table(_HEAD, rows)


@logins.command()
@database_url
@click.argument("number", type=click.IntRange(1))
def revoke(database_url: str, number: int) -> None:
    """End a login. A running API believes it for PLATSPULS_API_ACCESS_KEEP_S seconds more, 5 unless set."""
    from store.access.keys_and_logins import revoke_login

    with opened(database_url, "login") as database:
        revoke_login(database, operator(), number)
    click.echo(f"login {number} is over")


def _address(given: str | None) -> str:
    """Return where the pages are, without a slash at its end. Raises UsageError for anything else."""
    host, port = os.environ.get("PLATSPULS_API_HOST", "127.0.0.1"), os.environ.get("PLATSPULS_API_PORT", "8080")
    address = given or f"http://{host}:{port}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise click.UsageError(f"--address {address}: it must be like https://puls.example.org")
    return address.rstrip("/")


def _show_picture(link: str, picture: Path | None) -> None:
    try:
        from api.access import qr_codes
    except ImportError as error:
        click.echo(f"No QR code: {error}. It comes with `pip install 'platspuls[operator]'`.", err=True)
        return
    qr_codes.show(link)
    if picture:
        qr_codes.write(link, picture)
        click.echo(f"The code is in {picture}: whoever sees it may log in with it.", err=True)


def _row(login: "Login", now: datetime) -> tuple[object, ...]:
    sites, state = shown_sites(login.sites, login.role, login.role_at), _state(login, now)
    until = login.expires_at or login.code_expires_at
    made = (login.made_at, login.made_by)
    return (login.login, login.name, shown_roles(login.role, login.role_at), sites, state, until, login.used_at, *made)


def _state(login: "Login", now: datetime) -> str:
    if login.ended_at:
        return "ended"
    if login.begun_at is None:
        return "unused" if is_past(login.code_expires_at, now) else "waits"
    return "expired" if is_past(login.expires_at, now) else "good"
