"""`platspuls device`: the credentials with which devices and ingest authenticate at the broker."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from platspuls.cli.asked import TIME, AskedTime
from platspuls.cli.listing import json_option, print_json, records
from platspuls.cli.ops.shared import RELOAD, CredentialsGroup, folder_option, time_now
from platspuls.cli.shared import database_url_option, opened

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from platspuls.ops.identity.accounts import BrokerAccount
    from platspuls.ops.identity.folder import Folder
    from platspuls.ops.identity.handover import Handover

_SITE = click.argument("site")
_DEVICE = click.argument("device")


_STORE = database_url_option(
    "Address of the store, where it is to know it too: a revoked device is shown as such.", required=False
)


@click.group(cls=CredentialsGroup)
def device() -> None:
    """Give each device its own name and password at the broker, and take them away again."""


@device.command()
@_SITE
@_DEVICE
@click.option("--client-certificate", is_flag=True, help="Make a client certificate too, signed by the authority.")
@_STORE
@folder_option
def add(site: str, device: str, client_certificate: bool, database_url: str | None, folder: "Folder") -> None:
    """Make the credentials of DEVICE at SITE, by their keys in the site file."""
    from platspuls.ops.identity.credentials import add_device

    handover = add_device(folder, site, device, time_now(), client_certificate=client_certificate)
    _show(handover)
    _note(database_url, site, device, None)
    click.echo(
        f"Carry them to the device, beside its device file, and put {device}.mqtt.toml in place of [mqtt] there."
    )
    click.echo(RELOAD)


@device.command()
@_SITE
@_DEVICE
@folder_option
def rotate(site: str, device: str, folder: "Folder") -> None:
    """Make a new password of DEVICE; the old one is refused from Mosquitto's next SIGHUP on."""
    from platspuls.ops.identity.credentials import rotate_device

    handover = rotate_device(folder, site, device, time_now())
    _show(handover)
    click.echo(
        "Put them in place of the device's old ones; the counter needs no restart, and keeps what it counts meanwhile."
    )
    click.echo(RELOAD)


@device.command()
@_SITE
@_DEVICE
@_STORE
@folder_option
def revoke(site: str, device: str, database_url: str | None, folder: "Folder") -> None:
    """Take DEVICE's account away; from Mosquitto's next SIGHUP on it is cut off."""
    from platspuls.ops.identity.credentials import revoke_device

    revoke_device(folder, site, device, time_now())
    click.echo(f"{site}.{device} is revoked.")
    _note(database_url, site, device, time_now())
    click.echo(RELOAD)


@device.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("old")
@click.argument("new")
@click.option(
    "--at", type=TIME, default="tomorrow", show_default=True, help="When NEW takes over, by the site's clocks."
)
@click.option(
    "--keep-days",
    type=click.IntRange(0, 365),
    default=30,
    show_default=True,
    help="How long OLD may still deliver what it counted before.",
)
@click.option("--client-certificate", is_flag=True, help="Make a client certificate of NEW too.")
@_STORE
@folder_option
def replace(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Path,
    old: str,
    new: str,
    at: AskedTime,
    keep_days: int,
    client_certificate: bool,
    database_url: str | None,
    folder: "Folder",
) -> None:
    """Let the device NEW take over what OLD watches, in the site of the site file FILE.

    Makes the credentials of NEW, ends those of OLD, and prints the lines to change in FILE, which stays as it is.
    """
    from zoneinfo import ZoneInfo

    from core.site_file.errors import SiteFileError
    from core.site_file.load import load
    from core.site_file.times import instant
    from platspuls.ops.identity.credentials import add_device, revoke_device
    from platspuls.ops.identity.replacement import change

    try:
        site = load(file)
    except SiteFileError as error:
        raise click.ClickException(str(error)) from error
    now = time_now()
    zone = ZoneInfo(site.site.time_zone)
    taken_over = _date_or_time(at, zone)
    ends = max(now, instant(taken_over, zone) + timedelta(days=keep_days))
    lines = change(site, old, new, taken_over)
    folder.accounts().get(f"{site.site.key}.{old}", now)
    handover = add_device(folder, site.site.key, new, now, client_certificate=client_certificate)
    revoke_device(folder, site.site.key, old, now, ends)
    _show(handover)
    click.echo(RELOAD)
    click.echo(f"\nIn {file}, in the table of {old}, put these in place of the lines of the same keys:\n\n{lines.old}")
    click.echo(f"and add this table:\n\n{lines.new}")
    click.echo(f"Then `platspuls site apply {file}`.")
    _note(database_url, site.site.key, old, ends)
    click.echo(f"{old} may deliver until {ends:%Y-%m-%d %H:%M} UTC; after that, `platspuls device refresh`.")


@device.command()
@click.argument("name", default="ingest")
@click.option("--client-certificate", is_flag=True, help="Make a client certificate too, signed by the authority.")
@folder_option
def ingest(name: str, client_certificate: bool, folder: "Folder") -> None:
    """Make or renew the credentials of ingest; each replica has a NAME of its own, such as ingest-2."""
    from platspuls.ops.identity.credentials import set_ingest
    from platspuls.ops.identity.handover import ingest_settings

    handover = set_ingest(folder, name, time_now(), client_certificate=client_certificate)
    share = folder.accounts().share
    _show(handover)
    click.echo("Settings of ingest:")
    for line in ingest_settings(handover):
        click.echo(f"  {line}")
    click.echo("And where several replicas run, the same secret for all of them:")
    click.echo(f"  PLATSPULS_INGEST_SHARE={share}")
    click.echo(RELOAD)


@device.command()
@folder_option
def refresh(folder: "Folder") -> None:
    """Write Mosquitto's files anew, without the accounts whose time is over."""
    from platspuls.ops.identity.credentials import refresh as refresh_folder

    ended = refresh_folder(folder, time_now())
    click.echo(f"Ended: {', '.join(ended)}." if ended else "No account has ended since they were written.")
    click.echo(RELOAD)


@device.command("list")
@folder_option
@json_option
def list_(folder: "Folder", as_json: bool) -> None:
    """List all accounts: name, when its password was made, and whether it is valid."""
    from platspuls.ops.identity.credentials import overdue_names

    now = time_now()
    accounts = folder.accounts()
    if as_json:
        rows = [(one.name, one.made, one.ends, one.is_valid(now)) for one in accounts.all()]
        print_json(records(("name", "made", "ends", "is_valid"), rows))
        return
    for account in accounts.all():
        click.echo(f"{account.name:<40}  {account.made:%Y-%m-%d}  {_state(account, now)}")
    if not accounts.accounts:
        click.echo(f"{folder.path} holds no accounts.")
    for name in overdue_names(accounts, now):
        click.echo(f"{name}'s time is over, but Mosquitto's files still hold it: `platspuls device refresh`", err=True)


def _state(account: "BrokerAccount", now: datetime) -> str:
    if account.ends is None:
        return "valid"
    return f"{'valid until' if account.is_valid(now) else 'revoked'} {account.ends:%Y-%m-%d %H:%M} UTC"


def _note(database_url: str | None, site: str, device: str, revoked_at: datetime | None) -> None:
    """Note in the store, where its address is known, from when the device is revoked."""
    from store.monitoring import note_revocation

    if database_url is None:
        return
    with opened(database_url, "device") as database:
        known = note_revocation(database, site, device, revoked_at)
    if not known and revoked_at is not None:
        click.echo(f"The store knows no device {device} of site {site}.")


def _show(handover: "Handover") -> None:
    click.echo(f"Made credentials of {handover.name} in {handover.folder}: {', '.join(handover.files)}")


def _date_or_time(asked: AskedTime, zone: "ZoneInfo") -> date | datetime:
    """Return what stands in the site file: a date where it is a local midnight."""
    from core.asked_times import midnight

    at = asked.at(zone, past=False)
    if at.second or at.microsecond:
        raise click.BadParameter(f"{asked.text!r} must be a whole minute", param_hint=asked.option)
    local = at.astimezone(zone)
    return local.date() if midnight(local.date(), zone) == at else local
